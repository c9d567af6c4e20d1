/** Norms without running statistics: https://pytorch.org/docs/2.13/nn.html#normalization-layers */
import { optional, required } from '../../ops/args.ts'
import type { DType } from '../../ops/dtype.ts'
import { normalisation } from '../../ops/functions/norm.ts'
import { call, expectSize } from './call.ts'
import { check, constant, factoryArgs, oneInput, parameter } from './declare.ts'
import { defineModule, type StateDecl } from './row.ts'

/** Weight of ones and bias of zeros of one shape. */
export const affineState = (
  shape: readonly number[],
  weight: boolean,
  bias: boolean,
  dtype: DType | null,
): readonly StateDecl[] => [
  ...(weight ? [parameter('weight', shape, constant(1), dtype)] : []),
  ...(weight && bias ? [parameter('bias', shape, constant(0), dtype)] : []),
]

export const LayerNorm = defineModule({
  name: 'LayerNorm',
  args: [
    required('normalized_shape', 'ints', { min: 0 }),
    optional('eps', 'float', 1e-5),
    optional('elementwise_affine', 'bool', true),
    optional('bias', 'bool', true),
    ...factoryArgs,
  ],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Normalises over the last dimensions, whose sizes are normalized_shape.',
  fields: ['weight', 'bias'],
  version: 1,
  state: a => affineState(a.normalized_shape, a.elementwise_affine, a.bias, a.dtype),
  forward: (b, { weight, bias }, { input }, { normalized_shape, eps }) => ({
    out: call(b, normalisation.layer_norm, {
      input,
      normalized_shape,
      weight: weight ?? null,
      bias: bias ?? null,
      eps,
    }),
  }),
})

export const RMSNorm = defineModule({
  name: 'RMSNorm',
  args: [
    required('normalized_shape', 'ints', { min: 0 }),
    optional('eps', 'float?', null),
    optional('elementwise_affine', 'bool', true),
    ...factoryArgs,
  ],
  inputs: [required('x', 'tensor')],
  returns: 'tensor',
  doc: 'Divides by the root of the mean square over the last dimensions.',
  fields: ['weight'],
  version: 1,
  state: a => affineState(a.normalized_shape, a.elementwise_affine, false, a.dtype),
  forward: (b, { weight }, { x }, { normalized_shape, eps }) => ({
    out: call(b, normalisation.rms_norm, { input: x, normalized_shape, weight: weight ?? null, eps }),
  }),
})

export const GroupNorm = defineModule({
  name: 'GroupNorm',
  args: [
    required('num_groups', 'int', { min: 1 }),
    required('num_channels', 'int', { min: 0 }),
    optional('eps', 'float', 1e-5),
    optional('affine', 'bool', true),
    ...factoryArgs,
    optional('bias', 'bool', true),
  ],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Normalises groups of channels of each sample.',
  fields: ['weight', 'bias'],
  version: 1,
  state: a => {
    check(
      a.num_channels % a.num_groups === 0,
      `num_channels (${a.num_channels}) must be divisible by num_groups (${a.num_groups})`,
    )
    return affineState([a.num_channels], a.affine, a.bias, a.dtype)
  },
  forward(b, { weight, bias }, { input }, { num_groups, num_channels, eps }) {
    expectSize(b, input, 1, num_channels, 'channels')
    const args = { input, num_groups, weight: weight ?? null, bias: bias ?? null, eps }
    return { out: call(b, normalisation.group_norm, args) }
  },
})

export const LocalResponseNorm = defineModule({
  name: 'LocalResponseNorm',
  args: [
    required('size', 'int', { min: 1 }),
    optional('alpha', 'float', 1e-4),
    optional('beta', 'float', 0.75),
    optional('k', 'float', 1),
  ],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Divides by a power of the mean square of neighbouring channels.',
  version: 1,
  state: () => [],
  forward: (b, _state, { input }, { size, alpha, beta, k }) => ({
    out: call(b, normalisation.local_response_norm, { input, size, alpha, beta, k }),
  }),
})
