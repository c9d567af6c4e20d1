/** Distances between vectors. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { vectorNorm } from './norm.ts'
import { vocabulary } from './vocabulary.ts'

/** All distances between the rows of x and the rows of y. */
function allPairs<V>(b: Builder<V>, x: V, y: V, p: number): V {
  const v = vocabulary(b)
  return vectorNorm(b, v.sub(v.unsqueeze(x, -2), v.unsqueeze(y, -3)), p, [-1], false)
}

/** The p-norm of x - y + eps along the last axis. */
export function pairwiseDistance<V>(b: Builder<V>, x: V, y: V, p: number, eps: number, keep: boolean): V {
  const v = vocabulary(b)
  return vectorNorm(b, v.add(v.sub(x, y), eps), p, [-1], keep)
}

export const distances = {
  pairwise_distance: defineFunction({
    name: 'pairwise_distance',
    args: [
      required('x1', 'tensor'),
      required('x2', 'tensor'),
      optional('p', 'float', 2),
      optional('eps', 'float', 1e-6),
      optional('keepdim', 'bool', false),
    ],
    returns: 'tensor',
    doc: 'The p-norm of x1 - x2 + eps along the last axis.',
    expand: (b, { x1, x2, p, eps, keepdim }) => pairwiseDistance(b, x1, x2, p, eps, keepdim),
  }),
  cdist: defineFunction({
    name: 'cdist',
    args: [
      required('x1', 'tensor'),
      required('x2', 'tensor'),
      optional('p', 'float', 2),
      optional('compute_mode', 'string', 'use_mm_for_euclid_dist_if_necessary', { ignored: true }),
    ],
    returns: 'tensor',
    doc: 'Distances between all rows of x1 and all rows of x2.',
    expand: (b, { x1, x2, p }) => allPairs(b, x1, x2, p),
  }),
  pdist: defineFunction({
    name: 'pdist',
    args: [required('input', 'tensor'), optional('p', 'float', 2)],
    returns: 'tensor',
    doc: 'Distances between all pairs of rows: (0, 1), (0, 2), .. (1, 2), ..',
    expand(b, { input, p }) {
      const v = vocabulary(b)
      const rows = v.size(input, 0)
      if (v.rank(input) !== 2 || typeof rows !== 'number')
        throw new OpError('op/unsupported', 'pdist takes a matrix with a fixed number of rows', {
          op: 'pdist',
        })
      const lines = Array.from({ length: Math.max(0, rows - 1) }, (_, i) => {
        const others = v.slice(input, 0, i + 1, rows - 1 - i)
        return vectorNorm(b, v.sub(v.slice(input, 0, i, 1), others), p, [-1], false)
      })
      return lines.length === 0 ? v.sum(v.slice(input, 0, 0, 0), [1]) : v.cat(lines, 0)
    },
  }),
} as const
