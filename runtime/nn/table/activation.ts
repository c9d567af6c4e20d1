/** Activations without state, and PReLU: https://pytorch.org/docs/2.13/nn.html#non-linear-activations-weighted-sum-nonlinearity */
import { type Arg, optional, required, type Values } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import { activation as rows } from '../../ops/functions/activation.ts'
import { elementwise } from '../../ops/functions/elementwise.ts'
import { softmaxes } from '../../ops/functions/softmax.ts'
import { call, expectRank } from './call.ts'
import { constant, factoryArgs, inplaceArg, oneInput, parameter } from './declare.ts'
import { defineModule } from './row.ts'

const activation = <const N extends string, const A extends readonly Arg[]>(
  name: N,
  doc: string,
  args: A,
  apply: <V>(b: Builder<V>, input: V, args: Values<A, never>, training: boolean) => V,
) =>
  defineModule({
    name,
    args,
    inputs: oneInput,
    returns: 'tensor',
    doc,
    version: 1,
    state: () => [],
    forward: (b, _state, { input }, args, training) => ({ out: apply(b, input, args, training) }),
  })

const ReLU = activation('ReLU', 'max(x, 0).', [inplaceArg], (b, input) => call(b, rows.relu, { input }))
const ReLU6 = activation('ReLU6', 'min(max(x, 0), 6).', [inplaceArg], (b, input) =>
  call(b, rows.relu6, { input }),
)
const Hardtanh = activation(
  'Hardtanh',
  'Clamps to [min_val, max_val].',
  [
    optional('min_val', 'float', -1),
    optional('max_val', 'float', 1),
    inplaceArg,
    optional('min_value', 'float?', null),
    optional('max_value', 'float?', null),
  ],
  (b, input, { min_val, max_val, min_value, max_value }) =>
    call(b, rows.hardtanh, { input, min_val: min_value ?? min_val, max_val: max_value ?? max_val }),
)
const RReLU = activation(
  'RReLU',
  'Leaky ReLU; its slope is uniform in [lower, upper) in training, their mean in eval.',
  [optional('lower', 'float', 1 / 8), optional('upper', 'float', 1 / 3), inplaceArg],
  (b, input, { lower, upper }, training) => call(b, rows.rrelu, { input, lower, upper, training }),
)
const Sigmoid = activation('Sigmoid', '1 / (1 + exp(-x)).', [], (b, input) =>
  call(b, elementwise.sigmoid, { input }),
)
const Hardsigmoid = activation('Hardsigmoid', 'clamp(x / 6 + 1/2, 0, 1).', [inplaceArg], (b, input) =>
  call(b, rows.hardsigmoid, { input }),
)
const Tanh = activation('Tanh', 'Hyperbolic tangent.', [], (b, input) => call(b, elementwise.tanh, { input }))
const SiLU = activation('SiLU', 'x * sigmoid(x).', [inplaceArg], (b, input) => call(b, rows.silu, { input }))
const Mish = activation('Mish', 'x * tanh(softplus(x)).', [inplaceArg], (b, input) =>
  call(b, rows.mish, { input }),
)
const Hardswish = activation('Hardswish', 'x * clamp(x + 3, 0, 6) / 6.', [inplaceArg], (b, input) =>
  call(b, rows.hardswish, { input }),
)
const ELU = activation(
  'ELU',
  'x where positive, alpha * (exp(x) - 1) elsewhere.',
  [optional('alpha', 'float', 1), inplaceArg],
  (b, input, { alpha }) => call(b, rows.elu, { input, alpha }),
)
const CELU = activation(
  'CELU',
  'max(0, x) + min(0, alpha * (exp(x / alpha) - 1)).',
  [optional('alpha', 'float', 1), inplaceArg],
  (b, input, { alpha }) => call(b, rows.celu, { input, alpha }),
)
const SELU = activation(
  'SELU',
  'Scaled ELU with the constants of self-normalising networks.',
  [inplaceArg],
  (b, input) => call(b, rows.selu, { input }),
)
const GLU = activation(
  'GLU',
  'First half times the sigmoid of the second half, along dim.',
  [optional('dim', 'int', -1)],
  (b, input, { dim }) => call(b, rows.glu, { input, dim }),
)
const GELU = activation(
  'GELU',
  'x * Phi(x), exactly or by its tanh approximation.',
  [optional('approximate', 'string', 'none', { enum: ['none', 'tanh'] })],
  (b, input, { approximate }) => call(b, rows.gelu, { input, approximate }),
)
const Hardshrink = activation(
  'Hardshrink',
  'x where |x| > lambd, else 0.',
  [optional('lambd', 'float', 0.5)],
  (b, input, { lambd }) => call(b, rows.hardshrink, { input, lambd }),
)
const Softshrink = activation(
  'Softshrink',
  'x moved towards 0 by lambd.',
  [optional('lambd', 'float', 0.5, { min: 0 })],
  (b, input, { lambd }) => call(b, rows.softshrink, { input, lambd }),
)
const Tanhshrink = activation('Tanhshrink', 'x - tanh(x).', [], (b, input) =>
  call(b, rows.tanhshrink, { input }),
)
const LeakyReLU = activation(
  'LeakyReLU',
  'x where positive, negative_slope * x elsewhere.',
  [optional('negative_slope', 'float', 0.01), inplaceArg],
  (b, input, { negative_slope }) => call(b, rows.leaky_relu, { input, negative_slope }),
)
const LogSigmoid = activation('LogSigmoid', 'log(sigmoid(x)).', [], (b, input) =>
  call(b, rows.logsigmoid, { input }),
)
const Softplus = activation(
  'Softplus',
  'log(1 + exp(beta * x)) / beta; x itself where beta * x > threshold.',
  [optional('beta', 'float', 1), optional('threshold', 'float', 20)],
  (b, input, { beta, threshold }) => call(b, rows.softplus, { input, beta, threshold }),
)
const Softsign = activation('Softsign', 'x / (1 + |x|).', [], (b, input) => call(b, rows.softsign, { input }))
const Threshold = activation(
  'Threshold',
  'x where x > threshold, value elsewhere.',
  [required('threshold', 'float'), required('value', 'float'), inplaceArg],
  (b, input, { threshold, value }) => call(b, rows.threshold, { input, threshold, value }),
)
const Softmin = activation(
  'Softmin',
  'softmax(-x) along dim.',
  [optional('dim', 'int?', null)],
  (b, input, { dim }) => call(b, softmaxes.softmin, { input, dim }),
)
const Softmax = activation(
  'Softmax',
  'Exponentials that sum to 1 along dim.',
  [optional('dim', 'int?', null)],
  (b, input, { dim }) => call(b, softmaxes.softmax, { input, dim }),
)
const Softmax2d = activation(
  'Softmax2d',
  'Softmax over the channels of [N, C, H, W] or [C, H, W].',
  [],
  (b, input) => {
    expectRank(b, input, [3, 4])
    return call(b, softmaxes.softmax, { input, dim: -3 })
  },
)
const LogSoftmax = activation(
  'LogSoftmax',
  'log(softmax(x)) along dim.',
  [optional('dim', 'int?', null)],
  (b, input, { dim }) => call(b, softmaxes.log_softmax, { input, dim }),
)

const PReLU = defineModule({
  name: 'PReLU',
  args: [optional('num_parameters', 'int', 1, { min: 0 }), optional('init', 'float', 0.25), ...factoryArgs],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Leaky ReLU with a learnt slope, one or one per channel.',
  version: 1,
  state: a => [parameter('weight', [a.num_parameters], constant(a.init), a.dtype)],
  forward: (b, { weight }, { input }) => ({ out: call(b, rows.prelu, { input, weight: weight! }) }),
})

export const activations = {
  ReLU,
  ReLU6,
  Hardtanh,
  RReLU,
  Sigmoid,
  Hardsigmoid,
  Tanh,
  SiLU,
  Mish,
  Hardswish,
  ELU,
  CELU,
  SELU,
  GLU,
  GELU,
  Hardshrink,
  Softshrink,
  Tanhshrink,
  LeakyReLU,
  LogSigmoid,
  Softplus,
  Softsign,
  Threshold,
  Softmin,
  Softmax,
  Softmax2d,
  LogSoftmax,
  PReLU,
} as const
