/** Optimizers, under torch.optim's names. */
export { Adadelta, type AdadeltaOptions } from './adadelta.ts'
export { Adagrad, type AdagradOptions } from './adagrad.ts'
export { Adam, type AdamOptions, AdamW } from './adam.ts'
export { Adamax, type AdamaxOptions } from './adamax.ts'
export { GradScaler, type GradScalerOptions } from './grad-scaler.ts'
export { LBFGS, type LBFGSOptions } from './lbfgs.ts'
export * as lrScheduler from './lr-scheduler/index.ts'
export { NAdam, type NAdamOptions } from './nadam.ts'
export {
  type GroupInput,
  Optimizer,
  type ParamList,
  type Params,
  type StateDictOptions,
} from './optimizer.ts'
export { type OptionValue, ParamGroup } from './param-group.ts'
export { RAdam, type RAdamOptions } from './radam.ts'
export { RMSprop, type RMSpropOptions } from './rmsprop.ts'
export { SGD, type SGDOptions } from './sgd.ts'
export * as swaUtils from './swa/index.ts'
