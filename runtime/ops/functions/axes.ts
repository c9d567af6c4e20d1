/** Axes and shapes as PyTorch's arguments name them: negative axes, -1 in a view, broadcasting. */

import { compare, type Dim, dimKey, floordiv, mod, printShape, product } from '../dim.ts'
import { OpError } from '../error.ts'
import type { ShapeContext } from '../primitives.ts'

/** An axis of a tensor of that rank, 0 or more. Negative ones count from the end; a scalar has the axes 0 and -1. */
export function axis(rank: number, dim: number): number {
  const n = Math.max(rank, 1)
  if (!Number.isInteger(dim) || dim < -n || dim >= n) {
    throw new OpError('shape/range', `dim ${dim} is out of range for a tensor with ${rank} dims`, {
      hint: `dims go from ${-n} to ${n - 1}`,
    })
  }
  return dim < 0 ? dim + n : dim
}

/** Distinct axes. Missing or empty means all of them, as in torch's reductions. */
export function axes(rank: number, dims: readonly number[] | null): readonly number[] {
  if (dims === null || dims.length === 0) return Array.from({ length: rank }, (_, i) => i)
  const found = dims.map(d => axis(rank, d))
  if (new Set(found).size !== found.length)
    throw new OpError('argument/value', `dim [${dims.join(', ')}] names an axis twice`)
  return rank === 0 ? [] : found
}

export const sameDim = (a: Dim, b: Dim): boolean => dimKey(a) === dimKey(b)
export const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((d, i) => sameDim(d, b[i]!))

/** The shape that all of these broadcast to: aligned at the end, sizes equal or 1. */
export function broadcastShapes(cx: ShapeContext, shapes: readonly (readonly Dim[])[]): readonly Dim[] {
  const rank = Math.max(0, ...shapes.map(s => s.length))
  const out: Dim[] = new Array<Dim>(rank).fill(1)
  for (const shape of shapes) {
    const lead = rank - shape.length
    for (const [i, d] of shape.entries()) {
      const old = out[lead + i]!
      if (d === 1) continue
      if (old === 1) out[lead + i] = d
      else if (!cx.assumeEqual(old, d)) {
        throw new OpError(
          'shape/mismatch',
          `shapes ${shapes.map(printShape).join(' and ')} do not broadcast: ${old} against ${d}`,
          { hint: 'sizes must be equal, or one of them 1, counted from the last dim' },
        )
      } else if (typeof d === 'number') out[lead + i] = d
    }
  }
  return out
}

/** Fills in the one -1 of a view's shape. */
export function resolveShape(shape: readonly Dim[], elements: Dim): readonly Dim[] {
  const open = shape.flatMap((d, i) => (d === -1 ? [i] : []))
  if (open.length > 1) throw new OpError('argument/value', `only one size of ${printShape(shape)} can be -1`)
  const negative = shape.find(d => d !== -1 && compare(d, 0) === -1)
  if (negative !== undefined)
    throw new OpError('argument/value', `size ${negative} in ${printShape(shape)} is negative`)
  const at = open[0]
  if (at === undefined) return shape
  const known = product(shape.filter((_, i) => i !== at))
  if (known === 0)
    throw new OpError('argument/value', `-1 in ${printShape(shape)} is ambiguous, since another size is 0`)
  const rest = mod(elements, known)
  if (typeof rest === 'number' && rest !== 0) {
    throw new OpError('shape/mismatch', `${elements} elements cannot be viewed as ${printShape(shape)}`)
  }
  const size = floordiv(elements, known)
  return shape.map((d, i) => (i === at ? size : d))
}
