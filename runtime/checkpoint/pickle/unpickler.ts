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

/** Operations, and so values and memo entries, that a pickle may have. */
const MAX_OPERATIONS = 20_000_000
const TOO_MANY = 'the pickle takes more values than it made'

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

/** What each opcode does; STOP ends the loop. */
const ACTIONS: Readonly<
  Record<Exclude<keyof typeof OP, 'STOP'>, (m: Machine, reader: PickleReader) => void>
> = {
  // Stack, marks and memo.
  MARK: m => m.mark(),
  POP: m => m.discard(),
  POP_MARK: m => m.takeToMark(),
  DUP: m => m.push(m.top()),
  BINPUT: (m, reader) => m.put(reader.u8()),
  LONG_BINPUT: (m, reader) => m.put(reader.u32()),
  MEMOIZE: m => m.memoize(),
  BINGET: (m, reader) => m.get(reader.u8()),
  LONG_BINGET: (m, reader) => m.get(reader.u32()),
  PROTO: (_, reader) => {
    if (reader.u8() > 5) throw unsupported('a pickle protocol above 5')
  },
  FRAME: (_, reader) => reader.need(reader.u64()),

  // One plain value each.
  NONE: m => m.push(null),
  NEWTRUE: m => m.push(true),
  NEWFALSE: m => m.push(false),
  BININT: (m, reader) => m.push(reader.i32()),
  BININT1: (m, reader) => m.push(reader.u8()),
  BININT2: (m, reader) => m.push(reader.u16()),
  LONG1: (m, reader) => m.push(reader.long(reader.u8())),
  LONG4: (m, reader) => m.push(reader.long(reader.i32())),
  BINFLOAT: (m, reader) => m.push(new PyFloat(reader.f64())),
  BINUNICODE: (m, reader) => m.push(reader.text(reader.u32())),
  SHORT_BINUNICODE: (m, reader) => m.push(reader.text(reader.u8())),
  BINUNICODE8: (m, reader) => m.push(reader.text(reader.u64())),
  BINSTRING: (m, reader) => m.push(reader.text(reader.i32())),
  SHORT_BINSTRING: (m, reader) => m.push(reader.text(reader.u8())),
  BINBYTES: (m, reader) => m.push(reader.raw(reader.u32()).slice()),
  SHORT_BINBYTES: (m, reader) => m.push(reader.raw(reader.u8()).slice()),
  BINBYTES8: (m, reader) => m.push(reader.raw(reader.u64()).slice()),
  BYTEARRAY8: (m, reader) => m.push(new PyByteArray(reader.raw(reader.u64()).slice())),

  // Containers.
  EMPTY_TUPLE: m => m.push(new PyTuple([])),
  TUPLE1: m => m.push(new PyTuple(m.take(1))),
  TUPLE2: m => m.push(new PyTuple(m.take(2))),
  TUPLE3: m => m.push(new PyTuple(m.take(3))),
  TUPLE: m => m.push(new PyTuple(m.takeToMark())),
  EMPTY_LIST: m => m.push([]),
  APPEND: m => m.append(m.take(1)),
  APPENDS: m => m.append(m.takeToMark()),
  EMPTY_DICT: m => m.push(new PyDict()),
  SETITEM: m => m.setItems(m.take(2)),
  SETITEMS: m => m.setItems(m.takeToMark()),
  EMPTY_SET: m => m.push(new PySet(new PyDict())),
  ADDITEMS: m => m.addItems(m.takeToMark()),
  FROZENSET: m => {
    m.host.global('builtins', 'frozenset', undefined)
    m.push(new PySet(setOf(m.takeToMark()), true))
  },

  // What the host decides about.
  BINPERSID: m => m.push(m.host.persistent(m.pop())),
  GLOBAL: (m, reader) => {
    const module = reader.line()
    m.push(m.host.global(module, reader.line(), m.below()))
  },
  STACK_GLOBAL: m => {
    const [module, name] = m.take(2)
    if (typeof module !== 'string' || typeof name !== 'string')
      throw corrupt('STACK_GLOBAL of what is no text')
    m.push(m.host.global(module, name, m.below()))
  },
  REDUCE: m => m.call(),
  NEWOBJ: m => m.call(),
  BUILD: m => {
    const state = m.pop()
    m.host.build(m.top(), state)
  },
}

