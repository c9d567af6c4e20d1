/**
 * The loops around the tile, shared by matmul and convolution: one grid over batches, blocks of rows and panels of
 * columns, and the tiles of a block one after the other, so that a panel and a block's left factor stay in cache.
 */

import { ITEM_SIZE } from '../../ops/dtype.ts'
import { add, constI32, eq, floordiv, lt, mod, mul } from '../expr.ts'
import type { Expr, For, Limits, Stmt } from '../ir.ts'
import { loop, when } from '../stmt.ts'
import { NUMBER_DTYPE, type NumberType } from './number-type.ts'
import { chooseTile, lanesOf, tilesPerBlock } from './rules.ts'
import { tile } from './tile.ts'

export interface Blocked {
  readonly type: NumberType
  readonly batches: number
  /** Rows and columns of the result, both at least 1. */
  readonly m: number
  readonly n: number
  /** Extents of the loops over what is summed, outermost first. */
  readonly depth: readonly number[]
  readonly left: (batch: Expr, row: Expr, depth: readonly Expr[]) => Expr
  readonly right: (batch: Expr, depth: readonly Expr[], place: PanelPlace) => Expr
  /** All columns of the last panel can be read, also those beyond n. */
  readonly padded: boolean
  /** `finish` itself drops columns beyond n, so that the last panel needs no code of its own. */
  readonly ragged?: boolean
  readonly finish: (tile: FinishedTile) => readonly Stmt[]
}

/** A column of the result, and where it is in its panel. */
export interface PanelPlace {
  readonly column: Expr
  readonly panel: Expr
  readonly inPanel: Expr
}

/** A finished tile: `sum(r, c)` is that of row `row` + r and column `column` + c, to be stored for c below `count`. */
export interface FinishedTile {
  readonly sum: (row: Expr, column: Expr) => Expr
  readonly batch: Expr
  readonly row: Expr
  readonly rows: number
  readonly column: Expr
  readonly count: number
}

/** The whole product, as one grid loop. */
export function blocked(p: Blocked, limits: Limits): For {
  const { type, batches, m, n } = p
  const shape = chooseTile(n, type, limits)
  const rows = Math.min(shape.rows, m)
  const width = shape.columns
  const lanes = lanesOf(type, limits)
  const panels = Math.ceil(n / width)
  const wholeTiles = Math.floor(m / rows)
  const k = p.depth.reduce((a, b) => a * b, 1)
  const perBlock = tilesPerBlock(m, k, rows, ITEM_SIZE[NUMBER_DTYPE[type]])
  const blocks = Math.ceil(wholeTiles / perBlock)

  return loop('tile', batches * blocks * panels, 'grid', g => {
    const [batch, block, panel] = [
      floordiv(g, blocks * panels),
      mod(floordiv(g, panels), blocks),
      mod(g, panels),
    ]
    const oneTile = (firstRow: Expr, height: number, count: number): readonly Stmt[] =>
      // A scope for each tile, so that the registers of one are free again for the next.
      columnGroups(count, p.padded ? width : count, lanes).map(group =>
        loop('group', 1, 'grid', () =>
          tile({
            type,
            rows: height,
            columns: group.computed,
            lanes: group.lanes,
            depth: p.depth,
            left: (row, depth) => p.left(batch, add(firstRow, row), depth),
            right: (depth, c) => {
              const inPanel = add(c, group.first)
              return p.right(batch, depth, { panel, inPanel, column: add(mul(panel, width), inPanel) })
            },
            finish: sum => {
              const column = add(mul(panel, width), group.first)
              return p.finish({ sum, batch, row: firstRow, rows: height, column, count: group.stored })
            },
          }),
        ),
      )
    const all = (count: number): Stmt[] => [
      loop('t', perBlock, 'seq', t => {
        const index = add(mul(block, perBlock), t)
        return [when(lt(index, wholeTiles), oneTile(mul(index, rows), rows, count))]
      }),
      ...(m % rows === 0
        ? []
        : [when(eq(block, blocks - 1), oneTile(constI32(wholeTiles * rows), m % rows, count))]),
    ]
    return p.ragged && p.padded ? all(width) : byPanel(panel, n, width, all)
  })
}

/** Statements for a panel of n columns in all: the last one may have fewer. */
export function byPanel(
  panel: Expr,
  n: number,
  width: number,
  body: (count: number) => readonly Stmt[],
): Stmt[] {
  const [whole, rest] = [Math.floor(n / width), n % width]
  const inner = whole === 0 ? [] : [when(lt(panel, whole), body(width))]
  return rest === 0 ? inner : [...inner, when(eq(panel, whole), body(rest))]
}

interface ColumnGroup {
  readonly first: number
  readonly computed: number
  readonly stored: number
  readonly lanes: number
}

/** Splits the columns of a tile so that no element is read that does not exist: vectors, then single columns. */
function columnGroups(count: number, readable: number, lanes: number): readonly ColumnGroup[] {
  const vectors = Math.ceil(count / lanes) * lanes
  if (vectors <= readable) return [{ first: 0, computed: vectors, stored: count, lanes }]
  const whole = vectors - lanes
  // One by one: the sums of several single columns would not fit the registers.
  const singles = Array.from({ length: count - whole }, (_, i) => ({
    first: whole + i,
    computed: 1,
    stored: 1,
    lanes: 1,
  }))
  return whole === 0 ? singles : [{ first: 0, computed: whole, stored: whole, lanes }, ...singles]
}
