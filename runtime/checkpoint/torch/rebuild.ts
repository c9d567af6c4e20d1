/**
 * The functions that PyTorch's pickles call to make tensors, each as a checked constructor of a StoredTensor.
 * Source: torch/_utils.py and torch/_tensor.py of torch 2.13.
 */
import { CheckpointError } from '../checkpoint-error.ts'
import { canRequireGrad, type FileDType, isComplex, isQuantized } from '../file-dtype.ts'
import { PyDict } from '../py-dict.ts'
import {
  type AnyTensor,
  PyGlobal,
  PyTuple,
  type PyValue,
  TorchDType,
  TorchLayout,
  TorchSize,
} from '../python-value.ts'
import {
  type CompressedLayout,
  MetaTensor,
  NestedTensor,
  SparseCompressedTensor,
  SparseCooTensor,
} from '../special-tensors.ts'
import { type Quantization, StoredTensor } from '../stored-tensor.ts'
import { Arguments } from './arguments.ts'

type Rebuild = (args: readonly PyValue[]) => AnyTensor

const rebuildTensor: Rebuild = items => {
  const args = new Arguments('_rebuild_tensor', items, 4)
  return strided(args, args.storage(0).dtype, false, {})
}

const rebuildTensorV2: Rebuild = items => {
  const args = new Arguments('_rebuild_tensor_v2', items, 6, 7)
  const dtype = args.storage(0).dtype
  return strided(args, dtype, gradFlag(args.bool(4), dtype), mathBits(args, 6, dtype))
}

const rebuildTensorV3: Rebuild = items => {
  const args = new Arguments('_rebuild_tensor_v3', items, 7, 8)
  const dtype = args.dtype(6)
  return strided(args, dtype, gradFlag(args.bool(4), dtype), mathBits(args, 7, dtype))
}

function strided(
  args: Arguments,
  dtype: FileDType,
  requiresGrad: boolean,
  bits: { conj?: boolean; neg?: boolean },
  quantization: Quantization | null = null,
): StoredTensor {
  return new StoredTensor({
    dtype,
    storage: args.storage(0).storage,
    offset: args.int(1),
    shape: args.ints(2),
    stride: args.ints(3),
    requiresGrad,
    quantization,
    ...bits,
  })
}

function gradFlag(requiresGrad: boolean, dtype: FileDType): boolean {
  if (requiresGrad && !canRequireGrad(dtype)) {
    throw new CheckpointError('pickle/refused-call', `a tensor of ${dtype} cannot require a gradient`)
  }
  return requiresGrad
}

/** The metadata argument: conj and neg bits, which say that the bytes stand for the conjugate or the negative. */
function mathBits(args: Arguments, i: number, dtype: FileDType): { conj?: boolean; neg?: boolean } {
  if (!args.has(i) || args.any(i) === null) return {}
  const metadata = args.dict(i)
  const conj = metadata.get('conj') === true
  const neg = metadata.get('neg') === true
  if (conj && !isComplex(dtype)) {
    throw new CheckpointError('pickle/refused-call', `a tensor of ${dtype} cannot have the conj bit`)
  }
  return { ...(conj ? { conj } : {}), ...(neg ? { neg } : {}) }
}

const rebuildParameter: Rebuild = items => {
  const args = new Arguments('_rebuild_parameter', items, 3)
  return asParameter(args.any(0), args.bool(1))
}

const rebuildParameterWithState: Rebuild = items => {
  const args = new Arguments('_rebuild_parameter_with_state', items, 4)
  const parameter = asParameter(args.any(0), args.bool(1))
  setAttributes(parameter, args.any(3))
  return parameter
}

/** torch.nn.Parameter(data, requires_grad). */
export function asParameter(data: PyValue, requiresGrad: boolean): AnyTensor {
  if (data instanceof StoredTensor) {
    return data.with({ cls: 'Parameter', requiresGrad: gradFlag(requiresGrad, data.dtype) })
  }
  if (data instanceof MetaTensor) {
    return new MetaTensor(data.dtype, data.shape, data.stride, requiresGrad, 'Parameter')
  }
  throw new CheckpointError('pickle/refused-call', 'a Parameter is made of what is no dense tensor')
}

