/** Averages of weights, under the names of torch.optim.swa_utils. */
export { SWALR, type SWALROptions } from './swa-lr.ts'
