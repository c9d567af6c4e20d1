/** Indices of elements as indices of vectors of four elements, and of one of the four. */
import type { Expr } from './ir.ts'
import { keyOf, linearExpr, linearOf } from './linear.ts'

/** An index as that of a vector and of one of its elements. */
export interface QuadIndex {
  readonly quad: Expr
  /** Equal vectors have equal keys. */
  readonly key: string
  readonly element: number
}

/** The index in vectors; null where it is not known which element of one it is. */
export function quadIndex(index: Expr): QuadIndex | null {
  const { constant, terms } = linearOf(index)
  if (terms.some(t => t.factor % 4 !== 0)) return null
  const element = ((constant % 4) + 4) % 4
  const quad = linearExpr({
    constant: (constant - element) / 4,
    terms: terms.map(({ atom, factor }) => ({ atom, factor: factor / 4 })),
  })
  const key = terms.map(({ atom, factor }) => `${factor}*${keyOf(atom)}`).sort()
  return { quad, key: [constant - element, ...key].join('+'), element }
}