/** `_set_obj_state`: a dict of attributes, or (dict, dict of slots). */
function setAttributes(tensor: AnyTensor, state: PyValue): void {
  const parts = state instanceof PyTuple && state.items.length === 2 ? state.items : [state]
  const attrs = new PyDict()
  for (const part of parts) {
    if (part === null) continue
    if (!(part instanceof PyDict)) {
      throw new CheckpointError('pickle/refused-call', 'the attributes of a tensor are no dict')
    }
    for (const [key, value] of part) attrs.set(key, value)
  }
  if (attrs.size === 0) return
  if (!(tensor instanceof StoredTensor)) {
    throw new CheckpointError(
      'tensor/unsupported',
      'attributes on a sparse, meta or nested tensor are not read',
    )
  }
  tensor.attrs = attrs
}

/** What makes tensors of subclasses, in a pickle. */
export const FROM_TYPE = 'torch._tensor._rebuild_from_type_v2'

const rebuildFromType: Rebuild = items => {
  const args = new Arguments('_rebuild_from_type_v2', items, 4)
  const type = args.any(1)
  const path = type instanceof PyGlobal ? type.path : ''
  if (path !== 'torch.Tensor' && path !== PARAMETER) {
    throw new CheckpointError(
      'tensor/unsupported',
      `tensors of the class ${path || 'that is none'} are not read`,
    )
  }
  const typed = typedTensor(args, path)
  if (typed === null) {
    throw new CheckpointError(
      'pickle/refused-call',
      '_rebuild_from_type_v2 names no function that rebuilds a tensor',
    )
  }
  setAttributes(typed, args.any(3))
  return typed
}

const PARAMETER = 'torch.nn.parameter.Parameter'

/** null where the function that would rebuild the tensor is none of ours. */
function typedTensor(args: Arguments, path: string): AnyTensor | null {
  const func = args.any(0)
  const rebuild = func instanceof PyGlobal ? REBUILD_FUNCTIONS.get(func.path) : undefined
  if (rebuild === undefined) return null
  const tensor = rebuild(args.items(2))
  const isParameter = path === PARAMETER && tensor instanceof StoredTensor && tensor.cls === 'Tensor'
  return isParameter ? tensor.with({ cls: 'Parameter' }) : tensor
}

/**
 * A tensor of any class, as a plain tensor with the attributes that are said as a dict; a DTensor whose only shard is the whole. null
 * where its parts are rebuilt by a function that is none of these.
 */
export function rebuildSubclass(items: readonly PyValue[]): AnyTensor | null {
  const args = new Arguments('_rebuild_from_type_v2', items, 4)
  const type = args.any(1)
  const tensor = typedTensor(args, type instanceof PyGlobal ? type.path : '')
  const state = args.any(3)
  const [own, slots] = state instanceof PyTuple ? state.items : [state]
  if (tensor === null) return wholeShard(args.items(2)[2], slots)
  if (tensor instanceof StoredTensor && own instanceof PyDict && own.size > 0) tensor.attrs = own
  return tensor
}

/** The shard of a DTensor, where it has the size of them all. */
function wholeShard(size: PyValue | undefined, slots: PyValue | undefined): StoredTensor | null {
  const shard = slots instanceof PyDict ? slots.get('_local_tensor') : null
  const whole = size instanceof PyTuple ? size.items : size instanceof TorchSize ? size.dims : null
  return shard instanceof StoredTensor && whole !== null && shard.shape.join() === whole.join() ? shard : null
}

const rebuildQuantized: Rebuild = items => {
  const args = new Arguments('_rebuild_qtensor', items, 7)
  const storage = args.storage(0)
  if (!isQuantized(storage.dtype)) {
    throw new CheckpointError('pickle/refused-call', `a quantized tensor over a storage of ${storage.dtype}`)
  }
  const scheme = args.items(4)[0]
  const quantization =
    scheme instanceof TorchDType && scheme.name === 'per_tensor_affine'
      ? perTensor(args.items(4))
      : perChannel(scheme, args.items(4), args.ints(2))
  return strided(args, storage.dtype, args.bool(5), {}, quantization)
}

