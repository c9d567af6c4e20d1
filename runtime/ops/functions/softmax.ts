/** softmax and its kin, stable: the largest element is taken out first. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type DType, isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { vocabulary } from './vocabulary.ts'

const args = [
  required('input', 'tensor'),
  optional('dim', 'int?', null),
  optional('_stacklevel', 'int', 3, { ignored: true }),
  optional('dtype', 'dtype?', null),
] as const

/** A row of -Infinity only gives NaN, as in torch. */
export function softmaxAlong<V>(b: Builder<V>, x: V, dim: number): V {
  const v = vocabulary(b)
  return v.inFloat32(x, y => {
    if (v.size(y, dim) === 0) return y
    return v.withGradient(
      [y],
      z => {
        const e = v.exp(v.sub(z, v.reduce('max', z, [dim], true)))
        return v.div(e, v.sum(e, [dim], true))
      },
      (grad, _, result) => {
        const weighted = v.mul(grad, result)
        return [v.sub(weighted, v.mul(result, v.sum(weighted, [dim], true)))]
      },
    )
  })
}

export function logSoftmaxAlong<V>(b: Builder<V>, x: V, dim: number): V {
  const v = vocabulary(b)
  return v.inFloat32(x, y => {
    if (v.size(y, dim) === 0) return y
    return v.withGradient(
      [y],
      z => {
        const shifted = v.sub(z, v.reduce('max', z, [dim], true))
        return v.sub(shifted, v.log(v.sum(v.exp(shifted), [dim], true)))
      },
      (grad, _, result) => [v.sub(grad, v.mul(v.exp(result), v.sum(grad, [dim], true)))],
    )
  })
}

function floats<V>(b: Builder<V>, op: string, x: V, dtype: DType | null): V {
  const y = dtype === null ? x : vocabulary(b).cast(x, dtype)
  if (!isFloat(b.aval(y).dtype))
    throw new OpError('dtype/mismatch', `${op} needs a float tensor, not ${b.aval(y).dtype}`, { op })
  return y
}

/** torch's old rule for a missing dim: 0 for 0, 1 and 3 axes, else 1. */
const legacyDim = (rank: number): number => (rank === 0 || rank === 1 || rank === 3 ? 0 : 1)

/** A row's input and axis. */
function prepared<V>(
  b: Builder<V>,
  op: string,
  input: V,
  dim: number | null,
  dtype: DType | null,
): readonly [V, number] {
  const x = floats(b, op, input, dtype)
  return [x, dim ?? legacyDim(b.aval(x).shape.length)]
}

export const softmaxes = {
  softmax: defineFunction({
    name: 'softmax',
    method: true,
    args,
    returns: 'tensor',
    doc: 'exp(x) divided by its sum along an axis.',
    expand: (b, { input, dim, dtype }) => softmaxAlong(b, ...prepared(b, 'softmax', input, dim, dtype)),
  }),
  log_softmax: defineFunction({
    name: 'log_softmax',
    method: true,
    args,
    returns: 'tensor',
    doc: 'Logarithm of softmax along an axis.',
    expand: (b, { input, dim, dtype }) =>
      logSoftmaxAlong(b, ...prepared(b, 'log_softmax', input, dim, dtype)),
  }),
  softmin: defineFunction({
    name: 'softmin',
    args,
    returns: 'tensor',
    doc: 'softmax of -x.',
    expand(b, { input, dim, dtype }) {
      const [x, along] = prepared(b, 'softmin', input, dim, dtype)
      return softmaxAlong(b, vocabulary(b).neg(x), along)
    },
  }),
} as const
