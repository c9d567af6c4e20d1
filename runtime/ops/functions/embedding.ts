/** Rows of a table by index. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, type Dim, printShape, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

function checkTable<V>(v: Vocabulary<V>, op: string, indices: V, weight: V, maxNorm: number | null): void {
  if (maxNorm !== null) {
    throw new OpError(
      'op/unsupported',
      `${op}: max_norm changes the table in place, which is not supported`,
      {
        op,
        hint: 'use renorm(weight, 2, 0, max_norm) on the table',
      },
    )
  }
  if (isFloat(v.dtype(indices)) || v.dtype(indices) === 'bool')
    throw new OpError('dtype/mismatch', `${op}: indices must be integers, not ${v.dtype(indices)}`, { op })
  if (v.rank(weight) !== 2)
    throw new OpError('shape/rank', `${op}: the table must be a matrix, not ${printShape(v.shape(weight))}`, {
      op,
    })
}

/** Mean of the rows that count; 0 where there is none. */
function bag<V>(b: Builder<V>, rows: V, counts: V, mode: string): V {
  const v = vocabulary(b)
  const kept = v.unsqueeze(counts, -1)
  if (mode === 'max') {
    const any = v.reduce('max', kept, [-2])
    return v.where(any, v.reduce('max', v.where(kept, rows, Number.NEGATIVE_INFINITY), [-2]), 0)
  }
  const sum = v.sum(v.where(kept, rows, 0), [-2])
  if (mode === 'sum') return sum
  const count = v.sum(v.cast(kept, v.dtype(rows)), [-2])
  return v.div(sum, v.max(count, 1))
}

export const embeddings = {
  embedding: defineFunction({
    name: 'embedding',
    args: [
      required('input', 'tensor'),
      required('weight', 'tensor'),
      optional('padding_idx', 'int?', null),
      optional('max_norm', 'float?', null),
      optional('norm_type', 'float', 2, { ignored: true }),
      optional('scale_grad_by_freq', 'bool', false, { ignored: true }),
      optional('sparse', 'bool', false, { ignored: true }),
    ],
    returns: 'tensor',
    doc: 'Rows of weight at the indices. The row padding_idx gets no gradient.',
    expand(b, { input, weight, padding_idx, max_norm }) {
      const v = vocabulary(b)
      checkTable(v, 'embedding', input, weight, max_norm)
      const long = v.cast(input, 'int64')
      const rows = v.take(weight, 0, long)
      if (padding_idx === null || b.detach === undefined) return rows
      const pad = fromEnd(padding_idx, v.size(weight, 0))
      return v.where(v.unsqueeze(v.eq(long, pad), -1), b.detach(rows), rows)
    },
  }),
  embedding_bag: defineFunction({
    name: 'embedding_bag',
    args: [
      required('input', 'tensor'),
      required('weight', 'tensor'),
      optional('offsets', 'tensor?', null),
      optional('max_norm', 'float?', null),
      optional('norm_type', 'float', 2, { ignored: true }),
      optional('scale_grad_by_freq', 'bool', false, { ignored: true }),
      optional('mode', 'string', 'mean', { enum: ['sum', 'mean', 'max'] }),
      optional('sparse', 'bool', false, { ignored: true }),
      optional('per_sample_weights', 'tensor?', null),
      optional('include_last_offset', 'bool', false),
      optional('padding_idx', 'int?', null),
    ],
    returns: 'tensor',
    doc: 'Sum, mean or maximum of the rows of each bag: a row of a matrix of indices, or what lies between two offsets.',
    expand(
      b,
      { input, weight, offsets, max_norm, mode, per_sample_weights, include_last_offset, padding_idx },
    ) {
      const v = vocabulary(b)
      checkTable(v, 'embedding_bag', input, weight, max_norm)
      if (per_sample_weights !== null && mode !== 'sum')
        throw new OpError('argument/value', "embedding_bag: per_sample_weights need mode 'sum'", {
          op: 'embedding_bag',
        })
      const flat = v.rank(input) === 1
      if (flat !== (offsets !== null)) {
        throw new OpError(
          'argument/value',
          'embedding_bag: offsets go with a vector of indices, and only with one',
          {
            op: 'embedding_bag',
          },
        )
      }
      const long = v.cast(input, 'int64')
      const table = v.take(weight, 0, long)
      const rows = per_sample_weights === null ? table : v.mul(table, v.unsqueeze(per_sample_weights, -1))
      const pad = padding_idx === null ? null : v.compare('ne', long, fromEnd(padding_idx, v.size(weight, 0)))
      if (offsets === null) return bag(b, rows, pad ?? v.full(v.shape(long), true, 'bool'), mode)
      // [bags, indices]: whether an index lies in a bag.
      const starts = v.cast(
        include_last_offset ? v.slice(offsets, 0, 0, sub(v.size(offsets, 0), 1)) : offsets,
        'int64',
      )
      const count = v.size(long, 0)
      const ends = include_last_offset
        ? v.cast(v.slice(offsets, 0, 1, sub(v.size(offsets, 0), 1)), 'int64')
        : v.cat(
            [
              v.slice(v.cast(offsets, 'int64'), 0, 1, sub(v.size(offsets, 0), 1)),
              v.full([1], count, 'int64'),
            ],
            0,
          )
      const places = v.iotaAlong(2, 1, count)
      const inside = v.and(v.ge(places, v.unsqueeze(starts, 1)), v.lt(places, v.unsqueeze(ends, 1)))
      return bag(b, v.unsqueeze(rows, 0), pad === null ? inside : v.and(inside, v.unsqueeze(pad, 0)), mode)
    },
  }),
} as const

const fromEnd = (index: number, size: Dim): Dim => (index < 0 ? add(size, index) : index)
