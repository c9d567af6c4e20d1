/** Tensors put together and taken apart along an axis. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, compare, type Dim, floordiv, max, min, mul, neg, printShape, sub, sum } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axis } from './axes.ts'
import { resultType } from './promotion.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const tensors = required('tensors', 'tensors')

function someTensors<V>(op: string, parts: readonly V[]): void {
  if (parts.length === 0) throw new OpError('argument/value', `${op} needs at least one tensor`, { op })
}

/** All of one dtype, as torch.cat promotes. */
function oneDType<V>(b: Builder<V>, op: string, parts: readonly V[]): readonly V[] {
  someTensors(op, parts)
  const dtype = resultType(b, parts)
  return parts.map(x => vocabulary(b).cast(x, dtype))
}

export function cat<V>(b: Builder<V>, parts: readonly V[], dim: number): V {
  const v = vocabulary(b)
  // torch's old rule: an empty vector fits anything.
  const shaped = parts.filter(x => !(v.rank(x) === 1 && v.size(x, 0) === 0))
  someTensors('cat', parts)
  // It counts for the dtype all the same.
  const dtype = resultType(b, parts)
  const kept = (shaped.length > 0 ? shaped : parts).map(x => v.cast(x, dtype))
  const scalar = kept.find(x => v.rank(x) === 0)
  if (scalar !== undefined)
    throw new OpError('shape/rank', 'cat: a tensor without dims cannot be concatenated')
  const odd = kept.find(x => v.rank(x) !== v.rank(kept[0]!))
  if (odd !== undefined) {
    throw new OpError(
      'shape/mismatch',
      `cat: shapes ${printShape(v.shape(kept[0]!))} and ${printShape(v.shape(odd))} have different ranks`,
    )
  }
  return v.cat(kept, dim)
}

/** Consecutive parts of these sizes. */
export function splitSizes<V>(b: Builder<V>, x: V, sizes: readonly Dim[], dim: number): readonly V[] {
  const v = vocabulary(b)
  const whole = v.size(x, dim)
  if (!b.assumeEqual(sum(sizes), whole)) {
    throw new OpError('shape/mismatch', `split: sizes ${printShape(sizes)} do not add up to ${whole}`)
  }
  let start: Dim = 0
  return sizes.map(size => {
    const part = v.slice(x, dim, start, size)
    start = add(start, size)
    return part
  })
}

/** How many parts there are must not depend on a symbolic size. */
function partCount(op: string, count: Dim): number {
  if (typeof count === 'number') return count
  throw new OpError('op/unsupported', `${op}: the number of parts, ${count}, must be a fixed number`, {
    op,
    hint: 'reshape into [parts, size] instead, or fix the size of this dim',
  })
}

function splitEqual<V>(b: Builder<V>, x: V, size: Dim, dim: number): readonly V[] {
  const whole = b.aval(x).shape[axis(b.aval(x).shape.length, dim)] ?? 1
  if (compare(size, 0) === -1 || (size === 0 && whole !== 0))
    throw new OpError('argument/value', `split: a part of size ${size} is not allowed`)
  // The usual case of a symbolic whole is `split(x.shape[1] // 3, dim=1)`: provable, or one part.
  const count = whole === 0 ? 1 : partCount('split', neg(floordiv(neg(whole), size)))
  const sizes = Array.from({ length: count }, (_, i) =>
    i < count - 1 ? size : sub(whole, mul(size, count - 1)),
  )
  return splitSizes(b, x, sizes, dim)
}

