/**
 * A product of matrices by workgroups: each brings tiles of both factors into shared memory, step by step along the depth, and
 * each of its invocations sums a block of results in registers. Factors are functions of row, depth and column, so that a
 * convolution is such a product too (implicit GEMM).
 *
 * Where four elements of a factor lie together they stay together: in shared memory too, so that a printer can make vectors of
 * them. Other factors lie there with a place to spare in each line, so that neighbours use different banks.
 */
import { add, and, floordiv, get, literal, lt, max, min, mod, mul, select } from '../expr.ts'
import type { Bind, Expr, LocalArray, Stmt } from '../ir.ts'
import { letVar, register, sharedArray } from '../ir.ts'
import { constI32 } from '../node.ts'
import { alloc, barrier, forVar, loop, set, when } from '../stmt.ts'
import type { NumberType } from './number-type.ts'
import { workgroupFill } from './workgroup-fill.ts'

/** Sizes of a workgroup's tile, and of the block of one invocation. The depth is a multiple of 4. */
export interface WorkgroupTile {
  readonly rows: number
  readonly columns: number
  readonly depth: number
  readonly blockRows: number
  readonly blockColumns: number
  /** The end of the sums is asked for even if it is that of a step, so that products of all depths are one shader. */
  readonly anyDepth: boolean
}

/**
 * How a factor lies in memory: four elements together ('quads'), from each multiple of 4 on, along the depth or along the lines,
 * which are its rows or columns; or only one after the other ('single').
 */
export type FactorLayout =
  | 'quads along depth'
  | 'quads along lines'
  | 'single along depth'
  | 'single along lines'

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
  readonly leftLayout: FactorLayout
  readonly rightLayout: FactorLayout
  /** What to do with a sum. */
  readonly finish: (sum: Expr, batch: Expr, row: Expr, column: Expr) => readonly Stmt[]
}

/** Invocations of a tile's workgroup. */
export function invocationsOf({ rows, columns, blockRows, blockColumns }: WorkgroupTile): number {
  return (rows / blockRows) * (columns / blockColumns)
}

/** Bytes of a tile's shared arrays, of 32-bit elements, however the factors lie. */
export function sharedBytesOf({ rows, columns, depth }: WorkgroupTile): number {
  return (rows + columns) * (depth + QUAD) * 4
}

/** Elements of a vector. */
const QUAD = 4

/** More tiles than any axis has. */
const MANY = 2 ** 20

/**
 * A loop over tiles as if nothing were known of their number: then no bound turns out superfluous where they fit exactly, or where
 * there is one, and products of all sizes are one shader.
 */
function overAny(name: string, extent: number, bind: Bind, body: (i: Expr) => readonly Stmt[]): Stmt {
  const variable = letVar(name, 'i32', -MANY, MANY)
  return forVar(variable, extent, bind, body(variable))
}

/** The index, brought inside of 0 .. limit - 1. */
const held = (index: Expr, limit: number): Expr => max(min(index, limit - 1), 0)

/** A factor's tile in shared memory: `lines` rows or columns by `depth`. */
class Side {
  readonly array: LocalArray
  readonly #lines: number
  readonly #limit: number
  readonly #tile: WorkgroupTile
  readonly #layout: FactorLayout
  readonly #product: WorkgroupProduct

  constructor(
    name: string,
    lines: number,
    limit: number,
    layout: FactorLayout,
    product: WorkgroupProduct,
    tile: WorkgroupTile,
  ) {
    this.#lines = lines
    this.#limit = limit
    this.#tile = tile
    this.#layout = layout
    this.#product = product
    const size = this.byDepth ? lines * (tile.depth + QUAD) : tile.depth * this.#pitch
    this.array = sharedArray(name, product.type, size)
  }

  /** Elements of one line lie together. */
  get byDepth(): boolean {
    return this.#layout === 'quads along depth'
  }

