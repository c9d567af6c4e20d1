/**
 * How torch 2.13 pickles tensors: the inverse of rebuild.ts. Source: Tensor.__reduce_ex__ and Parameter.__reduce_ex__.
 */
import { CheckpointError } from '../checkpoint-error.ts'
import { bytesOf, storageClassOf } from '../file-dtype.ts'
import type { Reduction } from '../pickle/pickler.ts'
import { PyDict } from '../py-dict.ts'
import {
  PyFloat,
  PyGlobal,
  PyTuple,
  type PyValue,
  StorageRef,
  TorchDType,
  TorchLayout,
  TorchSize,
} from '../python-value.ts'
import { MetaTensor, NestedTensor, SparseCompressedTensor, SparseCooTensor } from '../special-tensors.ts'
import { type Quantization, StoredTensor } from '../stored-tensor.ts'

const utils = (name: string, ...args: PyValue[]): Reduction => ({ module: 'torch._utils', name, args })
const hooks = () => new PyDict('OrderedDict')

export function reduceTensor(value: PyValue): Reduction | undefined {
  if (value instanceof StoredTensor) return value.cls === 'Parameter' ? parameter(value) : tensor(value)
  if (value instanceof SparseCooTensor) {
    const { indices, values, shape, coalesced } = value
    // What a file older than PyTorch 2.1 did not say is not said now: those versions take three parts.
    const said = coalesced === null ? [] : [coalesced]
    const parts = new PyTuple([indices, values, new TorchSize(shape), ...said])
    return utils('_rebuild_sparse_tensor', TorchLayout.of('sparse_coo'), parts)
  }
  if (value instanceof SparseCompressedTensor) {
    const parts = new PyTuple([value.compressed, value.plain, value.values, new TorchSize(value.shape)])
    return utils('_rebuild_sparse_tensor', TorchLayout.of(value.layout), parts)
  }
  if (value instanceof MetaTensor) {
    const data = meta(value)
    if (value.cls === 'Tensor') return data
    const plain = new MetaTensor(value.dtype, value.shape, value.stride, false)
    return utils('_rebuild_parameter', plain, value.requiresGrad, hooks())
  }
  if (value instanceof NestedTensor) {
    return utils('_rebuild_nested_tensor', value.buffer, value.sizes, value.strides, value.offsets)
  }
  return undefined
}

function meta({ dtype, shape, stride, requiresGrad }: MetaTensor): Reduction {
  const geometry = [new PyTuple(shape), new PyTuple(stride)]
  return utils('_rebuild_meta_tensor_no_storage', new TorchDType(dtype), ...geometry, requiresGrad)
}

function parameter(value: StoredTensor): Reduction {
  const data = value.with({ cls: 'Tensor', requiresGrad: false })
  if (value.attrs === null) return utils('_rebuild_parameter', data, value.requiresGrad, hooks())
  return utils('_rebuild_parameter_with_state', data, value.requiresGrad, hooks(), value.attrs)
}

function tensor(value: StoredTensor): Reduction {
  const { module, name, args } =
    value.quantization === null ? dense(value) : quantized(value, value.quantization)
  if (value.attrs === null) return { module, name, args }
  return {
    module: 'torch._tensor',
    name: '_rebuild_from_type_v2',
    args: [new PyGlobal(module, name), new PyGlobal('torch', 'Tensor'), new PyTuple(args), value.attrs],
  }
}

/** Storage, offset, size and stride: the first arguments of every rebuild function. */
function windowOf(value: StoredTensor, ref: StorageRef): PyValue[] {
  return [ref, value.offset, new PyTuple(value.shape), new PyTuple(value.stride)]
}

function dense(value: StoredTensor): Reduction {
  const metadata = new PyDict()
  if (value.conj) metadata.set('conj', true)
  if (value.neg) metadata.set('neg', true)
  const tail = metadata.size > 0 ? [metadata] : []
  if (storageClassOf(value.dtype) !== null) {
    const ref = typedRef(value)
    return utils('_rebuild_tensor_v2', ...windowOf(value, ref), value.requiresGrad, hooks(), ...tail)
  }
  const { dtype, storage, requiresGrad } = value
  if (bytesOf(dtype) < 1) {
    throw new CheckpointError('write/unsupported', `PyTorch has no tensors of ${dtype}`, {
      hint: 'keep them in a safetensors file',
    })
  }
  const ref = new StorageRef(storage, 'uint8', storage.byteLength, true)
  return utils(
    '_rebuild_tensor_v3',
    ...windowOf(value, ref),
    requiresGrad,
    hooks(),
    new TorchDType(dtype),
    ...tail,
  )
}

function typedRef({ storage, dtype }: StoredTensor): StorageRef {
  const numel = storage.byteLength / bytesOf(dtype)
  if (!Number.isInteger(numel)) {
    throw new CheckpointError(
      'write/unsupported',
      `a storage of ${storage.byteLength} bytes holds no whole ${dtype}s`,
    )
  }
  return new StorageRef(storage, dtype, numel)
}

function quantized(value: StoredTensor, { scheme, scale, zeroPoint, perChannel }: Quantization): Reduction {
  const name = new TorchDType(scheme)
  const params =
    perChannel === undefined
      ? [name, new PyFloat(scale as number), zeroPoint as number]
      : [name, listOrTensor(perChannel.scales), listOrTensor(perChannel.zeroPoints), perChannel.axis]
  const window = windowOf(value, typedRef(value))
  return utils('_rebuild_qtensor', ...window, new PyTuple(params), value.requiresGrad, hooks())
}

function listOrTensor(values: StoredTensor | readonly PyValue[]): PyValue {
  return values instanceof StoredTensor ? values : [...values]
}
