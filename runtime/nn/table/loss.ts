/** Losses as modules: https://pytorch.org/docs/2.13/nn.html#loss-functions */
import { type Arg, optional, required, type Values } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import { classificationLosses } from '../../ops/functions/classification-loss.ts'
import { losses } from '../../ops/functions/loss.ts'
import { call } from './call.ts'
import { buffer } from './declare.ts'
import { defineModule, type StateDecl } from './row.ts'

/** Superseded by `reduction`, and stronger than it where given. */
const sizeAverage = optional('size_average', 'bool?', null)
const reduce = optional('reduce', 'bool?', null)
const REDUCTIONS = ['none', 'mean', 'sum'] as const
const reduction = optional('reduction', 'string', 'mean', { enum: REDUCTIONS })
/** Weights of classes as numbers: a buffer, so a part of the state_dict where given. */
const weight = optional('weight', 'floats?', null)
const legacy = [sizeAverage, reduce, reduction] as const
const weighted = [weight, sizeAverage, reduce, reduction] as const
const ignoreIndex = optional('ignore_index', 'int', -100)

const inputAndTarget = [required('input', 'tensor'), required('target', 'tensor')] as const

const weightBuffer = (name: string, values: readonly number[] | null): readonly StateDecl[] =>
  values === null ? [] : [buffer(name, [values.length], { kind: 'values', values }, null)]

const loss = <const N extends string, const A extends readonly Arg[]>(
  name: N,
  doc: string,
  args: A,
  apply: <V>(b: Builder<V>, inputs: { readonly input: V; readonly target: V }, args: Values<A, never>) => V,
) =>
  defineModule({
    name,
    args,
    inputs: inputAndTarget,
    returns: 'tensor',
    doc,
    version: 1,
    state: () => [],
    forward: (b, _state, inputs, args) => ({ out: apply(b, inputs, args) }),
  })

const L1Loss = loss('L1Loss', '|input - target|.', legacy, (b, inputs, args) =>
  call(b, losses.l1_loss, { ...inputs, ...args }),
)
const MSELoss = loss('MSELoss', '(input - target)^2.', legacy, (b, inputs, args) =>
  call(b, losses.mse_loss, { ...inputs, ...args }),
)
const SmoothL1Loss = loss(
  'SmoothL1Loss',
  'Squared below beta, linear above.',
  [...legacy, optional('beta', 'float', 1, { min: 0 })],
  (b, inputs, args) => call(b, losses.smooth_l1_loss, { ...inputs, ...args }),
)
const HuberLoss = loss(
  'HuberLoss',
  'delta times SmoothL1Loss with beta = delta.',
  [reduction, optional('delta', 'float', 1)],
  (b, inputs, args) => call(b, losses.huber_loss, { ...inputs, ...args }),
)
const SoftMarginLoss = loss('SoftMarginLoss', 'log(1 + exp(-target * input)).', legacy, (b, inputs, args) =>
  call(b, losses.soft_margin_loss, { ...inputs, ...args }),
)
const HingeEmbeddingLoss = loss(
  'HingeEmbeddingLoss',
  'input where target is 1, max(0, margin - input) where -1.',
  [optional('margin', 'float', 1), ...legacy],
  (b, inputs, args) => call(b, losses.hinge_embedding_loss, { ...inputs, ...args }),
)
const KLDivLoss = loss(
  'KLDivLoss',
  'target * (log(target) - input), input being log-probabilities.',
  [
    sizeAverage,
    reduce,
    optional('reduction', 'string', 'mean', { enum: [...REDUCTIONS, 'batchmean'] }),
    optional('log_target', 'bool', false),
  ],
  (b, inputs, args) => call(b, losses.kl_div, { ...inputs, ...args }),
)
const PoissonNLLLoss = defineModule({
  name: 'PoissonNLLLoss',
  args: [
    optional('log_input', 'bool', true),
    optional('full', 'bool', false),
    sizeAverage,
    optional('eps', 'float', 1e-8),
    reduce,
    reduction,
  ],
  inputs: [required('log_input', 'tensor'), required('target', 'tensor')],
  returns: 'tensor',
  doc: 'Negative log-likelihood of a Poisson distribution.',
  version: 1,
  state: () => [],
  forward: (b, _state, { log_input, target }, args) => ({
    out: call(b, losses.poisson_nll_loss, { input: log_input, target, ...args }),
  }),
})
const MultiLabelMarginLoss = loss(
  'MultiLabelMarginLoss',
  'Margin loss between every target class and every other.',
  legacy,
  (b, inputs, args) => call(b, losses.multilabel_margin_loss, { ...inputs, ...args }),
)

const MultiLabelSoftMarginLoss = defineModule({
  name: 'MultiLabelSoftMarginLoss',
  args: weighted,
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Binary cross entropy of logits, averaged over the classes.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: (b, { weight }, inputs, args) => ({
    out: call(b, losses.multilabel_soft_margin_loss, { ...inputs, ...args, weight: weight ?? null }),
  }),
})

const BCELoss = defineModule({
  name: 'BCELoss',
  args: weighted,
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Binary cross entropy of probabilities.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: (b, { weight }, inputs, args) => ({
    out: call(b, losses.binary_cross_entropy, { ...inputs, ...args, weight: weight ?? null }),
  }),
})

