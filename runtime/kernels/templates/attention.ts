/**
 * Attention, block by block: softmax(scale query key^T + bias) value without the matrix of weights. A block of queries meets
 * the keys in blocks; of each query only the largest score so far, the sum of its weights and the weighted sum of the values
 * are kept, and corrected where a later block has a larger score (Milakov and Gimelshein 2018, "Online normalizer calculation
 * for softmax"; Dao et al. 2022, "FlashAttention"). What is held is one block of queries times one of keys.
 */

import {
  add,
  constI32,
  div,
  eq,
  floordiv,
  get,
  le,
  literal,
  max,
  mod,
  mul,
  select,
  sub,
  unary,
} from '../expr.ts'
import type { Buffer, Expr, Kernel, Limits, LocalArray, Stmt } from '../ir.ts'
import { letVar, register, sharedArray } from '../ir.ts'
import { alloc, define, kernel, loop, set, when } from '../stmt.ts'
import { byPanel } from './blocked.ts'
import { unique } from './kernel-group.ts'
import { type Output, writer } from './output.ts'
import { attentionBlocks, lanesOf } from './rules.ts'
import { columns, tile } from './tile.ts'

export interface AttentionShape {
  /** Batches times heads. */
  readonly batch: number
  readonly queries: number
  readonly keys: number
  /** Elements of a query and of a key. */
  readonly width: number
  /** Elements of a value. */
  readonly values: number
  readonly type: 'f32' | 'f64'
  readonly scale: number
  /** Queries see the keys up to their own position. */
  readonly causal: boolean
  /** A query that sees no key gives 0; else NaN. */
  readonly emptyIsZero: boolean
}

/** Where elements come from: any index arithmetic may be part of it. */
export interface AttentionInputs {
  readonly buffers: readonly Buffer[]
  readonly query: (batch: Expr, row: Expr, i: Expr) => Expr
  readonly key: (batch: Expr, key: Expr, i: Expr) => Expr
  readonly value: (batch: Expr, key: Expr, i: Expr) => Expr
  /** What is added to the scores. */
  readonly bias: ((batch: Expr, row: Expr, key: Expr) => Expr) | null
}

/** The kernel: a grid over batches and blocks of queries. */
export function attention(
  name: string,
  shape: AttentionShape,
  inputs: AttentionInputs,
  output: Output,
  limits: Limits,
): Kernel {
  const { batch: batches, queries } = shape
  const size = attentionBlocks(shape, limits)
  const blocks = Math.ceil(queries / size.queries)
  const body = loop('block', batches * blocks, 'grid', g => {
    const [batch, block] = [floordiv(g, blocks), mod(g, blocks)]
    return byPanel(block, queries, size.queries, rows =>
      new QueryBlock(shape, inputs, output, limits, { batch, rows, first: mul(block, size.queries) }).body(
        size.keys,
      ),
    )
  })
  return kernel(name, unique([...inputs.buffers, ...(output.reads ?? []), output.buffer]), [body])
}

/** Queries that share the keys' way through the cache. */
interface Queries {
  readonly batch: Expr
  readonly first: Expr
  readonly rows: number
}

/** Tiles of scores take so many registers for sums. */
const SCORE_TILE = { rows: 2, keys: 4 }
const VALUE_TILE = { rows: 4, vectors: 2 }

class QueryBlock {
  readonly #shape: AttentionShape
  readonly #inputs: AttentionInputs
  readonly #output: Output
  readonly #lanes: number
  readonly #queries: Queries
  /** Of each query: the weighted sum of values, the sum of weights, the largest score. */
  readonly #sums: LocalArray
  readonly #total: LocalArray
  readonly #peak: LocalArray
  /** By what the sums of earlier blocks are multiplied. */
  readonly #correction: LocalArray

