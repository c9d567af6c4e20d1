/**
 * Matrix products: out[b, i, j] = epilogue(sum over k of left[b, i, k] * right[b, k, j]). The right factor is read
 * from panels of a tile's width, packed by a kernel of its own, so that weights are packed once.
 */

import { ITEM_SIZE } from '../../ops/dtype.ts'
import { add, constI32, floordiv, get, literal, load, mod, mul } from '../expr.ts'
import type { Buffer, Expr, Kernel, Limits, Stmt } from '../ir.ts'
import { buffer, register, sharedArray } from '../ir.ts'
import { alloc, kernel, loop, set, store } from '../stmt.ts'
import { blocked, byPanel, type PanelPlace } from './blocked.ts'
import { forReading, type KernelGroup, unique } from './kernel-group.ts'
import { NUMBER_DTYPE, type NumberType } from './number-type.ts'
import { type Output, writer } from './output.ts'
import { chooseTile, dotTile, matmulMethod, SCALED_COLUMNS, SCALED_ROWS } from './rules.ts'
import { columns } from './tile.ts'

export interface MatmulShape {
  /** Number of products; the right factor may be one for all of them (`rightBatch` 1). */
  readonly batch: number
  readonly rightBatch: number
  readonly m: number
  readonly n: number
  readonly k: number
  /** The type of factors, products and sums. */
  readonly type: NumberType
}

/** A factor: where its elements come from. Any index arithmetic or elementwise prologue may be part of it. */
export interface Factor {
  readonly buffers: readonly Buffer[]
  /** The element, of the product's type. For the left factor (batch, row, k), for the right one (batch, k, column). */
  readonly value: (batch: Expr, first: Expr, second: Expr) => Expr
}

function panelWidth({ n, type }: MatmulShape, limits: Limits): number {
  return chooseTile(n, type, limits).columns
}

/**
 * The buffer that holds the packed right factor: [rightBatch, panels, k, columns of a tile], padded with zeros. It
 * depends on n, k, type and limits, not on m or batch: one packing serves every number of rows.
 */
export function packedRight(name: string, shape: MatmulShape, limits: Limits): Buffer {
  const width = panelWidth(shape, limits)
  const length = shape.rightBatch * Math.ceil(shape.n / width) * shape.k * width
  return buffer(name, NUMBER_DTYPE[shape.type], length, 'write')
}

/** Packs the right factor into `packed` (from `packedRight`). */
export function packRight(
  name: string,
  shape: MatmulShape,
  right: Factor,
  packed: Buffer,
  limits: Limits,
): Kernel {
  const { n, k, rightBatch, type } = shape
  const width = panelWidth(shape, limits)
  const panels = Math.ceil(n / width)
  const body = loop('panel', rightBatch * panels, 'grid', g => {
    const [batch, panel] = [floordiv(g, panels), mod(g, panels)]
    return byPanel(panel, n, width, count => [
      loop('k', k, 'seq', i => {
        const at = (column: Expr) => add(mul(add(mul(g, k), i), width), column)
        return [
          columns(count, c => [store(packed, at(c), right.value(batch, i, add(mul(panel, width), c)))]),
          columns(width - count, c => [store(packed, at(add(c, count)), literal(type, 0))]),
        ]
      }),
    ])
  })
  return kernel(name, unique([...right.buffers, packed]), [body])
}

/** The product over a packed right factor: `packed` is `packedRight`'s buffer, for reading. */
export function matmulPacked(
  name: string,
  shape: MatmulShape,
  left: Factor,
  packed: Buffer,
  output: Output,
  limits: Limits,
): Kernel {
  const { n, k, rightBatch } = shape
  const width = panelWidth(shape, limits)
  const panels = Math.ceil(n / width)
  const right = (batch: Expr, i: Expr, { panel, inPanel }: PanelPlace) => {
    const group = rightBatch === 1 ? panel : add(mul(batch, panels), panel)
    return load(packed, add(mul(add(mul(group, k), i), width), inPanel))
  }
  return product(name, shape, left, { buffers: [packed], right, padded: true }, output, limits)
}

/** The product over a right factor read in place; its columns should be consecutive in memory. */
export function matmulDirect(
  name: string,
  shape: MatmulShape,
  left: Factor,
  right: Factor,
  output: Output,
  limits: Limits,
): Kernel {
  const value = (batch: Expr, i: Expr, { column }: PanelPlace) =>
    right.value(shape.rightBatch === 1 ? constI32(0) : batch, i, column)
  return product(name, shape, left, { buffers: right.buffers, right: value, padded: false }, output, limits)
}

interface Panels {
  readonly buffers: readonly Buffer[]
  readonly right: (batch: Expr, k: Expr, place: PanelPlace) => Expr
  /** All columns of the last panel can be read, also those beyond n. */
  readonly padded: boolean
}

function product(
  name: string,
  shape: MatmulShape,
  left: Factor,
  { buffers, right, padded }: Panels,
  output: Output,
  limits: Limits,
): Kernel {
  const { batch, m, n, k, type } = shape
  const write = writer(shape, output)
  const body = blocked(
    {
      type,
      batches: batch,
      m,
      n,
      depth: [k],
      left: (g, row, [i]) => left.value(g, row, i!),
      right: (g, [i], place) => right(g, i!, place),
      padded,
      finish: ({ sum, batch: g, row, rows, column, count }) => [
        loop('row', rows, 'unroll', r => [
          columns(count, c => [write(sum(r, c), g, add(row, r), add(column, c))]),
        ]),
      ],
    },
    limits,
  )
  const all = unique([...left.buffers, ...buffers, ...(output.reads ?? []), output.buffer])
  return kernel(name, all, [body])
}

