/**
 * Builds one WebAssembly function from pure values and effects. Common subexpressions are computed once, and each
 * value as far out as its operands allow: every open scope (function, loop body, condition) collects its own code,
 * so a value that does not depend on a loop lands before it. It knows nothing of kernels.
 */

import type { WasmType } from './module.ts'
import { leb, OPCODE, type Opcode, signedLeb } from './opcodes.ts'

/** A computed value: a local that is never reassigned while the value is in use, or a literal. */
export interface Val {
  /** Equal ids are equal values. */
  readonly id: number
  readonly type: WasmType
  /** Depth of the scope that computes it. */
  readonly depth: number
  readonly local: number
  /** Instructions that push a literal, in place of a local. */
  readonly literal: readonly number[] | null
  readonly constant: number | null
  /** Its local is a cell's: right only until the cell's next assignment. */
  readonly view?: true
  /** It grows by a constant with each iteration of the loop at its depth. */
  readonly induction?: Induction
}

interface Induction {
  /** Its value in the first iteration. */
  readonly start: Val
  readonly step: number
}

/** A mutable local. */
export interface Cell {
  readonly type: WasmType
  readonly local: number
  /** Its present value, while nothing has been assigned since. */
  current: Val | null
}

interface TypedLocal {
  readonly type: WasmType
  readonly local: number
}

/** Bytes, those of closed scopes as lists of their own: nothing is copied until the end. */
type Code = (number | Code)[]

interface Scope {
  readonly code: Code
  /** Start of the last instruction in `code` if it is a local.set, and its local, for merging it with a get; else -1. */
  lastSet: number
  lastLocal: number
  readonly known: Map<string, Val>
  readonly owned: TypedLocal[]
  /** Locals of inner scopes that are closed: free from here inwards. Further out they would be overwritten. */
  readonly free: TypedLocal[]
  /** Loads may not move out of it. */
  readonly conditional: boolean
  /** Locals to advance at the end of each iteration. */
  readonly inductions: { local: number; step: number }[]
}

const float32 = new Float32Array(1)
const float64 = new Float64Array(1)
const float32Bytes = new Uint8Array(float32.buffer)
const float64Bytes = new Uint8Array(float64.buffer)

export class FunctionBuilder {
  readonly #parameters: readonly WasmType[]
  readonly #localTypes: WasmType[] = []
  readonly #scopes: Scope[] = [newScope(false)]
  readonly #literals = new Map<string, Val>()
  #lastId = 0
  /** Values are not moved further out than this scope. */
  #outermost = 0

  constructor(parameters: readonly WasmType[]) {
    this.#parameters = parameters
  }

  /** Depth of the innermost open scope; the function itself is 0. */
  get depth(): number {
    return this.#scopes.length - 1
  }