export function chunk<V>(b: Builder<V>, x: V, chunks: number, dim: number): readonly V[] {
  if (chunks < 1)
    throw new OpError('argument/value', `chunk: the number of chunks, ${chunks}, must be positive`)
  const whole = b.aval(x).shape[axis(b.aval(x).shape.length, dim)] ?? 1
  if (typeof whole === 'number') {
    const size = Math.ceil(whole / chunks)
    return size === 0 ? splitSizes(b, x, new Array<Dim>(chunks).fill(0), dim) : splitEqual(b, x, size, dim)
  }
  // A symbolic size is taken to give as many chunks as asked for; the last is what remains.
  const size = neg(floordiv(neg(whole), chunks))
  const sizes = Array.from({ length: chunks }, (_, i) =>
    i < chunks - 1 ? size : sub(whole, mul(size, chunks - 1)),
  )
  return splitSizes(b, x, sizes, dim)
}

/** The parts between places along an axis. */
export function tensorSplit<V>(b: Builder<V>, x: V, at: readonly Dim[], dim: number): readonly V[] {
  const v = vocabulary(b)
  const whole = v.size(x, dim)
  const within = (d: Dim): Dim => min(max(compare(d, 0) === -1 ? add(d, whole) : d, 0), whole)
  const bounds = [0, ...at.map(within), whole]
  return bounds.slice(1).map((end, i) => v.slice(x, dim, bounds[i]!, max(sub(end, bounds[i]!), 0)))
}

const stackRow = <
  const N extends 'hstack' | 'vstack' | 'dstack',
  const L extends readonly string[] = readonly [],
>(
  name: N,
  doc: string,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    aliases,
    args: [tensors],
    returns: 'tensor',
    doc,
    expand(b, { tensors }) {
      const v = vocabulary(b)
      const least = name === 'hstack' ? 1 : name === 'vstack' ? 2 : 3
      const parts = tensors.map(x => {
        const shape = v.shape(x)
        if (shape.length >= least) return x
        if (shape.length === 0) return v.reshape(x, new Array<Dim>(least).fill(1))
        if (shape.length === 1 && least >= 2) return v.reshape(x, [1, shape[0]!, 1].slice(0, least))
        return v.reshape(x, [...shape, 1])
      })
      someTensors(name, parts)
      return cat(b, parts, name === 'dstack' ? 2 : name === 'vstack' ? 0 : v.rank(parts[0]!) === 1 ? 0 : 1)
    },
  })

