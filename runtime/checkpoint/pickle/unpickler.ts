/**
 * A pickle machine over a closed set of opcodes. It makes plain values and asks its host for everything that a pickle
 * can name: globals, calls, states and persistent ids. It holds no reference to anything that could be run.
 */
import { CheckpointError } from '../checkpoint-error.ts'
import { keyText, PyDict } from '../py-dict.ts'
import {
  PyByteArray,
  PyFloat,
  PyGlobal,
  PyObject,
  PySet,
  PyTuple,
  type PyValue,
  TorchSize,
} from '../python-value.ts'
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

/** Operations that a pickle may have. */
const MAX_OPERATIONS = 10_000_000
/** Bytes of memory, as estimated below, that the values of a pickle may take: a short file may ask for any number of them. */
const MAX_MEMORY = 384 << 20
/** About what V8 takes for an empty container, for one item that is kept, for an entry of a dict, and for what a call makes. */
const WEIGHT = { container: 96, item: 8, entry: 120, firstEntry: 240, call: 600, argument: 128 } as const
/** Arguments that the weight of a call is for. */
const FEW = 16
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
  BINFLOAT: (m, reader) => m.make(new PyFloat(reader.f64())),
  BINUNICODE: (m, reader) => m.pushText(reader.u32()),
  SHORT_BINUNICODE: (m, reader) => m.pushText(reader.u8()),
  BINUNICODE8: (m, reader) => m.pushText(reader.u64()),
  BINSTRING: (m, reader) => m.pushText(reader.i32()),
  SHORT_BINSTRING: (m, reader) => m.pushText(reader.u8()),
  BINBYTES: (m, reader) => m.push(m.bytes(reader.u32())),
  SHORT_BINBYTES: (m, reader) => m.push(m.bytes(reader.u8())),
  BINBYTES8: (m, reader) => m.push(m.bytes(reader.u64())),
  BYTEARRAY8: (m, reader) => m.push(new PyByteArray(m.bytes(reader.u64()))),

  // Containers.
  EMPTY_TUPLE: m => m.make(new PyTuple([])),
  TUPLE1: m => m.make(new PyTuple(m.take(1))),
  TUPLE2: m => m.make(new PyTuple(m.take(2))),
  TUPLE3: m => m.make(new PyTuple(m.take(3))),
  TUPLE: m => m.make(new PyTuple(m.takeToMark())),
  EMPTY_LIST: m => m.make([]),
  APPEND: m => m.append(m.take(1)),
  APPENDS: m => m.append(m.takeToMark()),
  EMPTY_DICT: m => m.make(new PyDict()),
  SETITEM: m => m.setItems(m.take(2)),
  SETITEMS: m => m.setItems(m.takeToMark()),
  EMPTY_SET: m => {
    m.spend(WEIGHT.container)
    m.make(new PySet(new PyDict()))
  },
  ADDITEMS: m => m.addItems(m.takeToMark()),
  FROZENSET: m => {
    m.host.global('builtins', 'frozenset', undefined)
    const items = m.takeToMark()
    m.spend(WEIGHT.firstEntry + items.length * WEIGHT.entry)
    m.make(new PySet(setOf(items), true))
  },

  // What the host decides about.
  BINPERSID: m => m.push(m.host.persistent(m.pop())),
  GLOBAL: (m, reader) => {
    const module = reader.line()
    m.make(m.host.global(module, reader.line(), m.below()))
  },
  STACK_GLOBAL: m => {
    const [module, name] = m.take(2)
    if (typeof module !== 'string' || typeof name !== 'string')
      throw corrupt('STACK_GLOBAL of what is no text')
    m.make(m.host.global(module, name, m.below()))
  },
  REDUCE: m => m.call(),
  NEWOBJ: m => m.call(),
  BUILD: m => {
    const state = m.pop()
    m.spend(WEIGHT.argument * extentOf(state))
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
  /** Entries from 0 on, as picklers number them, and any others. */
  readonly #memo: PyValue[] = []
  readonly #strayMemo = new Map<number, PyValue>()
  #memory = 0
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

  /** As `push`, for a value that takes memory of its own. */
  make(value: PyValue): void {
    this.spend(WEIGHT.container)
    this.#stack.push(value)
  }

  pushText(length: number): void {
    const text = this.reader.text(length)
    this.spend(WEIGHT.item * 4 + 2 * length)
    this.#stack.push(text)
  }

  bytes(length: number): Uint8Array {
    const view = this.reader.raw(length)
    this.spend(2 * WEIGHT.container + length)
    return view.slice()
  }

  /** Counts memory that is about to be taken, or work that takes about as long. Throws limit/exceeded. */
  spend(bytes: number): void {
    this.#memory += bytes
    if (this.#memory <= MAX_MEMORY) return
    throw new CheckpointError(
      'limit/exceeded',
      `the values of the pickle would take more than ${MAX_MEMORY >> 20} MiB of memory without their tensors`,
    )
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
    const value = this.top()
    if (index <= this.#memo.length) {
      this.#memo[index] = value
      // An entry counts once, wherever it was kept before.
      if (this.#strayMemo.size > 0) this.#strayMemo.delete(index)
    } else {
      this.spend(WEIGHT.entry)
      this.#strayMemo.set(index, value)
    }
  }

  memoize(): void {
    this.put(this.#memo.length + this.#strayMemo.size)
  }

  get(index: number): void {
    const value = this.#memo[index] ?? this.#strayMemo.get(index)
    // None is null.
    if (value === undefined && !(index in this.#memo)) throw corrupt(`memo entry ${index} was never made`)
    this.#stack.push(value as PyValue)
  }

  append(items: PyValue[]): void {
    const target = this.top()
    const list = target instanceof PyObject ? target.items : target
    if (!Array.isArray(list)) throw corrupt('APPEND on what is no list')
    this.spend(WEIGHT.item * items.length)
    for (const item of items) list.push(item)
  }

  setItems(items: PyValue[]): void {
    const target = this.top()
    if (items.length % 2 === 1) throw corrupt('SETITEMS with a key that has no value')
    if (!(target instanceof PyDict || target instanceof PyObject)) throw corrupt('SETITEM on what is no dict')
    const isFirst = target instanceof PyDict && target.size === 0
    this.spend((isFirst ? WEIGHT.firstEntry : 0) + (items.length / 2) * WEIGHT.entry)
    for (let i = 0; i < items.length; i += 2) {
      const [key, value] = [items[i] as PyValue, items[i + 1] as PyValue]
      if (typeof key === 'object' && key !== null) this.spend(keyText(key)?.length ?? 0)
      if (target instanceof PyDict) target.set(key, value)
      else target.entries.push([key, value])
    }
  }

  addItems(items: PyValue[]): void {
    const target = this.top()
    if (!(target instanceof PySet) || target.frozen) throw corrupt('ADDITEMS on what is no set')
    this.spend(WEIGHT.firstEntry + items.length * WEIGHT.entry)
    for (const item of items) target.elements.set(item, true)
  }

  call(): void {
    const [callable, args] = this.take(2)
    if (!(callable instanceof PyGlobal)) {
      throw new CheckpointError('pickle/refused-call', 'the file calls a value that is no function')
    }
    if (!(args instanceof PyTuple))
      throw corrupt(`${callable.path} is called with arguments that are no tuple`)
    const extent = args.items.reduce<number>((sum, arg) => sum + extentOf(arg), 0)
    this.spend(WEIGHT.call + WEIGHT.argument * Math.max(0, extent - FEW))
    this.push(this.host.call(callable, args))
  }
}

/** How many parts of a value whoever makes another of it may copy. */
function extentOf(value: PyValue): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return 1 + value.length / 16
  if (Array.isArray(value)) return 1 + value.length
  if (value instanceof PyTuple) return 1 + value.items.length
  if (value instanceof TorchSize) return 1 + value.dims.length
  if (value instanceof PyDict) return 1 + value.size
  return value instanceof PySet ? 1 + value.elements.size : 1
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
