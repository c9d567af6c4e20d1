/** torch.nn.init: https://pytorch.org/docs/2.13/nn.init.html. Each sets a cell anew and draws what torch draws. */
import type { Storage } from '../kernels/reference/storage.ts'
import { OpError } from '../ops/error.ts'
import * as fill from '../random/fill.ts'
import type { Generator } from '../random/generator.ts'
import { generatorOf } from '../random/order-free.ts'
import type { Cell } from '../tensor/cell.ts'
import { fromBytes, tensor } from '../tensor/create.ts'
import { orthogonalColumns } from './orthogonal.ts'
import { truncatedNormal } from './truncated-normal.ts'

export type FanMode = 'fan_in' | 'fan_out'
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu'

export interface KaimingOptions {
  /** Negative slope of the leaky ReLU that follows. */
  readonly a?: number
  readonly mode?: FanMode
  readonly nonlinearity?: Nonlinearity
  readonly generator?: Generator
}

function put(cell: Cell, stored: Storage): Cell {
  const { shape, dtype, device } = cell.held
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
  cell.adopt(fromBytes(bytes, shape, dtype, device))
  return cell
}

/** Uniform in [a, b). */
export function uniform_(cell: Cell, a = 0, b = 1, generator: Generator = generatorOf(cell)): Cell {
  return put(cell, fill.uniform(generator, cell.held.dtype, cell.held.size, a, b))
}

/** Normal with mean and standard deviation. */
export function normal_(cell: Cell, mean = 0, std = 1, generator: Generator = generatorOf(cell)): Cell {
  return put(cell, fill.normal(generator, cell.held.dtype, cell.held.size, mean, std))
}

/** Normal, drawn again where outside [a, b]. */
export function truncNormal_(
  cell: Cell,
  mean = 0,
  std = 1,
  a = -2,
  b = 2,
  generator: Generator = generatorOf(cell),
): Cell {
  return put(cell, truncatedNormal(generator, cell.held.dtype, cell.held.size, { mean, std, a, b }))
}

/** All elements `value`. */
export function constant_(cell: Cell, value: number): Cell {
  const { shape, dtype, device, size } = cell.held
  cell.adopt(tensor(new Float64Array(size).fill(value), { shape, dtype, device }))
  return cell
}

export const ones_ = (cell: Cell): Cell => constant_(cell, 1)
export const zeros_ = (cell: Cell): Cell => constant_(cell, 0)

/** The identity matrix. Throws OpError unless the cell has two dimensions. */
export function eye_(cell: Cell): Cell {
  const { shape, dtype, device, size } = cell.held
  if (shape.length !== 2)
    throw new OpError('shape/rank', 'eye_ needs a tensor of 2 dimensions', { op: 'eye_' })
  const values = new Float64Array(size)
  for (let i = 0; i < Math.min(shape[0]!, shape[1]!); i++) values[i * shape[1]! + i] = 1
  cell.adopt(tensor(values, { shape, dtype, device }))
  return cell
}

/** The factor that keeps a layer's variance before a nonlinearity; `param` is leaky_relu's negative slope. */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.sqrt(2)
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + param ** 2))
    case 'selu':
      return 3 / 4
    default:
      return 1
  }
}

function fans(cell: Cell): readonly [fanIn: number, fanOut: number] {
  const { shape } = cell.held
  if (shape.length < 2) {
    throw new OpError('shape/rank', 'fan in and fan out need a tensor of 2 dimensions or more')
  }
  const field = shape.slice(2).reduce((n, d) => n * d, 1)
  return [shape[1]! * field, shape[0]! * field]
}

/** Glorot and Bengio 2010, uniform. */
export function xavierUniform_(cell: Cell, gain = 1, generator?: Generator): Cell {
  const [fanIn, fanOut] = fans(cell)
  const bound = Math.sqrt(3) * (gain * Math.sqrt(2 / (fanIn + fanOut)))
  return uniform_(cell, -bound, bound, generator)
}

/** Glorot and Bengio 2010, normal. */
export function xavierNormal_(cell: Cell, gain = 1, generator?: Generator): Cell {
  const [fanIn, fanOut] = fans(cell)
  return normal_(cell, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), generator)
}

