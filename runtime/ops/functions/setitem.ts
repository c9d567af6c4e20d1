/** `x[...] = value`, as a new tensor: the language has no memory to write to. */
import { type IndexItem, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { product } from '../dim.ts'
import { defineFunction } from '../function.ts'
import { getitem } from './getitem.ts'
import { vocabulary } from './vocabulary.ts'

/** The mask of `x[mask] = value`; null where the index is another. */
function maskOf<V>(b: Builder<V>, items: readonly IndexItem<V>[]): V | null {
  const [item] = items
  return items.length === 1 && b.isValue(item) && b.aval(item).dtype === 'bool' ? item : null
}

export const assignment = {
  setitem: defineFunction({
    name: 'setitem',
    method: 'only',
    args: [required('input', 'tensor'), required('index', 'index'), required('value', 'operand')],
    returns: 'tensor',
    doc: 'A copy of x in which x[...] is set to a value: a number, or a tensor that broadcasts to the part.',
    expand(b, { input, index, value }) {
      const v = vocabulary(b)
      const { shape, dtype } = b.aval(input)
      const filler = b.isValue(value) ? v.cast(value, dtype) : v.full([], value, dtype)
      const mask = maskOf(b, index)
      if (mask !== null) {
        // A mask of fewer dims covers whole slices.
        const wide = v.reshape(mask, [...v.shape(mask), ...shape.slice(v.rank(mask)).map(() => 1)])
        return v.where(v.expand(wide, shape), v.expand(filler, shape), input)
      }
      const count = product(shape)
      const places = getitem(b, v.reshape(v.iota(count), shape), index)
      const part = v.shape(places)
      const flat = [product(part)]
      const source = v.reshape(v.expand(filler, part), flat)
      const written = b.emit('scatter', [v.reshape(input, [count]), v.reshape(places, flat), source], {
        dim: 0,
        reduce: 'none',
      })
      return v.reshape(written, shape)
    },
  }),
} as const
