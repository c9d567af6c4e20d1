/** Norms with running statistics: https://pytorch.org/docs/2.13/nn.html#normalization-layers */
import { optional, required } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import type { DType } from '../../ops/dtype.ts'
import { OpError } from '../../ops/error.ts'
import { batchNormEval, batchNormTraining, normalisation } from '../../ops/functions/norm.ts'
import { moments } from '../../ops/functions/reduce.ts'
import { vocabulary } from '../../ops/functions/vocabulary.ts'
import { call, expectRank, expectSize } from './call.ts'
import { buffer, constant, factoryArgs, oneInput, parameter } from './declare.ts'
import { defineModule, type Forward, type StateDecl } from './row.ts'

const batchNormArgs = [
  required('num_features', 'int', { min: 0 }),
  optional('eps', 'float', 1e-5),
  optional('momentum', 'float?', 0.1),
  optional('affine', 'bool', true),
  optional('track_running_stats', 'bool', true),
  ...factoryArgs,
  optional('bias', 'bool', true),
] as const

const instanceNormArgs = [
  required('num_features', 'int', { min: 0 }),
  optional('eps', 'float', 1e-5),
  optional('momentum', 'float', 0.1),
  optional('affine', 'bool', false),
  optional('track_running_stats', 'bool', false),
  ...factoryArgs,
  optional('bias', 'bool', true),
] as const

const NORM_FIELDS = ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'] as const

interface Tracked {
  readonly num_features: number
  readonly affine: boolean
  readonly bias: boolean
  readonly track_running_stats: boolean
  readonly dtype: DType | null
}

function normState(a: Tracked): readonly StateDecl[] {
  const shape = [a.num_features]
  return [
    ...(a.affine ? [parameter('weight', shape, constant(1), a.dtype)] : []),
    ...(a.affine && a.bias ? [parameter('bias', shape, constant(0), a.dtype)] : []),
    ...(a.track_running_stats
      ? [
          buffer('running_mean', shape, constant(0), a.dtype),
          buffer('running_var', shape, constant(1), a.dtype),
          buffer('num_batches_tracked', [], constant(0), 'int64'),
        ]
      : []),
  ]
}

interface Running<V> {
  readonly mean: V
  readonly variance: V
}

type State<V> = Readonly<Record<string, V>>

function running<V>(state: State<V>): Running<V> | null {
  const { running_mean, running_var } = state
  return running_mean === undefined || running_var === undefined
    ? null
    : { mean: running_mean, variance: running_var }
}

/** old + (fresh - old) * momentum, in the old one's dtype, without history. `momentum` is a number or a scalar tensor. */
function moved<V>(b: Builder<V>, old: V, fresh: V, momentum: number | V): V {
  const v = vocabulary(b)
  const value = v.add(
    v.mul(old, v.sub(v.fullLike(old, 1), momentum)),
    v.mul(v.cast(fresh, v.dtype(old)), momentum),
  )
  return v.cast(b.detach?.(value) ?? value, v.dtype(old))
}

function normaliseBatch<V>(
  b: Builder<V>,
  state: State<V>,
  input: V,
  { eps, momentum }: { readonly eps: number; readonly momentum: number | null },
  training: boolean,
): Forward<V, 'tensor'> {
  const v = vocabulary(b)
  const { weight = null, bias = null, num_batches_tracked } = state
  const tracked = running(state)
  if (!training && tracked !== null) return { out: batchNormEval(b, input, weight, bias, tracked, eps) }
  const withinChannel = v.shape(input).flatMap((_, i) => (i === 1 ? [] : [i]))
  if (training && v.count(input, withinChannel) === 1) {
    throw new OpError('shape/range', 'more than 1 value per channel is needed in training', {
      hint: 'use a larger batch, or eval mode',
    })
  }
  if (tracked === null || !training) {
    return { out: batchNormTraining(b, input, weight, bias, null, { momentum: 1, eps }).out }
  }
  // Moved all the way from zero, the statistics of the batch come back as they are.
  const zeros = { mean: v.fullLike(tracked.mean, 0), variance: v.fullLike(tracked.variance, 0) }
  const fresh = batchNormTraining(b, input, weight, bias, zeros, { momentum: 1, eps })
  const batches = v.add(num_batches_tracked!, 1)
  const factor = momentum ?? v.map('reciprocal', v.cast(batches, v.dtype(tracked.mean)))
  return {
    out: fresh.out,
    updates: {
      running_mean: moved(b, tracked.mean, fresh.mean!, factor),
      running_var: moved(b, tracked.variance, fresh.variance!, factor),
      num_batches_tracked: batches,
    },
  }
}

