/** Training: a loop that saves and resumes, and what stands around it. */
export type { Callback, CallbackState, StepInfo } from './callback.ts'
export { type CheckpointOptions, checkpoints } from './checkpoints.ts'
export { type EarlyStoppingOptions, earlyStopping } from './early-stopping.ts'
export { type EvaluateOptions, evaluate, type Prediction } from './evaluate.ts'
export { type BatchSource, type FitOptions, fit, type Scheduler } from './fit.ts'
export { type Curve, type CurveOptions, lossCurves } from './loss-curves.ts'
export { Accuracy } from './metrics/accuracy.ts'
export { ConfusionMatrix } from './metrics/confusion-matrix.ts'
export type { Metric } from './metrics/metric.ts'
export { Perplexity } from './metrics/perplexity.ts'
export { type ProgressBarOptions, progressBar } from './progress-bar.ts'
export type { RecoverOptions } from './recovery.ts'
export { type EpochRecord, Run } from './run.ts'
export {
  loadRun,
  type Positioned,
  type RunParts,
  runDictionary,
  type Stateful,
  saveRun,
} from './run-checkpoint.ts'
export { type TensorBoardOptions, tensorBoard } from './tensorboard/tensorboard.ts'
export { TrainError, type TrainErrorCode } from './train-error.ts'
