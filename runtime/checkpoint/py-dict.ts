/**
 * A Python dict: ordered, any hashable key, Python's equality (1, 1.0 and True are one key; '1' is another). Keys such
 * as `__proto__` are ordinary. An OrderedDict carries attributes (`_metadata` of a state_dict).
 */
import { CheckpointError } from './checkpoint-error.ts'
import {
  PyByteArray,
  PyComplex,
  PyFloat,
  PyGlobal,
  PySet,
  PyTuple,
  type PyValue,
  TorchDevice,
  TorchDType,
  TorchLayout,
  TorchSize,
} from './python-value.ts'

export type PyDictKind = 'dict' | 'OrderedDict' | 'Counter' | 'defaultdict'

const MAX_KEY_PARTS = 10_000

export class PyDict {
  readonly kind: PyDictKind
  /** Attributes of an OrderedDict (its `__dict__`); null where there are none. */
  attrs: PyDict | null = null
  readonly #slots = new Map<unknown, [PyValue, PyValue]>()
  readonly #compound = new Map<string, [PyValue, PyValue]>()
  readonly #order: [PyValue, PyValue][] = []

  constructor(kind: PyDictKind = 'dict', entries: Iterable<readonly [PyValue, PyValue]> = []) {
    this.kind = kind
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.#order.length
  }

  /** The value under `key`, or undefined (None is null). */
  get(key: PyValue): PyValue | undefined {
    return this.#slot(key)?.[1]
  }

  has(key: PyValue): boolean {
    return this.#slot(key) !== undefined
  }

  /** As `d[key] = value`: a key that is there keeps its place and its first spelling. Throws on unhashable keys. */
  set(key: PyValue, value: PyValue): this {
    const slot = this.#slot(key)
    if (slot !== undefined) {
      slot[1] = value
      return this
    }
    const entry: [PyValue, PyValue] = [key, value]
    this.#order.push(entry)
    if (isCompound(key)) this.#compound.set(compoundKey(key), entry)
    else this.#slots.set(simpleKey(key), entry)
    return this
  }

  /** Entries in insertion order. */
  entries(): readonly (readonly [PyValue, PyValue])[] {
    return this.#order
  }

  *keys(): IterableIterator<PyValue> {
    for (const [key] of this.#order) yield key
  }

  *values(): IterableIterator<PyValue> {
    for (const [, value] of this.#order) yield value
  }

  [Symbol.iterator](): Iterator<readonly [PyValue, PyValue]> {
    return this.#order[Symbol.iterator]()
  }

  #slot(key: PyValue): [PyValue, PyValue] | undefined {
    return isCompound(key) ? this.#compound.get(compoundKey(key)) : this.#slots.get(simpleKey(key))
  }
}

type CompoundKey =
  | PyTuple
  | PyComplex
  | Uint8Array
  | TorchSize
  | TorchDevice
  | TorchDType
  | TorchLayout
  | PyGlobal
  | PySet

function isCompound(key: PyValue): key is CompoundKey {
  return (
    key instanceof PyTuple ||
    key instanceof Uint8Array ||
    key instanceof TorchSize ||
    key instanceof TorchDevice ||
    key instanceof TorchDType ||
    key instanceof TorchLayout ||
    key instanceof PyGlobal ||
    key instanceof PyComplex ||
    (key instanceof PySet && key.frozen)
  )
}

/** Tensors and inert objects are keys by identity, as in Python. */
function simpleKey(key: PyValue): unknown {
  if (typeof key === 'boolean') return key ? 1 : 0
  if (key instanceof PyFloat) return key.value
  if (Array.isArray(key) || key instanceof PyDict || key instanceof PySet || key instanceof PyByteArray) {
    throw new CheckpointError('pickle/corrupt', `a ${pyTypeName(key)} cannot be a dict key or a set element`)
  }
  return key
}

function pyTypeName(key: PyValue): string {
  if (Array.isArray(key)) return 'list'
  return key instanceof PyDict ? 'dict' : key instanceof PySet ? 'set' : 'bytearray'
}

/** A text that is equal exactly for equal keys. Bounded: shared tuples would otherwise unfold without end. */
function compoundKey(key: CompoundKey): string {
  const parts: string[] = []
  const pending: (PyValue | typeof CLOSE)[] = [key]
  while (pending.length > 0) {
    if (parts.length > MAX_KEY_PARTS) {
      throw new CheckpointError('limit/exceeded', `a dict key has more than ${MAX_KEY_PARTS} parts`)
    }
    const part = pending.pop() as PyValue | typeof CLOSE
    if (part === CLOSE) parts.push(')')
    else if (part instanceof PyTuple || part instanceof TorchSize || part instanceof PySet) {
      const items =
        part instanceof PyTuple ? part.items : part instanceof TorchSize ? part.dims : part.values()
      parts.push(part instanceof PySet ? 'set(' : '(')
      pending.push(CLOSE)
      for (let i = items.length - 1; i >= 0; i--) pending.push(items[i] as PyValue)
    } else parts.push(atom(part))
  }
  return parts.join(' ')
}

const CLOSE = Symbol('end of tuple')

function atom(key: PyValue): string {
  if (typeof key === 'string') return JSON.stringify(key)
  if (key instanceof Uint8Array) return `b${Array.from(key).join('.')}`
  if (key instanceof PyComplex) return `c${key.re},${key.im}`
  if (key instanceof PyGlobal) return `g${JSON.stringify(key.path)}`
  if (key instanceof TorchDevice) return `device ${key}`
  if (key instanceof TorchDType) return `dtype ${key.name}`
  if (key instanceof TorchLayout) return `layout ${key.name}`
  const simple = simpleKey(key)
  if (typeof simple === 'object' && simple !== null) return `#${identityOf(simple)}`
  return String(simple)
}

const identities = new WeakMap<object, number>()
let lastIdentity = 0

function identityOf(object: object): number {
  let id = identities.get(object)
  if (id === undefined) {
    id = ++lastIdentity
    identities.set(object, id)
  }
  return id
}
