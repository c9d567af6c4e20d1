/**
 * Keys as a contract: steps between generations of keys, applied to shapes (which proves them), to tensors of files and of
 * devices, and to an optimizer's state.
 */
export { type Applied, type ApplyOptions, applyExact, applySteps, type Check, undoSteps } from './apply.ts'
export type { Arrays, ArrayType } from './arrays.ts'
export { type ContentDigest, contentDigest } from './content-digest.ts'
export type { Generation, KeyContract, Layout, LockedTensor, Migration } from './contract.ts'
export {
  type Converted,
  type ConvertedPart,
  type ConvertOptions,
  convertCheckpoint,
} from './convert-checkpoint.ts'
export { convertState } from './convert-state.ts'
export { currentOptimizer } from './current-optimizer.ts'
export { type ExactStep, invertExact } from './exact-step.ts'
export { explainMismatch, type MismatchCause, type MismatchReport } from './explain-mismatch.ts'
export {
  type Fit,
  fittingPlaces,
  identify,
  isImplied,
  type Misfit,
  misfitOf,
  withTiedNames,
} from './identify.ts'
export { invertSteps } from './invert.ts'
export { KeysError, type KeysErrorCode, type KeysErrorFacts } from './keys-error.ts'
export { nearestKey } from './nearest-key.ts'
export {
  convertOptimizerState,
  type GroupKeys,
  isOptimizerState,
  type OptimizerOptions,
} from './optimizer-state.ts'
export { type Pattern, parsePattern } from './pattern.ts'
export { currentGeneration, generationOf, layoutOf, type Place, placeName, routeBetween } from './route.ts'
export { ShapeOnly, shapeArrays, shapesOf } from './shape-arrays.ts'
export {
  type ModelSource,
  type SpecSource,
  type SpecText,
  type Stamp,
  stampedPlace,
  stampFor,
  stampOf,
  stampText,
} from './stamp.ts'
export type * from './step.ts'
export { runChecks, storedArrays } from './stored-arrays.ts'
