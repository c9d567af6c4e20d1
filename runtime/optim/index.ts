/** Optimizers, under torch.optim's names. */
export { Adam, type AdamOptions, AdamW } from './adam.ts'
export { type GroupInput, Optimizer, type Params } from './optimizer.ts'
export { type OptionValue, ParamGroup } from './param-group.ts'
export { SGD, type SGDOptions } from './sgd.ts'
