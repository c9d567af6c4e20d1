/** WebGPU for the tests: opened once per file, or the reason why not. */
import { afterAll } from 'vitest'
import { useWebGPU, type WebGpuDevice } from '../../runtime/index.ts'

/** The device; null where there is none, which is printed. */
export const gpu: WebGpuDevice | null = await open()

async function open(): Promise<WebGpuDevice | null> {
  try {
    // Named by a variable: its types would bring their own WebGPU beside TypeScript's.
    const name = 'webgpu'
    const { create } = (await import(name)) as { create(options: readonly string[]): GPU }
    return await useWebGPU({ gpu: create([]) })
  } catch (error) {
    console.log(`skipped: no WebGPU here: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

afterAll(() => gpu?.destroy())