  /** Neighbouring lines lie together, by fours. */
  get byLines(): boolean {
    return this.#layout === 'quads along lines'
  }

  get #pitch(): number {
    return this.byLines ? this.#lines : this.#lines + 1
  }

  at(line: Expr, k: Expr): Expr {
    return this.byDepth ? add(mul(line, this.#tile.depth + QUAD), k) : add(mul(k, this.#pitch), line)
  }

  /**
   * Brings the tile in.
   * @param tile the number of the tile along the lines
   * @param step its number along the depth
   * @param read an element of the factor
   */
  fill(tile: Expr, step: Expr, own: Expr, read: (line: Expr, k: Expr) => Expr): Stmt {
    const { depth } = this.#tile
    const invocations = invocationsOf(this.#tile)
    const zero = literal(this.#product.type, 0)
    // Fours are counted as one along the axis on which they lie: then they are inside or outside together.
    const [lineUnit, depthUnit] = [this.byLines ? QUAD : 1, this.byDepth ? QUAD : 1]
    const [lines, places] = [this.#lines / lineUnit, depth / depthUnit]
    const [lineLimit, depthLimit] = [this.#limit / lineUnit, this.#product.depth / depthUnit]
    const alongDepth = this.#layout.endsWith('depth')
    return workgroupFill(lines * places, invocations, own, index => {
      const [line, place] = alongDepth
        ? [floordiv(index, places), mod(index, places)]
        : [mod(index, lines), floordiv(index, lines)]
      const [i, k] = [add(mul(tile, lines), line), add(mul(step, places), place)]
      // Lines outside become sums that nobody stores; what lies behind the depth must not be added.
      const inside = lt(k, depthLimit)
      const [iKnown, kKnown] = [held(i, lineLimit), held(k, depthLimit)]
      return [
        loop('quad', lineUnit * depthUnit, 'unroll', v => {
          const [alongLine, alongK] = this.byDepth ? [constI32(0), v] : [v, constI32(0)]
          const value = read(add(mul(iKnown, lineUnit), alongLine), add(mul(kKnown, depthUnit), alongK))
          const to = this.at(add(mul(line, lineUnit), alongLine), add(mul(place, depthUnit), alongK))
          return [set(this.array, select(inside, value, zero), to)]
        }),
      ]
    })
  }
}

/** The loops of the product. */
export function workgroupProduct(p: WorkgroupProduct, tile: WorkgroupTile): Stmt {
  const { rows, columns, depth, blockRows, blockColumns } = tile
  const [wide, invocations] = [columns / blockColumns, invocationsOf(tile)]
  const left = new Side('left', rows, p.m, p.leftLayout, p, tile)
  const right = new Side('right', columns, p.n, p.rightLayout, p, tile)
  const sums = register('sums', p.type, blockRows * blockColumns)
  const quads = right.byLines && blockColumns % QUAD === 0
  /** The block's part of a side, of one place of the depth or of four. */
  const part = (name: string, side: Side, count: number): LocalArray =>
    register(name, p.type, count * (side.byDepth ? QUAD : 1))
  const [a, b] = [part('a', left, blockRows), part('b', right, blockColumns)]

  const overSteps = tile.anyDepth ? overAny : loop
  const workgroup = (batch: Expr, tileDown: Expr, tileAcross: Expr): readonly Stmt[] => [
    alloc(left.array),
    alloc(right.array),
    loop('own', invocations, 'local', own => {
      const [y, x] = [floordiv(own, wide), mod(own, wide)]
      const rowIn = (i: Expr) => add(mul(y, blockRows), i)
      // Neighbouring invocations have neighbouring columns, or neighbouring fours, so that they store to one stretch of memory.
      const columnIn = (j: Expr) =>
        quads ? add(mul(add(x, mul(floordiv(j, QUAD), wide)), QUAD), mod(j, QUAD)) : add(x, mul(j, wide))
      const bring = (into: LocalArray, side: Side, count: number, lineIn: (i: Expr) => Expr, k: Expr): Stmt =>
        loop('i', count, 'unroll', i =>
          side.byDepth
            ? [
                loop('v', QUAD, 'unroll', v => [
                  set(into, get(side.array, side.at(lineIn(i), add(k, v))), add(mul(i, QUAD), v)),
                ]),
              ]
            : [set(into, get(side.array, side.at(lineIn(i), k)), i)],
        )
      const sides = [
        { side: left, into: a, count: blockRows, lineIn: rowIn },
        { side: right, into: b, count: blockColumns, lineIn: columnIn },
      ]
      const bringAll = (byDepth: boolean, k: Expr): readonly Stmt[] =>
        sides.filter(s => s.side.byDepth === byDepth).map(s => bring(s.into, s.side, s.count, s.lineIn, k))
      const of = (array: LocalArray, side: Side, i: Expr, v: Expr): Expr =>
        get(array, side.byDepth ? add(mul(i, QUAD), v) : i)
      return [
        alloc(sums, literal(p.type, 0)),
        overSteps('step', Math.ceil(p.depth / depth), 'seq', step => [
          left.fill(tileDown, step, own, (row, k) => p.left(batch, row, k)),
          right.fill(tileAcross, step, own, (column, k) => p.right(batch, k, column)),
          barrier,
          alloc(a),
          alloc(b),
          loop('k', depth / QUAD, 'seq', k => [
            ...bringAll(true, mul(k, QUAD)),
            loop('v', QUAD, 'unroll', v => [
              ...bringAll(false, add(mul(k, QUAD), v)),
              loop('i', blockRows, 'unroll', i => [
                loop('j', blockColumns, 'unroll', j => {
                  const at = add(mul(i, blockColumns), j)
                  const product = mul(of(a, left, i, v), of(b, right, j, v))
                  return [set(sums, add(get(sums, at), product), at)]
                }),
              ]),
            ]),
          ]),
          barrier,
        ]),
        ...finished(p, tile, quads, { batch, tileDown, tileAcross, rowIn, columnIn, sums }),
      ]
    }),
  ]
  return loop('batch', p.batches, 'grid', batch => [
    overAny('down', Math.ceil(p.m / rows), 'grid', tileDown => [
      overAny('across', Math.ceil(p.n / columns), 'grid', tileAcross =>
        workgroup(batch, tileDown, tileAcross),
      ),
    ]),
  ])
}

interface Finished {
  readonly batch: Expr
  readonly tileDown: Expr
  readonly tileAcross: Expr
  readonly rowIn: (i: Expr) => Expr
  readonly columnIn: (j: Expr) => Expr
  readonly sums: LocalArray
}

/** What becomes of the sums that are inside: of four columns together where they are there together. */
function finished(
  p: WorkgroupProduct,
  { rows, columns, blockRows, blockColumns }: WorkgroupTile,
  quads: boolean,
  { batch, tileDown, tileAcross, rowIn, columnIn, sums }: Finished,
): readonly Stmt[] {
  const unit = quads ? QUAD : 1
  const limit = p.n / unit
  return [
    loop('i', blockRows, 'unroll', i => {
      const row = add(mul(tileDown, rows), rowIn(i))
      return [
        loop('j', blockColumns / unit, 'unroll', j => {
          const first = columnIn(mul(j, unit))
          const column = add(mul(tileAcross, columns / unit), floordiv(first, unit))
          const known = mul(held(column, limit), unit)
          return [
            when(and(lt(row, p.m), lt(column, limit)), [
              loop('v', unit, 'unroll', v => {
                const sum = get(sums, add(add(mul(i, blockColumns), mul(j, unit)), v))
                return p.finish(sum, batch, held(row, p.m), add(known, v))
              }),
            ]),
          ]
        }),
      ]
    }),
  ]
}
