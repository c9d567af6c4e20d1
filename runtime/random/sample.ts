/** Tensors of random elements, with torch's names: https://pytorch.org/docs/2.13/torch.html#random-sampling */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import type { Storage } from '../kernels/reference/storage.ts'
import { product } from '../ops/dim.ts'
import { type DType, isFloat } from '../ops/dtype.ts'
import { setRandomSource } from '../tensor/builder.ts'
import { checkShape, fromLate } from '../tensor/create.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import { feed } from '../tensor/feed.ts'
import { currentRecording } from '../tensor/recording.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as fill from './fill.ts'
import type { Generator } from './generator.ts'
import { type Draw, startDraw } from './order-free.ts'
import type { RandomNumbers } from './stream.ts'

export interface RandomOptions {
  readonly dtype?: DType
  readonly device?: DeviceName | Device
  /** Where the numbers come from; the default generator if unset. */
  readonly generator?: Generator
}

type Fill = (numbers: RandomNumbers, dtype: DType, size: number, out: Storage) => void

const given = (generator: Generator): Draw => ({ generator, made: () => {} })

function sample(shape: readonly number[], options: RandomOptions, dtype: DType, draw: Fill): Tensor {
  const type = options.dtype ?? dtype
  const { generator, made } = options.generator === undefined ? startDraw() : given(options.generator)
  const drawn = feed(shape, type, getDevice(options.device ?? defaultDevice()), out =>
    draw(generator, type, out.length, out),
  )
  made(drawn)
  return drawn
}

/** Uniform in [0, 1). */
export const rand = (shape: readonly number[], options: RandomOptions = {}): Tensor =>
  uniform(shape, 0, 1, options)

/** Standard normal. */
export const randn = (shape: readonly number[], options: RandomOptions = {}): Tensor =>
  normal(shape, 0, 1, options)

/** Uniform in [low, high). Throws OpError where low > high. */
export const uniform = (
  shape: readonly number[],
  low: number,
  high: number,
  options: RandomOptions = {},
): Tensor =>
  sample(shape, options, 'float32', (g, dtype, n, out) => fill.uniform(g, dtype, n, low, high, out))

/** Normal with mean and standard deviation. Throws OpError for a negative one. */
export const normal = (
  shape: readonly number[],
  mean: number,
  std: number,
  options: RandomOptions = {},
): Tensor => sample(shape, options, 'float32', (g, dtype, n, out) => fill.normal(g, dtype, n, mean, std, out))

/** Ones with probability p, else zeros. */
export const bernoulli = (shape: readonly number[], p: number, options: RandomOptions = {}): Tensor =>
  sample(shape, options, 'float32', (g, dtype, n, out) => fill.bernoulli(g, dtype, n, p, out))

/** Exponential with rate lambd. */
export const exponential = (shape: readonly number[], lambd = 1, options: RandomOptions = {}): Tensor =>
  sample(shape, options, 'float32', (g, dtype, n, out) => fill.exponential(g, dtype, n, lambd, out))

/** Integers from low (included) to high (not included), int64. */
export const randint = (
  low: number,
  high: number,
  shape: readonly number[],
  options: RandomOptions = {},
): Tensor => sample(shape, options, 'int64', (g, dtype, n, out) => fill.integers(g, dtype, n, low, high, out))

/** 0 .. n - 1 in random order, int64. */
export const randperm = (n: number, options: RandomOptions = {}): Tensor =>
  sample([n], options, 'int64', (g, dtype, size, out) => fill.permutation(g, dtype, size, out))

/** As `sample`, of standard distributions, but drawn when the elements are needed: they may be weights that a checkpoint replaces. */
function sampleLater(
  shape: readonly number[],
  { dtype, device }: { readonly dtype: DType; readonly device: Device },
  fill: Fill,
  words: (dtype: DType, size: number) => number | null,
): Tensor {
  // A capture draws in each run; what cannot be drawn says so at once.
  if (currentRecording() !== null || !isFloat(dtype)) return sample(shape, { dtype, device }, dtype, fill)
  checkShape(shape)
  const size = product(shape) as number
  const { generator, made } = startDraw()
  const late = generator.drawLater({
    device,
    dtype,
    size,
    words: words(dtype, size),
    fill: (numbers, out) => fill(numbers, dtype, size, out),
  })
  const drawn = fromLate(late, shape, dtype, device)
  made(drawn)
  return drawn
}

const unitUniform: Fill = (g, dtype, n, out) => fill.uniform(g, dtype, n, 0, 1, out)
const standardNormal: Fill = (g, dtype, n, out) => fill.normal(g, dtype, n, 0, 1, out)

setRandomSource({
  uniform: (shape, dtype, device) => sampleLater(shape, { dtype, device }, unitUniform, fill.uniformWords),
  normal: (shape, dtype, device) => sampleLater(shape, { dtype, device }, standardNormal, fill.normalWords),
  bernoulli: (shape, dtype, device, p) => bernoulli(shape, p, { dtype, device }),
})
