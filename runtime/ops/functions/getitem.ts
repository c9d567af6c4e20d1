/**
 * `x[...]` with ints, slices, None, `...` and integer tensors, in numpy's and torch's order of the result's axes.
 * Masks are refused: the result's shape would depend on the data.
 */
import { type IndexItem, required, type Slice } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, bounds, compare, type Dim, floordiv, max, min, printShape, product, Sym, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { broadcastShapes, sameDim } from './axes.ts'
import { vocabulary } from './vocabulary.ts'

const isSlice = (item: unknown): item is Slice =>
  typeof item === 'object' && item !== null && !(item instanceof Sym) && 'step' in item

/** Python's clamping of a slice bound into [0, size], or [-1, size - 1] for a negative step. */
function clampBound(bound: Dim, size: Dim, step: number): Dim {
  // The sign of a symbolic bound that neither is provable is taken to be plus: sizes are not negative.
  const fromStart = compare(bound, 0) === -1 || bounds(bound)[1] < 0 ? add(bound, size) : bound
  return step > 0 ? min(max(fromStart, 0), size) : min(max(fromStart, -1), sub(size, 1))
}

/** First element and number of elements of Python's start:stop:step over a size. */
export function sliceRange({ start, stop, step }: Slice, size: Dim): { start: Dim; length: Dim } {
  if (!Number.isInteger(step) || step === 0)
    throw new OpError('argument/value', `a slice's step must be an int that is not zero, not ${step}`)
  const from = start === null ? (step > 0 ? 0 : sub(size, 1)) : clampBound(start, size, step)
  const to = stop === null ? (step > 0 ? size : -1) : clampBound(stop, size, step)
  const span = step > 0 ? sub(to, from) : sub(from, to)
  const length = max(0, floordiv(add(span, Math.abs(step) - 1), Math.abs(step)))
  return { start: length === 0 ? 0 : from, length }
}

function intIndex(index: Dim, size: Dim, dim: number): Dim {
  const at = compare(index, 0) === -1 ? add(index, size) : index
  if (compare(at, 0) === -1 || compare(at, size) === 0 || compare(at, size) === 1) {
    throw new OpError('shape/range', `index ${index} is out of range for dim ${dim} of size ${size}`)
  }
  return at
}

/** int64, with negative indices wrapped. */
export function wrapIndices<V>(b: Builder<V>, indices: V, size: Dim): V {
  const v = vocabulary(b)
  const dtype = v.dtype(indices)
  if (dtype === 'bool' || dtype === 'uint8') {
    throw new OpError(
      'op/unsupported',
      'indexing by a mask is not supported: its result has no fixed shape',
      {
        op: 'getitem',
        hint: 'use where(mask, x, 0) or x.masked_fill(mask, value)',
      },
    )
  }
  if (isFloat(dtype)) throw new OpError('dtype/mismatch', `indices must be integers, not ${dtype}`)
  const long = v.cast(indices, 'int64')
  return v.where(v.lt(long, 0), v.add(long, size), long)
}

/** One entry per axis of the tensor: `...` written out, missing ones as full slices. */
function fillIn<V>(items: readonly IndexItem<V>[], shape: readonly Dim[]): readonly IndexItem<V>[] {
  const named = items.filter(i => i !== 'newaxis' && i !== 'ellipsis').length
  const dots = items.filter(i => i === 'ellipsis').length
  if (dots > 1) throw new OpError('argument/value', 'an index can have only one ...')
  if (named > shape.length) {
    throw new OpError(
      'shape/rank',
      `${named} indices are too many for a tensor of shape ${printShape(shape)}`,
      {
        op: 'getitem',
      },
    )
  }
  const rest: Slice[] = Array.from({ length: shape.length - named }, () => ({
    start: null,
    stop: null,
    step: 1,
  }))
  const whole = dots === 0 ? [...items, 'ellipsis' as const] : items
  return whole.flatMap(i => (i === 'ellipsis' ? rest : [i]))
}