/** By the byte of the opcode: one look-up a step, because opening a file is over before anything is compiled. */
const BY_BYTE = Array.from<(typeof ACTIONS)[keyof typeof ACTIONS] | undefined>({ length: 256 })
for (const [name, act] of Object.entries(ACTIONS)) BY_BYTE[OP[name as keyof typeof OP]] = act

class Machine {
  readonly reader: PickleReader
  readonly host: PickleHost
  readonly #stack: PyValue[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PyValue>()
  /** The stack's height at the last mark: nothing below it may be taken. */
  #floor = 0
  /** Where the current opcode stands. */
  opAt = 0

  constructor(input: PickleInput, host: PickleHost) {
    this.reader = new PickleReader(input.bytes, input.start)
    this.host = host
  }

  run(): PyValue {
    const { reader } = this
    for (let operations = 0; operations < MAX_OPERATIONS; operations++) {
      this.opAt = reader.at
      const op = reader.u8()
      const act = BY_BYTE[op]
      if (act !== undefined) act(this, reader)
      else if (op === OP.STOP) return this.pop()
      else throw notRead(op)
    }
    throw new CheckpointError('limit/exceeded', `the pickle has more than ${MAX_OPERATIONS} operations`)
  }

  push(value: PyValue): void {
    this.#stack.push(value)
  }

  pop(): PyValue {
    if (this.#stack.length <= this.#floor) throw corrupt(TOO_MANY)
    return this.#stack.pop() as PyValue
  }

  top(): PyValue {
    const at = this.#stack.length - 1
    if (at < this.#floor) throw corrupt(TOO_MANY)
    return this.#stack[at] as PyValue
  }

  /** The topmost value of all, marks or not. */
  below(): PyValue | undefined {
    return this.#stack.at(-1)
  }

  take(count: number): PyValue[] {
    const from = this.#stack.length - count
    if (from < this.#floor) throw corrupt(TOO_MANY)
    return this.#stack.splice(from, count)
  }

  mark(): void {
    this.#floor = this.#stack.length
    this.#marks.push(this.#floor)
  }

  takeToMark(): PyValue[] {
    return this.#stack.splice(this.#unmark())
  }

  /** Takes back a mark that nothing came after, else the topmost value. */
  discard(): void {
    if (this.#marks.length > 0 && this.#floor === this.#stack.length) this.#unmark()
    else this.pop()
  }

  #unmark(): number {
    const mark = this.#marks.pop()
    if (mark === undefined) throw corrupt('the pickle takes values up to a mark that it never set')
    this.#floor = this.#marks.at(-1) ?? 0
    return mark
  }

  put(index: number): void {
    this.#memo.set(index, this.top())
  }

  memoize(): void {
    this.put(this.#memo.size)
  }

  get(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) throw corrupt(`memo entry ${index} was never made`)
    this.#stack.push(value)
  }

  append(items: PyValue[]): void {
    const target = this.top()
    const list = target instanceof PyObject ? target.items : target
    if (!Array.isArray(list)) throw corrupt('APPEND on what is no list')
    for (const item of items) list.push(item)
  }

  setItems(items: PyValue[]): void {
    const target = this.top()
    if (items.length % 2 === 1) throw corrupt('SETITEMS with a key that has no value')
    if (!(target instanceof PyDict || target instanceof PyObject)) throw corrupt('SETITEM on what is no dict')
    for (let i = 0; i < items.length; i += 2) {
      const [key, value] = [items[i] as PyValue, items[i + 1] as PyValue]
      if (target instanceof PyDict) target.set(key, value)
      else target.entries.push([key, value])
    }
  }

  addItems(items: PyValue[]): void {
    const target = this.top()
    if (!(target instanceof PySet) || target.frozen) throw corrupt('ADDITEMS on what is no set')
    for (const item of items) target.elements.set(item, true)
  }

  call(): void {
    const [callable, args] = this.take(2)
    if (!(callable instanceof PyGlobal)) {
      throw new CheckpointError('pickle/refused-call', 'the file calls a value that is no function')
    }
    if (!(args instanceof PyTuple))
      throw corrupt(`${callable.path} is called with arguments that are no tuple`)
    this.push(this.host.call(callable, args))
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

function notRead(op: number): CheckpointError {
  const name = REFUSED_OPCODES.get(op)
  if (name !== undefined) return unsupported(`the pickle opcode ${name}`)
  return corrupt(`byte 0x${op.toString(16).padStart(2, '0')} is no pickle opcode`)
}
