/**
 * Checkpoints: whatever PyTorch or safetensors wrote, and nothing that an attacker wrote. Works in browsers and Node;
 * `openPath`, `fileSource` and `writeFileAtomically` are for Node alone.
 */
export { writeFileAtomically } from './atomic-file.ts'
export { type ByteSink, MemorySink } from './byte-sink.ts'
export { type ByteSource, blobSource, bytesSource, sliceSource } from './byte-source.ts'
export { CheckpointError, type CheckpointErrorCode, type CheckpointErrorFacts } from './checkpoint-error.ts'
export { type Description, describe, type Json } from './describe.ts'
export { describeCheckpoint } from './describe-checkpoint.ts'
export { digestTensor } from './digest.ts'
export { bitsOf, bytesOf, type FileDType, isFileDType, safetensorsNameOf } from './file-dtype.ts'
export { type BrowserFileHandle, handleSource } from './file-handle.ts'
export { fileSource } from './file-source.ts'
export { type HttpSourceOptions, httpSource } from './http-source.ts'
export type { ReadableTensor } from './late-tensor.ts'
export { type LoadOptions, load, storagesOf } from './load.ts'
export type { MapLocation } from './map-location.ts'
export { type MaterializeOptions, materialize } from './materialize.ts'
export { memoryStorage, tensorOf, tensorOfBytes } from './memory-tensor.ts'
export { arrayTensor, numpyScalar } from './numpy-value.ts'
export type { Checkpoint, CheckpointFormat, OpenOptions } from './open.ts'
export { type CheckpointInput, type LikeOptions, open, type TypedCheckpoint } from './open-input.ts'
export { openPath } from './open-path.ts'
export { PyDict, type PyDictKind } from './py-dict.ts'
export * from './python-value.ts'
export {
  isShardIndex,
  readShardedSafetensors,
  type SaveShardedOptions,
  type WriteFile,
  writeShardedSafetensors,
} from './safetensors/sharded.ts'
export {
  type SaveSafetensorsOptions,
  saveSafetensors,
  writeSafetensors,
} from './safetensors/write-safetensors.ts'
export { type SavedState, type SaveOptions, type SaveTarget, save } from './save.ts'
export { Sha256, sha256Hex } from './sha256.ts'
export {
  type CompressedLayout,
  MetaTensor,
  NestedTensor,
  SparseCompressedTensor,
  SparseCooTensor,
} from './special-tensors.ts'
export { findStateDicts, mergeStateDicts, type StateDictCandidate, stateDictsOf } from './state-dicts.ts'
export {
  type StateLike,
  type StateShapes,
  StoredState,
  storedState,
  type TypedStoredTensor,
} from './stored-state.ts'
export {
  contiguousStride,
  elementCount,
  isContiguous,
  type Quantization,
  type StoredStorage,
  StoredTensor,
  type TensorClass,
  type TensorInit,
} from './stored-tensor.ts'
export { attributesOf, isModule, moduleStateDict } from './torch/module-state.ts'
export { type SaveTorchOptions, saveTorch, writeTorch } from './torch/save-torch.ts'
export { hostileRefusal, isHostileGlobal } from './torch/weights-only.ts'
export { ViewCache } from './view-cache.ts'
