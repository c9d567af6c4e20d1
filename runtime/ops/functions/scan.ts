/** Running sums and the like, differences, and places in sorted sequences. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { max, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axis } from './axes.ts'
import { cat } from './join.ts'
import { resultType } from './promotion.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')

const running = <const N extends 'cumsum' | 'cumprod'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, required('dim', 'int'), optional('dtype', 'dtype?', null)],
    returns: 'tensor',
    doc,
    expand(b, { input, dim, dtype }) {
      const v = vocabulary(b)
      const own = v.dtype(input)
      const x = v.cast(input, dtype ?? (isFloat(own) ? own : 'int64'))
      if (v.rank(x) === 0) return x
      return v.inFloat32(x, y => b.emit(name, [y], { dim: axis(v.rank(y), dim) }))
    },
  })

/** How many of the last axis of `sorted` go before each value. */
function before<V>(b: Builder<V>, sorted: V, values: V, right: boolean): V {
  const v = vocabulary(b)
  const dtype = resultType(b, [sorted, values])
  const [edges, x] = [v.cast(sorted, dtype), v.unsqueeze(v.cast(values, dtype), -1)]
  // One more axis on the left side for sequences of several rows: [.., 1, edges].
  const rows = v.rank(edges) === 1 ? edges : v.unsqueeze(edges, -2)
  const smaller = v.compare(right ? 'le' : 'lt', rows, x)
  // NaN sorts after everything.
  const found = isFloat(dtype) ? v.or(smaller, v.isNaN(x)) : smaller
  return v.sum(v.cast(found, 'int64'), [-1])
}

export const scans = {
  cumsum: running('cumsum', 'Running sums along an axis; integers and bools give int64.'),
  cumprod: running('cumprod', 'Running products along an axis.'),
  diff: defineFunction({
    name: 'diff',
    method: true,
    args: [
      input,
      optional('n', 'int', 1, { min: 0 }),
      optional('dim', 'int', -1),
      optional('prepend', 'tensor?', null),
      optional('append', 'tensor?', null),
    ],
    returns: 'tensor',
    doc: 'Differences of neighbours along an axis, taken n times.',
    expand(b, { input, n, dim, prepend, append }) {
      const v = vocabulary(b)
      const parts = [prepend, input, append].filter(x => x !== null)
      let x = parts.length === 1 ? input : cat(b, parts, dim)
      for (let i = 0; i < n; i++) {
        const rest = max(0, sub(v.size(x, dim), 1))
        const [high, low] = [v.slice(x, dim, rest === 0 ? 0 : 1, rest), v.slice(x, dim, 0, rest)]
        x = v.dtype(x) === 'bool' ? v.zip('xor', high, low) : v.sub(high, low)
      }
      return x
    },
  }),
  searchsorted: defineFunction({
    name: 'searchsorted',
    args: [
      required('sorted_sequence', 'tensor'),
      required('input', 'tensor'),
      optional('out_int32', 'bool', false),
      optional('right', 'bool', false),
      optional('side', 'string?', null, { enum: ['left', 'right'] }),
    ],
    returns: 'tensor',
    doc: 'Where values go in sorted sequences: the first place, or with right=True the last.',
    expand(b, { sorted_sequence, input, out_int32, right, side }) {
      const v = vocabulary(b)
      if (v.rank(sorted_sequence) !== 1 && v.rank(sorted_sequence) !== v.rank(input))
        throw new OpError(
          'shape/rank',
          'searchsorted: the sequences must be one, or one for each row of values',
        )
      return v.cast(
        before(b, sorted_sequence, input, right || side === 'right'),
        out_int32 ? 'int32' : 'int64',
      )
    },
  }),
  isin: defineFunction({
    name: 'isin',
    args: [
      required('elements', 'tensor'),
      required('test_elements', 'tensor'),
      optional('assume_unique', 'bool', false, { ignored: true }),
      optional('invert', 'bool', false),
    ],
    returns: 'tensor',
    doc: 'True where an element is one of test_elements.',
    expand(b, { elements, test_elements, invert }) {
      const v = vocabulary(b)
      const found = v.reduce('max', v.eq(v.unsqueeze(elements, -1), v.reshape(test_elements, [-1])), [-1])
      return invert ? v.not(found) : found
    },
  }),
  bucketize: defineFunction({
    name: 'bucketize',
    args: [
      input,
      required('boundaries', 'tensor'),
      optional('out_int32', 'bool', false),
      optional('right', 'bool', false),
    ],
    returns: 'tensor',
    doc: 'The bucket that each value falls in.',
    expand: (b, { input, boundaries, out_int32, right }) =>
      vocabulary(b).cast(before(b, boundaries, input, right), out_int32 ? 'int32' : 'int64'),
  }),
} as const
