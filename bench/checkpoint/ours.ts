/** One measurement of ours, or of a plain read or write of the same bytes. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { load, open, PyDict, type StoredTensor, save, tensorOf } from '../../runtime/checkpoint/index.ts'
import { peakBytes } from '../peak-memory.ts'

const MIB = 1 << 20
const [task, path, mib] = process.argv.slice(2) as [string, string, string]

function arrays(): Float32Array<ArrayBuffer>[] {
  return Array.from({ length: Math.max(1, Math.floor(Number(mib) / 4)) }, (_, i) => {
    return new Float32Array(MIB).fill(i)
  })
}

/** What is timed, after what it needs is made. */
function prepare(): () => Promise<unknown> {
  switch (task) {
    case 'keys':
      return async () => {
        const checkpoint = await open(path)
        const keys = [...(checkpoint.value as PyDict).keys()]
        await checkpoint.close()
        return keys
      }
    case 'load':
      return async () => ((await load(path)).value as PyDict).get('layer0.weight') as StoredTensor
    case 'save': {
      const entries = arrays().map((array, i) => [`layer${i}.weight`, tensorOf(array, [1024, 1024])] as const)
      const dict = new PyDict('dict', entries)
      return () => save(dict, path)
    }
    case 'plain-read':
      return async () => plainRead()
    default: {
      const data = arrays()
      return async () => plainWrite(data)
    }
  }
}

/** As large as the tensors of the file: 4 MiB at a time, all of it kept. */
function plainRead(): Uint8Array[] {
  const file = openSync(path, 'r')
  const kept: Uint8Array[] = []
  for (let at = 0; at < fstatSync(file).size; at += 4 * MIB) {
    const bytes = new Uint8Array(4 * MIB)
    readSync(file, bytes, 0, bytes.length, at)
    kept.push(bytes)
  }
  closeSync(file)
  return kept
}

function plainWrite(data: readonly Float32Array<ArrayBuffer>[]): void {
  const file = openSync(path, 'w')
  for (const array of data) writeSync(file, new Uint8Array(array.buffer))
  fsyncSync(file)
  closeSync(file)
}

const run = prepare()
globalThis.gc?.()
resetPeak()
const before = process.memoryUsage().rss
const start = performance.now()
const result = await run()
const ms = performance.now() - start
// What was read stays until here.
const peakMiB = result === null ? 0 : Math.max(0, peakBytes() - before) / MIB
console.log(JSON.stringify({ ms, peakMiB }))

/** On Linux the system forgets the peak of what the process did before; elsewhere it counts too. */
function resetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5')
}
