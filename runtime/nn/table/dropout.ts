/** Dropout: https://pytorch.org/docs/2.13/nn.html#dropout-layers */
import { optional, required } from '../../ops/args.ts'
import { dropouts } from '../../ops/functions/dropout.ts'
import { call } from './call.ts'
import { inplaceArg, oneInput } from './declare.ts'
import { defineModule } from './row.ts'

const dropoutArgs = [optional('p', 'float', 0.5, { min: 0, max: 1 }), inplaceArg] as const

type DropoutFunction = Exclude<keyof typeof dropouts, 'stochastic_depth'>

const dropout = <const N extends string>(name: N, row: DropoutFunction, doc: string) =>
  defineModule({
    name,
    args: dropoutArgs,
    inputs: oneInput,
    returns: 'tensor',
    doc,
    version: 1,
    state: () => [],
    forward: (b, _state, { input }, { p }, training) => ({
      out: call(b, dropouts[row], { input, p, training }),
    }),
  })

const Dropout = dropout(
  'Dropout',
  'dropout',
  'In training, zeroes elements with probability p and scales the rest by 1/(1-p).',
)
const Dropout1d = dropout(
  'Dropout1d',
  'dropout1d',
  'In training, zeroes whole channels of [N, C, L] or [C, L].',
)
const Dropout2d = dropout('Dropout2d', 'dropout2d', 'In training, zeroes whole channels of [N, C, H, W].')
const Dropout3d = dropout('Dropout3d', 'dropout3d', 'In training, zeroes whole channels of [N, C, D, H, W].')
const AlphaDropout = dropout(
  'AlphaDropout',
  'alpha_dropout',
  'In training, dropout that keeps mean and variance of SELU networks.',
)
const FeatureAlphaDropout = dropout(
  'FeatureAlphaDropout',
  'feature_alpha_dropout',
  'AlphaDropout of whole channels.',
)

/** torchvision's: https://pytorch.org/vision/stable/generated/torchvision.ops.StochasticDepth.html */
const StochasticDepth = defineModule({
  name: 'StochasticDepth',
  args: [required('p', 'float', { min: 0, max: 1 }), required('mode', 'string', { enum: ['batch', 'row'] })],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'In training, drops the whole batch or whole samples with probability p.',
  version: 1,
  state: () => [],
  forward: (b, _state, { input }, { p, mode }, training) => ({
    out: call(b, dropouts.stochastic_depth, { input, p, mode, training }),
  }),
})

export const dropoutLayers = {
  Dropout,
  Dropout1d,
  Dropout2d,
  Dropout3d,
  AlphaDropout,
  FeatureAlphaDropout,
  StochasticDepth,
} as const
