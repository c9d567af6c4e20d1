/** The contenders in a page by their names. Nothing of the others is loaded with one of them. */
import type { Contender } from '../contenders/contender.ts'
import type { Generated } from '../contenders/holdfast.ts'
import type { Jax } from '../contenders/jax.ts'
import type { Ort } from '../contenders/onnxruntime.ts'
import type { Tf } from '../contenders/tfjs.ts'

/** @param folder address of the piece of work, with a slash at its end */
export function contendersInBrowser(folder: URL): Readonly<Record<string, () => Promise<Contender>>> {
  return {
    'holdfast-cpu': () => holdfast(folder, 'cpu'),
    'holdfast-webgpu': () => holdfast(folder, 'webgpu'),
    'ort-wasm': async () => {
      const { onnxruntime, onWasm } = await import('../contenders/onnxruntime.ts')
      return onnxruntime(() => ort('/ort/ort.wasm.min.mjs'), onWasm)
    },
    'ort-webgpu': async () => {
      const { onnxruntime } = await import('../contenders/onnxruntime.ts')
      return onnxruntime(
        () => ort('/ort/ort.webgpu.min.mjs'),
        () => ({ executionProviders: ['webgpu'] }),
      )
    },
    'tfjs-webgpu': async () =>
      (await import('../contenders/tfjs.ts')).tfjsOn('webgpu', async () => {
        const tf = (await import('@tensorflow/tfjs' as string)) as Tf
        await import('@tensorflow/tfjs-backend-webgpu' as string)
        return tf
      }),
    'jax-webgpu': async () =>
      (await import('../contenders/jax.ts')).jaxOn(
        'webgpu',
        async () => (await import('@jax-js/jax' as string)) as Jax,
      ),
  }
}

async function holdfast(folder: URL, device: 'cpu' | 'webgpu'): Promise<Contender> {
  const { holdfastIn } = await import('../contenders/holdfast.ts')
  return holdfastIn({
    classes: async ({ generated }) => (await import(`/js/generated-${generated.spec}.js`)) as Generated,
    weights: () => new URL('weights.safetensors', folder),
    device: async () => {
      if (device === 'webgpu') await (await import('../../runtime/index.ts')).useWebGPU()
      return device
    },
  })
}

async function ort(module: string): Promise<Ort> {
  const loaded = (await import(module)) as Ort
  loaded.env.wasm.wasmPaths = '/ort/'
  return loaded
}
