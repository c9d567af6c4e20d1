/** Activations without state, and PReLU: https://pytorch.org/docs/2.13/nn.html#non-linear-activations-weighted-sum-nonlinearity */
import { type Arg, optional, required } from '../../ops/args.ts'
import { constant, factoryArgs, inplaceArg, oneInput, parameter } from './declare.ts'
import { pending } from './pending.ts'
import { defineModule } from './row.ts'

const activation = <const N extends string, const A extends readonly Arg[]>(name: N, doc: string, args: A) =>
  defineModule({
    name,
    args,
    inputs: oneInput,
    returns: 'tensor',
    doc,
    version: 1,
    state: () => [],
    forward: () => pending(name),
  })

export const ReLU = activation('ReLU', 'max(x, 0).', [inplaceArg])
export const ReLU6 = activation('ReLU6', 'min(max(x, 0), 6).', [inplaceArg])
export const Hardtanh = activation('Hardtanh', 'Clamps to [min_val, max_val].', [
  optional('min_val', 'float', -1),
  optional('max_val', 'float', 1),
  inplaceArg,
  optional('min_value', 'float?', null),
  optional('max_value', 'float?', null),
])
export const RReLU = activation(
  'RReLU',
  'Leaky ReLU; its slope is uniform in [lower, upper) in training, their mean in eval.',
  [optional('lower', 'float', 1 / 8), optional('upper', 'float', 1 / 3), inplaceArg],
)
export const Sigmoid = activation('Sigmoid', '1 / (1 + exp(-x)).', [])
export const Hardsigmoid = activation('Hardsigmoid', 'clamp(x / 6 + 1/2, 0, 1).', [inplaceArg])
export const Tanh = activation('Tanh', 'Hyperbolic tangent.', [])
export const SiLU = activation('SiLU', 'x * sigmoid(x).', [inplaceArg])
export const Mish = activation('Mish', 'x * tanh(softplus(x)).', [inplaceArg])
export const Hardswish = activation('Hardswish', 'x * clamp(x + 3, 0, 6) / 6.', [inplaceArg])
export const ELU = activation('ELU', 'x where positive, alpha * (exp(x) - 1) elsewhere.', [
  optional('alpha', 'float', 1),
  inplaceArg,
])
export const CELU = activation('CELU', 'max(0, x) + min(0, alpha * (exp(x / alpha) - 1)).', [
  optional('alpha', 'float', 1),
  inplaceArg,
])
export const SELU = activation('SELU', 'Scaled ELU with the constants of self-normalising networks.', [
  inplaceArg,
])
export const GLU = activation('GLU', 'First half times the sigmoid of the second half, along dim.', [
  optional('dim', 'int', -1),
])
export const GELU = activation('GELU', 'x * Phi(x), exactly or by its tanh approximation.', [
  optional('approximate', 'string', 'none', { enum: ['none', 'tanh'] }),
])
export const Hardshrink = activation('Hardshrink', 'x where |x| > lambd, else 0.', [
  optional('lambd', 'float', 0.5),
])
export const Softshrink = activation('Softshrink', 'x moved towards 0 by lambd.', [
  optional('lambd', 'float', 0.5, { min: 0 }),
])
export const Tanhshrink = activation('Tanhshrink', 'x - tanh(x).', [])
export const LeakyReLU = activation('LeakyReLU', 'x where positive, negative_slope * x elsewhere.', [
  optional('negative_slope', 'float', 0.01),
  inplaceArg,
])
export const LogSigmoid = activation('LogSigmoid', 'log(sigmoid(x)).', [])
export const Softplus = activation(
  'Softplus',
  'log(1 + exp(beta * x)) / beta; x itself where beta * x > threshold.',
  [optional('beta', 'float', 1), optional('threshold', 'float', 20)],
)
export const Softsign = activation('Softsign', 'x / (1 + |x|).', [])
export const Threshold = activation('Threshold', 'x where x > threshold, value elsewhere.', [
  required('threshold', 'float'),
  required('value', 'float'),
  inplaceArg,
])
export const Softmin = activation('Softmin', 'softmax(-x) along dim.', [optional('dim', 'int?', null)])
export const Softmax = activation('Softmax', 'Exponentials that sum to 1 along dim.', [
  optional('dim', 'int?', null),
])
export const Softmax2d = activation(
  'Softmax2d',
  'Softmax over the channels of [N, C, H, W] or [C, H, W].',
  [],
)
export const LogSoftmax = activation('LogSoftmax', 'log(softmax(x)) along dim.', [
  optional('dim', 'int?', null),
])

export const PReLU = defineModule({
  name: 'PReLU',
  args: [optional('num_parameters', 'int', 1, { min: 0 }), optional('init', 'float', 0.25), ...factoryArgs],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Leaky ReLU with a learnt slope, one or one per channel.',
  version: 1,
  state: a => [parameter('weight', [a.num_parameters], constant(a.init), a.dtype)],
  forward: () => pending('prelu'),
})
