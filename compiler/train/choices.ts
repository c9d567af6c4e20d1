/** What a configuration can name, and the options of each by PyTorch's names. */

const ADAM = ['lr', 'betas', 'eps', 'weight_decay', 'maximize'] as const

/** Optimizers whose steps need the gradients once. */
export const OPTIMIZERS = {
  SGD: ['lr', 'momentum', 'dampening', 'weight_decay', 'nesterov', 'maximize'],
  Adam: [...ADAM, 'amsgrad', 'decoupled_weight_decay'],
  AdamW: [...ADAM, 'amsgrad'],
  NAdam: [...ADAM, 'momentum_decay', 'decoupled_weight_decay'],
  RAdam: [...ADAM, 'decoupled_weight_decay'],
  Adamax: ADAM,
  RMSprop: ['lr', 'alpha', 'eps', 'weight_decay', 'momentum', 'centered', 'maximize'],
  Adagrad: ['lr', 'lr_decay', 'weight_decay', 'initial_accumulator_value', 'eps', 'maximize'],
  Adadelta: ['lr', 'rho', 'eps', 'weight_decay', 'maximize'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type OptimizerName = keyof typeof OPTIMIZERS

/** Schedulers that numbers describe. */
export const SCHEDULERS = {
  StepLR: ['step_size', 'gamma'],
  MultiStepLR: ['milestones', 'gamma'],
  ConstantLR: ['factor', 'total_iters'],
  LinearLR: ['start_factor', 'end_factor', 'total_iters'],
  ExponentialLR: ['gamma'],
  PolynomialLR: ['total_iters', 'power'],
  CosineAnnealingLR: ['T_max', 'eta_min'],
  CosineAnnealingWarmRestarts: ['T_0', 'T_mult', 'eta_min'],
  OneCycleLR: [
    'max_lr',
    'total_steps',
    'pct_start',
    'anneal_strategy',
    'cycle_momentum',
    'base_momentum',
    'max_momentum',
    'div_factor',
    'final_div_factor',
    'three_phase',
  ],
  CyclicLR: [
    'base_lr',
    'max_lr',
    'step_size_up',
    'step_size_down',
    'mode',
    'gamma',
    'scale_mode',
    'cycle_momentum',
    'base_momentum',
    'max_momentum',
  ],
  ReduceLROnPlateau: [
    'mode',
    'factor',
    'patience',
    'threshold',
    'threshold_mode',
    'cooldown',
    'min_lr',
    'eps',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type SchedulerName = keyof typeof SCHEDULERS

/** Losses of torch.nn.functional. */
export const LOSSES = {
  cross_entropy: ['ignore_index', 'label_smoothing'],
  nll_loss: ['ignore_index'],
  mse_loss: [],
  l1_loss: [],
  smooth_l1_loss: ['beta'],
  huber_loss: ['delta'],
  binary_cross_entropy_with_logits: [],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type LossName = keyof typeof LOSSES

/** Losses whose targets are classes; those of the others are numbers of the output's dtype. */
export const LOSSES_OF_CLASSES: readonly LossName[] = ['cross_entropy', 'nll_loss']

export const METRICS = ['accuracy', 'balanced_accuracy', 'perplexity'] as const
export type MetricName = (typeof METRICS)[number]

export const namesOf = <T extends object>(table: T): readonly (keyof T & string)[] =>
  Object.keys(table) as (keyof T & string)[]
