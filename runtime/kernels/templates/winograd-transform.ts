/**
 * The transforms of Winograd's minimal filtering F(m, 3): m results of a window of 3 from m + 2 products (Lavin and Gray, "Fast
 * Algorithms for Convolutional Neural Networks", 2016). Along two axes each transform is applied to columns, then rows.
 */

import { add, mul, sub } from '../expr.ts'
import type { Expr } from '../ir.ts'

export interface Minimal {
  /** Results of a tile along an axis. */
  readonly results: 2 | 4
  /** Elements of a tile along an axis: results + 2. */
  readonly points: number
  /** A tile's elements, transformed. */
  readonly input: (d: readonly Expr[]) => readonly Expr[]
  /** The 3 weights, transformed. */
  readonly weight: (g: readonly Expr[]) => readonly Expr[]
  /** The results from the products. */
  readonly output: (m: readonly Expr[]) => readonly Expr[]
}

const TWO: Minimal = {
  results: 2,
  points: 4,
  input: ([a, b, c, d]) => [sub(a!, c!), add(b!, c!), sub(c!, b!), sub(b!, d!)],
  weight: ([a, b, c]) => {
    const [outer, inner] = [mul(add(a!, c!), 0.5), mul(b!, 0.5)]
    return [a!, add(outer, inner), sub(outer, inner), c!]
  },
  output: ([a, b, c, d]) => [add(add(a!, b!), c!), sub(sub(b!, c!), d!)],
}

/**
 * Points 0, infinity, and a, -a, b, -b for a = sqrt(1/2), b = sqrt(2): against the usual 1 and 2, the error is a fourth and no
 * larger than that of the direct sum, because no transform multiplies by more than 2.5.
 */
const A = Math.SQRT1_2
const B = Math.SQRT2
const FOUR: Minimal = {
  results: 4,
  points: 6,
  input: ([d0, d1, d2, d3, d4, d5]) => {
    const [evenA, oddA] = [sub(d4!, mul(d2!, 2)), mul(sub(d3!, mul(d1!, 2)), A)]
    const [evenB, oddB] = [sub(d4!, mul(d2!, 0.5)), mul(sub(d3!, mul(d1!, 0.5)), B)]
    return [
      sub(add(d0!, d4!), mul(d2!, 2.5)),
      add(evenA, oddA),
      sub(evenA, oddA),
      add(evenB, oddB),
      sub(evenB, oddB),
      sub(add(d1!, d5!), mul(d3!, 2.5)),
    ]
  },
  weight: ([g0, g1, g2]) => {
    const [evenA, oddA] = [mul(add(g0!, mul(g2!, 0.5)), -2 / 3), mul(g1!, -A / 1.5)]
    const [evenB, oddB] = [mul(add(g0!, mul(g2!, 2)), 1 / 6), mul(g1!, B / 6)]
    return [g0!, add(evenA, oddA), sub(evenA, oddA), add(evenB, oddB), sub(evenB, oddB), g2!]
  },
  output: ([m0, m1, m2, m3, m4, m5]) => {
    const [evenA, oddA] = [add(m1!, m2!), mul(sub(m1!, m2!), A)]
    const [evenB, oddB] = [add(m3!, m4!), mul(sub(m3!, m4!), B)]
    return [
      add(add(m0!, evenA), evenB),
      add(oddA, oddB),
      add(mul(evenA, 0.5), mul(evenB, 2)),
      add(add(mul(oddA, 0.5), mul(oddB, 2)), m5!),
    ]
  },
}

export const MINIMAL: Readonly<Record<2 | 4, Minimal>> = { 2: TWO, 4: FOUR }

/** A transform along both axes: from `rows` rows of equal length to a matrix of results. */
export function alongBoth(
  transform: (v: readonly Expr[]) => readonly Expr[],
  matrix: readonly (readonly Expr[])[],
  keep: (value: Expr) => Expr,
): readonly (readonly Expr[])[] {
  const width = matrix[0]!.length
  const columns = Array.from({ length: width }, (_, x) => transform(matrix.map(row => row[x]!)).map(keep))
  return columns[0]!.map((_, y) => transform(columns.map(column => column[y]!)))
}
