/**
 * Writes a value tree as a protocol 2 pickle, opcode for opcode as CPython's pickler does under torch.save. Shared
 * objects are written once; strings are shared by value. Source: CPython Modules/_pickle.c.
 */
import { CheckpointError } from '../checkpoint-error.ts'
import { PyDict } from '../py-dict.ts'
import {
  PyByteArray,
  PyComplex,
  PyFloat,
  PyGlobal,
  PySet,
  PyTuple,
  type PyValue,
  StorageRef,
  TorchDevice,
  TorchDType,
  TorchLayout,
  TorchSize,
} from '../python-value.ts'
import { OP } from './opcodes.ts'
import { PickleWriter } from './pickle-writer.ts'

const BATCH = 1000

/** How a value that is no plain data is written: a call of a named function. */
export interface Reduction {
  readonly module: string
  readonly name: string
  readonly args: readonly PyValue[]
}

export interface PicklerHost {
  /** The tuple that stands for a storage: its key, and what stands before and after that. */
  persistentId(ref: StorageRef): { before: readonly PyValue[]; key: string; after: readonly PyValue[] }
  /** The call that makes a tensor; undefined for what cannot be written. */
  reduce(value: PyValue): Reduction | undefined
  /** Whether a bare name may be written. */
  allows(global: PyGlobal): boolean
}

/** One pickle, protocol 2. Throws write/unsupported for what a weights-only reader would refuse. */
export function pickle(value: PyValue, host: PicklerHost): Uint8Array {
  const pickler = new Pickler(host)
  return pickler.dump(value)
}

class Pickler {
  readonly #out = new PickleWriter()
  readonly #host: PicklerHost
  readonly #objects = new Map<object, number>()
  readonly #strings = new Map<string, number>()
  readonly #storageKeys = new Map<string, number>()
  readonly #globals = new Map<string, number>()
  #memoSize = 0

  constructor(host: PicklerHost) {
    this.#host = host
  }

  dump(value: PyValue): Uint8Array {
    this.#out.op(OP.PROTO).u8(2)
    this.#save(value)
    return this.#out.op(OP.STOP).bytes()
  }

  #save(value: PyValue): void {
    if (value === null) this.#out.op(OP.NONE)
    else if (typeof value === 'boolean') this.#out.op(value ? OP.NEWTRUE : OP.NEWFALSE)
    else if (typeof value === 'number' || typeof value === 'bigint') this.#int(value)
    else if (value instanceof PyFloat) this.#out.float(value.value)
    else if (typeof value === 'string') this.#text(value)
    else if (value instanceof TorchDType) this.#global('torch', value.name)
    else if (value instanceof PyGlobal) this.#named(value)
    else if (value instanceof StorageRef) this.#persistent(value)
    else if (!this.#recall(this.#objects.get(value))) this.#object(value)
  }