export const join = {
  cat: defineFunction({
    name: 'cat',
    aliases: ['concat', 'concatenate'],
    args: [tensors, optional('dim', 'int', 0)],
    returns: 'tensor',
    doc: 'Tensors one after another along an axis.',
    expand: (b, { tensors, dim }) => cat(b, tensors, dim),
  }),
  stack: defineFunction({
    name: 'stack',
    args: [tensors, optional('dim', 'int', 0)],
    returns: 'tensor',
    doc: 'Tensors of one shape along a new axis.',
    expand: (b, { tensors, dim }) => vocabulary(b).stack(oneDType(b, 'stack', tensors), dim),
  }),
  hstack: stackRow('hstack', 'Tensors side by side.'),
  vstack: stackRow('vstack', 'Tensors one below the other.', ['row_stack']),
  dstack: stackRow('dstack', 'Tensors along the third axis.'),
  column_stack: defineFunction({
    name: 'column_stack',
    args: [tensors],
    returns: 'tensor',
    doc: 'Vectors as columns beside matrices.',
    expand(b, { tensors }) {
      const v = vocabulary(b)
      return cat(
        b,
        tensors.map(x => (v.rank(x) < 2 ? v.reshape(x, [-1, 1]) : x)),
        1,
      )
    },
  }),
  split: defineFunction({
    name: 'split',
    method: true,
    args: [
      required('tensor', 'tensor'),
      required('split_size_or_sections', 'dim'),
      optional('dim', 'int', 0),
    ],
    returns: 'tensors',
    doc: 'Parts of equal size along an axis; the last may be smaller.',
    expand: (b, { tensor, split_size_or_sections, dim }) =>
      splitEqual(b, tensor, split_size_or_sections, dim),
  }),
  split_sizes: defineFunction({
    name: 'split_sizes',
    python: 'split',
    aliases: ['split_with_sizes'],
    method: true,
    args: [
      required('tensor', 'tensor'),
      required('split_size_or_sections', 'dims'),
      optional('dim', 'int', 0),
    ],
    returns: 'tensors',
    doc: 'Parts of the sizes given.',
    expand: (b, { tensor, split_size_or_sections, dim }) =>
      splitSizes(b, tensor, split_size_or_sections, dim),
  }),
  tensor_split: defineFunction({
    name: 'tensor_split',
    method: true,
    args: [input, required('indices_or_sections', 'int', { min: 1 }), optional('dim', 'int', 0)],
    returns: 'tensors',
    doc: 'So many parts of sizes that differ by at most one, the larger ones first.',
    expand(b, { input, indices_or_sections: count, dim }) {
      const whole = vocabulary(b).size(input, dim)
      const parts = Array.from({ length: count }, (_, i) => floordiv(add(whole, count - 1 - i), count))
      return splitSizes(b, input, parts, dim)
    },
  }),
  tensor_split_at: defineFunction({
    name: 'tensor_split_at',
    python: 'tensor_split',
    method: true,
    args: [input, required('indices_or_sections', 'dims'), optional('dim', 'int', 0)],
    returns: 'tensors',
    doc: 'Parts between the indices given.',
    expand: (b, { input, indices_or_sections, dim }) => tensorSplit(b, input, indices_or_sections, dim),
  }),
  chunk: defineFunction({
    name: 'chunk',
    method: true,
    args: [input, required('chunks', 'int'), optional('dim', 'int', 0)],
    returns: 'tensors',
    doc: 'At most so many parts of equal size; the last may be smaller.',
    expand: (b, { input, chunks, dim }) => chunk(b, input, chunks, dim),
  }),
  unbind: defineFunction({
    name: 'unbind',
    method: true,
    args: [input, optional('dim', 'int', 0)],
    returns: 'tensors',
    doc: 'All slices along an axis, which is removed. Its size must be a fixed number.',
    expand(b, { input, dim }) {
      const v = vocabulary(b)
      return Array.from({ length: partCount('unbind', v.size(input, dim)) }, (_, i) => v.at(input, dim, i))
    },
  }),
  meshgrid: defineFunction({
    name: 'meshgrid',
    args: [
      required('tensors', 'tensors', { variadic: true }),
      optional('indexing', 'string', 'ij', { enum: ['ij', 'xy'] }),
    ],
    returns: 'tensors',
    doc: 'Coordinate grids of vectors: one tensor for each, all of one shape.',
    expand(b, { tensors, indexing }) {
      const v = vocabulary(b)
      const lines = tensors.map(x => v.reshape(x, [-1]))
      const swap = indexing === 'xy' && lines.length >= 2
      const order = lines.map((_, i) => (swap && i < 2 ? 1 - i : i))
      const shape = order.map(i => v.size(lines[i]!, 0))
      return lines.map((x, i) => {
        const own = order.map(j => (j === i ? v.size(x, 0) : 1))
        return v.expand(v.reshape(x, own), shape)
      })
    },
  }),
  cartesian_prod: defineFunction({
    name: 'cartesian_prod',
    args: [required('tensors', 'tensors', { variadic: true })],
    returns: 'tensor',
    doc: 'All tuples of elements of vectors, one in each row.',
    expand(b, { tensors }) {
      const v = vocabulary(b)
      if (tensors.length === 1) return tensors[0]!
      const shape = tensors.map(x => v.size(x, 0))
      const parts = tensors.map((x, i) =>
        v.reshape(
          v.expand(
            v.reshape(
              x,
              shape.map((d, j) => (j === i ? d : 1)),
            ),
            shape,
          ),
          [-1],
        ),
      )
      return v.stack(oneDType(b, 'cartesian_prod', parts), 1)
    },
  }),
} as const
