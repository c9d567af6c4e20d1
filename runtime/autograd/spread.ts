/** Zeros between elements: the transpose of taking every n-th one. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'

/** Zeros between the elements along an axis, `step` - 1 each. */
export function spread<V>(v: Vocabulary<V>, x: V, dim: number, step: number): V {
  const shape = v.shape(x) as readonly number[]
  const length = shape[dim]!
  if (step === 1 || length <= 1) return x
  const apart = v.unsqueeze(x, dim + 1)
  const none = v.shape(apart).map(() => 0)
  const padded = v.b.emit('pad', [apart], {
    low: none,
    high: none.map((_, i) => (i === dim + 1 ? step - 1 : 0)),
    value: 0,
  })
  const joined = v.reshape(padded, shape.with(dim, length * step))
  return v.slice(joined, dim, 0, (length - 1) * step + 1)
}
