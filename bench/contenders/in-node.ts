/** The contenders in Node by their names. Nothing of the others is loaded with one of them. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Contender } from './contender.ts'
import type { Generated } from './holdfast.ts'
import type { Jax } from './jax.ts'
import type { Ort } from './onnxruntime.ts'
import type { Tf } from './tfjs.ts'

/** @param folder of the piece of work */
export function contendersInNode(folder: string): Readonly<Record<string, () => Promise<Contender>>> {
  return {
    holdfast: async () =>
      (await import('./holdfast.ts')).holdfastIn({
        classes: async ({ generated }) => (await import(pathToFileURL(generated.file).href)) as Generated,
        weights: () => join(folder, 'weights.safetensors'),
        device: async () => 'cpu',
      }),
    'ort-web': async () => {
      const { onnxruntime, onWasm } = await import('./onnxruntime.ts')
      return onnxruntime(() => ort('onnxruntime-web'), onWasm)
    },
    'ort-node': async () => {
      const { onnxruntime } = await import('./onnxruntime.ts')
      return onnxruntime(
        () => ort('onnxruntime-node'),
        ({ threads }) => ({ intraOpNumThreads: threads, interOpNumThreads: 1 }),
      )
    },
    'tfjs-wasm': () => tfjs('wasm'),
    'tfjs-cpu': () => tfjs('cpu'),
    'jax-js': async () =>
      (await import('./jax.ts')).jaxOn('wasm', async () => (await import('@jax-js/jax' as string)) as Jax),
    'micro-kernel': async () => (await import('./micro-kernel.ts')).microKernel,
  }
}

async function ort(name: string): Promise<Ort> {
  const loaded = (await import(name)) as Ort & { default?: Ort }
  return loaded.InferenceSession === undefined ? loaded.default! : loaded
}

async function tfjs(backend: 'wasm' | 'cpu'): Promise<Contender> {
  const { tfjsOn } = await import('./tfjs.ts')
  return tfjsOn(backend, async threads => {
    const require = createRequire(import.meta.url)
    const name = `@tensorflow/tfjs-backend-${backend}`
    const tf = require('@tensorflow/tfjs') as Tf
    const loaded = require(name) as {
      setWasmPaths?(folder: string): void
      setThreadsCount?(count: number): void
    }
    loaded.setWasmPaths?.(join(dirname(require.resolve(name)), '/'))
    loaded.setThreadsCount?.(threads)
    return tf
  })
}
