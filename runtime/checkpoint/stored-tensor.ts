/**
 * Tensors as a file holds them: a dtype, a strided window and a storage that several tensors may share. Nothing here
 * computes; bytes are read only when asked for.
 */
import { CheckpointError } from './checkpoint-error.ts'
import { bitsOf, type FileDType } from './file-dtype.ts'
import type { PyDict } from './py-dict.ts'
import type { PyValue } from './python-value.ts'

/** A run of bytes that tensors look into. Two tensors alias when their `storage` is the same object. */
export interface StoredStorage {
  readonly id: string
  readonly byteLength: number
  /** PyTorch's location tag of the storage: `cpu`, `cuda:0`, ... */
  readonly location: string
  /**
   * Little-endian bytes [from, to). `into` is memory that may be used for them: whoever lends it uses them before it is used
   * again. Throws a CheckpointError when the file cannot give them.
   */
  read(from: number, to: number, into?: Uint8Array): Promise<Uint8Array>
  /** Ends what is read from: nobody will ask again. Absent where there is nothing to end. */
  release?(): void
}

export type TensorClass = 'Tensor' | 'Parameter'

export interface Quantization {
  readonly scheme: 'per_tensor_affine' | 'per_channel_affine' | 'per_channel_affine_float_qparams'
  readonly scale?: number
  readonly zeroPoint?: number
  /** As the file has them: two lists, or two tensors (torch keeps them as float64 and int64). */
  readonly perChannel?: {
    readonly scales: StoredTensor | readonly PyValue[]
    readonly zeroPoints: StoredTensor | readonly PyValue[]
    readonly axis: number
  }
}

export interface TensorInit {
  readonly dtype: FileDType
  readonly shape: readonly number[]
  readonly stride: readonly number[]
  /** In elements. */
  readonly offset: number
  readonly storage: StoredStorage
  readonly requiresGrad?: boolean
  readonly cls?: TensorClass
  readonly conj?: boolean
  readonly neg?: boolean
  readonly quantization?: Quantization | null
}

/** A strided tensor, dense or quantized. `shape`, `stride` and `offset` count elements. */
export class StoredTensor {
  readonly dtype: FileDType
  readonly shape: readonly number[]
  readonly stride: readonly number[]
  readonly offset: number
  readonly storage: StoredStorage
  requiresGrad: boolean
  readonly cls: TensorClass
  readonly conj: boolean
  readonly neg: boolean
  readonly quantization: Quantization | null
  /** Python attributes set on the tensor; null where there are none. */
  attrs: PyDict | null = null

  /** Throws tensor/geometry when the window does not lie inside the storage. */
  constructor(init: TensorInit) {
    this.dtype = init.dtype
    this.shape = init.shape
    this.stride = init.stride
    this.offset = init.offset
    this.storage = init.storage
    this.requiresGrad = init.requiresGrad ?? false
    this.cls = init.cls ?? 'Tensor'
    this.conj = init.conj ?? false
    this.neg = init.neg ?? false
    this.quantization = init.quantization ?? null
    checkGeometry(this)
  }

  get numel(): number {
    return elementCount(this.shape)
  }

  /** Bytes of the elements when laid out without gaps. */
  get byteLength(): number {
    return Math.ceil((this.numel * bitsOf(this.dtype)) / 8)
  }

  /** The same window with other attributes of the tensor object (a Parameter over its data). */
  with(changes: Partial<TensorInit>): StoredTensor {
    return new StoredTensor({ ...this, ...changes })
  }
}

/** Number of elements of a shape; throws tensor/geometry on negative or unsafe sizes. */
export function elementCount(shape: readonly number[]): number {
  let count = 1
  let empty = false
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new CheckpointError('tensor/geometry', `a tensor size of ${size} is no size`)
    }
    if (size === 0) empty = true
    else count *= size
  }
  if (empty) return 0
  if (!Number.isSafeInteger(count)) {
    throw new CheckpointError('tensor/geometry', `a tensor of shape [${shape}] has more than 2^53 elements`)
  }
  return count
}

/** Row-major strides of a shape. */
export function contiguousStride(shape: readonly number[]): number[] {
  const stride: number[] = new Array(shape.length)
  let step = 1
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    stride[dim] = step
    step *= Math.max(shape[dim] as number, 1)
  }
  return stride
}

/** True when the elements lie in row-major order without gaps (dimensions of size 1 do not matter). */
export function isContiguous(tensor: {
  readonly shape: readonly number[]
  readonly stride: readonly number[]
}): boolean {
  let step = 1
  for (let dim = tensor.shape.length - 1; dim >= 0; dim--) {
    const size = tensor.shape[dim] as number
    if (size === 0) return true
    if (size !== 1 && tensor.stride[dim] !== step) return false
    step *= size
  }
  return true
}

const MAX_DIMS = 64

function checkGeometry({ dtype, shape, stride, offset, storage }: StoredTensor): void {
  const fail = (what: string): never => {
    throw new CheckpointError('tensor/geometry', what, { hint: 'the file is damaged or was made to mislead' })
  }
  if (shape.length !== stride.length) fail(`${shape.length} sizes but ${stride.length} strides`)
  if (shape.length > MAX_DIMS) fail(`${shape.length} dimensions; PyTorch has at most ${MAX_DIMS}`)
  if (!Number.isSafeInteger(offset) || offset < 0) fail(`storage offset ${offset}`)
  for (const step of stride) if (!Number.isSafeInteger(step) || step < 0) fail(`stride ${step}`)
  if (elementCount(shape) === 0) return
  let last = offset
  shape.forEach((size, dim) => {
    last += (size - 1) * (stride[dim] as number)
  })
  if (!Number.isSafeInteger(last) || (last + 1) * bitsOf(dtype) > storage.byteLength * 8) {
    fail(
      `shape [${shape}] with stride [${stride}] at offset ${offset} of ${dtype} reaches beyond its storage of ` +
        `${storage.byteLength} bytes`,
    )
  }
}
