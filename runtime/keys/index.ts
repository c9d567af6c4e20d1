/**
 * Keys as a contract: steps between generations of keys, applied to shapes (which proves them), to tensors of files and of
 * devices, and to an optimizer's state.
 */
export { type Applied, type ApplyOptions, applyExact, applySteps, type Check, undoSteps } from './apply.ts'
export type { Arrays, ArrayType } from './arrays.ts'
export type { Generation, KeyContract, Layout, LockedTensor, Migration } from './contract.ts'
export { type ExactStep, invertExact } from './exact-step.ts'
export { invertSteps } from './invert.ts'
export { KeysError, type KeysErrorCode, type KeysErrorFacts } from './keys-error.ts'
export { nearestKey } from './nearest-key.ts'
export { type Pattern, parsePattern } from './pattern.ts'
export { ShapeOnly, shapeArrays, shapesOf } from './shape-arrays.ts'
export type * from './step.ts'
