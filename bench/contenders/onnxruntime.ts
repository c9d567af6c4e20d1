/** onnxruntime-web and onnxruntime-node: a session of the model. */
import type { Contender, Data, Work } from './contender.ts'

interface OrtTensor {
  getData(): Promise<Data>
}

export interface Ort {
  readonly env: { readonly wasm: { numThreads?: number; wasmPaths?: string } }
  readonly Tensor: new (type: string, data: Data, dims: readonly number[]) => OrtTensor
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{ run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>> }>
  }
}

export const onnxruntime =
  (library: () => Promise<Ort>, options: (work: Work, ort: Ort) => object): Contender =>
  async work => {
    const ort = await library()
    const session = await ort.InferenceSession.create(await work.read('model.onnx'), options(work, ort))
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

/** On WebAssembly, with the threads of the work. */
export function onWasm({ threads }: Work, { env }: Ort): object {
  env.wasm.numThreads = threads
  return { executionProviders: ['wasm'] }
}
