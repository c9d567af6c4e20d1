/** Averages of weights, under the names of torch.optim.swa_utils. */
export {
  AveragedModel,
  type AveragedModelOptions,
  type AverageFunction,
  getEmaAvgFn,
  getEmaMultiAvgFn,
  getSwaAvgFn,
  getSwaMultiAvgFn,
} from './averaged-model.ts'
export { SWALR, type SWALROptions } from './swa-lr.ts'
export { updateBn } from './update-bn.ts'
