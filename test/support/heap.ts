/** JavaScript's heap, collected first. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Resolves when garbage is gone and finalizers have run. */
export async function collected(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** Bytes in use after a collection. */
export async function heapUsed(): Promise<number> {
  await collected()
  return process.memoryUsage().heapUsed
}
