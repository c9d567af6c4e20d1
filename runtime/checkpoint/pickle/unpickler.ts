/**
 * A pickle machine over a closed set of opcodes. It makes plain values and asks its host for everything that a pickle
 * can name: globals, calls, states and persistent ids. It holds no reference to anything that could be run.
 */
import { CheckpointError } from '../checkpoint-error.ts'
import { PyDict } from '../py-dict.ts'
import { PyByteArray, PyFloat, PyGlobal, PyObject, PySet, PyTuple, type PyValue } from '../python-value.ts'
import { OP, REFUSED_OPCODES } from './opcodes.ts'
import { PickleEnd, PickleReader } from './pickle-reader.ts'

/** What decides about everything outside plain data. Each method throws a CheckpointError to refuse. */
export interface PickleHost {
  /** A class or function that is named; `onto` is the value below it on the stack. */
  global(module: string, name: string, onto: PyValue | undefined): PyValue
  /** `callable(*args)`, or `callable.__new__(callable, *args)`. */
  call(callable: PyGlobal, args: PyTuple): PyValue
  /** Applies a state to an object in place. */
  build(object: PyValue, state: PyValue): void
  persistent(id: PyValue): PyValue
}

export interface PickleInput {
  readonly bytes: Uint8Array
  /** Where the pickle begins in `bytes`. */
  readonly start: number
  /** Added to positions in messages: where `bytes` begin in the file or record. */
  readonly base: number
  /** The record, for messages; undefined when the pickle lies in the file itself. */
  readonly record?: string
}

/** Values that a pickle may make, and memo entries it may hold. */
const MAX_VALUES = 20_000_000

