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

/** Longest text of a key that is made of others: shared tuples would unfold without end. */
const MAX_KEY_TEXT = 64 << 10
/** Numbers beyond this are looked up as texts, whose hashes nobody can foresee, so that none are made to collide. */
const MAX_PLAIN_NUMBER = 1 << 20

export class PyDict {
  readonly kind: PyDictKind
  /** Attributes of an OrderedDict (its `__dict__`); null where there are none. */
  attrs: PyDict | null = null
  // Made when there is a first entry: files may hold millions of empty dicts.
  #slots: Map<unknown, [PyValue, PyValue]> | null = null
  #compound: Map<string, [PyValue, PyValue]> | null = null
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
    const text = keyText(key)
    if (text === null) {
      this.#slots ??= new Map()
      this.#slots.set(simpleKey(key), entry)
    } else {
      this.#compound ??= new Map()
      this.#compound.set(text, entry)
    }
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
    const text = keyText(key)
    return text === null ? this.#slots?.get(simpleKey(key)) : this.#compound?.get(text)
  }
}

/**
 * What keys of value types are looked up by: equal exactly for keys that Python takes as equal. null for those that JavaScript
 * looks up itself: strings, small numbers, and objects by identity. Throws on unhashable keys, and limit/exceeded for those that
 * unfold to more than 64 KiB.
 */
export function keyText(key: PyValue): string | null {
  if (typeof key === 'number') return numberText(key)
  if (typeof key === 'bigint') {
    // An int that a float can be is the same key as that float.
    const number = Number(key)
    return Number.isFinite(number) && BigInt(number) === key ? numberText(number) : `n${key.toString(16)}`
  }
  if (key instanceof PyFloat) return numberText(key.value)
  if (key instanceof PyTuple || key instanceof TorchSize || (key instanceof PySet && key.frozen))
    return compoundText(key, 0)
  if (key instanceof Uint8Array) return bytesText(key)
  if (key instanceof PyComplex) return key.im === 0 ? numberText(key.re) : `c${key.re},${key.im}`
  if (key instanceof PyGlobal) return `g${key.path}`
  if (key instanceof TorchDevice) return `device ${key}`
  if (key instanceof TorchDType) return `dtype ${key.name}`
  if (key instanceof TorchLayout) return `layout ${key.name}`
  return null
}

/** A key of {@link keyText}'s null; tensors and inert objects are keys by identity, as in Python. */
function simpleKey(key: PyValue): unknown {
  if (typeof key === 'boolean') return key ? 1 : 0
  if (typeof key === 'number' || typeof key === 'bigint') return Number(key)
  if (key instanceof PyFloat) return key.value
  if (key instanceof PyComplex) return key.re
  if (Array.isArray(key) || key instanceof PyDict || key instanceof PySet || key instanceof PyByteArray) {
    throw new CheckpointError('pickle/corrupt', `a ${pyTypeName(key)} cannot be a dict key or a set element`)
  }
  return key
}

function numberText(value: number): string | null {
  return Number.isInteger(value) && Math.abs(value) <= MAX_PLAIN_NUMBER ? null : `f${value}`
}

function pyTypeName(key: PyValue): string {
  if (Array.isArray(key)) return 'list'
  return key instanceof PyDict ? 'dict' : key instanceof PySet ? 'set' : 'bytearray'
}

/** A character for a byte, other ones for other bytes. */
const ONE_BYTE = new TextDecoder('latin1')

/** Each object's text is made once: files refer to one tuple any number of times. */
const texts = new WeakMap<object, string>()

function compoundText(key: PyTuple | TorchSize | PySet, depth: number): string {
  const known = texts.get(key)
  if (known !== undefined) return known
  if (depth > MAX_DEPTH) throw tooLarge()
  const items = key instanceof PyTuple ? key.items : key instanceof TorchSize ? key.dims : key.values()
  const parts: string[] = []
  let length = 0
  for (const item of items) {
    const part =
      item instanceof PyTuple || item instanceof TorchSize || (item instanceof PySet && item.frozen)
        ? compoundText(item, depth + 1)
        : atom(item)
    // With its length before it, a part is never taken for another.
    parts.push(`${part.length}:${part}`)
    length += part.length + 2
    if (length > MAX_KEY_TEXT) throw tooLarge()
  }
  const text = key instanceof PySet ? `set(${parts.sort().join('')})` : `(${parts.join('')})`
  texts.set(key, text)
  return text
}

function bytesText(key: Uint8Array): string {
  let text = texts.get(key)
  if (text === undefined) {
    if (key.length > MAX_KEY_TEXT) throw tooLarge()
    text = `b${ONE_BYTE.decode(key)}`
    texts.set(key, text)
  }
  return text
}

const MAX_DEPTH = 1000

function tooLarge(): CheckpointError {
  return new CheckpointError('limit/exceeded', `a dict key is larger than ${MAX_KEY_TEXT} characters`)
}

function atom(key: PyValue): string {
  if (typeof key === 'string') return `s${key}`
  const text = keyText(key)
  if (text !== null) return text
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