/**
 * The product as sums along k, where both factors are consecutive in k and there are few rows: one query against
 * many keys. A block of rows shares what is read of the right factor.
 */
export function matmulDot(
  name: string,
  shape: MatmulShape,
  left: Factor,
  right: Factor,
  output: Output,
): Kernel {
  const { batch: batches, m, n, k, type, rightBatch } = shape
  const tile = dotTile(m, n, k, ITEM_SIZE[NUMBER_DTYPE[type]])
  const groups = Math.ceil(n / tile.columns)
  const write = writer(shape, output)
  const body = loop('group', batches * groups, 'grid', g => {
    const [batch, panel] = [floordiv(g, groups), mod(g, groups)]
    return byPanel(panel, n, tile.columns, count => {
      const column = (c: Expr) => add(mul(panel, tile.columns), c)
      const rows = (first: Expr, height: number): readonly Stmt[] => {
        const sums = register('sums', type, height * count)
        const at = (r: Expr, c: Expr) => add(mul(r, count), c)
        const each = (make: (r: Expr, c: Expr) => Stmt): Stmt =>
          loop('c', count, 'unroll', c => [loop('r', height, 'unroll', r => [make(r, c)])])
        return [
          alloc(sums, literal(type, 0)),
          loop('k', k, 'vector', i => [
            each((r, c) => {
              const b = right.value(rightBatch === 1 ? constI32(0) : batch, i, column(c))
              const product = mul(left.value(batch, add(first, r), i), b)
              return set(sums, add(get(sums, at(r, c)), product), at(r, c))
            }),
          ]),
          each((r, c) => write(get(sums, at(r, c)), batch, add(first, r), column(c))),
        ]
      }
      const whole = Math.floor(m / tile.rows)
      return [
        loop('block', whole, 'seq', block => rows(mul(block, tile.rows), tile.rows)),
        ...(m % tile.rows === 0 ? [] : rows(constI32(whole * tile.rows), m % tile.rows)),
      ]
    })
  })
  const all = unique([...left.buffers, ...right.buffers, ...(output.reads ?? []), output.buffer])
  return kernel(name, all, [body])
}

/**
 * The product as sums of scaled rows of the right factor, for a few rows of the left one: one token against weights whose
 * columns are consecutive. The right factor is read once, in long stretches.
 */
export function matmulScaled(
  name: string,
  shape: MatmulShape,
  left: Factor,
  right: Factor,
  output: Output,
): Kernel {
  const { batch: batches, m, n, k, type, rightBatch } = shape
  const width = Math.min(SCALED_COLUMNS, n)
  const panels = Math.ceil(n / width)
  const write = writer(shape, output)
  const body = loop('panel', batches * panels, 'grid', g => {
    const [batch, panel] = [floordiv(g, panels), mod(g, panels)]
    return byPanel(panel, n, width, count => {
      const sums = sharedArray('sums', type, m * count)
      const eachRow = (make: (row: Expr, at: (c: Expr) => Expr) => Stmt): Stmt =>
        loop('row', m, 'seq', row => [make(row, c => add(mul(row, count), c))])
      const column = (c: Expr) => add(mul(panel, width), c)
      /** Adds `number` scaled rows from `first` on to the sums. */
      const addRows = (first: Expr, number: number): Stmt =>
        eachRow((row, at) =>
          columns(count, c => {
            let sum = get(sums, at(c))
            for (let i = 0; i < number; i++) {
              const b = right.value(rightBatch === 1 ? constI32(0) : batch, add(first, i), column(c))
              sum = add(sum, mul(left.value(batch, row, add(first, i)), b))
            }
            return [set(sums, sum, at(c))]
          }),
        )
      const groups = Math.floor(k / SCALED_ROWS)
      return [
        alloc(sums),
        eachRow((_, at) => columns(count, c => [set(sums, literal(type, 0), at(c))])),
        loop('k', groups, 'seq', i => [addRows(mul(i, SCALED_ROWS), SCALED_ROWS)]),
        ...(k % SCALED_ROWS === 0 ? [] : [addRows(constI32(groups * SCALED_ROWS), k % SCALED_ROWS)]),
        eachRow((row, at) => columns(count, c => [write(get(sums, at(c)), batch, row, column(c))])),
      ]
    })
  })
  const all = unique([...left.buffers, ...right.buffers, ...(output.reads ?? []), output.buffer])
  return kernel(name, all, [body])
}

/** How the right factor lies in memory: which of its axes has consecutive elements. */
export type Consecutive = 'columns' | 'k' | 'neither'

/** A product of two factors that both change from call to call, by the kernels that its shape calls for. */
export function matmul(
  name: string,
  shape: MatmulShape,
  left: Factor,
  right: Factor,
  consecutive: Consecutive,
  output: Output,
  limits: Limits,
): KernelGroup {
  const { batch, m, n } = shape
  if (batch === 0 || m === 0 || n === 0) return { kernels: [], scratch: [] }
  switch (matmulMethod(m, n, consecutive, limits)) {
    case 'dot':
      return { kernels: [matmulDot(name, shape, left, right, output)], scratch: [] }
    case 'scaled':
      return { kernels: [matmulScaled(name, shape, left, right, output)], scratch: [] }
    case 'direct':
      return { kernels: [matmulDirect(name, shape, left, right, output, limits)], scratch: [] }
    case 'packed': {
      const packed = packedRight(`${name}.panels`, shape, limits)
      const pack = packRight(`${name}.pack`, shape, right, packed, limits)
      const use = matmulPacked(name, shape, left, forReading(packed), output, limits)
      return { kernels: [pack, use], scratch: [packed] }
    }
  }
}
