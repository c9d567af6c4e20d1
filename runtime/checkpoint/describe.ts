/**
 * A value tree as plain JSON: every value with its Python type, every tensor with geometry and digest, shared objects
 * as references. What `holdfast inspect --json` prints.
 */

import { children, distinctObjects } from './check-tree.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { digestStorage, digestTensor, hexOf, isWhole } from './digest.ts'
import { bytesOf, type FileDType } from './file-dtype.ts'
import { materialize } from './materialize.ts'
import { PyDict } from './py-dict.ts'
import { pyFloatRepr } from './py-float-repr.ts'
import {
  PyByteArray,
  PyComplex,
  PyFloat,
  PyGlobal,
  PyObject,
  PySet,
  PyTuple,
  type PyValue,
  StorageRef,
  TorchDevice,
  TorchDType,
  TorchLayout,
  TorchSize,
} from './python-value.ts'
import {
  isTensor,
  type MetaTensor,
  NestedTensor,
  SparseCompressedTensor,
  SparseCooTensor,
} from './special-tensors.ts'
import { type StoredStorage, StoredTensor } from './stored-tensor.ts'
import { ViewCache } from './view-cache.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Node = Record<string, Json>

export interface Description {
  readonly value: Json
  /** One entry per distinct storage with data; tensors refer to them by index. */
  readonly storages: readonly { readonly nbytes: number; readonly sha256: string }[]
}

/** Nodes beyond four times what the tree holds: tuples unfold, so that a small file could describe without end. */
const FREE_NODES = 100_000
/** Nodes of any tree: each is an object, and text in the end. */
const MAX_NODES = 4_000_000

/** Describes a tree, reading all tensors' data. Throws limit/exceeded when the tree unfolds beyond reason. */
export async function describe(value: PyValue): Promise<Description> {
  return new Describer().run(value)
}

class Describer {
  readonly #references = new Map<object, number>()
  readonly #ids = new Map<object, number>()
  readonly #storages = new Map<StoredStorage, number>()
  readonly #storageNodes: { nbytes: number; sha256: string }[] = []
  readonly #elements = new ViewCache(tensor => this.#digest(tensor))
  #nodes = 0
  #maxNodes = FREE_NODES

