/**
 * Products whose sums run along rows of memory in both factors, such as the gradient of a convolution's weight: rows of the
 * gradient times shifted rows of the image. Lanes run along the sum, so that neither factor is brought into another order first.
 */

import { ITEM_SIZE } from '../../ops/dtype.ts'
import { add, constI32, floordiv, ge, get, literal, load, mod, mul, select } from '../expr.ts'
import { type Buffer, buffer, type Expr, type Limits, loopVar, register, type Stmt } from '../ir.ts'
import { alloc, forVar, kernel, loop, set, store } from '../stmt.ts'
import { byPanel } from './blocked.ts'
import { forReading, type KernelGroup, unique } from './kernel-group.ts'
import { NUMBER_DTYPE, type NumberType } from './number-type.ts'
import { type Output, writer } from './output.ts'
import { DEPTH_TILE, depthBlocks, lanesOf } from './rules.ts'
import { columns } from './tile.ts'

export interface DepthShape {
  readonly batch: number
  readonly m: number
  readonly n: number
  /** Extents of the loops over what is summed, outermost first, at least two; rows run along the last one. */
  readonly depth: readonly number[]
  readonly type: NumberType
}

/** A factor: its element by batch, row (or column), and indices of the depth loops. */
export interface DepthFactor {
  readonly buffers: readonly Buffer[]
  readonly value: (batch: Expr, at: Expr, depth: readonly Expr[]) => Expr
}

/**
 * The product: sums over blocks of the outermost depth loop, so that a block of both factors stays in cache while all tiles go
 * over it, and the sums of these.
 */
export function productAlongDepth(
  name: string,
  shape: DepthShape,
  left: DepthFactor,
  right: DepthFactor,
  output: Output,
  limits: Limits,
): KernelGroup {
  const { batch, m, n, depth, type } = shape
  const lanes = lanesOf(type, limits)
  const factors = unique([...left.buffers, ...right.buffers])
  const bytes = factors.reduce((sum, b) => sum + b.length * ITEM_SIZE[b.dtype], 0)
  const blocks = depthBlocks(depth[0]!, bytes)
  const write = writer(shape, output)
  const dtype = NUMBER_DTYPE[type]
  const partial = blocks === 1 ? null : buffer(`${name}.blocks`, dtype, batch * blocks * m * n, 'write')
  const panels = Math.ceil(n / DEPTH_TILE.columns)
  const partialAt = (g: Expr, row: Expr, column: Expr): Expr => add(mul(add(mul(g, m), row), n), column)
  const perBlock = depth[0]! / blocks
  const placed = (block: Expr, [outer, ...rest]: readonly Expr[]) => [
    add(mul(block, perBlock), outer!),
    ...rest,
  ]
  const product = loop('tile', batch * blocks * panels, 'grid', g => {
    const part = floordiv(g, panels)
    const [item, block, panel] = [floordiv(part, blocks), mod(part, blocks), mod(g, panels)]
    return byPanel(panel, n, DEPTH_TILE.columns, count => {
      const tile = (first: Expr, rows: number): readonly Stmt[] =>
        depthTile({
          type,
          lanes,
          rows,
          columns: count,
          depth: [perBlock, ...depth.slice(1)],
          left: (r, at) => left.value(item, add(first, r), placed(block, at)),
          right: (c, at) => right.value(item, add(mul(panel, DEPTH_TILE.columns), c), placed(block, at)),
          finish: (r, c, sum) => {
            const [row, column] = [add(first, r), add(mul(panel, DEPTH_TILE.columns), c)]
            return partial === null
              ? write(sum, item, row, column)
              : store(partial, partialAt(part, row, column), sum)
          },
        })
      const whole = Math.floor(m / DEPTH_TILE.rows)
      const rest = m % DEPTH_TILE.rows
      return [
        loop('t', whole, 'seq', t => tile(mul(t, DEPTH_TILE.rows), DEPTH_TILE.rows)),
        ...(rest === 0 ? [] : tile(constI32(whole * DEPTH_TILE.rows), rest)),
      ]
    })
  })
  const others = output.reads ?? []
  if (partial === null)
    return {
      kernels: [kernel(name, unique([...factors, ...others, output.buffer]), [product])],
      scratch: [],
    }
  const parts = forReading(partial)
  const total = loop('row', batch * m, 'grid', g => {
    const [item, row] = [floordiv(g, m), mod(g, m)]
    const sum = register('sum', type)
    return [
      columns(n, column => [
        alloc(sum, literal(type, 0)),
        loop('block', blocks, 'seq', block => {
          const at = partialAt(add(mul(item, blocks), block), row, column)
          return [set(sum, add(get(sum), load(parts, at)))]
        }),
        write(get(sum), item, row, column),
      ]),
    ]
  })
  return {
    kernels: [
      kernel(`${name}.blocks`, unique([...factors, partial]), [product]),
      kernel(name, unique([parts, ...others, output.buffer]), [total]),
    ],
    scratch: [partial],
  }
}

interface DepthTile {
  readonly type: NumberType
  readonly lanes: number
  readonly rows: number
  readonly columns: number
  readonly depth: readonly number[]
  readonly left: (row: Expr, depth: readonly Expr[]) => Expr
  readonly right: (column: Expr, depth: readonly Expr[]) => Expr
  readonly finish: (row: Expr, column: Expr, sum: Expr) => Stmt
}

/**
 * Statements that compute one tile: a vector of sums for each of its elements, added up at the end. What is left of a row after
 * whole vectors is the end of its last vector.
 */
function depthTile({
  type,
  lanes,
  rows,
  columns: width,
  depth,
  left,
  right,
  finish,
}: DepthTile): readonly Stmt[] {
  const sums = register('sums', type, rows * width * lanes)
  const at = (row: Expr, column: Expr, lane: Expr): Expr =>
    add(mul(add(mul(row, width), column), lanes), lane)
  const step = (outer: readonly Expr[], first: Expr, count: number): Stmt =>
    loop('column', width, 'unroll', c => [
      loop('row', rows, 'unroll', r => {
        const lane = loopVar('lane', lanes)
        const used = (x: Expr) => (count < lanes ? select(ge(lane, lanes - count), x, literal(type, 0)) : x)
        const k = [...outer, add(first, lane)]
        const place = at(r, c, lane)
        const term = mul(used(left(r, k)), used(right(c, k)))
        return [forVar(lane, lanes, 'vector', [set(sums, add(get(sums, place), term), place)])]
      }),
    ])
  const inner = depth.at(-1)!
  const [whole, rest] = [Math.floor(inner / lanes), inner % lanes]
  const nest = (outer: readonly Expr[]): readonly Stmt[] => {
    if (outer.length < depth.length - 1)
      return [loop('depth', depth[outer.length]!, 'seq', i => nest([...outer, i]))]
    return [
      loop('vector', whole, 'seq', v => [step(outer, mul(v, lanes), lanes)]),
      ...(rest === 0 ? [] : [step(outer, constI32(inner - lanes), rest)]),
    ]
  }
  return [
    alloc(sums, literal(type, 0)),
    ...nest([]),
    loop('row', rows, 'unroll', r => [
      loop('column', width, 'unroll', c => [
        finish(r, c, addedUp(Array.from({ length: lanes }, (_, i) => get(sums, at(r, c, constI32(i)))))),
      ]),
    ]),
  ]
}

/** The sum of some numbers, pairs first. */
function addedUp(terms: readonly Expr[]): Expr {
  if (terms.length === 1) return terms[0]!
  const half = terms.length >> 1
  return add(addedUp(terms.slice(0, half)), addedUp(terms.slice(half)))
}