/** Runs one pickle; gives its value and the position after it. Throws CheckpointError. */
export function unpickle(input: PickleInput, host: PickleHost): { value: PyValue; end: number } {
  const machine = new Machine(input, host)
  try {
    const value = machine.run()
    return { value, end: machine.reader.at }
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.position !== undefined || error instanceof PickleEnd)
      throw error
    throw new CheckpointError(error.code, error.message, {
      position: input.base + machine.opAt,
      ...(input.record === undefined ? {} : { record: input.record }),
      ...(error.global === undefined ? {} : { global: error.global }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
}

class Machine {
  readonly reader: PickleReader
  readonly #host: PickleHost
  readonly #stack: PyValue[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PyValue>()
  #values = 0
  /** Where the current opcode stands. */
  opAt = 0

  constructor(input: PickleInput, host: PickleHost) {
    this.reader = new PickleReader(input.bytes, input.start)
    this.#host = host
  }

  run(): PyValue {
    for (;;) {
      this.opAt = this.reader.at
      const op = this.reader.u8()
      if (op === OP.STOP) return this.#pop()
      if (++this.#values > MAX_VALUES) {
        throw new CheckpointError('limit/exceeded', `the pickle has more than ${MAX_VALUES} operations`)
      }
      // By how often torch writes them, here and in each switch: opening a file is over before anything is compiled.
      if (!this.#memory(op) && !this.#literal(op) && !this.#container(op)) this.#outside(op)
    }
  }

  /** Opcodes that push one plain value. */
  #literal(op: number): boolean {
    const reader = this.reader
    switch (op) {
      case OP.BININT1:
        return this.#push(reader.u8())
      case OP.BINUNICODE:
        return this.#push(reader.text(reader.u32()))
      case OP.BININT:
        return this.#push(reader.i32())
      case OP.BININT2:
        return this.#push(reader.u16())
      case OP.NEWFALSE:
        return this.#push(false)
      case OP.NONE:
        return this.#push(null)
      case OP.NEWTRUE:
        return this.#push(true)
      case OP.LONG1:
        return this.#push(reader.long(reader.u8()))
      case OP.LONG4:
        return this.#push(reader.long(reader.i32()))
      case OP.BINFLOAT:
        return this.#push(new PyFloat(reader.f64()))
      case OP.SHORT_BINUNICODE:
      case OP.SHORT_BINSTRING:
        return this.#push(reader.text(reader.u8()))
      case OP.BINUNICODE8:
        return this.#push(reader.text(reader.u64()))
      case OP.BINSTRING:
        return this.#push(reader.text(reader.i32()))
      case OP.BINBYTES:
        return this.#push(reader.raw(reader.u32()).slice())
      case OP.SHORT_BINBYTES:
        return this.#push(reader.raw(reader.u8()).slice())
      case OP.BINBYTES8:
        return this.#push(reader.raw(reader.u64()).slice())
      case OP.BYTEARRAY8:
        return this.#push(new PyByteArray(reader.raw(reader.u64()).slice()))
      default:
        return false
    }
  }

  #container(op: number): boolean {
    switch (op) {
      case OP.TUPLE:
        return this.#push(new PyTuple(this.#takeToMark()))
      case OP.EMPTY_TUPLE:
        return this.#push(new PyTuple([]))
      case OP.TUPLE2:
        return this.#push(new PyTuple(this.#take(2)))
      case OP.TUPLE1:
        return this.#push(new PyTuple(this.#take(1)))
      case OP.TUPLE3:
        return this.#push(new PyTuple(this.#take(3)))
      case OP.EMPTY_LIST:
        return this.#push([])
      case OP.EMPTY_DICT:
        return this.#push(new PyDict())
      case OP.EMPTY_SET:
        return this.#push(new PySet(new PyDict()))
      case OP.FROZENSET:
        this.#host.global('builtins', 'frozenset', undefined)
        return this.#push(new PySet(setOf(this.#takeToMark()), true))
      case OP.APPEND:
        return this.#append(this.#take(1))
      case OP.APPENDS:
        return this.#append(this.#takeToMark())
      case OP.SETITEM:
        return this.#setItems(this.#take(2))
      case OP.SETITEMS:
        return this.#setItems(this.#takeToMark())
      case OP.ADDITEMS: {
        const items = this.#takeToMark()
        const target = this.#top()
        if (!(target instanceof PySet) || target.frozen) throw corrupt('ADDITEMS on what is no set')
        for (const item of items) target.elements.set(item, true)
        return true
      }
      default:
        return false
    }
  }

  /** Stack, marks and memo. */
  #memory(op: number): boolean {
    const reader = this.reader
    switch (op) {
      case OP.BINPUT:
        return this.#put(reader.u8())
      case OP.LONG_BINPUT:
        return this.#put(reader.u32())
      case OP.MARK:
        this.#marks.push(this.#stack.length)
        return true
      case OP.BINGET:
        return this.#get(reader.u8())
      case OP.LONG_BINGET:
        return this.#get(reader.u32())
      case OP.PROTO:
        if (reader.u8() > 5) throw unsupported('a pickle protocol above 5')
        return true
      case OP.FRAME:
        reader.need(reader.u64())
        return true
      case OP.POP:
        if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop()
        else this.#pop()
        return true
      case OP.POP_MARK:
        this.#takeToMark()
        return true
      case OP.DUP:
        return this.#push(this.#top())
      case OP.MEMOIZE:
        return this.#put(this.#memo.size)
      default:
        return false
    }
  }

  /** What the host decides about. */
  #outside(op: number): void {
    switch (op) {
      case OP.BINPERSID:
        this.#push(this.#host.persistent(this.#pop()))
        return
      case OP.GLOBAL: {
        const module = this.reader.line()
        const name = this.reader.line()
        this.#push(this.#host.global(module, name, this.#stack.at(-1)))
        return
      }
      case OP.STACK_GLOBAL: {
        const [module, name] = this.#take(2)
        if (typeof module !== 'string' || typeof name !== 'string')
          throw corrupt('STACK_GLOBAL of what is no text')
        this.#push(this.#host.global(module, name, this.#stack.at(-1)))
        return
      }
      case OP.REDUCE:
      case OP.NEWOBJ: {
        const [callable, args] = this.#take(2)
        if (!(callable instanceof PyGlobal)) {
          throw new CheckpointError('pickle/refused-call', 'the file calls a value that is no function')
        }
        if (!(args instanceof PyTuple))
          throw corrupt(`${callable.path} is called with arguments that are no tuple`)
        this.#push(this.#host.call(callable, args))
        return
      }
      case OP.BUILD: {
        const state = this.#pop()
        this.#host.build(this.#top(), state)
        return
      }
      default: {
        const name = REFUSED_OPCODES.get(op)
        if (name !== undefined) throw unsupported(`the pickle opcode ${name}`)
        throw corrupt(`byte 0x${op.toString(16).padStart(2, '0')} is no pickle opcode`)
      }
    }
  }

  #push(value: PyValue): true {
    this.#stack.push(value)
    return true
  }

  #floor(): number {
    return this.#marks.at(-1) ?? 0
  }

  #pop(): PyValue {
    if (this.#stack.length <= this.#floor()) throw corrupt('the pickle takes more values than it made')
    return this.#stack.pop() as PyValue
  }

  #top(): PyValue {
    if (this.#stack.length <= this.#floor()) throw corrupt('the pickle takes more values than it made')
    return this.#stack.at(-1) as PyValue
  }

  #take(count: number): PyValue[] {
    if (this.#stack.length - count < this.#floor()) throw corrupt('the pickle takes more values than it made')
    return this.#stack.splice(this.#stack.length - count, count)
  }

  #takeToMark(): PyValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw corrupt('the pickle takes values up to a mark that it never set')
    return this.#stack.splice(mark)
  }

  #put(index: number): true {
    this.#memo.set(index, this.#top())
    return true
  }

  #get(index: number): true {
    const value = this.#memo.get(index)
    if (value === undefined) throw corrupt(`memo entry ${index} was never made`)
    return this.#push(value)
  }

  #append(items: PyValue[]): true {
    const target = this.#top()
    const list = target instanceof PyObject ? target.items : target
    if (!Array.isArray(list)) throw corrupt('APPEND on what is no list')
    for (const item of items) list.push(item)
    return true
  }

  #setItems(items: PyValue[]): true {
    const target = this.#top()
    if (items.length % 2 === 1) throw corrupt('SETITEMS with a key that has no value')
    for (let i = 0; i < items.length; i += 2) {
      const [key, value] = [items[i] as PyValue, items[i + 1] as PyValue]
      if (target instanceof PyDict) target.set(key, value)
      else if (target instanceof PyObject) target.entries.push([key, value])
      else throw corrupt('SETITEM on what is no dict')
    }
    if (!(target instanceof PyDict || target instanceof PyObject)) throw corrupt('SETITEM on what is no dict')
    return true
  }
}

/** The elements of a set, unique by Python's equality. */
export function setOf(items: readonly PyValue[]): PyDict {
  const elements = new PyDict()
  for (const item of items) elements.set(item, true)
  return elements
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('pickle/corrupt', what, { hint: 'the file is damaged or no checkpoint' })
}

function unsupported(what: string): CheckpointError {
  return new CheckpointError('pickle/unsupported', `${what} is not read`, {
    hint: 'save the checkpoint with torch.save and its default pickle protocol 2',
  })
}
