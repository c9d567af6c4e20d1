/** The transpose of `window`: every element of every window is added where it came from. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'
import { spread } from './spread.ts'

interface Windows {
  readonly sizes: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
}

/** [..., o1..ok, s1..sk] added into [..., d1..dk], which is `shape`. One axis after another: s1 + .. + sk terms, not their product. */
export function foldWindows<V>(v: Vocabulary<V>, grad: V, shape: readonly number[], windows: Windows): V {
  const { sizes, strides, dilations } = windows
  const lead = shape.length - sizes.length
  if (v.shape(grad).some(d => d === 0)) return v.full(shape, 0, v.dtype(grad))
  let x = grad
  // From the last axis to the first, so that the axes of the windows before it stay where they are.
  for (let i = sizes.length - 1; i >= 0; i--) {
    x = foldAxis(v, x, lead + i, v.rank(x) - 1, shape[lead + i]!, strides[i]!, dilations[i]!)
  }
  return x
}

/** Windows along axis `at`, elements of each along `within`: added into one axis of `size` elements. */
function foldAxis<V>(
  v: Vocabulary<V>,
  x: V,
  at: number,
  within: number,
  size: number,
  stride: number,
  dilation: number,
): V {
  const shape = v.shape(x) as readonly number[]
  const [count, length] = [shape[at]!, shape[within]!]
  const place = (part: V, start: number): V => {
    const low = v.shape(part).map((_, i) => (i === at ? start : 0))
    const high = low.map((l, i) => (i === at ? size - l - (v.shape(part)[at] as number) : 0))
    return v.b.emit('pad', [part], { low, high, value: 0 })
  }
  if (dilation === 1 && (stride === length || count === 1)) {
    const side = v.moveAxis(x, within, at + 1)
    const joined = v.reshape(side, [...shape.slice(0, at), count * length, ...v.shape(side).slice(at + 2)])
    return count * length === size ? joined : place(joined, 0)
  }
  // As many terms as there are elements in a window, or windows, whichever is less.
  const terms =
    length <= count
      ? Array.from({ length }, (_, s) => place(spread(v, v.at(x, within, s), at, stride), s * dilation))
      : Array.from({ length: count }, (_, o) => {
          const window = v.moveAxis(v.at(x, at, o), within - 1, at)
          return place(spread(v, window, at, dilation), o * stride)
        })
  return terms.reduce((sum, term) => v.add(sum, term))
}