function kaimingStd(cell: Cell, options: KaimingOptions): number {
  const [fanIn, fanOut] = fans(cell)
  const fan = options.mode === 'fan_out' ? fanOut : fanIn
  return calculateGain(options.nonlinearity ?? 'leaky_relu', options.a ?? 0) / Math.sqrt(fan)
}

/** He et al. 2015, uniform. */
export function kaimingUniform_(cell: Cell, options: KaimingOptions = {}): Cell {
  if (cell.held.size === 0) return cell
  const bound = Math.sqrt(3) * kaimingStd(cell, options)
  return uniform_(cell, -bound, bound, options.generator)
}

/** He et al. 2015, normal. */
export function kaimingNormal_(cell: Cell, options: KaimingOptions = {}): Cell {
  if (cell.held.size === 0) return cell
  return normal_(cell, 0, kaimingStd(cell, options), options.generator)
}

/** A (semi-)orthogonal matrix, Saxe et al. 2013; further dimensions are flattened. Throws OpError below two dimensions. */
export function orthogonal_(cell: Cell, gain = 1, generator: Generator = generatorOf(cell)): Cell {
  const { shape, dtype, device, size } = cell.held
  if (shape.length < 2) {
    throw new OpError('shape/rank', 'orthogonal_ needs a tensor of 2 dimensions or more', {
      op: 'orthogonal_',
    })
  }
  if (size === 0) return cell
  const rows = shape[0]!
  const columns = size / rows
  const drawn = fill.normal(generator, dtype === 'float64' ? dtype : 'float32', size, 0, 1) as Float64Array
  const wide = rows < columns
  const at = (i: number, j: number): number => drawn[i * columns + j]!
  const q = wide ? orthogonalColumns(columns, rows, (i, j) => at(j, i)) : orthogonalColumns(rows, columns, at)
  const values = new Float64Array(size)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) values[i * columns + j] = gain * (wide ? q[i]![j]! : q[j]![i]!)
  }
  cell.adopt(tensor(values, { shape, dtype, device }))
  return cell
}

/**
 * Normal with standard deviation `std`, but a part of each column, `sparsity`, is 0: Martens 2010.
 * Throws OpError unless the cell has two dimensions.
 */
export function sparse_(
  cell: Cell,
  sparsity: number,
  std = 0.01,
  generator: Generator = generatorOf(cell),
): Cell {
  const { shape, dtype, size } = cell.held
  const [rows, columns] = shape
  if (rows === undefined || columns === undefined || shape.length !== 2)
    throw new OpError('shape/rank', 'Only tensors with 2 dimensions are supported', { op: 'sparse_' })
  const values = fill.normal(generator, dtype, size, 0, std)
  const zeros = Math.ceil(sparsity * rows)
  for (let column = 0; column < columns; column++) {
    const order = fill.permutation(generator, 'int32', rows) as Int32Array
    for (const row of order.subarray(0, zeros)) values[row * columns + column] = 0
  }
  return put(cell, values)
}

/**
 * The identity of a convolution: as many input channels as possible come out as they go in, within each group.
 * Throws OpError unless the cell has 3, 4 or 5 dimensions, and groups that divide the first.
 */
export function dirac_(cell: Cell, groups = 1): Cell {
  const { shape, dtype, device, size } = cell.held
  if (shape.length < 3 || shape.length > 5)
    throw new OpError('shape/rank', 'Only tensors with 3, 4, or 5 dimensions are supported', { op: 'dirac_' })
  const [outer, inner, ...kernel] = shape as [number, number, ...number[]]
  if (outer % groups !== 0)
    throw new OpError('shape/mismatch', 'dim 0 must be divisible by groups', { op: 'dirac_' })
  const field = kernel.reduce((n, d) => n * d, 1)
  const center = kernel.reduce((at, d) => at * d + Math.floor(d / 2), 0)
  const each = outer / groups
  const values = new Float64Array(size)
  for (let group = 0; group < groups; group++) {
    for (let d = 0; d < Math.min(each, inner); d++)
      values[((group * each + d) * inner + d) * field + center] = 1
  }
  cell.adopt(tensor(values, { shape, dtype, device }))
  return cell
}
