/** WebGPU for the tests: opened once per file, or the reason why not. */
import { afterAll } from 'vitest'
import { useWebGPU, type WebGpuDevice } from '../../runtime/index.ts'
import { nodeGpu } from './node-gpu.ts'

const entry = await nodeGpu()

/** The device; null where there is none, which is printed. */
export const gpu: WebGpuDevice | null = entry && (await useWebGPU({ gpu: entry }))

afterAll(() => gpu?.destroy())
