/** Linear maps: https://pytorch.org/docs/2.13/nn.html#linear-layers */
import { optional, required } from '../../ops/args.ts'
import type { DType } from '../../ops/dtype.ts'
import { linearAlgebra } from '../../ops/functions/linear.ts'
import { call, expectSize } from './call.ts'
import { biasUniform, factoryArgs, kaimingUniform, oneInput, parameter, symmetric } from './declare.ts'
import { defineModule, type StateDecl } from './row.ts'

/** Weight [out, in] and bias [out] of a linear layer. */
export const linearState = (
  inFeatures: number,
  outFeatures: number,
  bias: boolean,
  dtype: DType | null,
): readonly StateDecl[] => [
  parameter('weight', [outFeatures, inFeatures], kaimingUniform(inFeatures), dtype),
  ...(bias ? [parameter('bias', [outFeatures], biasUniform(inFeatures), dtype)] : []),
]

export const Identity = defineModule({
  name: 'Identity',
  args: [],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Returns its input.',
  version: 1,
  state: () => [],
  forward: (_b, _state, { input }) => ({ out: input }),
})

export const Linear = defineModule({
  name: 'Linear',
  args: [
    required('in_features', 'int', { min: 0 }),
    required('out_features', 'int', { min: 0 }),
    optional('bias', 'bool', true),
    ...factoryArgs,
  ],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'input @ weight.T + bias over the last dimension.',
  fields: ['weight', 'bias'],
  version: 1,
  state: a => linearState(a.in_features, a.out_features, a.bias, a.dtype),
  forward(b, { weight, bias }, { input }, a) {
    expectSize(b, input, -1, a.in_features, 'features in the last dimension')
    return { out: call(b, linearAlgebra.linear, { input, weight: weight!, bias: bias ?? null }) }
  },
})

export const Bilinear = defineModule({
  name: 'Bilinear',
  args: [
    required('in1_features', 'int', { min: 1 }),
    required('in2_features', 'int', { min: 0 }),
    required('out_features', 'int', { min: 0 }),
    optional('bias', 'bool', true),
    ...factoryArgs,
  ],
  inputs: [required('input1', 'tensor'), required('input2', 'tensor')],
  returns: 'tensor',
  doc: 'input1 @ weight[k] @ input2 + bias[k] for each output feature k.',
  fields: ['weight', 'bias'],
  version: 1,
  state: a => {
    const init = symmetric(1 / Math.sqrt(a.in1_features))
    return [
      parameter('weight', [a.out_features, a.in1_features, a.in2_features], init, a.dtype),
      ...(a.bias ? [parameter('bias', [a.out_features], init, a.dtype)] : []),
    ]
  },
  forward: (b, { weight, bias }, { input1, input2 }) => ({
    out: call(b, linearAlgebra.bilinear, { input1, input2, weight: weight!, bias: bias ?? null }),
  }),
})