const BCEWithLogitsLoss = defineModule({
  name: 'BCEWithLogitsLoss',
  args: [...weighted, optional('pos_weight', 'floats?', null)],
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Binary cross entropy of logits.',
  fields: ['weight', 'pos_weight'],
  version: 1,
  state: a => [...weightBuffer('weight', a.weight), ...weightBuffer('pos_weight', a.pos_weight)],
  forward: (b, { weight, pos_weight }, inputs, args) => ({
    out: call(b, losses.binary_cross_entropy_with_logits, {
      ...inputs,
      ...args,
      weight: weight ?? null,
      pos_weight: pos_weight ?? null,
    }),
  }),
})

const NLLLoss = defineModule({
  name: 'NLLLoss',
  args: [weight, sizeAverage, ignoreIndex, reduce, reduction],
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Minus the log-probability of the target class.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: (b, { weight }, inputs, args) => ({
    out: call(b, classificationLosses.nll_loss, { ...inputs, ...args, weight: weight ?? null }),
  }),
})

const CrossEntropyLoss = defineModule({
  name: 'CrossEntropyLoss',
  args: [
    weight,
    sizeAverage,
    ignoreIndex,
    reduce,
    reduction,
    optional('label_smoothing', 'float', 0, { min: 0, max: 1 }),
  ],
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'NLLLoss of log_softmax over the classes; the target is indices or probabilities.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: (b, { weight }, inputs, args) => ({
    out: call(b, classificationLosses.cross_entropy, { ...inputs, ...args, weight: weight ?? null }),
  }),
})

const MultiMarginLoss = defineModule({
  name: 'MultiMarginLoss',
  args: [optional('p', 'int', 1, { min: 1, max: 2 }), optional('margin', 'float', 1), ...weighted],
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Margin loss between the target class and every other.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: (b, { weight }, inputs, args) => ({
    out: call(b, losses.multi_margin_loss, { ...inputs, ...args, weight: weight ?? null }),
  }),
})

const GaussianNLLLoss = defineModule({
  name: 'GaussianNLLLoss',
  args: [optional('full', 'bool', false), optional('eps', 'float', 1e-6), reduction],
  inputs: [required('input', 'tensor'), required('target', 'tensor'), required('var', 'tensor')],
  returns: 'tensor',
  doc: 'Negative log-likelihood of a normal distribution with variance var.',
  version: 1,
  state: () => [],
  forward: (b, _state, inputs, args) => ({ out: call(b, losses.gaussian_nll_loss, { ...inputs, ...args }) }),
})

const CTCLoss = defineModule({
  name: 'CTCLoss',
  args: [optional('blank', 'int', 0, { min: 0 }), reduction, optional('zero_infinity', 'bool', false)],
  inputs: [
    required('log_probs', 'tensor'),
    required('targets', 'tensor'),
    required('input_lengths', 'tensor'),
    required('target_lengths', 'tensor'),
  ],
  returns: 'tensor',
  doc: 'Connectionist temporal classification.',
  version: 1,
  state: () => [],
  forward: (b, _state, inputs, args) => ({
    out: call(b, classificationLosses.ctc_loss, { ...inputs, ...args }),
  }),
})

const twoInputs = [
  required('input1', 'tensor'),
  required('input2', 'tensor'),
  required('target', 'tensor'),
] as const
const marginArgs = [optional('margin', 'float', 0), ...legacy] as const

const MarginRankingLoss = defineModule({
  name: 'MarginRankingLoss',
  args: marginArgs,
  inputs: twoInputs,
  returns: 'tensor',
  doc: 'max(0, -target * (input1 - input2) + margin).',
  version: 1,
  state: () => [],
  forward: (b, _state, inputs, args) => ({
    out: call(b, losses.margin_ranking_loss, { ...inputs, ...args }),
  }),
})

const CosineEmbeddingLoss = defineModule({
  name: 'CosineEmbeddingLoss',
  args: marginArgs,
  inputs: twoInputs,
  returns: 'tensor',
  doc: '1 - cos where target is 1, max(0, cos - margin) where -1.',
  version: 1,
  state: () => [],
  forward: (b, _state, inputs, args) => ({
    out: call(b, losses.cosine_embedding_loss, { ...inputs, ...args }),
  }),
})

const TripletMarginLoss = defineModule({
  name: 'TripletMarginLoss',
  args: [
    optional('margin', 'float', 1),
    optional('p', 'float', 2),
    optional('eps', 'float', 1e-6),
    optional('swap', 'bool', false),
    ...legacy,
  ],
  inputs: [required('anchor', 'tensor'), required('positive', 'tensor'), required('negative', 'tensor')],
  returns: 'tensor',
  doc: 'max(0, distance to positive - distance to negative + margin).',
  version: 1,
  state: () => [],
  forward: (b, _state, inputs, args) => ({
    out: call(b, losses.triplet_margin_loss, { ...inputs, ...args }),
  }),
})

export const lossLayers = {
  L1Loss,
  MSELoss,
  SmoothL1Loss,
  HuberLoss,
  SoftMarginLoss,
  HingeEmbeddingLoss,
  KLDivLoss,
  PoissonNLLLoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  BCELoss,
  BCEWithLogitsLoss,
  NLLLoss,
  CrossEntropyLoss,
  MultiMarginLoss,
  GaussianNLLLoss,
  CTCLoss,
  MarginRankingLoss,
  CosineEmbeddingLoss,
  TripletMarginLoss,
} as const