  constructor(
    shape: AttentionShape,
    inputs: AttentionInputs,
    output: Output,
    limits: Limits,
    queries: Queries,
  ) {
    const { type, values } = shape
    this.#shape = shape
    this.#inputs = inputs
    this.#output = output
    this.#lanes = lanesOf(type, limits)
    this.#queries = queries
    this.#sums = sharedArray('sums', type, queries.rows * values)
    this.#total = sharedArray('total', type, queries.rows)
    this.#peak = sharedArray('peak', type, queries.rows)
    this.#correction = sharedArray('correction', type, queries.rows)
  }

  body(blockKeys: number): readonly Stmt[] {
    const { keys, values, type } = this.#shape
    const { rows } = this.#queries
    const scores = sharedArray('scores', type, rows * Math.min(keys || 1, blockKeys))
    const whole = Math.floor(keys / blockKeys)
    const fill = (array: LocalArray, size: number, value: number): Stmt =>
      columns(size, i => [set(array, literal(type, value), i)])
    return [
      ...[this.#sums, this.#total, this.#peak, this.#correction, scores].map(array => alloc(array)),
      fill(this.#sums, rows * values, 0),
      fill(this.#total, rows, 0),
      fill(this.#peak, rows, Number.NEGATIVE_INFINITY),
      loop('keys', whole, 'seq', b => this.#visible(mul(b, blockKeys), blockKeys, scores)),
      ...this.#visible(constI32(whole * blockKeys), keys % blockKeys, scores),
      this.#finish(),
    ]
  }

  /** A block of keys, unless all of them are hidden from all queries. */
  #visible(first: Expr, count: number, scores: LocalArray): readonly Stmt[] {
    if (count === 0) return []
    const block = [
      ...this.#products(first, count, scores),
      loop('row', this.#queries.rows, 'seq', row => this.#weights(row, first, count, scores)),
      ...this.#addValues(first, count, scores),
    ]
    const last = add(this.#queries.first, this.#queries.rows - 1)
    return this.#shape.causal ? [when(le(first, last), block)] : block
  }

  /** Products of queries and keys: small tiles whose sums run along the elements, as both lie in memory. */
  #products(first: Expr, count: number, scores: LocalArray): readonly Stmt[] {
    const { type, width } = this.#shape
    const { batch, first: firstRow, rows } = this.#queries
    const one = (row: Expr, height: number, key: Expr, keys: number): Stmt =>
      loop('tile', 1, 'grid', () => {
        const sums = register('products', type, height * keys)
        return [
          alloc(sums, literal(type, 0)),
          loop('i', width, 'vector', i => [
            loop('r', height, 'unroll', r => [
              loop('c', keys, 'unroll', c => {
                const at = add(mul(r, keys), c)
                const q = this.#inputs.query(batch, add(firstRow, add(row, r)), i)
                const k = this.#inputs.key(batch, add(first, add(key, c)), i)
                return [set(sums, add(get(sums, at), mul(q, k)), at)]
              }),
            ]),
          ]),
          loop('r', height, 'unroll', r => [
            loop('c', keys, 'unroll', c => [
              set(scores, get(sums, add(mul(r, keys), c)), add(mul(add(row, r), count), add(key, c))),
            ]),
          ]),
        ]
      })
    return tiles(rows, SCORE_TILE.rows, (row, height) =>
      tiles(count, SCORE_TILE.keys, (key, keys) => [one(row, height, key, keys)]),
    )
  }

  /** Scores of one query become weights: exponentials of what they are below the largest one so far. */
  #weights(row: Expr, first: Expr, count: number, scores: LocalArray): readonly Stmt[] {
    const { type, scale, causal } = this.#shape
    const { batch, first: firstRow } = this.#queries
    const query = add(firstRow, row)
    const [peak, total] = [register('peak', type), register('total', type)]
    const at = (key: Expr): Expr => add(mul(row, count), key)
    const score = (key: Expr): Expr => {
      const scaled = mul(get(scores, at(key)), literal(type, scale))
      const bias = this.#inputs.bias
      const biased = bias === null ? scaled : add(scaled, bias(batch, query, add(first, key)))
      return causal ? select(le(add(first, key), query), biased, Number.NEGATIVE_INFINITY) : biased
    }
    const base = letVar('base', type)
    const correction = letVar('correction', type)
    return [
      alloc(peak, get(this.#peak, row)),
      columns(count, key => {
        const name = letVar('score', type)
        return [define(name, score(key)), set(scores, name, at(key)), set(peak, max(get(peak), name))]
      }),
      // Where no key was seen yet, -Infinity less -Infinity is no number.
      define(base, select(eq(get(peak), Number.NEGATIVE_INFINITY), 0, get(peak))),
      alloc(total, literal(type, 0)),
      columns(count, key => {
        const name = letVar('weight', type)
        return [
          define(name, unary('exp', sub(get(scores, at(key)), base))),
          set(scores, name, at(key)),
          set(total, add(get(total), name)),
        ]
      }),
      define(correction, unary('exp', sub(get(this.#peak, row), base))),
      set(this.#correction, correction, row),
      set(this.#total, add(mul(get(this.#total, row), correction), get(total)), row),
      set(this.#peak, get(peak), row),
    ]
  }

  /** The weighted values of a block, added to the corrected sums. */
  #addValues(first: Expr, count: number, scores: LocalArray): readonly Stmt[] {
    const { type, values } = this.#shape
    const { batch, rows } = this.#queries
    const one = (row: Expr, height: number, column: Expr, width: number, lanes: number): Stmt =>
      loop('tile', 1, 'grid', () =>
        tile({
          type,
          rows: height,
          columns: width,
          lanes,
          depth: [count],
          left: (r, [key]) => get(scores, add(mul(add(row, r), count), key!)),
          right: ([key], c) => this.#inputs.value(batch, add(first, key!), add(column, c)),
          finish: sum => [
            loop('r', height, 'unroll', r => [
              columns(width, c => {
                const at = add(mul(add(row, r), values), add(column, c))
                const before = mul(get(this.#sums, at), get(this.#correction, add(row, r)))
                return [set(this.#sums, add(before, sum(r, c)), at)]
              }),
            ]),
          ],
        }),
      )
    const wide = VALUE_TILE.vectors * this.#lanes
    const [wideEnd, vectorEnd] = [wide, this.#lanes].map(size => Math.floor(values / size) * size) as [
      number,
      number,
    ]
    const part = (row: Expr, height: number, from: number, to: number, width: number): readonly Stmt[] =>
      tiles(to - from, width, (c, size) => [
        one(row, height, add(c, from), size, Math.min(size, this.#lanes)),
      ])
    return tiles(rows, VALUE_TILE.rows, (row, height) => [
      ...part(row, height, 0, wideEnd, wide),
      ...part(row, height, wideEnd, vectorEnd, this.#lanes),
      ...part(row, height, vectorEnd, values, 1),
    ])
  }

  #finish(): Stmt {
    const { values, emptyIsZero, queries } = this.#shape
    const { batch, first, rows } = this.#queries
    const write = writer({ m: queries, n: values }, this.#output)
    return loop('row', rows, 'seq', row => [
      columns(values, c => {
        const total = get(this.#total, row)
        const mean = div(get(this.#sums, add(mul(row, values), c)), total)
        const result = emptyIsZero ? select(eq(total, 0), 0, mean) : mean
        return [write(result, batch, add(first, row), c)]
      }),
    ])
  }
}

/** Tiles of `size` along an extent, as a loop, and a smaller one for the rest. */
function tiles(
  extent: number,
  size: number,
  body: (first: Expr, size: number) => readonly Stmt[],
): readonly Stmt[] {
  const whole = Math.floor(extent / size)
  const rest = extent % size
  return [
    ...(whole === 0 ? [] : [loop('tiles', whole, 'seq', i => body(mul(i, size), size))]),
    ...(rest === 0 ? [] : body(constI32(whole * size), rest)),
  ]
}
