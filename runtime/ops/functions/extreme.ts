/** Largest and smallest elements whose gradient goes to one element, where torch's functions choose one among ties. */
import type { Builder } from '../builder.ts'
import { product } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { axes } from './axes.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

/** The extreme elements over axes; of several the first, in row-major order, has the gradient, and NaN where there is one. */
export function firstExtreme<V>(
  b: Builder<V>,
  x: V,
  op: 'max' | 'min',
  dims: readonly number[],
  keep = false,
): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    y => v.reduce(op, y, dims, keep),
    (grad, [y]) => [atFirst(b, y!, op, axes(v.rank(y!), dims), grad)],
  )
}

/** A gradient in the place of the first extreme element, zeros elsewhere. */
function atFirst<V>(b: Builder<V>, x: V, op: 'max' | 'min', over: readonly number[], grad: V): V {
  const v = vocabulary(b)
  if (over.length === 0) return grad
  const shape = v.shape(x)
  const kept = shape.flatMap((_, i) => (over.includes(i) ? [] : [i]))
  const order = [...kept, ...over]
  const outer = kept.map(i => shape[i]!)
  const count = product(over.map(i => shape[i]!))
  const lines = v.reshape(v.permute(x, order), [...outer, count])
  const first = b.emit(op === 'max' ? 'argmax' : 'argmin', [lines], { dim: outer.length })
  // In windows of a pool, few bits tell the place: the gradient of each element asks for it.
  const dtype = typeof count === 'number' && count <= 256 ? 'uint8' : 'int64'
  const places = v.cast(v.iotaAlong(outer.length + 1, outer.length, count), dtype)
  const chosen = v.eq(places, v.unsqueeze(v.cast(first, dtype), -1))
  const placed = v.where(chosen, v.reshape(grad, [...outer, 1]), 0)
  const back = order.map((_, i) => order.indexOf(i))
  return v.permute(
    v.reshape(
      placed,
      order.map(i => shape[i]!),
    ),
    back,
  )
}

/** The extreme of all elements: ties share the gradient, and so do NaN where there are any. */
export const sharedExtreme = <V>(b: Builder<V>, x: V, op: 'max' | 'min'): V =>
  shared(b, x, y => vocabulary(b).reduce(op, y, null))

/** One of the elements, as `choose` says: all that equal it share its gradient. */
export function shared<V>(b: Builder<V>, x: V, choose: (x: V) => V): V {
  const v = vocabulary(b)
  return v.withGradient([x], choose, (grad, [y], result) => {
    const chosen = equalOrNaN(v, y!, result)
    const count = v.sum(v.cast(chosen, v.dtype(y!)), null)
    return [v.where(chosen, v.div(grad, count), 0)]
  })
}

function equalOrNaN<V>(v: Vocabulary<V>, x: V, y: V): V {
  const equal = v.eq(x, y)
  return isFloat(v.dtype(x)) ? v.or(equal, v.and(v.isNaN(x), v.expand(v.isNaN(y), v.shape(x)))) : equal
}
