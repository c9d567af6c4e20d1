/** What a configuration names, made: optimizers, schedulers, losses, metrics. */
import { F, type nn, optim, type Tensor, train } from '../../runtime/index.ts'
import type { LossName, MetricName } from '../train/choices.ts'
import type { OptionInput } from '../train/config-fields.ts'
import type { Choice, TrainConfig } from '../train/train-config.ts'

type Options = Readonly<Record<string, OptionInput>>

/** An optimizer of the parameters. Throws OpError for options that it refuses. */
export function makeOptimizer(
  { type, options }: TrainConfig['optimizer'],
  model: nn.Module,
): optim.Optimizer {
  const Class = optim[type] as new (
    params: ReturnType<nn.Module['parameters']>,
    options: Options,
  ) => optim.Optimizer
  return new Class(model.parameters(), options)
}

/** A schedule of the optimizer's rates. Throws OpError for options that it refuses. */
export function makeScheduler(
  { type, options }: NonNullable<TrainConfig['scheduler']>,
  optimizer: optim.Optimizer,
): train.Scheduler {
  const Class = optim.lrScheduler[type] as unknown as new (
    optimizer: optim.Optimizer,
    options: Options,
  ) => train.Scheduler
  return new Class(optimizer, options)
}

type LossFunction = (output: Tensor, target: Tensor, options: Options) => Tensor

const LOSS_FUNCTIONS: { readonly [Name in LossName]: LossFunction } = {
  cross_entropy: F.crossEntropy as LossFunction,
  nll_loss: F.nllLoss as LossFunction,
  mse_loss: F.mseLoss as LossFunction,
  l1_loss: F.l1Loss as LossFunction,
  smooth_l1_loss: F.smoothL1Loss as LossFunction,
  huber_loss: F.huberLoss as LossFunction,
  binary_cross_entropy_with_logits: F.binaryCrossEntropyWithLogits as LossFunction,
}

/** The mean loss of a batch. */
export const makeLoss =
  ({ type, options }: Choice<LossName>) =>
  (output: Tensor, target: Tensor): Tensor =>
    LOSS_FUNCTIONS[type](output, target, options)

const METRIC_MAKERS: { readonly [Name in MetricName]: () => train.Metric } = {
  accuracy: () => new train.Accuracy(),
  balanced_accuracy: () => new train.ConfusionMatrix(),
  perplexity: () => new train.Perplexity(),
}

export const makeMetrics = (names: readonly MetricName[]): Readonly<Record<string, train.Metric>> =>
  Object.fromEntries(names.map(name => [name, METRIC_MAKERS[name]()]))
