/** What a configuration can name, and the options of each by PyTorch's names, with what they are. */

/** What an option is: `numbers` is a number or a list of them; a list of words is one of these. Null stands for "not set". */
export type OptionKind = 'number' | 'integer' | 'flag' | 'numbers' | readonly string[]

const ADAM = {
  lr: 'number',
  betas: 'numbers',
  eps: 'number',
  weight_decay: 'number',
  maximize: 'flag',
} as const

/** Optimizers whose steps need the gradients once. */
export const OPTIMIZERS = {
  SGD: {
    lr: 'number',
    momentum: 'number',
    dampening: 'number',
    weight_decay: 'number',
    nesterov: 'flag',
    maximize: 'flag',
  },
  Adam: { ...ADAM, amsgrad: 'flag', decoupled_weight_decay: 'flag' },
  AdamW: { ...ADAM, amsgrad: 'flag' },
  NAdam: { ...ADAM, momentum_decay: 'number', decoupled_weight_decay: 'flag' },
  RAdam: { ...ADAM, decoupled_weight_decay: 'flag' },
  Adamax: ADAM,
  RMSprop: {
    lr: 'number',
    alpha: 'number',
    eps: 'number',
    weight_decay: 'number',
    momentum: 'number',
    centered: 'flag',
    maximize: 'flag',
  },
  Adagrad: {
    lr: 'number',
    lr_decay: 'number',
    weight_decay: 'number',
    initial_accumulator_value: 'number',
    eps: 'number',
    maximize: 'flag',
  },
  Adadelta: { lr: 'number', rho: 'number', eps: 'number', weight_decay: 'number', maximize: 'flag' },
} as const satisfies Choices
export type OptimizerName = keyof typeof OPTIMIZERS

/** Schedulers that numbers describe. */
export const SCHEDULERS = {
  StepLR: { step_size: 'integer', gamma: 'number' },
  MultiStepLR: { milestones: 'numbers', gamma: 'number' },
  ConstantLR: { factor: 'number', total_iters: 'integer' },
  LinearLR: { start_factor: 'number', end_factor: 'number', total_iters: 'integer' },
  ExponentialLR: { gamma: 'number' },
  PolynomialLR: { total_iters: 'integer', power: 'number' },
  CosineAnnealingLR: { T_max: 'number', eta_min: 'number' },
  CosineAnnealingWarmRestarts: { T_0: 'integer', T_mult: 'integer', eta_min: 'number' },
  OneCycleLR: {
    max_lr: 'numbers',
    total_steps: 'integer',
    pct_start: 'number',
    anneal_strategy: ['cos', 'linear'],
    cycle_momentum: 'flag',
    base_momentum: 'numbers',
    max_momentum: 'numbers',
    div_factor: 'number',
    final_div_factor: 'number',
    three_phase: 'flag',
  },
  CyclicLR: {
    base_lr: 'numbers',
    max_lr: 'numbers',
    step_size_up: 'number',
    step_size_down: 'number',
    mode: ['triangular', 'triangular2', 'exp_range'],
    gamma: 'number',
    scale_mode: ['cycle', 'iterations'],
    cycle_momentum: 'flag',
    base_momentum: 'numbers',
    max_momentum: 'numbers',
  },
  ReduceLROnPlateau: {
    mode: ['min', 'max'],
    factor: 'number',
    patience: 'integer',
    threshold: 'number',
    threshold_mode: ['rel', 'abs'],
    cooldown: 'integer',
    min_lr: 'numbers',
    eps: 'number',
  },
} as const satisfies Choices
export type SchedulerName = keyof typeof SCHEDULERS

/** Losses of torch.nn.functional. */
export const LOSSES = {
  cross_entropy: { ignore_index: 'integer', label_smoothing: 'number' },
  nll_loss: { ignore_index: 'integer' },
  mse_loss: {},
  l1_loss: {},
  smooth_l1_loss: { beta: 'number' },
  huber_loss: { delta: 'number' },
  binary_cross_entropy_with_logits: {},
} as const satisfies Choices
export type LossName = keyof typeof LOSSES

/** Losses whose targets are classes; those of the others are numbers of the output's dtype. */
export const LOSSES_OF_CLASSES: readonly LossName[] = ['cross_entropy', 'nll_loss']

export const METRICS = ['accuracy', 'balanced_accuracy', 'perplexity'] as const
export type MetricName = (typeof METRICS)[number]

/** Options by what they belong to. */
export type Choices = Readonly<Record<string, Readonly<Record<string, OptionKind>>>>

export const namesOf = <T extends object>(table: T): readonly (keyof T & string)[] =>
  Object.keys(table) as (keyof T & string)[]