  /** Values with identity, not seen before. */
  #object(value: Exclude<PyValue, null | boolean | number | bigint | string>): void {
    if (value instanceof PyTuple) this.#tuple(value)
    else if (Array.isArray(value)) this.#list(value)
    else if (value instanceof PyDict) this.#dict(value)
    else {
      const reduction = reducePlain(value) ?? this.#host.reduce(value)
      if (reduction === undefined) {
        throw new CheckpointError('write/unsupported', `a ${value.constructor.name} cannot be written`, {
          hint: 'save tensors, numbers, text and their containers only',
        })
      }
      this.#reduce(reduction, value)
    }
  }

  #int(value: number | bigint): void {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw new CheckpointError('write/unsupported', `the number ${value} is no int`, {
        hint: 'write a float as new PyFloat(value)',
      })
    }
    this.#out.int(value)
  }

  #recall(index: number | undefined): boolean {
    if (index === undefined) return false
    this.#out.memo(OP.BINGET, OP.LONG_BINGET, index)
    return true
  }

  #put(): number {
    const index = this.#memoSize++
    this.#out.memo(OP.BINPUT, OP.LONG_BINPUT, index)
    return index
  }

  #text(value: string): void {
    if (this.#recall(this.#strings.get(value))) return
    this.#out.text(value)
    this.#strings.set(value, this.#put())
  }

  #global(module: string, name: string): void {
    const key = `${module}\n${name}`
    if (this.#recall(this.#globals.get(key))) return
    this.#out.global(module === 'builtins' ? '__builtin__' : module, name)
    this.#globals.set(key, this.#put())
  }

  #named(value: PyGlobal): void {
    if (!this.#host.allows(value)) {
      throw new CheckpointError('write/unsupported', `the name ${value.path} cannot be written`, {
        global: value.path,
      })
    }
    this.#global(value.module, value.name)
  }

  #persistent(ref: StorageRef): void {
    const { before, key, after } = this.#host.persistentId(ref)
    this.#out.op(OP.MARK)
    for (const item of before) this.#save(item)
    // torch makes a new string for each key: it is never one with an equal string elsewhere.
    if (!this.#recall(this.#storageKeys.get(key))) {
      this.#out.text(key)
      this.#storageKeys.set(key, this.#put())
    }
    for (const item of after) this.#save(item)
    this.#out.op(OP.TUPLE)
    this.#put()
    this.#out.op(OP.BINPERSID)
  }

  #tuple(tuple: PyTuple): void {
    const { items } = tuple
    if (items.length === 0) {
      this.#out.op(OP.EMPTY_TUPLE)
      return
    }
    if (items.length > 3) this.#out.op(OP.MARK)
    for (const item of items) this.#save(item)
    const known = this.#objects.get(tuple)
    if (known !== undefined) {
      // The tuple holds itself through a list or dict, and was written on the way: drop these items, take that one.
      if (items.length > 3) this.#out.op(OP.POP_MARK)
      else for (const _ of items) this.#out.op(OP.POP)
      this.#recall(known)
      return
    }
    this.#out.op([OP.TUPLE1, OP.TUPLE2, OP.TUPLE3][items.length - 1] ?? OP.TUPLE)
    this.#objects.set(tuple, this.#put())
  }

  #list(list: readonly PyValue[]): void {
    this.#out.op(OP.EMPTY_LIST)
    this.#objects.set(list, this.#put())
    this.#appendAll(list)
  }

  #appendAll(list: readonly PyValue[]): void {
    if (list.length === 1) {
      this.#save(list[0] as PyValue)
      this.#out.op(OP.APPEND)
      return
    }
    for (let at = 0; at < list.length; at += BATCH) {
      this.#out.op(OP.MARK)
      for (const item of list.slice(at, at + BATCH)) this.#save(item)
      this.#out.op(OP.APPENDS)
    }
  }

  #dict(dict: PyDict): void {
    switch (dict.kind) {
      case 'OrderedDict':
        this.#reduce({ module: 'collections', name: 'OrderedDict', args: [] }, dict)
        this.#setIterated(dict.entries())
        if (dict.attrs !== null && dict.attrs.size > 0) {
          this.#save(dict.attrs)
          this.#out.op(OP.BUILD)
        }
        return
      case 'Counter':
        this.#reduce({ module: 'collections', name: 'Counter', args: [new PyDict('dict', dict)] }, dict)
        return
      // Readers of weights refuse a defaultdict; what it holds is a dict.
      case 'defaultdict':
      case 'dict':
        this.#out.op(OP.EMPTY_DICT)
        this.#objects.set(dict, this.#put())
        this.#setExact(dict.entries())
    }
  }

  /** CPython writes a plain dict in batches of 1000, and one more, empty, when the last was full. */
  #setExact(entries: readonly (readonly [PyValue, PyValue])[]): void {
    if (entries.length <= 1) {
      for (const [key, value] of entries) this.#setOne(key, value)
      return
    }
    for (let at = 0; at <= entries.length; at += BATCH) this.#setBatch(entries.slice(at, at + BATCH))
  }

  /** It writes an iterated one in batches of 1000 too, but a last batch of one as a single item. */
  #setIterated(entries: readonly (readonly [PyValue, PyValue])[]): void {
    for (let at = 0; at < entries.length; at += BATCH) {
      const batch = entries.slice(at, at + BATCH)
      if (batch.length > 1) this.#setBatch(batch)
      else for (const [key, value] of batch) this.#setOne(key, value)
    }
  }

  #setOne(key: PyValue, value: PyValue): void {
    this.#save(key)
    this.#save(value)
    this.#out.op(OP.SETITEM)
  }

  #setBatch(batch: readonly (readonly [PyValue, PyValue])[]): void {
    this.#out.op(OP.MARK)
    for (const [key, value] of batch) {
      this.#save(key)
      this.#save(value)
    }
    this.#out.op(OP.SETITEMS)
  }

  #reduce({ module, name, args }: Reduction, value: object): void {
    this.#global(module, name)
    this.#save(new PyTuple(args))
    this.#out.op(OP.REDUCE)
    this.#objects.set(value, this.#put())
  }
}

/** Python's own and torch's small values. */
function reducePlain(value: PyValue): Reduction | undefined {
  const call = (module: string, name: string, ...args: PyValue[]): Reduction => ({ module, name, args })
  if (value instanceof Uint8Array) return call('_codecs', 'encode', latin1(value), 'latin1')
  if (value instanceof PyByteArray) {
    return value.bytes.length === 0
      ? call('builtins', 'bytearray')
      : call('builtins', 'bytearray', value.bytes)
  }
  if (value instanceof PyComplex)
    return call('builtins', 'complex', new PyFloat(value.re), new PyFloat(value.im))
  if (value instanceof PySet && !value.frozen) return call('builtins', 'set', value.values())
  if (value instanceof TorchSize) return call('torch', 'Size', new PyTuple(value.dims))
  if (value instanceof TorchDevice) {
    return value.index === null
      ? call('torch', 'device', value.type)
      : call('torch', 'device', value.type, value.index)
  }
  if (value instanceof TorchLayout) return call('torch.serialization', '_get_layout', `torch.${value.name}`)
  return undefined
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
