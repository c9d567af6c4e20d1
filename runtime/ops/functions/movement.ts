/** Views, permutations and repetitions: the elements stay, their places change. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, type Dim, max, min, mod, mul, printShape, product, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axis, broadcastShapes, resolveShape } from './axes.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')

/** `x.expand(sizes)`: -1 keeps a size. */
function expandTo<V>(b: Builder<V>, x: V, sizes: readonly Dim[]): V {
  const v = vocabulary(b)
  const own = v.shape(x)
  const lead = sizes.length - own.length
  if (lead < 0) {
    throw new OpError(
      'shape/rank',
      `expand: ${sizes.length} sizes are too few for a tensor of shape ${printShape(own)}`,
    )
  }
  const shape = sizes.map((d, i) => {
    if (d !== -1) return d
    if (i < lead) throw new OpError('argument/value', 'expand: -1 is not allowed for a new leading dim')
    return own[i - lead]!
  })
  return v.expand(x, shape)
}

/** An identity here: tensors are immutable and have no strides. */
const same = <const N extends string, const M extends true | 'only'>(name: N, method: M, doc: string) =>
  defineFunction({ name, method, args: [input], returns: 'tensor', doc, expand: (_b, { input }) => input })

/** The axes reversed. */
export function flip<V>(b: Builder<V>, x: V, dims: readonly number[]): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  const over = dims.map(d => axis(shape.length, d))
  if (new Set(over).size !== over.length) throw new OpError('argument/value', 'flip: an axis is named twice')
  if (shape.length === 0 || over.length === 0) return x
  return b.emit('slice', [x], {
    starts: shape.map((d, i) => (over.includes(i) ? max(sub(d, 1), 0) : 0)),
    lengths: shape,
    steps: shape.map((_, i) => (over.includes(i) ? -1 : 1)),
  })
}

/** Along one axis, element i goes to place i + shift, cyclically. */
function rollAxis<V>(b: Builder<V>, x: V, dim: number, shift: Dim): V {
  const v = vocabulary(b)
  const size = v.size(x, dim)
  if (size === 0) return x
  const by = mod(shift, size)
  if (by === 0) return x
  const head = v.slice(x, dim, sub(size, by), by)
  const tail = v.slice(x, dim, 0, sub(size, by))
  const whole = v.cat([head, tail], dim)
  return v.reshape(whole, v.shape(x))
}

/** `x.repeat(sizes)`. */
export function repeat<V>(b: Builder<V>, x: V, sizes: readonly Dim[]): V {
  const v = vocabulary(b)
  const own = v.shape(x)
  const lead = sizes.length - own.length
  if (lead < 0) {
    throw new OpError(
      'shape/rank',
      `repeat: ${sizes.length} counts are too few for a tensor of shape ${printShape(own)}`,
    )
  }
  const base: Dim[] = [...new Array<Dim>(lead).fill(1), ...own]
  const apart = v.reshape(
    x,
    base.flatMap(d => [1, d]),
  )
  const spread = v.expand(
    apart,
    base.flatMap((d, i) => [sizes[i]!, d]),
  )
  return v.reshape(
    spread,
    base.map((d, i) => mul(d, sizes[i]!)),
  )
}

/** Each element along an axis repeated, next to itself. */
export function repeatInterleave<V>(b: Builder<V>, x: V, repeats: Dim, dim: number): V {
  const v = vocabulary(b)
  const shape = v.rank(x) === 0 ? [1] : v.shape(x)
  const at = axis(shape.length, dim)
  const apart = v.reshape(x, [...shape.slice(0, at + 1), 1, ...shape.slice(at + 1)])
  const spread = v.expand(apart, [...shape.slice(0, at + 1), repeats, ...shape.slice(at + 1)])
  return v.reshape(
    spread,
    shape.map((d, i) => (i === at ? mul(d, repeats) : d)),
  )
}

