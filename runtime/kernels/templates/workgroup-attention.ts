/**
 * Attention by workgroups, after "FlashAttention" (Dao et al. 2022): each takes a block of queries through all keys, block by
 * block, and keeps of each query the largest score so far, the sum of its weights and the weighted sum of the values, in
 * registers. Scores exist for one block of queries and keys at a time, in shared memory: the matrix of weights nowhere.
 */
import {
  add,
  and,
  div,
  eq,
  floordiv,
  get,
  le,
  literal,
  lt,
  max,
  min,
  mod,
  mul,
  select,
  sub,
  unary,
} from '../expr.ts'
import type { Expr, Kernel, LocalArray, Stmt } from '../ir.ts'
import { letVar, register, sharedArray } from '../ir.ts'
import { alloc, barrier, define, kernel, loop, set, when } from '../stmt.ts'
import type { AttentionInputs, AttentionShape } from './attention.ts'
import { unique } from './kernel-group.ts'
import { type Output, writer } from './output.ts'
import { workgroupFill } from './workgroup-fill.ts'

/** Sizes of the blocks that a workgroup works on, and how its invocations share them. */
export interface AttentionTile {
  readonly queries: number
  readonly keys: number
  /** Invocations along the queries, and along keys and elements of values. */
  readonly down: number
  readonly across: number
  /** Elements of queries and keys that are brought into shared memory at once. */
  readonly depth: number
  /** Values that are brought into shared memory at once. */
  readonly staged: number
  /** Elements of a value that one workgroup sums. */
  readonly values: number
}

/** Rows of shared arrays are this much longer than needed, so that columns lie in different banks. */
const PAD = 1

/** Bytes of a tile's shared arrays. */
export function attentionSharedBytes(tile: AttentionTile): number {
  const partial = tile.queries * (tile.across + PAD)
  return 4 * (stageSize(tile) + tile.queries * (tile.keys + PAD) + 2 * partial)
}

const stageSize = ({ queries, keys, depth, staged, values }: AttentionTile): number =>
  Math.max(depth * (queries + keys + 2 * PAD), staged * values)

/** The kernel: a workgroup for each block of queries, and of values where these are very long. */
export function workgroupAttention(
  name: string,
  shape: AttentionShape,
  inputs: AttentionInputs,
  output: Output,
  tile: AttentionTile,
): Kernel {
  const blocks = Math.ceil(shape.queries / tile.queries)
  const parts = Math.ceil(shape.values / tile.values)
  const body = loop('block', shape.batch * parts * blocks, 'grid', g => {
    const place = {
      batch: floordiv(g, blocks * parts),
      column: mul(mod(floordiv(g, blocks), parts), tile.values),
      row: mul(mod(g, blocks), tile.queries),
    }
    return new WorkgroupBlock(shape, inputs, output, tile, place).body()
  })
  return kernel(name, unique([...inputs.buffers, ...(output.reads ?? []), output.buffer]), [body])
}

/** Where a workgroup's block begins. */
interface Place {
  readonly batch: Expr
  readonly row: Expr
  readonly column: Expr
}

class WorkgroupBlock {
  readonly #shape: AttentionShape
  readonly #inputs: AttentionInputs
  readonly #output: Output
  readonly #tile: AttentionTile
  readonly #place: Place
  /** What each invocation has of queries, of keys and of a value's elements. */
  readonly #own: { readonly rows: number; readonly keys: number; readonly columns: number }
  readonly #invocations: number
  /** Parts of queries and keys, then of values. */
  readonly #stage: LocalArray
  readonly #weights: LocalArray
  readonly #partialPeaks: LocalArray
  readonly #partialTotals: LocalArray
  /** Of the invocation's queries. */
  readonly #sums: LocalArray
  readonly #peak: LocalArray
  readonly #total: LocalArray

