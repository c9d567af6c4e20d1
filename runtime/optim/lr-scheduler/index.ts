/** Schedules of the learning rate, under the names of torch.optim.lr_scheduler. */
export { ChainedScheduler, SequentialLR, type SequentialOptions } from './composed.ts'
export {
  CosineAnnealingLR,
  type CosineAnnealingOptions,
  CosineAnnealingWarmRestarts,
  type WarmRestartsOptions,
} from './cosine.ts'
export { CyclicLR, type CyclicOptions } from './cyclic.ts'
export { LambdaLR, type LambdaOptions, MultiplicativeLR } from './lambda.ts'
export { OneCycleLR, type OneCycleOptions } from './one-cycle.ts'
export { type PlateauOptions, ReduceLROnPlateau } from './plateau.ts'
export {
  ConstantLR,
  type ConstantOptions,
  ExponentialLR,
  type ExponentialOptions,
  LinearLR,
  type LinearOptions,
  PolynomialLR,
  type PolynomialOptions,
} from './ramps.ts'
export { LRScheduler } from './scheduler.ts'
export { MultiStepLR, type MultiStepOptions, StepLR, type StepOptions } from './steps.ts'
