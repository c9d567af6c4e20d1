/** Tensors that are no window into one storage. They are read, described and written as what they are. */
import { CheckpointError } from './checkpoint-error.ts'
import type { FileDType } from './file-dtype.ts'
import type { AnyTensor } from './python-value.ts'
import { elementCount, StoredTensor, type TensorClass } from './stored-tensor.ts'

/** torch.sparse_coo: `indices` int64 [sparse dims, nnz], `values` [nnz, ...dense dims]. */
export class SparseCooTensor {
  readonly indices: StoredTensor
  readonly values: StoredTensor
  readonly shape: readonly number[]
  /** As stored; null in files older than PyTorch 2.1, which do not say (torch then reads false). */
  readonly coalesced: boolean | null

  constructor(
    indices: StoredTensor,
    values: StoredTensor,
    shape: readonly number[],
    coalesced: boolean | null,
  ) {
    this.indices = indices
    this.values = values
    this.shape = shape
    this.coalesced = coalesced
    elementCount(shape)
    const [sparseDims, nnz] = indices.shape
    if (
      indices.dtype !== 'int64' ||
      indices.shape.length !== 2 ||
      values.shape[0] !== nnz ||
      (sparseDims as number) + values.shape.length - 1 !== shape.length
    ) {
      throw new CheckpointError(
        'tensor/geometry',
        `sparse indices [${indices.shape}] and values [${values.shape}] do not make a tensor of shape [${shape}]`,
      )
    }
  }

  get dtype(): FileDType {
    return this.values.dtype
  }
}

export type CompressedLayout = 'sparse_csr' | 'sparse_csc' | 'sparse_bsr' | 'sparse_bsc'

/** torch.sparse_csr and its kin: `compressed` row (column) pointers, `plain` column (row) indices, `values`. */
export class SparseCompressedTensor {
  readonly layout: CompressedLayout
  readonly compressed: StoredTensor
  readonly plain: StoredTensor
  readonly values: StoredTensor
  readonly shape: readonly number[]

  constructor(
    layout: CompressedLayout,
    compressed: StoredTensor,
    plain: StoredTensor,
    values: StoredTensor,
    shape: readonly number[],
  ) {
    this.layout = layout
    this.compressed = compressed
    this.plain = plain
    this.values = values
    this.shape = shape
    elementCount(shape)
    const integer = (tensor: StoredTensor) => tensor.dtype === 'int64' || tensor.dtype === 'int32'
    if (!integer(compressed) || !integer(plain) || shape.length < 2 || compressed.shape.length < 1) {
      throw new CheckpointError('tensor/geometry', `the parts of a ${layout} tensor do not fit together`)
    }
  }

  get dtype(): FileDType {
    return this.values.dtype
  }
}

/** A tensor on the meta device: geometry without data. */
export class MetaTensor {
  readonly dtype: FileDType
  readonly shape: readonly number[]
  readonly stride: readonly number[]
  readonly requiresGrad: boolean
  readonly cls: TensorClass

  constructor(
    dtype: FileDType,
    shape: readonly number[],
    stride: readonly number[],
    requiresGrad: boolean,
    cls: TensorClass = 'Tensor',
  ) {
    if (shape.length !== stride.length) {
      throw new CheckpointError('tensor/geometry', `${shape.length} sizes but ${stride.length} strides`)
    }
    elementCount(shape)
    this.dtype = dtype
    this.shape = shape
    this.stride = stride
    this.requiresGrad = requiresGrad
    this.cls = cls
  }
}

/** torch.nested with strided layout: one flat buffer and int64 tables of sizes, strides and offsets. */
export class NestedTensor {
  readonly buffer: StoredTensor
  readonly sizes: StoredTensor
  readonly strides: StoredTensor
  readonly offsets: StoredTensor

  constructor(buffer: StoredTensor, sizes: StoredTensor, strides: StoredTensor, offsets: StoredTensor) {
    this.buffer = buffer
    this.sizes = sizes
    this.strides = strides
    this.offsets = offsets
  }
}

/** A tensor of any kind, dense ones included. */
export function isTensor(value: unknown): value is AnyTensor {
  return (
    value instanceof StoredTensor ||
    value instanceof SparseCooTensor ||
    value instanceof SparseCompressedTensor ||
    value instanceof MetaTensor ||
    value instanceof NestedTensor
  )
}
