/** Makes the padded, phase-split image that a convolution slides over. */

import { add, and, constI32, ge, lt, mul, not } from '../expr.ts'
import type { Expr, Stmt } from '../ir.ts'
import { loop, when } from '../stmt.ts'
import { type Image, product, strides, type WindowAxis } from './window.ts'

/** How to fill a channel: writes an element, given as null for a zero of the padding. */
export interface ImageFill {
  readonly read: (position: Expr) => Expr
  readonly write: (index: Expr, value: Expr | null) => Stmt
}

/** Statements that fill one channel; `read` takes an index into the channel of the input. */
export function fillImage(image: Image, axes: readonly WindowAxis[], fill: ImageFill): readonly Stmt[] {
  const inputStrides = strides(axes.map(a => a.input))
  const statements: Stmt[] = []
  for (let phase = 0; phase < product(image.phases); phase++) {
    const phaseOf = (axis: number) => Math.floor(phase / strides(image.phases)[axis]!) % image.phases[axis]!
    const zeros = (count: number, at: Expr) =>
      loop('zero', count, 'vector', i => [fill.write(add(at, i), null)])

    /** Fills what lies below the axis, at `at` in the image and `from` in the input. */
    const nest = (axis: number, at: Expr, from: Expr): readonly Stmt[] => {
      const { stride, before, input } = axes[axis]!
      const size = image.dims[axis]!
      const shift = phaseOf(axis) - before
      const source = (i: Expr) => add(from, mul(add(mul(i, stride), shift), inputStrides[axis]!))
      if (axis === axes.length - 1) {
        const first = Math.min(size, Math.max(0, Math.ceil(-shift / stride)))
        const last = Math.max(first, Math.min(size, Math.ceil((input - shift) / stride)))
        return [
          zeros(first, at),
          loop('x', last - first, 'vector', x => {
            const i = add(x, first)
            return [fill.write(add(at, i), fill.read(source(i)))]
          }),
          zeros(size - last, add(at, last)),
        ]
      }
      return [
        loop('y', size, 'seq', y => {
          const position = add(mul(y, stride), shift)
          const inside = and(ge(position, 0), lt(position, input))
          const below = add(at, mul(y, image.pitch[axis]!))
          return [
            when(inside, nest(axis + 1, below, source(y))),
            when(not(inside), [zeros(image.pitch[axis]!, below)]),
          ]
        }),
      ]
    }
    statements.push(...nest(0, constI32(phase * image.phaseSize), constI32(0)))
  }
  return statements
}
