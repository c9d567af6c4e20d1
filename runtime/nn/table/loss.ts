/** Losses as modules: https://pytorch.org/docs/2.13/nn.html#loss-functions */
import { type Arg, optional, required } from '../../ops/args.ts'
import { buffer } from './declare.ts'
import { pending } from './pending.ts'
import { defineModule, type StateDecl } from './row.ts'

/** Superseded by `reduction`, and stronger than it where given: see `reductionOf`. */
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

/** What size_average and reduce meant, where one of them is given. */
export function reductionOf(a: {
  readonly size_average: boolean | null
  readonly reduce: boolean | null
  readonly reduction: string
}): string {
  if (a.size_average === null && a.reduce === null) return a.reduction
  if (!(a.reduce ?? true)) return 'none'
  return (a.size_average ?? true) ? 'mean' : 'sum'
}

const weightBuffer = (name: string, values: readonly number[] | null): readonly StateDecl[] =>
  values === null ? [] : [buffer(name, [values.length], { kind: 'values', values }, null)]

const loss = <const N extends string, const A extends readonly Arg[]>(name: N, doc: string, args: A) =>
  defineModule({
    name,
    args,
    inputs: inputAndTarget,
    returns: 'tensor',
    doc,
    version: 1,
    state: () => [],
    forward: () => pending(name),
  })

export const L1Loss = loss('L1Loss', '|input - target|.', legacy)
export const MSELoss = loss('MSELoss', '(input - target)^2.', legacy)
export const SmoothL1Loss = loss('SmoothL1Loss', 'Squared below beta, linear above.', [
  ...legacy,
  optional('beta', 'float', 1, { min: 0 }),
])
export const HuberLoss = loss('HuberLoss', 'delta times SmoothL1Loss with beta = delta.', [
  reduction,
  optional('delta', 'float', 1),
])
export const SoftMarginLoss = loss('SoftMarginLoss', 'log(1 + exp(-target * input)).', legacy)
export const HingeEmbeddingLoss = loss(
  'HingeEmbeddingLoss',
  'input where target is 1, max(0, margin - input) where -1.',
  [optional('margin', 'float', 1), ...legacy],
)
export const KLDivLoss = loss('KLDivLoss', 'target * (log(target) - input), input being log-probabilities.', [
  sizeAverage,
  reduce,
  optional('reduction', 'string', 'mean', { enum: [...REDUCTIONS, 'batchmean'] }),
  optional('log_target', 'bool', false),
])
export const PoissonNLLLoss = defineModule({
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
  forward: () => pending('poisson_nll_loss'),
})
export const MultiLabelMarginLoss = loss(
  'MultiLabelMarginLoss',
  'Margin loss between every target class and every other.',
  legacy,
)

export const MultiLabelSoftMarginLoss = defineModule({
  name: 'MultiLabelSoftMarginLoss',
  args: weighted,
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Binary cross entropy of logits, averaged over the classes.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: () => pending('multilabel_soft_margin_loss'),
})

export const BCELoss = defineModule({
  name: 'BCELoss',
  args: weighted,
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Binary cross entropy of probabilities.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: () => pending('binary_cross_entropy'),
})

export const BCEWithLogitsLoss = defineModule({
  name: 'BCEWithLogitsLoss',
  args: [...weighted, optional('pos_weight', 'floats?', null)],
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Binary cross entropy of logits.',
  fields: ['weight', 'pos_weight'],
  version: 1,
  state: a => [...weightBuffer('weight', a.weight), ...weightBuffer('pos_weight', a.pos_weight)],
  forward: () => pending('binary_cross_entropy_with_logits'),
})

export const NLLLoss = defineModule({
  name: 'NLLLoss',
  args: [weight, sizeAverage, ignoreIndex, reduce, reduction],
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Minus the log-probability of the target class.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: () => pending('nll_loss'),
})

export const CrossEntropyLoss = defineModule({
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
  forward: () => pending('cross_entropy'),
})

export const MultiMarginLoss = defineModule({
  name: 'MultiMarginLoss',
  args: [optional('p', 'int', 1, { min: 1, max: 2 }), optional('margin', 'float', 1), ...weighted],
  inputs: inputAndTarget,
  returns: 'tensor',
  doc: 'Margin loss between the target class and every other.',
  fields: ['weight'],
  version: 1,
  state: a => weightBuffer('weight', a.weight),
  forward: () => pending('multi_margin_loss'),
})

export const GaussianNLLLoss = defineModule({
  name: 'GaussianNLLLoss',
  args: [optional('full', 'bool', false), optional('eps', 'float', 1e-6), reduction],
  inputs: [required('input', 'tensor'), required('target', 'tensor'), required('var', 'tensor')],
  returns: 'tensor',
  doc: 'Negative log-likelihood of a normal distribution with variance var.',
  version: 1,
  state: () => [],
  forward: () => pending('gaussian_nll_loss'),
})

export const CTCLoss = defineModule({
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
  forward: () => pending('ctc_loss'),
})

const twoInputs = [
  required('input1', 'tensor'),
  required('input2', 'tensor'),
  required('target', 'tensor'),
] as const
const marginArgs = [optional('margin', 'float', 0), ...legacy] as const

export const MarginRankingLoss = defineModule({
  name: 'MarginRankingLoss',
  args: marginArgs,
  inputs: twoInputs,
  returns: 'tensor',
  doc: 'max(0, -target * (input1 - input2) + margin).',
  version: 1,
  state: () => [],
  forward: () => pending('margin_ranking_loss'),
})

export const CosineEmbeddingLoss = defineModule({
  name: 'CosineEmbeddingLoss',
  args: marginArgs,
  inputs: twoInputs,
  returns: 'tensor',
  doc: '1 - cos where target is 1, max(0, cos - margin) where -1.',
  version: 1,
  state: () => [],
  forward: () => pending('cosine_embedding_loss'),
})

export const TripletMarginLoss = defineModule({
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
  forward: () => pending('triplet_margin_loss'),
})
