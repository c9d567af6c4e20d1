/** What is a well-formed kernel. Run after every construction and pass, in tests. */

import { hasBinary, hasUnary } from './expr.ts'
import type {
  Buffer,
  Combination,
  Expr,
  Kernel,
  KernelErrorCode,
  LocalArray,
  ScalarType,
  Stmt,
  Var,
} from './ir.ts'
import { KernelError, REGISTER_TYPE } from './ir.ts'
import { rangeOf } from './range.ts'
import { operands } from './traverse.ts'

interface Scope {
  readonly parent: Scope | null
  readonly names: Set<Var | LocalArray>
  /** Expressions found good here: they need no second visit in this scope or below. */
  readonly good: Set<Expr>
  readonly insideLocal: boolean
  readonly insideIf: boolean
  /** Under a condition that may hold for some local iterations only. */
  readonly divergent: boolean
}

/** Throws a `KernelError` that names the kernel if it is malformed. */
export function verify(kernel: Kernel): void {
  new Verifier(kernel).run()
}

class Verifier {
  readonly #kernel: Kernel
  readonly #buffers: Set<Buffer>
  /** Variables of loops that all local iterations go through together. */
  readonly #uniform = new Set<Var>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    this.#buffers = new Set(kernel.buffers)
  }

  run(): void {
    const { buffers, body } = this.#kernel
    if (new Set(buffers.map(b => b.name)).size !== buffers.length)
      this.#fail('kernel/binding', 'two buffers share a name')
    for (const b of buffers) {
      if (!Number.isInteger(b.length) || b.length < 0)
        this.#fail('kernel/bounds', `${b.name} has length ${b.length}`)
    }
    const top = {
      parent: null,
      names: new Set<Var>(),
      good: new Set<Expr>(),
      insideLocal: false,
      insideIf: false,
      divergent: false,
    }
    this.#body(body, top)
  }

  #fail(code: KernelErrorCode, message: string): never {
    throw new KernelError(code, `${message} (kernel ${this.#kernel.name})`)
  }

  #body(body: readonly Stmt[], scope: Scope): void {
    for (const s of body) this.#stmt(s, scope)
  }

  #isUniform(e: Expr): boolean {
    if (e.kind === 'load' || e.kind === 'get') return false
    if (e.kind === 'var') return this.#uniform.has(e)
    return operands(e).every(o => this.#isUniform(o))
  }

  #nested(parent: Scope, change: Partial<Pick<Scope, 'insideLocal' | 'insideIf' | 'divergent'>>): Scope {
    return { ...parent, ...change, parent, names: new Set(), good: new Set() }
  }

  #stmt(s: Stmt, scope: Scope): void {
    switch (s.kind) {
      case 'for': {
        if (!Number.isInteger(s.extent) || s.extent < 0)
          this.#fail('kernel/bounds', `loop extent ${s.extent}`)
        const { variable } = s
        if (variable.type !== 'i32' || variable.min > 0 || variable.max < s.extent - 1) {
          this.#fail('kernel/bounds', `the range of ${variable.name} does not cover its loop of ${s.extent}`)
        }
        if (isVisible(variable, scope)) this.#fail('kernel/scope', `${variable.name} is bound twice`)
        const inner = this.#nested(scope, s.bind === 'local' ? { insideLocal: true } : {})
        inner.names.add(variable)
        if (s.bind !== 'local') this.#uniform.add(variable)
        // A loop that never runs may index empty buffers.
        if (s.extent > 0) this.#body(s.body, inner)
        return
      }
      case 'if':
        this.#typed('condition', s.condition, 'bool', scope)
        this.#body(
          s.body,
          this.#nested(scope, {
            insideIf: true,
            divergent: scope.divergent || !this.#isUniform(s.condition),
          }),
        )
        return
      case 'let':
        this.#typed(s.variable.name, s.value, s.variable.type, scope)
        if (isVisible(s.variable, scope)) this.#fail('kernel/scope', `${s.variable.name} is defined twice`)
        scope.names.add(s.variable)
        return
      case 'alloc':
        if (!Number.isInteger(s.array.size) || s.array.size < 1) {
          this.#fail('kernel/bounds', `${s.array.name} has size ${s.array.size}`)
        }
        if (isVisible(s.array, scope)) this.#fail('kernel/scope', `${s.array.name} is allocated twice`)
        if (s.init !== null) this.#typed(s.array.name, s.init, s.array.type, scope)
        scope.names.add(s.array)
        return
      case 'set':
        this.#array(s.array, s.index, scope)
        this.#typed(s.array.name, s.value, s.array.type, scope)
        return
      case 'store':
        if (s.buffer.access === 'read')
          this.#fail('kernel/binding', `${s.buffer.name} is stored to but read-only`)
        this.#buffer(s.buffer, s.index, s.mask !== null || scope.insideIf, scope)
        this.#typed(s.buffer.name, s.value, REGISTER_TYPE[s.buffer.dtype], scope)
        if (s.mask !== null) this.#typed('mask', s.mask, 'bool', scope)
        return
      case 'barrier':
        if (!scope.insideLocal) this.#fail('kernel/structure', 'barrier outside of local loops')
        if (scope.divergent) this.#fail('kernel/structure', 'barrier under a condition')
        if (s.combine !== null) this.#combination(s.combine, scope)
    }
  }

  #combination({ array, op, parts }: Combination, scope: Scope): void {
    if (!isVisible(array, scope) || !isVisible(parts, scope))
      this.#fail('kernel/scope', `${array.name} and ${parts.name} are not allocated here`)
    if (array.type !== parts.type || !hasBinary(op, array.type))
      this.#fail('kernel/type', `${op} does not combine ${array.type} by ${parts.type}`)
    if (array.space !== 'register' || array.size !== 1 || parts.space !== 'shared')
      this.#fail('kernel/structure', 'what is combined is one register, by shared memory')
  }

  #typed(what: string, e: Expr, type: ScalarType, scope: Scope): void {
    this.#expr(e, scope)
    if (e.type !== type) this.#fail('kernel/type', `${what} takes ${type}, not ${e.type}`)
  }

  #array(array: LocalArray, index: Expr, scope: Scope): void {
    if (!isVisible(array, scope)) this.#fail('kernel/scope', `array ${array.name} is not allocated here`)
    this.#typed(`index of ${array.name}`, index, 'i32', scope)
    const { min, max } = rangeOf(index)
    // Registers have no address: there every value of the range must be a place.
    const whole = array.space === 'register' && !scope.insideIf
    if (max < 0 || min >= array.size || (whole && (min < 0 || max >= array.size))) {
      this.#fail('kernel/bounds', `index ${min}..${max} of ${array.name}, which has ${array.size}`)
    }
  }

  #buffer(buffer: Buffer, index: Expr, guarded: boolean, scope: Scope): void {
    if (!this.#buffers.has(buffer)) this.#fail('kernel/binding', `${buffer.name} is no buffer of the kernel`)
    this.#typed(`index of ${buffer.name}`, index, 'i32', scope)
    const { min, max } = rangeOf(index)
    if (!guarded && (max < 0 || min >= buffer.length)) {
      this.#fail('kernel/bounds', `index ${min}..${max} of ${buffer.name}, which has ${buffer.length}`)
    }
  }

  #expr(e: Expr, scope: Scope): void {
    for (let s: Scope | null = scope; s !== null; s = s.parent) if (s.good.has(e)) return
    for (const operand of operands(e)) this.#expr(operand, scope)
    this.#node(e, scope)
    scope.good.add(e)
  }

  #node(e: Expr, scope: Scope): void {
    switch (e.kind) {
      case 'var':
        if (!isVisible(e, scope)) this.#fail('kernel/scope', `${e.name} is not defined here`)
        return
      case 'load':
        if (e.buffer.access === 'write')
          this.#fail('kernel/binding', `${e.buffer.name} is loaded from but write-only`)
        this.#buffer(e.buffer, e.index, e.mask !== null || scope.insideIf, scope)
        this.#check(e.type === REGISTER_TYPE[e.buffer.dtype], e)
        this.#check((e.mask === null) === (e.otherwise === null), e)
        if (e.mask !== null) this.#check(e.mask.type === 'bool' && e.otherwise?.type === e.type, e)
        return
      case 'get':
        this.#array(e.array, e.index, scope)
        this.#check(e.type === e.array.type, e)
        return
      case 'unary':
        this.#check(e.a.type === e.type && hasUnary(e.op, e.type), e)
        return
      case 'binary':
        this.#check(e.a.type === e.type && e.b.type === e.type && hasBinary(e.op, e.type), e)
        return
      case 'compare':
        this.#check(e.a.type === e.b.type, e)
        return
      case 'select':
        this.#check(e.condition.type === 'bool' && e.yes.type === e.type && e.no.type === e.type, e)
        return
      case 'cast':
        this.#check(e.type === REGISTER_TYPE[e.to], e)
        return
      case 'bitcast':
        this.#check(e.a.type !== 'bool' && e.a.type !== e.type, e)
        return
      case 'const':
        this.#check(typeof e.value === VALUE_KIND[e.type], e)
        return
    }
  }

  #check(holds: boolean, e: Expr): void {
    if (holds) return
    const what = 'op' in e ? e.op : e.kind
    this.#fail(
      'kernel/type',
      `${what} of type ${e.type} over ${operands(e)
        .map(o => o.type)
        .join(', ')}`,
    )
  }
}

const VALUE_KIND: Readonly<Record<ScalarType, string>> = {
  bool: 'boolean',
  i32: 'number',
  i64: 'bigint',
  f32: 'number',
  f64: 'number',
}

function isVisible(name: Var | LocalArray, scope: Scope): boolean {
  for (let s: Scope | null = scope; s !== null; s = s.parent) if (s.names.has(name)) return true
  return false
}