  /** Depth of the innermost open condition, out of which loads may not move; 0 if there is none. */
  get conditionDepth(): number {
    for (let depth = this.depth; depth > 0; depth--) if (this.#scopes[depth]!.conditional) return depth
    return 0
  }

  parameter(index: number): Val {
    const key = `p${index}`
    const type = this.#parameters[index]!
    return this.#memo(key, () => ({
      id: ++this.#lastId,
      type,
      depth: 0,
      local: index,
      literal: null,
      constant: null,
    }))
  }

  #memo(key: string, make: () => Val): Val {
    let val = this.#literals.get(key)
    if (val === undefined) {
      val = make()
      this.#literals.set(key, val)
    }
    return val
  }

  #literal(type: WasmType, key: string, code: () => number[], constant: number | null): Val {
    return this.#memo(`${type}${key}`, () => ({
      id: ++this.#lastId,
      type,
      depth: 0,
      local: -1,
      literal: code(),
      constant,
    }))
  }

  i32(value: number): Val {
    return this.#literal('i32', String(value | 0), () => [0x41, ...signedLeb(value | 0)], value | 0)
  }

  i64(value: bigint): Val {
    return this.#literal('i64', String(value), () => [0x42, ...signedLeb(value)], null)
  }

  f32(value: number): Val {
    float32[0] = value
    return this.#literal('f32', float32Bytes.join(), () => [0x43, ...float32Bytes], value)
  }

  f64(value: number): Val {
    float64[0] = value
    return this.#literal('f64', float64Bytes.join(), () => [0x44, ...float64Bytes], value)
  }

  /** Takes a local for a value that scope `depth` computes. */
  #local(type: WasmType, depth: number): number {
    let local = this.#reuse(type, depth)
    if (local === null) local = this.#parameters.length + this.#localTypes.push(type) - 1
    this.#scopes[depth]!.owned.push({ type, local })
    return local
  }

  #reuse(type: WasmType, depth: number): number | null {
    for (let d = depth; d >= 0; d--) {
      const { free } = this.#scopes[d]!
      const at = free.findLastIndex(candidate => candidate.type === type)
      if (at >= 0) return free.splice(at, 1)[0]!.local
    }
    return null
  }

  #emit(scope: Scope, opcode: Opcode, immediates: readonly number[] = []): void {
    scope.lastSet = -1
    scope.code.push(...OPCODE[opcode], ...immediates)
  }

  #push(scope: Scope, val: Val): void {
    const { code } = scope
    if (val.literal !== null) {
      scope.lastSet = -1
      code.push(...val.literal)
      return
    }
    if (scope.lastSet >= 0 && scope.lastLocal === val.local) {
      code[scope.lastSet] = OPCODE['local.tee'][0]!
    } else {
      code.push(OPCODE['local.get'][0]!, ...leb(val.local))
    }
    scope.lastSet = -1
  }

  #assign(scope: Scope, local: number): void {
    scope.lastSet = scope.code.length
    scope.lastLocal = local
    scope.code.push(OPCODE['local.set'][0]!, ...leb(local))
  }

  /**
   * The value of a pure instruction.
   * @param version distinguishes reads of state that changes: the instruction is only shared within one version
   * @param pinned the outermost scope into which it may move
   */
  op(
    opcode: Opcode,
    type: WasmType,
    operands: readonly Val[],
    immediates: readonly number[] = [],
    version = '',
    pinned = 0,
  ): Val {
    let depth = pinned
    let key = opcode + version
    for (const operand of operands) {
      if (operand.depth > depth) depth = operand.depth
      key += ` ${operand.id}`
    }
    if (immediates.length > 0) key += `,${immediates.join()}`
    for (; depth < this.#outermost; depth++) {
      const outside = this.#scopes[depth]!.known.get(key)
      if (outside !== undefined) return outside
    }
    const scope = this.#scopes[depth]!
    const known = scope.known.get(key) ?? this.#inductive(opcode, operands)
    if (known !== undefined) {
      scope.known.set(key, known)
      return known
    }
    for (const operand of operands) this.#push(scope, operand)
    this.#emit(scope, opcode, immediates)
    const local = this.#local(type, depth)
    this.#assign(scope, local)
    const val: Val = { id: ++this.#lastId, type, depth, local, literal: null, constant: null }
    scope.known.set(key, val)
    return val
  }

  /**
   * A multiple of a loop's counter, or its sum with a value from outside, as a local that advances with the loop:
   * an addition in place of a multiplication and an addition.
   */
  #inductive(opcode: Opcode, [a, b]: readonly Val[]): Val | undefined {
    if (a === undefined || b === undefined) return undefined
    if (opcode === 'i32.shl' || opcode === 'i32.mul') {
      if (a.induction === undefined || b.constant === null) return undefined
      const factor = opcode === 'i32.shl' ? 2 ** b.constant : b.constant
      return this.#advancing(
        a.depth,
        this.op(opcode, 'i32', [a.induction.start, b]),
        a.induction.step * factor,
      )
    }
    if (opcode !== 'i32.add') return undefined
    const [moving, fixed] = a.induction === undefined ? [b, a] : [a, b]
    if (moving.induction === undefined || fixed.depth >= moving.depth) return undefined
    const { start, step } = moving.induction
    return this.#advancing(moving.depth, this.op('i32.add', 'i32', [start, fixed]), step)
  }

  /** A local that holds `start` before the loop whose body is at `depth`, and grows by `step`. */
  #advancing(depth: number, start: Val, step: number): Val {
    const outer = this.#scopes[depth - 1]!
    const local = this.#local('i32', depth - 1)
    this.#push(outer, start)
    this.#assign(outer, local)
    this.#scopes[depth]!.inductions.push({ local, step })
    return {
      id: ++this.#lastId,
      type: 'i32',
      depth,
      local,
      literal: null,
      constant: null,
      induction: { start, step },
    }
  }

  /** An instruction with an effect and no result, here and now. */
  effect(opcode: Opcode, operands: readonly Val[], immediates: readonly number[] = []): void {
    const scope = this.#scopes.at(-1)!
    for (const operand of operands) this.#push(scope, operand)
    this.#emit(scope, opcode, immediates)
  }

  /** A mutable local that lives as long as the innermost open scope. */
  cell(type: WasmType): Cell {
    return { type, local: this.#local(type, this.depth), current: null }
  }

  /**
   * The present value of a cell. It is a view: use it before the next assignment, or `copy` it.
   * @param depth the innermost open scope in which the cell is assigned
   */
  read(cell: Cell, depth: number): Val {
    if (cell.current === null || cell.current.depth > this.depth) {
      cell.current = {
        id: ++this.#lastId,
        type: cell.type,
        depth,
        local: cell.local,
        literal: null,
        constant: null,
        view: true,
      }
    }
    return cell.current
  }

  assign(cell: Cell, value: Val): void {
    const scope = this.#scopes.at(-1)!
    this.#push(scope, value)
    this.#assign(scope, cell.local)
    cell.current = null
  }

  /** The value, in a local of its own if it was read from a cell: so it outlives later assignments. */
  copy(value: Val): Val {
    if (value.view !== true) return value
    const { depth } = this
    const scope = this.#scopes[depth]!
    const local = this.#local(value.type, depth)
    this.#push(scope, value)
    this.#assign(scope, local)
    return { id: ++this.#lastId, type: value.type, depth, local, literal: null, constant: null }
  }

  /** `for (i = start; i < end; i += step) body(i)`, for at least one iteration. */
  loop(start: Val, end: Val, step: number, body: (i: Val) => void): void {
    this.#scopes.push(newScope(false))
    const { depth } = this
    const i = this.#advancing(depth, start, step)
    body(i)
    const inner = this.#scopes[depth]!
    for (const { local, step: by } of inner.inductions.toReversed()) {
      this.#emit(inner, 'local.get', leb(local))
      this.#push(inner, this.i32(by))
      this.#emit(inner, 'i32.add')
      this.#emit(inner, local === i.local ? 'local.tee' : 'local.set', leb(local))
    }
    this.#push(inner, end)
    this.#emit(inner, 'i32.lt_s')
    this.#emit(inner, 'br_if', [0])
    this.#close('loop')
  }

  /**
   * `if (condition) body()`.
   * @param confined nothing that the body computes is moved out: it is seldom needed
   */
  when(condition: Val, body: () => void, confined = false): void {
    this.#scopes.push(newScope(true))
    const outermost = this.#outermost
    if (confined) this.#outermost = this.depth
    body()
    this.#outermost = outermost
    this.#push(this.#scopes.at(-2)!, condition)
    this.#close('if')
  }

  #close(opcode: 'loop' | 'if'): void {
    const inner = this.#scopes.pop()!
    const outer = this.#scopes.at(-1)!
    this.#emit(outer, opcode, [0x40])
    outer.code.push(inner.code)
    this.#emit(outer, 'end')
    outer.free.push(...inner.owned, ...inner.free)
  }

  /** Types of the locals after the parameters, and the instructions. */
  finish(): { locals: readonly WasmType[]; code: readonly number[] } {
    const code: number[] = []
    append(this.#scopes[0]!.code, code)
    return { locals: this.#localTypes, code }
  }
}

function newScope(conditional: boolean): Scope {
  return {
    code: [],
    lastSet: -1,
    lastLocal: -1,
    known: new Map(),
    owned: [],
    free: [],
    conditional,
    inductions: [],
  }
}

function append(code: Code, to: number[]): void {
  for (const part of code) {
    if (typeof part === 'number') to.push(part)
    else append(part, to)
  }
}
