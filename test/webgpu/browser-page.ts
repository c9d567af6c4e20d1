/** What the browser test runs in its page: a checkpoint fetched by HTTP, on both devices, compared with what PyTorch computed. */
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'
import { httpSource, open, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { F, nn, stateDictFromStored, type Tensor, tensor, useWebGPU } from '../../runtime/index.ts'

/** What the page reports. */
export interface PageReport {
  readonly adapter: string
  /** Largest difference of the logits from PyTorch's, by device. */
  readonly worst: Readonly<Record<string, number>>
  /** Largest difference of other computations between the devices. */
  readonly apart: Readonly<Record<string, number>>
  readonly dispatches: number
}

async function stateOf(url: string) {
  const checkpoint = await open(await httpSource(url))
  return stateDictFromStored(stateDictsOf(checkpoint)[0]!.tensors)
}

const worst = (a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number =>
  Array.from(a, (v, i) => Math.abs(Number(v) - Number(b[i]))).reduce((x, y) => Math.max(x, y), 0)

const waves = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i + seed)),
    { shape },
  )

/** Computations that use the parts of the printer: tiles, trees, packed types, int64, every kind of function. */
const computations: Readonly<Record<string, (x: Tensor, y: Tensor) => Tensor>> = {
  matmul: (x, y) => F.matmul(x, y),
  softmax: x => F.softmax(x, 1),
  sort: x => F.argsort(x, 1),
  int64: x => F.floorDivide(F.mul(x, 1e6).to('int64'), 7n as never),
  half: x => F.exp(x.to('float16')),
  mask: x => F.gt(x, 0.25),
  sine: x => F.sin(F.mul(x, 1e4)),
  cumulative: x => F.cumsum(x, 1),
}

export async function run(): Promise<PageReport> {
  const device = await useWebGPU()
  const weights = await stateOf('/examples/digits/digits.pt')
  const samples = await stateOf('/examples/digits/heldout.safetensors')
  const model = nn.skipInit(() => new DigitsCNN())
  model.loadStateDict(weights)
  model.eval()
  const expected = await samples.get('logits').data()
  const found: Record<string, number> = {}
  found.cpu = worst(await model.forward(samples.get('image')).data(), expected)
  await model.to('webgpu')
  const image = await samples.get('image').toDevice('webgpu')
  found.webgpu = worst(await model.forward(image).data(), expected)
  const apart: Record<string, number> = {}
  const [x, y] = [waves([33, 65], 1), waves([65, 40], 2)]
  const [gx, gy] = [await x.toDevice('webgpu'), await y.toDevice('webgpu')]
  for (const [name, compute] of Object.entries(computations))
    apart[name] = worst(await compute(gx, gy).data(), await compute(x, y).data())
  return { adapter: device.adapter, worst: found, apart, dispatches: device.stats().dispatches }
}
