/** onnxruntime-web (WebAssembly) and onnxruntime-node. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender, Data, Work } from './contender.ts'

interface OrtTensor {
  getData(): Promise<Data>
}

interface Ort {
  readonly env: { readonly wasm: { numThreads?: number } }
  readonly Tensor: new (type: string, data: Data, dims: readonly number[]) => OrtTensor
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{ run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>> }>
  }
}

const run =
  (name: string, options: (work: Work, ort: Ort) => object): Contender =>
  async work => {
    const loaded = (await import(name)) as Ort & { default?: Ort }
    const ort = loaded.InferenceSession === undefined ? loaded.default! : loaded
    const settings = options(work, ort)
    const session = await ort.InferenceSession.create(readFileSync(join(work.folder, 'model.onnx')), settings)
    const { recipe } = work
    return async inputs => {
      const feeds = Object.fromEntries(
        recipe.inputs.map(({ name: input, dtype, shape }, i) => [
          input,
          new ort.Tensor(dtype, inputs[i]!, shape),
        ]),
      )
      const results = await session.run(feeds)
      return Promise.all(recipe.outputs.map((_, i) => results[`output${i}`]!.getData()))
    }
  }

export const onnxruntimeWeb = run('onnxruntime-web', ({ threads }, ort) => {
  ort.env.wasm.numThreads = threads
  return { executionProviders: ['wasm'] }
})

export const onnxruntimeNode = run('onnxruntime-node', ({ threads }) => ({
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
}))