const batchNorm = <const N extends `BatchNorm${1 | 2 | 3}d`>(name: N, ranks: readonly number[]) =>
  defineModule({
    name,
    args: batchNormArgs,
    inputs: oneInput,
    returns: 'tensor',
    doc: `Normalises each channel over the batch; input of rank ${ranks.join(' or ')}. In eval with the running statistics.`,
    fields: NORM_FIELDS,
    version: 2,
    state: normState,
    forward(b, state, { input }, a, training) {
      expectRank(b, input, ranks)
      expectSize(b, input, 1, a.num_features, 'channels')
      return normaliseBatch(b, state, input, a, training)
    },
  })

/** The statistics of single instances, averaged over the batch. */
function instanceUpdates<V>(
  b: Builder<V>,
  input: V,
  { mean, variance }: Running<V>,
  momentum: number,
): Readonly<Record<string, V>> {
  const v = vocabulary(b)
  const spatial = v.shape(input).flatMap((_, i) => (i < 2 ? [] : [i]))
  const found = moments(b, input, spatial, 1, false)
  return {
    running_mean: moved(b, mean, v.mean(found.mean, [0]), momentum),
    running_var: moved(b, variance, v.mean(found.variance, [0]), momentum),
  }
}

const instanceNorm = <const N extends `InstanceNorm${1 | 2 | 3}d`>(
  name: N,
  ranks: readonly [unbatched: number, batched: number],
) =>
  defineModule({
    name,
    args: instanceNormArgs,
    inputs: oneInput,
    returns: 'tensor',
    doc: `Normalises each channel of each sample; input of rank ${ranks.join(' or ')} (the first without a batch).`,
    fields: NORM_FIELDS,
    version: 2,
    state: normState,
    forward(b, state, { input }, a, training) {
      const v = vocabulary(b)
      expectRank(b, input, ranks)
      const single = v.rank(input) === ranks[0]
      const batch = single ? v.unsqueeze(input, 0) : input
      if (a.affine) expectSize(b, batch, 1, a.num_features, 'channels')
      const tracked = running(state)
      const out = call(b, normalisation.instance_norm, {
        input: batch,
        running_mean: tracked?.mean ?? null,
        running_var: tracked?.variance ?? null,
        weight: state.weight ?? null,
        bias: state.bias ?? null,
        use_input_stats: training || tracked === null,
        eps: a.eps,
      })
      return {
        out: single ? v.dropAxis(out, 0) : out,
        ...(training && tracked !== null ? { updates: instanceUpdates(b, batch, tracked, a.momentum) } : {}),
      }
    },
  })

const BatchNorm1d = batchNorm('BatchNorm1d', [2, 3])
const BatchNorm2d = batchNorm('BatchNorm2d', [4])
const BatchNorm3d = batchNorm('BatchNorm3d', [5])
const InstanceNorm1d = instanceNorm('InstanceNorm1d', [2, 3])
const InstanceNorm2d = instanceNorm('InstanceNorm2d', [3, 4])
const InstanceNorm3d = instanceNorm('InstanceNorm3d', [4, 5])

export const batchNorms = {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
} as const