function perTensor(items: readonly PyValue[]): Quantization {
  const args = new Arguments('_rebuild_qtensor: per_tensor_affine', items, 3)
  return { scheme: 'per_tensor_affine', scale: args.float(1), zeroPoint: args.int(2) }
}

function perChannel(scheme: PyValue | undefined, items: readonly PyValue[], shape: number[]): Quantization {
  const name = scheme instanceof TorchDType ? scheme.name : ''
  if (name !== 'per_channel_affine' && name !== 'per_channel_affine_float_qparams') {
    throw new CheckpointError('pickle/refused-call', '_rebuild_qtensor names no quantization scheme')
  }
  const args = new Arguments(`_rebuild_qtensor: ${name}`, items, 4)
  const axis = args.int(3)
  const channels = axis >= 0 ? shape[axis] : undefined
  const scales = args.any(1) instanceof StoredTensor ? args.tensor(1) : args.items(1)
  const zeroPoints = args.any(2) instanceof StoredTensor ? args.tensor(2) : args.items(2)
  for (const part of [scales, zeroPoints]) {
    if ((part instanceof StoredTensor ? part.numel : part.length) !== channels) {
      throw new CheckpointError(
        'pickle/refused-call',
        `scales and zero points do not fit axis ${axis} of [${shape}]`,
      )
    }
  }
  return { scheme: name, perChannel: { scales, zeroPoints, axis } }
}

const rebuildSparse: Rebuild = items => {
  const args = new Arguments('_rebuild_sparse_tensor', items, 2)
  const layout = args.any(0)
  const name = layout instanceof TorchLayout ? layout.name : ''
  if (name === 'sparse_coo') {
    const parts = new Arguments('_rebuild_sparse_tensor: sparse_coo', args.items(1), 3, 4)
    const coalesced = parts.has(3) ? parts.bool(3) : null
    return new SparseCooTensor(parts.tensor(0), parts.tensor(1), parts.ints(2), coalesced)
  }
  if (name === 'sparse_csr' || name === 'sparse_csc' || name === 'sparse_bsr' || name === 'sparse_bsc') {
    const parts = new Arguments(`_rebuild_sparse_tensor: ${name}`, args.items(1), 4)
    const layoutName: CompressedLayout = name
    return new SparseCompressedTensor(
      layoutName,
      parts.tensor(0),
      parts.tensor(1),
      parts.tensor(2),
      parts.ints(3),
    )
  }
  throw new CheckpointError('pickle/refused-call', '_rebuild_sparse_tensor names no sparse layout')
}

const rebuildMeta: Rebuild = items => {
  const args = new Arguments('_rebuild_meta_tensor_no_storage', items, 4)
  return new MetaTensor(args.dtype(0), args.ints(1), args.ints(2), args.bool(3))
}

const rebuildNested: Rebuild = items => {
  const args = new Arguments('_rebuild_nested_tensor', items, 4)
  return new NestedTensor(args.tensor(0), args.tensor(1), args.tensor(2), args.tensor(3))
}

/** XLA and MTIA tensors are saved as a CPU tensor and the device it came from. */
const rebuildFromCpu: Rebuild = items => {
  const args = new Arguments('_rebuild_device_tensor_from_cpu_tensor', items, 4)
  const tensor = args.tensor(0)
  if (tensor.dtype !== args.dtype(1)) {
    throw new CheckpointError(
      'tensor/unsupported',
      `a tensor saved as ${tensor.dtype} but read as ${args.dtype(1)}`,
    )
  }
  return tensor.with({ requiresGrad: gradFlag(args.bool(3), tensor.dtype) })
}

/** By the full name that a pickle gives. */
export const REBUILD_FUNCTIONS: ReadonlyMap<string, Rebuild> = new Map([
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensorV2],
  ['torch._utils._rebuild_tensor_v3', rebuildTensorV3],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameterWithState],
  ['torch._utils._rebuild_qtensor', rebuildQuantized],
  ['torch._utils._rebuild_sparse_tensor', rebuildSparse],
  ['torch._utils._rebuild_meta_tensor_no_storage', rebuildMeta],
  ['torch._utils._rebuild_nested_tensor', rebuildNested],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', rebuildFromCpu],
  [FROM_TYPE, rebuildFromType],
])