/** The result of basic indexing, with the tensors that remain for each of its axes. */
function basic<V>(b: Builder<V>, x: V, items: readonly IndexItem<V>[]): { base: V; tensors: (V | null)[] } {
  const v = vocabulary(b)
  const shape = v.shape(x)
  const starts: Dim[] = []
  const lengths: Dim[] = []
  const steps: number[] = []
  const out: Dim[] = []
  const tensors: (V | null)[] = []
  let dim = 0
  for (const item of items) {
    if (item === 'newaxis') {
      out.push(1)
      tensors.push(null)
      continue
    }
    const size = shape[dim]!
    if (b.isValue(item)) {
      if (['bool', 'uint8'].includes(b.aval(item).dtype)) wrapIndices(b, item, size)
      starts.push(0)
      lengths.push(size)
      steps.push(1)
      out.push(size)
      tensors.push(item)
    } else if (isSlice(item)) {
      const range = sliceRange(item, size)
      starts.push(range.start)
      lengths.push(range.length)
      steps.push(item.step)
      out.push(range.length)
      tensors.push(null)
    } else if (typeof item === 'number' || item instanceof Sym) {
      const index = intIndex(item, size, dim)
      starts.push(index)
      lengths.push(1)
      steps.push(1)
    } else {
      throw new OpError('argument/value', `cannot index with ${String(item)}`, { op: 'getitem' })
    }
    dim++
  }
  const partial = lengths.some((d, i) => starts[i] !== 0 || steps[i] !== 1 || !sameDim(d, shape[i]!))
  const sliced = partial && shape.length > 0 ? b.emit('slice', [x], { starts, lengths, steps }) : x
  return { base: v.reshape(sliced, out), tensors }
}

/** Several index tensors: their axes flattened to one, with one combined index. */
function advancedIndex<V>(b: Builder<V>, base: V, tensors: readonly (V | null)[]): V {
  const v = vocabulary(b)
  const shape = v.shape(base)
  const at = tensors.flatMap((t, i) => (t === null ? [] : [i]))
  const rest = tensors.flatMap((t, i) => (t === null ? [i] : []))
  const indexShape = broadcastShapes(
    b,
    at.map(i => v.shape(tensors[i]!)),
  )
  const sizes = at.map(i => shape[i]!)
  const wrapped = at.map((i, k) => v.expand(wrapIndices(b, tensors[i]!, sizes[k]!), indexShape))
  const inside = wrapped.reduce((sum, index, k) => v.add(v.mul(sum, sizes[k]!), index))
  // An index that is outside of its own axis must not become another element of the whole: it is sent outside of that too.
  const outside = wrapped.map((index, k) => v.or(v.lt(index, 0), v.ge(index, sizes[k]!)))
  const combined =
    wrapped.length === 1
      ? inside
      : v.where(
          outside.reduce((any, one) => v.or(any, one)),
          product(sizes),
          inside,
        )
  // Ints have gone by now: as in torch, and unlike numpy, they do not count here.
  const adjacent = at.every((axis, k) => axis === at[0]! + k)
  const first = adjacent ? rest.filter(i => i < at[0]!).length : 0
  const order = [...rest.slice(0, first), ...at, ...rest.slice(first)]
  const moved = v.permute(base, order)
  const flat = v.reshape(moved, [
    ...rest.slice(0, first).map(i => shape[i]!),
    product(sizes),
    ...rest.slice(first).map(i => shape[i]!),
  ])
  return v.take(flat, first, combined)
}

export function getitem<V>(b: Builder<V>, x: V, items: readonly IndexItem<V>[]): V {
  const { base, tensors } = basic(b, x, fillIn(items, b.aval(x).shape))
  return tensors.some(t => t !== null) ? advancedIndex(b, base, tensors) : base
}

export const indexing = {
  getitem: defineFunction({
    name: 'getitem',
    method: 'only',
    args: [required('input', 'tensor'), required('index', 'index')],
    returns: 'tensor',
    doc: 'x[...] with ints, slices, None, `...` and tensors of integers.',
    expand: (b, { input, index }) => getitem(b, input, index),
  }),
} as const
