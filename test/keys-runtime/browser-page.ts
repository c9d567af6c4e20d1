/** What the browser test of self-describing files runs in its page: models made from files alone, and run. */
import { loadModel } from '../../compiler/link/load-model.ts'
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'
import { MemorySink } from '../../runtime/checkpoint/index.ts'
import { saveCheckpoint, type Tensor, tensor } from '../../runtime/index.ts'

/** What the page reports. */
export interface ModelReport {
  /** Whether the page's policy forbids code from strings. */
  readonly refused: boolean
  readonly keys: readonly string[]
  readonly output: readonly number[]
  /** Of a model that Node saved from a generated class. */
  readonly logits: readonly number[]
  /** A model of a generated class, saved in the page and made again of the bytes: its params, and what both give. */
  readonly params: Readonly<Record<string, string>>
  readonly given: readonly number[]
  readonly again: readonly number[]
}

const numbers = async (x: unknown): Promise<readonly number[]> => [
  ...((await (x as Tensor).data()) as Float32Array),
]

export async function run(): Promise<ModelReport> {
  let refused = false
  try {
    new Function('return 1')
  } catch {
    refused = true
  }
  const { model } = await loadModel(new URL('/tiny.safetensors', location.href))
  const out = model.forward({ x: tensor([[1, 2, 3, 4]]) }).out
  const image = tensor(new Float32Array(64).fill(3), { shape: [1, 1, 8, 8] })
  const saved = await loadModel(new URL('/digits.pt', location.href))
  const digits = new DigitsCNN({ channels: 4 })
  const sink = new MemorySink()
  await saveCheckpoint(digits, sink)
  const again = await loadModel(sink.bytes())
  return {
    refused,
    keys: [...model.stateDict().keys()],
    output: await numbers(out),
    logits: await numbers(saved.model.forward({ image }).logits),
    params: again.stamp.source!.params,
    given: await numbers(digits.eval().forward(image)),
    again: await numbers(again.model.forward({ image }).logits),
  }
}
