/** Tensors of random elements, with torch's names: https://pytorch.org/docs/2.13/torch.html#random-sampling */
import type { Device } from '../devices/device.ts'
import type { DeviceName } from '../devices/registry.ts'
import type { Storage } from '../kernels/reference/storage.ts'
import { product } from '../ops/dim.ts'
import type { DType } from '../ops/dtype.ts'
import { setRandomSource } from '../tensor/builder.ts'
import { fromBytes } from '../tensor/create.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { defaultGenerator } from './default-generator.ts'
import * as fill from './fill.ts'
import type { Generator } from './generator.ts'

export interface RandomOptions {
  readonly dtype?: DType
  readonly device?: DeviceName | Device
  /** Where the numbers come from; the default generator if unset. */
  readonly generator?: Generator
}

type Fill = (generator: Generator, dtype: DType, size: number) => Storage

function sample(shape: readonly number[], options: RandomOptions, dtype: DType, draw: Fill): Tensor {
  const type = options.dtype ?? dtype
  const stored = draw(options.generator ?? defaultGenerator, type, product(shape) as number)
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
  return fromBytes(bytes, shape, type, options.device ?? defaultDevice())
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
): Tensor => sample(shape, options, 'float32', (g, dtype, n) => fill.uniform(g, dtype, n, low, high))

/** Normal with mean and standard deviation. Throws OpError for a negative one. */
export const normal = (
  shape: readonly number[],
  mean: number,
  std: number,
  options: RandomOptions = {},
): Tensor => sample(shape, options, 'float32', (g, dtype, n) => fill.normal(g, dtype, n, mean, std))

/** Ones with probability p, else zeros. */
export const bernoulli = (shape: readonly number[], p: number, options: RandomOptions = {}): Tensor =>
  sample(shape, options, 'float32', (g, dtype, n) => fill.bernoulli(g, dtype, n, p))

/** Exponential with rate lambd. */
export const exponential = (shape: readonly number[], lambd = 1, options: RandomOptions = {}): Tensor =>
  sample(shape, options, 'float32', (g, dtype, n) => fill.exponential(g, dtype, n, lambd))

/** Integers from low (included) to high (not included), int64. */
export const randint = (
  low: number,
  high: number,
  shape: readonly number[],
  options: RandomOptions = {},
): Tensor => sample(shape, options, 'int64', (g, dtype, n) => fill.integers(g, dtype, n, low, high))

/** 0 .. n - 1 in random order, int64. */
export const randperm = (n: number, options: RandomOptions = {}): Tensor =>
  sample([n], options, 'int64', (g, dtype, size) => fill.permutation(g, dtype, size))

setRandomSource({
  uniform: (shape, dtype, device) => rand(shape, { dtype, device }),
  normal: (shape, dtype, device) => randn(shape, { dtype, device }),
  bernoulli: (shape, dtype, device, p) => bernoulli(shape, p, { dtype, device }),
})