/** Merges the axes from start to end. */
export function flatten<V>(b: Builder<V>, x: V, start: number, end: number): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  const [from, to] = [axis(shape.length, start), axis(shape.length, end)]
  if (from > to)
    throw new OpError('argument/value', 'flatten: start_dim comes after end_dim', { op: 'flatten' })
  if (shape.length === 0) return v.reshape(x, [1])
  return v.reshape(x, [...shape.slice(0, from), product(shape.slice(from, to + 1)), ...shape.slice(to + 1)])
}

function squeeze<V>(b: Builder<V>, x: V, dims: readonly number[] | null): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  // A symbolic size counts as larger than 1.
  const named = dims?.map(d => axis(shape.length, d))
  return v.reshape(
    x,
    shape.filter((d, i) => d !== 1 || (named !== undefined && !named.includes(i))),
  )
}

function movedim<V>(b: Builder<V>, x: V, source: readonly number[], destination: readonly number[]): V {
  const rank = b.aval(x).shape.length
  const from = source.map(d => axis(rank, d))
  const to = destination.map(d => axis(rank, d))
  if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
    throw new OpError('argument/value', 'movedim: source and destination must be as many distinct axes')
  }
  const rest = Array.from({ length: rank }, (_, i) => i).filter(i => !from.includes(i))
  const order = Array.from({ length: rank }, (_, i) => {
    const at = to.indexOf(i)
    return at >= 0 ? from[at]! : rest.shift()!
  })
  return vocabulary(b).permute(x, order)
}

/** The diagonal of two axes, as the last axis. */
export function diagonal<V>(b: Builder<V>, x: V, offset: number, dim1: number, dim2: number): V {
  const v = vocabulary(b)
  const rank = v.rank(x)
  const [i, j] = [axis(rank, dim1), axis(rank, dim2)]
  if (i === j) throw new OpError('argument/value', 'diagonal: dim1 and dim2 are the same axis')
  const last = movedim(b, x, [i, j], [rank - 2, rank - 1])
  const [rows, columns] = v.shape(last).slice(-2)
  const skipRows = Math.max(0, -offset)
  const skipColumns = Math.max(0, offset)
  const length = max(0, min(sub(rows!, skipRows), sub(columns!, skipColumns)))
  const square = v.slice(
    v.slice(last, -2, length === 0 ? 0 : skipRows, length),
    -1,
    length === 0 ? 0 : skipColumns,
    length,
  )
  // Only the diagonal survives the mask: a sum along the rows is exact.
  const eye = v.eq(v.iotaAlong(rank, rank - 2, length), v.iotaAlong(rank, rank - 1, length))
  const zero = v.dtype(x) === 'bool' ? false : 0
  const masked = v.where(eye, square, zero)
  return v.dtype(x) === 'bool' ? v.reduce('max', masked, [-2]) : v.sum(masked, [-2])
}