  async run(value: PyValue): Promise<Description> {
    distinctObjects(value)
    this.#count(value)
    return { value: await this.#describe(value), storages: this.#storageNodes }
  }

  /**
   * How often each shareable object would be met, up to twice. Tuples are no such objects: what they hold is met as
   * often as they are.
   */
  #count(root: PyValue): void {
    const pending: PyValue[] = [root]
    while (pending.length > 0) {
      const value = pending.pop() as PyValue
      this.#maxNodes += 4 * weightOf(value)
      if (typeof value !== 'object' || value === null) continue
      const met = (this.#references.get(value) ?? 0) + 1
      if (met > 2) continue
      this.#references.set(value, met)
      if (met === 1 || !canBeShared(value)) {
        if (value instanceof StoredTensor) continue
        for (const child of children(value)) pending.push(child)
      }
    }
  }

  async #describe(value: PyValue): Promise<Json> {
    this.#nodes += weightOf(value)
    if (this.#nodes > this.#maxNodes || this.#nodes > MAX_NODES) {
      throw new CheckpointError(
        'limit/exceeded',
        'the values are too many to be described, or shared ones unfold to too many',
      )
    }
    if (!canBeShared(value)) return this.#fill(value, {})
    const id = this.#ids.get(value)
    if (id !== undefined) return { t: 'ref', id }
    const node: Node = {}
    if ((this.#references.get(value) ?? 0) > 1) {
      node.id = this.#ids.size
      this.#ids.set(value, this.#ids.size)
    }
    return this.#fill(value, node)
  }

  async #fill(value: PyValue, node: Node): Promise<Node> {
    if (value instanceof StoredTensor) return this.#tensor(value, node)
    if (value instanceof StorageRef) return this.#storageNode(value, node)
    if (Array.isArray(value)) return Object.assign(node, { t: 'list', v: await this.#all(value) })
    if (value instanceof PyTuple) return Object.assign(node, { t: 'tuple', v: await this.#all(value.items) })
    if (value instanceof PyDict) return this.#dict(value, node)
    if (value instanceof PySet) {
      const items = await this.#all(value.values())
      const sorted = items.map(item => [sortKey(item), item] as const).sort((a, b) => (a[0] < b[0] ? -1 : 1))
      return Object.assign(node, { t: value.frozen ? 'frozenset' : 'set', v: sorted.map(([, item]) => item) })
    }
    if (value instanceof SparseCooTensor) {
      return Object.assign(node, {
        t: 'sparse_coo',
        dtype: value.dtype,
        shape: value.shape,
        coalesced: value.coalesced ?? false,
        indices: await this.#describe(value.indices),
        values: await this.#describe(value.values),
      })
    }
    if (value instanceof SparseCompressedTensor) {
      return Object.assign(node, {
        t: 'sparse_compressed',
        layout: `torch.${value.layout}`,
        dtype: value.dtype,
        shape: value.shape,
        compressed: await this.#describe(value.compressed),
        plain: await this.#describe(value.plain),
        values: await this.#describe(value.values),
      })
    }
    if (value instanceof PyObject) return this.#object(value, node)
    return Object.assign(node, plainNode(value))
  }

  async #all(values: readonly PyValue[]): Promise<Json[]> {
    const nodes: Json[] = []
    for (const value of values) nodes.push(await this.#describe(value))
    return nodes
  }

  async #pairs(dict: PyDict): Promise<Json[]> {
    const pairs: Json[] = []
    for (const [key, value] of dict) pairs.push([await this.#describe(key), await this.#describe(value)])
    return pairs
  }

  async #dict(dict: PyDict, node: Node): Promise<Node> {
    const tags = { dict: 'dict', OrderedDict: 'odict', Counter: 'counter', defaultdict: 'defaultdict' }
    node.t = tags[dict.kind]
    node.v = await this.#pairs(dict)
    if (dict.attrs !== null && dict.attrs.size > 0) node.attrs = await this.#attributes(dict.attrs)
    return node
  }

  async #attributes(attrs: PyDict): Promise<Json[]> {
    const pairs: Json[] = []
    for (const [key, value] of attrs) pairs.push([String(key), await this.#describe(value)])
    return pairs
  }

  async #object(object: PyObject, node: Node): Promise<Node> {
    node.t = 'object'
    node.cls = object.cls.path
    if (object.args.items.length > 0) node.args = await this.#all(object.args.items)
    if (object.state !== null) node.state = await this.#describe(object.state)
    if (object.items.length > 0) node.items = await this.#all(object.items)
    if (object.entries.length > 0) node.entries = await this.#pairs(new PyDict('dict', object.entries))
    return node
  }

  async #tensor(tensor: StoredTensor, node: Node): Promise<Node> {
    const { dtype, shape, stride, offset, quantization } = tensor
    if (quantization !== null) {
      Object.assign(node, {
        t: 'quantized',
        dtype,
        qscheme: `torch.${quantization.scheme}`,
        shape,
        stride,
        offset,
      })
      node.storage = await this.#storage(tensor.storage)
      if (quantization.perChannel === undefined) {
        node.scale = floatBits(quantization.scale as number)
        node.zero_point = quantization.zeroPoint as number
      } else {
        node.scales = (await numbers(quantization.perChannel.scales)).map(floatBits)
        node.zero_points = await numbers(quantization.perChannel.zeroPoints)
        node.axis = quantization.perChannel.axis
      }
      node.int_repr_dtype = INT_REPR[dtype] ?? 'uint8'
      return Object.assign(node, await this.#elements.of(tensor))
    }
    Object.assign(node, { t: 'tensor', cls: tensor.cls, dtype, shape, stride, offset, numel: tensor.numel })
    node.requires_grad = tensor.requiresGrad
    node.storage = await this.#storage(tensor.storage)
    if (tensor.conj) node.conj = true
    if (tensor.neg) node.neg = true
    Object.assign(node, await this.#elements.of(tensor))
    const attrs = (tensor.attrs?.entries() ?? []).filter(([key]) => !String(key).startsWith('_'))
    if (attrs.length > 0) node.attrs = await this.#attributes(new PyDict('dict', attrs))
    return node
  }

  async #storageNode(ref: StorageRef, node: Node): Promise<Node> {
    Object.assign(node, { dtype: ref.dtype, numel: ref.numel, t: 'storage' })
    node.storage = await this.#storage(ref.storage)
    const whole = new StoredTensor({
      dtype: 'uint8',
      shape: [ref.storage.byteLength],
      stride: [1],
      offset: 0,
      storage: ref.storage,
    })
    return Object.assign(node, await this.#elements.of(whole))
  }

  /** Index of a storage in the list; null for one without bytes. */
  async #storage(storage: StoredStorage): Promise<number | null> {
    if (storage.byteLength === 0) return null
    const known = this.#storages.get(storage)
    if (known !== undefined) return known
    const index = this.#storageNodes.length
    this.#storages.set(storage, index)
    this.#storageNodes.push({ nbytes: storage.byteLength, sha256: await digestStorage(storage) })
    return index
  }

  /** nbytes, and hex or sha256 of the elements. */
  async #digest(tensor: StoredTensor): Promise<Node> {
    const index = this.#storages.get(tensor.storage)
    return tensor.byteLength > 256 && index !== undefined && isWhole(tensor)
      ? { ...(this.#storageNodes[index] as { nbytes: number; sha256: string }) }
      : { ...(await digestTensor(tensor)) }
  }
}

function canBeShared(value: PyValue): value is Extract<PyValue, object> {
  return (
    Array.isArray(value) ||
    value instanceof PyDict ||
    value instanceof PySet ||
    value instanceof StorageRef ||
    value instanceof PyObject ||
    isTensor(value)
  )
}

function plainNode(value: PyValue): Node {
  if (value === null) return { t: 'none' }
  if (typeof value === 'boolean') return { t: 'bool', v: value }
  if (typeof value === 'number' || typeof value === 'bigint') return { t: 'int', v: String(value) }
  if (typeof value === 'string') return { t: 'str', v: value }
  if (value instanceof PyFloat)
    return { t: 'float', v: pyFloatRepr(value.value), bits: floatBits(value.value) }
  if (value instanceof PyComplex) return { t: 'complex', re: floatBits(value.re), im: floatBits(value.im) }
  if (value instanceof Uint8Array) return { t: 'bytes', hex: hexOf(value) }
  if (value instanceof PyByteArray) return { t: 'bytearray', hex: hexOf(value.bytes) }
  if (value instanceof TorchSize) return { t: 'size', v: [...value.dims] }
  if (value instanceof TorchDType) return { t: 'dtype', v: `torch.${value.name}` }
  if (value instanceof TorchDevice) return { t: 'device', v: value.toString() }
  if (value instanceof TorchLayout) return { t: 'layout', v: `torch.${value.name}` }
  if (value instanceof PyGlobal) return { t: 'global', v: value.path }
  if (value instanceof NestedTensor) return { t: 'object', cls: 'nested' }
  const { dtype, shape, stride, requiresGrad } = value as MetaTensor
  return { t: 'meta', dtype, shape, stride, requires_grad: requiresGrad }
}

const INT_REPR: Partial<Record<FileDType, string>> = { qint8: 'int8', quint8: 'uint8', qint32: 'int32' }

/** Scales or zero points, from a list or a tensor. */
async function numbers(values: StoredTensor | readonly PyValue[]): Promise<number[]> {
  if (!(values instanceof StoredTensor)) return values.map(v => (v instanceof PyFloat ? v.value : Number(v)))
  const bytes = await materialize(values)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = bytesOf(values.dtype)
  return Array.from({ length: values.numel }, (_, i) => {
    if (values.dtype === 'float64') return view.getFloat64(i * size, true)
    if (values.dtype === 'float32') return view.getFloat32(i * size, true)
    return size === 8 ? Number(view.getBigInt64(i * size, true)) : view.getInt32(i * size, true)
  })
}

function floatBits(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

/** Python's json.dumps(sort_keys=True) of a node: the order of sets in the reference form. */
/** A node, and what it takes to write down its text or bytes: those of one object may be written many times. */
function weightOf(value: PyValue): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return 1 + value.length / 32
  return value instanceof PyByteArray ? 1 + value.bytes.length / 32 : 1
}

function sortKey(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(sortKey).join(', ')}]`
  if (typeof json === 'string') {
    return JSON.stringify(json).replace(
      /[\u007f-\uffff]/g,
      c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  }
  if (typeof json !== 'object' || json === null) return JSON.stringify(json)
  const entries = Object.entries(json as Node).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, value]) => `"${key}": ${sortKey(value)}`).join(', ')}}`
}
