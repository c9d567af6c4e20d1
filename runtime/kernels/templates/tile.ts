/**
 * The register-blocked tile that matmul and convolution share: `rows` x `columns` sums of products in registers.
 * Shapes follow from how V8 orders a block: all loads come before the arithmetic, so sums, row elements and column
 * vectors must fit the registers together, and the depth loop is never unrolled.
 */

import { add, get, literal, mul } from '../expr.ts'
import type { Expr, ScalarType, Stmt } from '../ir.ts'
import { register } from '../ir.ts'
import { alloc, loop, set } from '../stmt.ts'

export interface TileShape {
  readonly rows: number
  /** A multiple of the vector lanes. */
  readonly columns: number
}

export interface Tile extends TileShape {
  readonly type: ScalarType
  /** Lanes of one vector of the type. */
  readonly lanes: number
  /** Extents of the loops over what is summed, outermost first; the last should be the longest. */
  readonly depth: readonly number[]
  /** The left factor: row of the tile, and indices of the depth loops. */
  readonly left: (row: Expr, depth: readonly Expr[]) => Expr
  /** The right factor: indices of the depth loops, and column of the tile; consecutive columns lie in a row. */
  readonly right: (depth: readonly Expr[], column: Expr) => Expr
  /** What to do with the sums; their rows must be constant once unrolled. */
  readonly finish: (sum: (row: Expr, column: Expr) => Expr) => readonly Stmt[]
}

/** Statements that compute one tile. */
export function tile(t: Tile): readonly Stmt[] {
  const sums = register('sums', t.type, t.rows * t.columns)
  const at = (row: Expr, column: Expr) => add(mul(row, t.columns), column)
  const step = (depth: readonly Expr[]) =>
    // Column by column, so that a column vector is dead after its rows.
    loop('block', t.columns / t.lanes, 'unroll', block => [
      loop('row', t.rows, 'unroll', row => [
        loop('lane', t.lanes, 'vector', lane => {
          const column = add(mul(block, t.lanes), lane)
          const product = mul(t.left(row, depth), t.right(depth, column))
          return [set(sums, add(get(sums, at(row, column)), product), at(row, column))]
        }),
      ]),
    ])
  const nest = (outer: readonly Expr[]): readonly Stmt[] => {
    const extent = t.depth[outer.length]
    if (extent === undefined) return [step(outer)]
    return [loop('depth', extent, 'seq', i => nest([...outer, i]))]
  }
  return [
    alloc(sums, literal(t.type, 0)),
    ...nest([]),
    ...t.finish((row, column) => get(sums, at(row, column))),
  ]
}

/** A loop over `count` consecutive columns. */
export function columns(count: number, body: (column: Expr) => readonly Stmt[]): Stmt {
  return loop('column', count, 'vector', body)
}
