/**
 * A product of matrices by workgroups: each brings tiles of both factors into shared memory, step by step along the depth, and
 * each of its invocations sums a block of results in registers. Factors are functions of row, depth and column, so that a
 * convolution is such a product too (implicit GEMM).
 */
import { add, and, floordiv, get, literal, lt, min, mod, mul, select } from '../expr.ts'
import type { Expr, Stmt } from '../ir.ts'
import { register, sharedArray } from '../ir.ts'
import { alloc, barrier, loop, set, when } from '../stmt.ts'
import type { NumberType } from './number-type.ts'
import { workgroupFill } from './workgroup-fill.ts'

/** Sizes of a workgroup's tile, and of the block of one invocation. */
export interface WorkgroupTile {
  readonly rows: number
  readonly columns: number
  readonly depth: number
  readonly blockRows: number
  readonly blockColumns: number
}

export interface WorkgroupProduct {
  readonly type: NumberType
  readonly batches: number
  readonly m: number
  readonly n: number
  readonly depth: number
  /** An element of the left factor; every index is in range. */
  readonly left: (batch: Expr, row: Expr, k: Expr) => Expr
  /** An element of the right factor; every index is in range. */
  readonly right: (batch: Expr, k: Expr, column: Expr) => Expr
  /** Elements of the right factor lie one after another along the depth, not along the columns. */
  readonly rightAlongDepth: boolean
  /** What to do with a sum. */
  readonly finish: (sum: Expr, batch: Expr, row: Expr, column: Expr) => readonly Stmt[]
}

/** Invocations of a tile's workgroup. */
export function invocationsOf({ rows, columns, blockRows, blockColumns }: WorkgroupTile): number {
  return (rows / blockRows) * (columns / blockColumns)
}

/** Bytes of a tile's shared arrays, of 32-bit elements. */
export function sharedBytesOf({ rows, columns, depth }: WorkgroupTile): number {
  return (rows + columns) * depth * 4
}

/** The loops of the product. */
export function workgroupProduct(p: WorkgroupProduct, tile: WorkgroupTile): Stmt {
  const { rows, columns, depth, blockRows, blockColumns } = tile
  const across = Math.ceil(p.n / columns)
  const down = Math.ceil(p.m / rows)
  const [wide, invocations] = [columns / blockColumns, invocationsOf(tile)]
  const left = sharedArray('left', p.type, rows * depth)
  const right = sharedArray('right', p.type, columns * depth)
  const sums = register('sums', p.type, blockRows * blockColumns)
  const [a, b] = [register('a', p.type, blockRows), register('b', p.type, blockColumns)]
  const zero = literal(p.type, 0)

  return loop('tile', p.batches * down * across, 'grid', g => {
    const batch = floordiv(g, down * across)
    const firstRow = mul(mod(floordiv(g, across), down), rows)
    const firstColumn = mul(mod(g, across), columns)
    return [
      alloc(left),
      alloc(right),
      loop('own', invocations, 'local', own => {
        const [y, x] = [floordiv(own, wide), mod(own, wide)]
        const rowOf = (i: Expr) => add(add(firstRow, mul(y, blockRows)), i)
        // Neighbouring invocations have neighbouring columns, so that they store to one stretch of memory.
        const columnOf = (j: Expr) => add(add(firstColumn, x), mul(j, wide))
        return [
          alloc(sums, zero),
          loop('step', Math.ceil(p.depth / depth), 'seq', step => {
            const kOf = (within: Expr) => add(mul(step, depth), within)
            return [
              workgroupFill(rows * depth, invocations, own, index => {
                const [row, within] = [floordiv(index, depth), mod(index, depth)]
                const [i, k] = [add(firstRow, row), kOf(within)]
                const inside = and(lt(i, p.m), lt(k, p.depth))
                const value = p.left(batch, min(i, p.m - 1), min(k, p.depth - 1))
                return [set(left, select(inside, value, zero), add(mul(within, rows), row))]
              }),
              workgroupFill(columns * depth, invocations, own, index => {
                const [column, within] = p.rightAlongDepth
                  ? [floordiv(index, depth), mod(index, depth)]
                  : [mod(index, columns), floordiv(index, columns)]
                const [j, k] = [add(firstColumn, column), kOf(within)]
                const inside = and(lt(j, p.n), lt(k, p.depth))
                const value = p.right(batch, min(k, p.depth - 1), min(j, p.n - 1))
                return [set(right, select(inside, value, zero), add(mul(within, columns), column))]
              }),
              barrier,
              loop('k', depth, 'seq', k => [
                alloc(a),
                alloc(b),
                loop('i', blockRows, 'unroll', i => [
                  set(a, get(left, add(add(mul(k, rows), mul(y, blockRows)), i)), i),
                ]),
                loop('j', blockColumns, 'unroll', j => [
                  set(b, get(right, add(add(mul(k, columns), x), mul(j, wide))), j),
                ]),
                loop('i', blockRows, 'unroll', i => [
                  loop('j', blockColumns, 'unroll', j => {
                    const at = add(mul(i, blockColumns), j)
                    return [set(sums, add(get(sums, at), mul(get(a, i), get(b, j))), at)]
                  }),
                ]),
              ]),
              barrier,
            ]
          }),
          loop('i', blockRows, 'unroll', i => [
            loop('j', blockColumns, 'unroll', j => [
              when(and(lt(rowOf(i), p.m), lt(columnOf(j), p.n)), [
                ...p.finish(
                  get(sums, add(mul(i, blockColumns), j)),
                  batch,
                  min(rowOf(i), p.m - 1),
                  min(columnOf(j), p.n - 1),
                ),
              ]),
            ]),
          ]),
        ]
      }),
    ]
  })
}
