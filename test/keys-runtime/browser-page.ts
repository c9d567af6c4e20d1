/** What the browser test of self-describing files runs in its page: a model made from the file alone, and run. */
import { loadModel } from '../../compiler/link/load-model.ts'
import { type Tensor, tensor } from '../../runtime/index.ts'

/** What the page reports. */
export interface ModelReport {
  /** Whether the page's policy forbids code from strings. */
  readonly refused: boolean
  readonly keys: readonly string[]
  readonly output: readonly number[]
}

export async function run(): Promise<ModelReport> {
  let refused = false
  try {
    new Function('return 1')
  } catch {
    refused = true
  }
  const { model } = await loadModel(new URL('/tiny.safetensors', location.href))
  const out = model.forward({ x: tensor([[1, 2, 3, 4]]) }).out as Tensor
  return { refused, keys: [...model.stateDict().keys()], output: [...((await out.data()) as Float32Array)] }
}