  constructor(
    shape: AttentionShape,
    inputs: AttentionInputs,
    output: Output,
    tile: AttentionTile,
    place: Place,
  ) {
    const { type } = shape
    const { queries, keys, down, across, values } = tile
    this.#shape = shape
    this.#inputs = inputs
    this.#output = output
    this.#tile = tile
    this.#place = place
    this.#own = { rows: queries / down, keys: keys / across, columns: values / across }
    this.#invocations = down * across
    this.#stage = sharedArray('stage', type, stageSize(tile))
    this.#weights = sharedArray('weights', type, queries * (keys + PAD))
    this.#partialPeaks = sharedArray('peaks', type, queries * (across + PAD))
    this.#partialTotals = sharedArray('totals', type, queries * (across + PAD))
    this.#sums = register('sums', type, this.#own.rows * this.#own.columns)
    this.#peak = register('peak', type, this.#own.rows)
    this.#total = register('total', type, this.#own.rows)
  }

  body(): readonly Stmt[] {
    const { type, keys, causal } = this.#shape
    const { across } = this.#tile
    const shared = [this.#stage, this.#weights, this.#partialPeaks, this.#partialTotals]
    return [
      ...shared.map(array => alloc(array)),
      loop('own', this.#invocations, 'local', own => {
        const [y, x] = [floordiv(own, across), mod(own, across)]
        return [
          alloc(this.#sums, literal(type, 0)),
          alloc(this.#peak, literal(type, Number.NEGATIVE_INFINITY)),
          alloc(this.#total, literal(type, 0)),
          loop('keys', Math.ceil(keys / this.#tile.keys), 'seq', b => {
            const first = mul(b, this.#tile.keys)
            const block = this.#block(first, own, y, x)
            // Blocks that are hidden from all queries are passed over.
            const last = add(this.#place.row, this.#tile.queries - 1)
            return causal ? [when(le(first, last), block)] : block
          }),
          ...this.#finish(y, x),
        ]
      }),
    ]
  }

  /** A row of the block, by the invocation's place and the number among its rows. */
  #rowIn(y: Expr, i: Expr): Expr {
    return add(mul(y, this.#own.rows), i)
  }

  /** The keys from `first` on. */
  #block(first: Expr, own: Expr, y: Expr, x: Expr): readonly Stmt[] {
    const { type } = this.#shape
    const { rows, keys } = this.#own
    const scores = register('scores', type, rows * keys)
    return [
      alloc(scores, literal(type, 0)),
      this.#products(scores, first, own, y, x),
      // From here on the invocation's scores are in memory, so that loops over them need not be written out.
      this.#eachOwn((r, c, at) => [set(this.#weights, get(scores, at), this.#weightAt(y, r, x, c))]),
      ...this.#reweigh(first, y, x),
      this.#addValues(first, own, y, x),
    ]
  }

  /** Products of queries and keys, by parts of their elements. */
  #products(scores: LocalArray, first: Expr, own: Expr, y: Expr, x: Expr): Stmt {
    const { type, width, queries, keys } = this.#shape
    const { batch, row } = this.#place
    const { depth, across, queries: blockQueries, keys: blockKeys } = this.#tile
    const [queryPitch, keyPitch] = [blockQueries + PAD, blockKeys + PAD]
    const keysFrom = depth * queryPitch
    const [q, k] = [register('q', type, this.#own.rows), register('k', type, this.#own.keys)]
    const stage = (
      count: number,
      limit: number,
      start: Expr,
      step: Expr,
      read: (at: Expr, i: Expr) => Expr,
      to: (within: Expr, at: Expr) => Expr,
    ): Stmt =>
      workgroupFill(count * depth, this.#invocations, own, index => {
        const [at, within] = [floordiv(index, depth), mod(index, depth)]
        const [place, i] = [add(start, at), add(mul(step, depth), within)]
        const inside = and(lt(place, limit), lt(i, width))
        const value = read(min(place, limit - 1), min(i, width - 1))
        return [set(this.#stage, select(inside, value, literal(type, 0)), to(within, at))]
      })
    return loop('step', Math.ceil(width / depth), 'seq', step => [
      stage(
        blockQueries,
        queries,
        row,
        step,
        (at, i) => this.#inputs.query(batch, at, i),
        (within, at) => add(mul(within, queryPitch), at),
      ),
      stage(
        blockKeys,
        keys,
        first,
        step,
        (at, i) => this.#inputs.key(batch, at, i),
        (within, at) => add(add(mul(within, keyPitch), at), keysFrom),
      ),
      barrier,
      loop('i', depth, 'seq', i => [
        alloc(q),
        alloc(k),
        loop('r', this.#own.rows, 'unroll', r => [
          set(q, get(this.#stage, add(mul(i, queryPitch), this.#rowIn(y, r))), r),
        ]),
        loop('c', this.#own.keys, 'unroll', c => [
          set(k, get(this.#stage, add(add(mul(i, keyPitch), add(x, mul(c, across))), keysFrom)), c),
        ]),
        this.#eachOwn((r, c, at) => [set(scores, add(get(scores, at), mul(get(q, r), get(k, c))), at)]),
      ]),
      barrier,
    ])
  }

  /** Where the score of one of the invocation's pairs is. */
  #weightAt(y: Expr, r: Expr, x: Expr, c: Expr): Expr {
    const { keys, across } = this.#tile
    return add(mul(this.#rowIn(y, r), keys + PAD), add(x, mul(c, across)))
  }

  /** For each pair of the invocation's queries and keys, and its number. */
  #eachOwn(make: (row: Expr, key: Expr, at: Expr) => readonly Stmt[]): Stmt {
    const { rows, keys } = this.#own
    return loop('r', rows, 'unroll', r => [loop('c', keys, 'unroll', c => make(r, c, add(mul(r, keys), c)))])
  }

  /** What all invocations of a row have, combined: each of them reads the others' parts. */
  #combined(parts: LocalArray, into: LocalArray, y: Expr, combine: (a: Expr, b: Expr) => Expr): Stmt {
    const { across } = this.#tile
    return loop('other', across, 'seq', other => [
      loop('r', this.#own.rows, 'unroll', r => [
        set(into, combine(get(into, r), get(parts, add(mul(this.#rowIn(y, r), across + PAD), other))), r),
      ]),
    ])
  }

  /** The score of one of the invocation's pairs: scaled, biased, and -Infinity where the query does not see the key. */
  #score(first: Expr, y: Expr, r: Expr, x: Expr, c: Expr): Expr {
    const { type, scale, causal, queries, keys } = this.#shape
    const { batch, row } = this.#place
    const [query, key] = [add(row, this.#rowIn(y, r)), add(first, add(x, mul(c, this.#tile.across)))]
    const scaled = mul(get(this.#weights, this.#weightAt(y, r, x, c)), literal(type, scale))
    const bias = this.#inputs.bias?.(batch, min(query, queries - 1), min(key, keys - 1))
    const seen = causal ? and(lt(key, keys), le(key, query)) : lt(key, keys)
    return select(
      seen,
      bias === undefined ? scaled : add(scaled, bias),
      literal(type, Number.NEGATIVE_INFINITY),
    )
  }

  /** Scores become weights: exponentials of what they are below the largest one so far, which earlier sums are corrected by. */
  #reweigh(first: Expr, y: Expr, x: Expr): readonly Stmt[] {
    const { type } = this.#shape
    const { rows, keys, columns } = this.#own
    const [high, base, part, correction] = ['high', 'base', 'part', 'correction'].map(name =>
      register(name, type, rows),
    ) as [LocalArray, LocalArray, LocalArray, LocalArray]
    const nothing = literal(type, Number.NEGATIVE_INFINITY)
    const each = (make: (r: Expr) => readonly Stmt[]): Stmt => loop('r', rows, 'unroll', make)
    const partAt = (r: Expr): Expr => add(mul(this.#rowIn(y, r), this.#tile.across + PAD), x)
    return [
      alloc(high),
      each(r => [set(high, get(this.#peak, r), r)]),
      loop('c', keys, 'seq', c => [
        each(r => {
          const score = letVar('score', type)
          return [
            define(score, this.#score(first, y, r, x, c)),
            set(this.#weights, score, this.#weightAt(y, r, x, c)),
            set(high, max(get(high, r), score), r),
          ]
        }),
      ]),
      each(r => [set(this.#partialPeaks, get(high, r), partAt(r))]),
      barrier,
      this.#combined(this.#partialPeaks, high, y, max),
      alloc(base),
      // Where no key was seen yet, -Infinity less -Infinity is no number.
      each(r => [set(base, select(eq(get(high, r), nothing), 0, get(high, r)), r)]),
      alloc(part, literal(type, 0)),
      loop('c', keys, 'seq', c => [
        each(r => {
          const weight = letVar('weight', type)
          const at = this.#weightAt(y, r, x, c)
          return [
            define(weight, unary('exp', sub(get(this.#weights, at), get(base, r)))),
            set(this.#weights, weight, at),
            set(part, add(get(part, r), weight), r),
          ]
        }),
      ]),
      alloc(correction),
      each(r => [
        set(this.#partialTotals, get(part, r), partAt(r)),
        set(correction, unary('exp', sub(get(this.#peak, r), get(base, r))), r),
        set(this.#total, mul(get(this.#total, r), get(correction, r)), r),
        set(this.#peak, get(high, r), r),
        loop('c', columns, 'unroll', c => {
          const at = add(mul(r, columns), c)
          return [set(this.#sums, mul(get(this.#sums, at), get(correction, r)), at)]
        }),
      ]),
      barrier,
      this.#combined(this.#partialTotals, this.#total, y, add),
    ]
  }

  /** Adds the weighted values of a block. */
  #addValues(first: Expr, own: Expr, y: Expr, x: Expr): Stmt {
    const { type, keys, values } = this.#shape
    const { batch, column } = this.#place
    const { across, staged, keys: blockKeys, values: blockValues } = this.#tile
    const { rows, columns } = this.#own
    const [w, v] = [register('w', type, rows), register('v', type, columns)]
    return loop('part', blockKeys / staged, 'seq', part => [
      workgroupFill(staged * blockValues, this.#invocations, own, index => {
        const key = add(add(first, mul(part, staged)), floordiv(index, blockValues))
        const c = add(column, mod(index, blockValues))
        const inside = and(lt(key, keys), lt(c, values))
        const value = this.#inputs.value(batch, min(key, keys - 1), min(c, values - 1))
        return [set(this.#stage, select(inside, value, literal(type, 0)), index)]
      }),
      barrier,
      loop('i', staged, 'seq', i => [
        alloc(w),
        alloc(v),
        loop('r', rows, 'unroll', r => {
          const at = add(mul(this.#rowIn(y, r), blockKeys + PAD), add(mul(part, staged), i))
          return [set(w, get(this.#weights, at), r)]
        }),
        loop('c', columns, 'unroll', c => [
          set(v, get(this.#stage, add(mul(i, blockValues), add(x, mul(c, across)))), c),
        ]),
        loop('r', rows, 'unroll', r => [
          loop('c', columns, 'unroll', c => {
            const at = add(mul(r, columns), c)
            return [set(this.#sums, add(get(this.#sums, at), mul(get(w, r), get(v, c))), at)]
          }),
        ]),
      ]),
      barrier,
    ])
  }

  #finish(y: Expr, x: Expr): readonly Stmt[] {
    const { queries, values, emptyIsZero } = this.#shape
    const { batch, row, column } = this.#place
    const { rows, columns } = this.#own
    const write = writer({ m: queries, n: values }, this.#output)
    return [
      loop('r', rows, 'unroll', r => [
        loop('c', columns, 'unroll', c => {
          const i = add(row, this.#rowIn(y, r))
          const j = add(column, add(x, mul(c, this.#tile.across)))
          const [query, element] = [min(i, queries - 1), min(j, values - 1)]
          const total = get(this.#total, r)
          const mean = div(get(this.#sums, add(mul(r, columns), c)), total)
          const result = emptyIsZero ? select(eq(total, 0), 0, mean) : mean
          const stored = write(result, batch, query, element)
          return [when(and(lt(i, queries), lt(j, values)), [stored])]
        }),
      ]),
    ]
  }
}
