/** Norms with running statistics: https://pytorch.org/docs/2.13/nn.html#normalization-layers */
import { optional, required } from '../../ops/args.ts'
import type { DType } from '../../ops/dtype.ts'
import { buffer, constant, factoryArgs, oneInput, parameter } from './declare.ts'
import { pending } from './pending.ts'
import { defineModule, type StateDecl } from './row.ts'

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
    forward: () => pending('batch_norm'),
  })

const instanceNorm = <const N extends `InstanceNorm${1 | 2 | 3}d`>(
  name: N,
  ranks: readonly [number, number],
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
    forward: () => pending('instance_norm'),
  })

export const BatchNorm1d = batchNorm('BatchNorm1d', [2, 3])
export const BatchNorm2d = batchNorm('BatchNorm2d', [4])
export const BatchNorm3d = batchNorm('BatchNorm3d', [5])
export const InstanceNorm1d = instanceNorm('InstanceNorm1d', [2, 3])
export const InstanceNorm2d = instanceNorm('InstanceNorm2d', [3, 4])
export const InstanceNorm3d = instanceNorm('InstanceNorm3d', [4, 5])
