/**
 * The value tree of a checkpoint: Python's types kept apart, so that what is loaded can be saved again unchanged.
 *
 * Plain JavaScript where nothing is lost: None is null, bool is boolean, str is string, list is an array, bytes is a
 * Uint8Array, int is a number (a bigint beyond 2^53). Everything else is one of the small classes below. In particular
 * a JavaScript number in this tree is always a Python int; a Python float is a {@link PyFloat}.
 */
import type { FileDType } from './file-dtype.ts'
import type { PyDict } from './py-dict.ts'
import type { MetaTensor, NestedTensor, SparseCompressedTensor, SparseCooTensor } from './special-tensors.ts'
import type { StoredStorage, StoredTensor } from './stored-tensor.ts'

export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyValue[]
  | PyFloat
  | PyComplex
  | PyTuple
  | PySet
  | PyByteArray
  | PyDict
  | PyGlobal
  | PyObject
  | TorchSize
  | TorchDType
  | TorchDevice
  | TorchLayout
  | StorageRef
  | AnyTensor

export type AnyTensor = StoredTensor | SparseCooTensor | SparseCompressedTensor | MetaTensor | NestedTensor

export class PyFloat {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

export class PyComplex {
  readonly re: number
  readonly im: number
  constructor(re: number, im: number) {
    this.re = re
    this.im = im
  }
}

export class PyTuple {
  readonly items: readonly PyValue[]
  constructor(items: readonly PyValue[]) {
    this.items = items
  }
}

/** A Python set; elements are unique by Python's equality (see {@link PyDict}), kept in the file's order. */
export class PySet {
  readonly elements: PyDict
  readonly frozen: boolean
  constructor(elements: PyDict, frozen = false) {
    this.elements = elements
    this.frozen = frozen
  }

  /** Elements in the file's order. */
  values(): PyValue[] {
    return [...this.elements.keys()]
  }
}

export class PyByteArray {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** A class or function that the file names. It is a name only: nothing here can be called. */
export class PyGlobal {
  readonly module: string
  readonly name: string
  constructor(module: string, name: string) {
    this.module = module
    this.name = name
  }

  get path(): string {
    return `${this.module}.${this.name}`
  }
}

/** An instance of a class that we do not have: its recorded construction, inert. Only `full` reading makes these. */
export class PyObject {
  readonly cls: PyGlobal
  readonly args: PyTuple
  state: PyValue = null
  readonly items: PyValue[] = []
  readonly entries: [PyValue, PyValue][] = []
  constructor(cls: PyGlobal, args: PyTuple) {
    this.cls = cls
    this.args = args
  }
}

export class TorchSize {
  readonly dims: readonly number[]
  constructor(dims: readonly number[]) {
    this.dims = dims
  }
}

/** A torch.dtype, or a quantization scheme such as `per_tensor_affine`. */
export class TorchDType {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

export class TorchDevice {
  readonly type: string
  readonly index: number | null
  constructor(type: string, index: number | null) {
    this.type = type
    this.index = index
  }

  toString(): string {
    return this.index === null ? this.type : `${this.type}:${this.index}`
  }
}

/** torch.strided and its kin. One object per name, as in torch: get it through {@link TorchLayout.of}. */
export class TorchLayout {
  static readonly #all = new Map<string, TorchLayout>()
  readonly name: string
  private constructor(name: string) {
    this.name = name
  }

  static of(name: string): TorchLayout {
    let layout = TorchLayout.#all.get(name)
    if (layout === undefined) {
      layout = new TorchLayout(name)
      TorchLayout.#all.set(name, layout)
    }
    return layout
  }
}

/** A torch storage object that stands in the tree itself, beside or without tensors over it. */
export class StorageRef {
  readonly storage: StoredStorage
  readonly dtype: FileDType
  readonly numel: number
  /** Saved as torch.UntypedStorage; read as bytes. */
  readonly untyped: boolean
  constructor(storage: StoredStorage, dtype: FileDType, numel: number, untyped = false) {
    this.storage = storage
    this.dtype = dtype
    this.numel = numel
    this.untyped = untyped
  }
}
