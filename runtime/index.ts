/**
 * The runtime: tensors, torch's functions on them, modules and checkpoints. It runs in browsers and in Node, and generated
 * classes stand on it alone.
 */
export {
  type BackwardOptions,
  backward,
  checkpoint,
  enableGrad,
  type GradOptions,
  type GradTarget,
  grad,
  noGrad,
} from './autograd/index.ts'
export { type CompileOptions, compile, type Given, type InputLike, Plan } from './capture/index.ts'
export * as data from './data/index.ts'
export { DeviceError, type DeviceErrorCode, type MemoryStats } from './devices/device.ts'
export { type DeviceName, getDevice } from './devices/registry.ts'
export { getThreads, setThreads } from './devices/threads.ts'
export { chooseDevice, type DeviceChoice, useWebGPU } from './devices/webgpu/use-webgpu.ts'
export type { WebGpuDevice, WebGpuOptions, WebGpuStats } from './devices/webgpu/webgpu.ts'
export { CaptureError, type CaptureErrorCode } from './graph/capture-error.ts'
export type { KeyContract } from './keys/contract.ts'
export * as keys from './keys/index.ts'
export type { SpecSource } from './keys/stamp.ts'
export * as nn from './nn/index.ts'
export {
  type LoadCheckpointOptions,
  type LoadReport,
  type LoadResult,
  loadCheckpoint,
  Module,
  type ModuleType,
  type SaveCheckpointOptions,
  StateDict,
  StateDictError,
  saveCheckpoint,
  stateDictFromStored,
  type WarmStartOptions,
  type WarmStartReport,
  warmStart,
} from './nn/index.ts'
export { FloatScalar, float } from './ops/args.ts'
export type { DType } from './ops/dtype.ts'
export { OpError, type OpErrorCode } from './ops/error.ts'
export * as optim from './optim/index.ts'
export * as py from './python/index.ts'
export * as random from './random/index.ts'
export { Generator, getRngState, initialSeed, manualSeed, setRngState } from './random/index.ts'
export { type AutocastOptions, autocast } from './tensor/autocast.ts'
export { Cell } from './tensor/cell.ts'
export { fromBytes, tensor } from './tensor/create.ts'
export { defaultDevice, setDefaultDevice } from './tensor/default-device.ts'
export { F } from './tensor/functional.ts'
export { tidy } from './tensor/scope.ts'
export { Tensor, type TypedArray } from './tensor/tensor.ts'
export type { TypedTensor } from './tensor/typed-tensor.ts'
export * as train from './train/index.ts'