export const movement = {
  reshape: defineFunction({
    name: 'reshape',
    method: true,
    args: [input, required('shape', 'dims', { variadic: true })],
    returns: 'tensor',
    doc: 'The elements in row-major order under another shape; one size may be -1.',
    expand: (b, { input, shape }) => vocabulary(b).reshape(input, shape),
  }),
  view: defineFunction({
    name: 'view',
    method: 'only',
    args: [input, required('size', 'dims', { variadic: true })],
    returns: 'tensor',
    doc: 'As reshape: tensors here have no strides.',
    expand: (b, { input, size }) => vocabulary(b).reshape(input, size),
  }),
  view_as: defineFunction({
    name: 'view_as',
    aliases: ['reshape_as'],
    method: 'only',
    args: [input, required('other', 'tensor')],
    returns: 'tensor',
    doc: 'Viewed with the shape of other.',
    expand: (b, { input, other }) => vocabulary(b).reshape(input, b.aval(other).shape),
  }),
  flatten: defineFunction({
    name: 'flatten',
    method: true,
    args: [input, optional('start_dim', 'int', 0), optional('end_dim', 'int', -1)],
    returns: 'tensor',
    doc: 'Merges the axes from start_dim to end_dim.',
    expand: (b, { input, start_dim, end_dim }) => flatten(b, input, start_dim, end_dim),
  }),
  ravel: defineFunction({
    name: 'ravel',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'All elements in one axis.',
    expand: (b, { input }) => vocabulary(b).reshape(input, [-1]),
  }),
  unflatten: defineFunction({
    name: 'unflatten',
    method: true,
    args: [input, required('dim', 'int'), required('sizes', 'dims')],
    returns: 'tensor',
    doc: 'Splits an axis into several; one size may be -1.',
    expand(b, { input, dim, sizes }) {
      const v = vocabulary(b)
      const shape = v.rank(input) === 0 ? [1] : v.shape(input)
      const at = axis(shape.length, dim)
      const parts = resolveShape(sizes, shape[at]!)
      if (!b.assumeEqual(product(parts), shape[at]!)) {
        throw new OpError(
          'shape/mismatch',
          `unflatten: sizes ${printShape(sizes)} do not multiply to ${shape[at]}`,
        )
      }
      return v.reshape(input, [...shape.slice(0, at), ...parts, ...shape.slice(at + 1)])
    },
  }),
  squeeze: defineFunction({
    name: 'squeeze',
    method: true,
    args: [input, optional('dim', 'ints?', null)],
    returns: 'tensor',
    doc: 'Drops axes of size 1, all or those named. A symbolic size counts as larger than 1.',
    expand: (b, { input, dim }) => squeeze(b, input, dim),
  }),
  unsqueeze: defineFunction({
    name: 'unsqueeze',
    method: true,
    args: [input, required('dim', 'int')],
    returns: 'tensor',
    doc: 'A new axis of size 1.',
    expand: (b, { input, dim }) => vocabulary(b).unsqueeze(input, dim),
  }),
  transpose: defineFunction({
    name: 'transpose',
    aliases: ['swapaxes', 'swapdims'],
    method: true,
    args: [input, required('dim0', 'int'), required('dim1', 'int')],
    returns: 'tensor',
    doc: 'Swaps two axes.',
    expand: (b, { input, dim0, dim1 }) => vocabulary(b).transpose(input, dim0, dim1),
  }),
  permute: defineFunction({
    name: 'permute',
    method: true,
    args: [input, required('dims', 'ints', { variadic: true })],
    returns: 'tensor',
    doc: 'Axes in another order.',
    expand(b, { input, dims }) {
      const rank = b.aval(input).shape.length
      const order = dims.map(d => axis(rank, d))
      if (order.length !== rank || new Set(order).size !== rank) {
        throw new OpError(
          'shape/rank',
          `permute: [${dims.join(', ')}] is no permutation of the ${rank} axes of ${printShape(b.aval(input).shape)}`,
        )
      }
      return vocabulary(b).permute(input, order)
    },
  }),
  movedim: defineFunction({
    name: 'movedim',
    aliases: ['moveaxis'],
    method: true,
    args: [input, required('source', 'ints'), required('destination', 'ints')],
    returns: 'tensor',
    doc: 'Moves axes to other places; the others keep their order.',
    expand: (b, { input, source, destination }) => movedim(b, input, source, destination),
  }),
  t: defineFunction({
    name: 't',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'A matrix transposed; tensors of fewer axes as they are.',
    expand(b, { input }) {
      const v = vocabulary(b)
      const rank = v.rank(input)
      if (rank > 2) throw new OpError('shape/rank', `t takes at most two axes, not ${rank}`, { op: 't' })
      return rank < 2 ? input : v.permute(input, [1, 0])
    },
  }),
  T: defineFunction({
    name: 'T',
    aliases: ['H'],
    method: 'only',
    args: [input],
    returns: 'tensor',
    doc: 'All axes in the reverse order.',
    expand(b, { input }) {
      const v = vocabulary(b)
      const rank = v.rank(input)
      return v.permute(
        input,
        Array.from({ length: rank }, (_, i) => rank - 1 - i),
      )
    },
  }),
  mT: defineFunction({
    name: 'mT',
    aliases: ['adjoint', 'mH'],
    method: 'only',
    args: [input],
    returns: 'tensor',
    doc: 'The last two axes swapped.',
    expand: (b, { input }) => vocabulary(b).transpose(input, -2, -1),
  }),
  expand: defineFunction({
    name: 'expand',
    method: 'only',
    args: [input, required('size', 'dims', { variadic: true })],
    returns: 'tensor',
    doc: 'Axes of size 1 repeated to the sizes given; -1 keeps a size.',
    expand: (b, { input, size }) => expandTo(b, input, size),
  }),
  expand_as: defineFunction({
    name: 'expand_as',
    method: 'only',
    args: [input, required('other', 'tensor')],
    returns: 'tensor',
    doc: 'Expanded to the shape of other.',
    expand: (b, { input, other }) => expandTo(b, input, b.aval(other).shape),
  }),
  broadcast_to: defineFunction({
    name: 'broadcast_to',
    method: true,
    args: [input, required('size', 'dims', { variadic: true })],
    returns: 'tensor',
    doc: 'Broadcast to a shape.',
    expand: (b, { input, size }) => expandTo(b, input, size),
  }),
  broadcast_tensors: defineFunction({
    name: 'broadcast_tensors',
    args: [required('tensors', 'tensors', { variadic: true })],
    returns: 'tensors',
    doc: 'All tensors broadcast to one shape.',
    expand(b, { tensors }) {
      const v = vocabulary(b)
      const shape = broadcastShapes(
        b,
        tensors.map(x => v.shape(x)),
      )
      return tensors.map(x => v.expand(x, shape))
    },
  }),
  repeat: defineFunction({
    name: 'repeat',
    method: 'only',
    args: [input, required('repeats', 'dims', { variadic: true })],
    returns: 'tensor',
    doc: 'The whole tensor repeated along each axis.',
    expand: (b, { input, repeats }) => repeat(b, input, repeats),
  }),
  tile: defineFunction({
    name: 'tile',
    method: true,
    args: [input, required('dims', 'dims', { variadic: true })],
    returns: 'tensor',
    doc: 'As repeat, with missing leading counts taken as 1.',
    expand(b, { input, dims }) {
      const rank = b.aval(input).shape.length
      return repeat(b, input, [...new Array<Dim>(Math.max(0, rank - dims.length)).fill(1), ...dims])
    },
  }),
  repeat_interleave: defineFunction({
    name: 'repeat_interleave',
    method: true,
    args: [input, required('repeats', 'dim'), optional('dim', 'int?', null)],
    returns: 'tensor',
    doc: 'Each element repeated, next to itself; without dim the tensor is flattened first.',
    expand(b, { input, repeats, dim }) {
      const v = vocabulary(b)
      return dim === null
        ? repeatInterleave(b, v.reshape(input, [-1]), repeats, 0)
        : repeatInterleave(b, input, repeats, dim)
    },
  }),
  flip: defineFunction({
    name: 'flip',
    method: true,
    args: [input, required('dims', 'ints', { variadic: true })],
    returns: 'tensor',
    doc: 'Axes reversed.',
    expand: (b, { input, dims }) => flip(b, input, dims),
  }),
  fliplr: defineFunction({
    name: 'fliplr',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Columns reversed.',
    expand: (b, { input }) => flip(b, input, [1]),
  }),
  flipud: defineFunction({
    name: 'flipud',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Rows reversed.',
    expand: (b, { input }) => flip(b, input, [0]),
  }),
  rot90: defineFunction({
    name: 'rot90',
    method: true,
    args: [input, optional('k', 'int', 1), optional('dims', 'ints', [0, 1])],
    returns: 'tensor',
    doc: 'Turned k times by 90 degrees, from the first axis towards the second.',
    expand(b, { input, k, dims }) {
      const v = vocabulary(b)
      const [i, j] = [dims[0]!, dims[1]!]
      switch (mod(k, 4)) {
        case 1:
          return v.transpose(flip(b, input, [j]), i, j)
        case 2:
          return flip(b, input, [i, j])
        case 3:
          return v.transpose(flip(b, input, [i]), i, j)
        default:
          return input
      }
    },
  }),
  roll: defineFunction({
    name: 'roll',
    method: true,
    args: [input, required('shifts', 'dims'), optional('dims', 'ints?', null)],
    returns: 'tensor',
    doc: 'Elements moved by shifts along axes, cyclically; without dims along the flattened tensor.',
    expand(b, { input, shifts, dims }) {
      const v = vocabulary(b)
      if (dims === null || dims.length === 0) {
        if (shifts.length !== 1) throw new OpError('argument/value', 'roll: several shifts need dims')
        return v.reshape(rollAxis(b, v.reshape(input, [-1]), 0, shifts[0]!), v.shape(input))
      }
      if (dims.length !== shifts.length)
        throw new OpError('argument/value', 'roll: as many shifts as dims are needed')
      return dims.reduce((x, dim, i) => rollAxis(b, x, dim, shifts[i]!), input)
    },
  }),
  diagonal: defineFunction({
    name: 'diagonal',
    method: true,
    args: [input, optional('offset', 'int', 0), optional('dim1', 'int', 0), optional('dim2', 'int', 1)],
    returns: 'tensor',
    doc: 'The diagonal of two axes, as the last axis.',
    expand: (b, { input, offset, dim1, dim2 }) => diagonal(b, input, offset, dim1, dim2),
  }),
  diag: defineFunction({
    name: 'diag',
    method: true,
    args: [input, optional('diagonal', 'int', 0)],
    returns: 'tensor',
    doc: 'The diagonal of a matrix; of a vector, the matrix that has it as diagonal.',
    expand(b, args) {
      const v = vocabulary(b)
      const rank = v.rank(args.input)
      if (rank === 2) return diagonal(b, args.input, args.diagonal, 0, 1)
      if (rank !== 1) throw new OpError('shape/rank', `diag takes a vector or a matrix, not ${rank} axes`)
      return diagonalMatrix(b, args.input, args.diagonal)
    },
  }),
  diag_embed: defineFunction({
    name: 'diag_embed',
    method: true,
    args: [input, optional('offset', 'int', 0), optional('dim1', 'int', -2), optional('dim2', 'int', -1)],
    returns: 'tensor',
    doc: 'Matrices whose diagonals are the last axis of input.',
    expand(b, { input, offset, dim1, dim2 }) {
      const made = diagonalMatrix(b, input, offset)
      const rank = b.aval(made).shape.length
      return movedim(b, made, [rank - 2, rank - 1], [dim1, dim2])
    },
  }),
  trace: defineFunction({
    name: 'trace',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Sum of the diagonal of a matrix.',
    expand(b, { input }) {
      const v = vocabulary(b)
      const line = diagonal(b, input, 0, 0, 1)
      return v.sum(v.cast(line, isFloat(v.dtype(input)) ? v.dtype(input) : 'int64'), null)
    },
  }),
  contiguous: same('contiguous', 'only', 'The tensor itself: there are no strides.'),
  clone: same('clone', true, 'The tensor itself: tensors are immutable.'),
  detach: defineFunction({
    name: 'detach',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The tensor without its history: no gradient flows through it.',
    expand: (b, { input }) => b.detach?.(input) ?? input,
  }),
  atleast_1d: defineFunction({
    name: 'atleast_1d',
    args: [input],
    returns: 'tensor',
    doc: 'A scalar as a vector; others as they are.',
    expand: (b, { input }) => (b.aval(input).shape.length === 0 ? vocabulary(b).reshape(input, [1]) : input),
  }),
} as const

/** The matrix whose diagonal is the last axis. */
export function diagonalMatrix<V>(b: Builder<V>, x: V, offset: number): V {
  const v = vocabulary(b)
  const rank = v.rank(x) + 1
  const length = v.size(x, -1)
  const size = add(length, Math.abs(offset))
  const line = v.unsqueeze(
    v.padLast(x, [offset < 0 ? [0, -offset] : [0, offset]], v.dtype(x) === 'bool' ? false : 0),
    -1,
  )
  // Row i of the matrix holds element i (below the main diagonal: i + offset) at column i + offset.
  const rows = v.iotaAlong(rank, rank - 2, size)
  const columns = v.iotaAlong(rank, rank - 1, size)
  const on = v.eq(v.sub(columns, rows), offset)
  const value = offset >= 0 ? line : v.transpose(line, -1, -2)
  return v.where(on, value, v.dtype(x) === 'bool' ? false : 0)
}
