/** The readable form of a kernel, and the structural key under which compiled kernels are cached. */

import type { Expr, Kernel, LocalArray, Stmt, Var } from './ir.ts'
import { operands, stmtBody, stmtExprs } from './traverse.ts'

/**
 * A kernel as text, one statement a line. Names are numbered in order of appearance, so two kernels of one
 * structure print alike whatever objects they are made of. A node with several parents is printed once, as `%n`.
 */
export function printKernel(kernel: Kernel): string {
  return `kernel ${kernel.name}${structure(kernel)}`
}

const structures = new WeakMap<Kernel, string>()

/** Equal for kernels that do the same, whatever their names: buffers (dtype, length, access, order) and body. */
export function kernelKey(kernel: Kernel): string {
  return structure(kernel)
}

function structure(kernel: Kernel): string {
  let text = structures.get(kernel)
  if (text === undefined) {
    text = new TextPrinter(kernel).print()
    structures.set(kernel, text)
  }
  return text
}

const INFIX: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  floordiv: '//',
  mod: '%',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
}

class TextPrinter {
  readonly #kernel: Kernel
  readonly #names = new Map<object, string>()
  readonly #parents = new Map<Expr, number>()
  readonly #lines: string[] = []
  #shared = 0

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  print(): string {
    const { buffers, body } = this.#kernel
    buffers.forEach((b, i) => {
      this.#names.set(b, `b${i}`)
    })
    this.#count(body)
    const parameters = buffers.map((b, i) => `${b.access} b${i}: ${b.dtype}[${b.length}]`)
    this.#body(body, 1)
    return `(${parameters.join(', ')})\n${this.#lines.join('\n')}\n`
  }

  #count(body: readonly Stmt[]): void {
    const see = (e: Expr) => {
      const before = this.#parents.get(e) ?? 0
      this.#parents.set(e, before + 1)
      if (before === 0) operands(e).forEach(see)
    }
    for (const s of body) {
      stmtExprs(s).forEach(see)
      this.#count(stmtBody(s))
    }
  }

  #name(of: Var | LocalArray, prefix: string): string {
    let name = this.#names.get(of)
    if (name === undefined) {
      name = `${prefix}${this.#names.size - this.#kernel.buffers.length}`
      this.#names.set(of, name)
    }
    return name
  }

  #body(body: readonly Stmt[], depth: number): void {
    for (const s of body) this.#stmt(s, depth)
  }

  #line(depth: number, text: string): void {
    this.#lines.push('  '.repeat(depth) + text)
  }

  #stmt(s: Stmt, depth: number): void {
    const expr = (e: Expr) => this.#expr(e, depth)
    switch (s.kind) {
      case 'for':
        this.#line(depth, `${s.bind} ${this.#name(s.variable, 'i')} < ${s.extent}`)
        this.#body(s.body, depth + 1)
        return
      case 'if':
        this.#line(depth, `if ${expr(s.condition)}`)
        this.#body(s.body, depth + 1)
        return
      case 'let': {
        const value = expr(s.value)
        this.#line(depth, `let ${this.#name(s.variable, 'x')} = ${value}`)
        return
      }
      case 'alloc': {
        const init = s.init === null ? '' : ` = ${expr(s.init)}`
        const { type, size, space } = s.array
        this.#line(depth, `${space} ${this.#name(s.array, 'r')}: ${type}[${size}]${init}`)
        return
      }
      case 'set': {
        const [index, value] = [expr(s.index), expr(s.value)]
        this.#line(depth, `${this.#name(s.array, 'r')}[${index}] = ${value}`)
        return
      }
      case 'store': {
        const [index, value] = [expr(s.index), expr(s.value)]
        const mask = s.mask === null ? '' : ` where ${expr(s.mask)}`
        this.#line(depth, `${this.#names.get(s.buffer)}[${index}] = ${value}${mask}`)
        return
      }
      case 'barrier':
        this.#line(
          depth,
          s.combine === null ? 'barrier' : `combine ${this.#names.get(s.combine.array)} by ${s.combine.op}`,
        )
        return
    }
  }

  #expr(e: Expr, depth: number): string {
    if (e.kind === 'const' || e.kind === 'var') return this.#node(e, depth)
    const known = this.#names.get(e)
    if (known !== undefined) return known
    const text = this.#node(e, depth)
    if ((this.#parents.get(e) ?? 0) < 2) return text
    const name = `%${this.#shared++}`
    this.#names.set(e, name)
    this.#line(depth, `${name} := ${text}`)
    return name
  }

  #node(e: Expr, depth: number): string {
    const expr = (operand: Expr) => this.#expr(operand, depth)
    switch (e.kind) {
      case 'const':
        return e.type === 'i32'
          ? String(e.value)
          : `${Object.is(e.value, -0) ? '-0' : String(e.value)}:${e.type}`
      case 'var':
        return this.#name(e, 'i')
      case 'load': {
        const text = `${this.#names.get(e.buffer)}[${expr(e.index)}]`
        return e.mask === null || e.otherwise === null
          ? text
          : `(${expr(e.mask)} ? ${text} : ${expr(e.otherwise)})`
      }
      case 'get':
        return `${this.#name(e.array, 'r')}[${expr(e.index)}]`
      case 'unary':
        return `${e.op}(${expr(e.a)})`
      case 'binary':
      case 'compare': {
        const infix = INFIX[e.op]
        return infix === undefined
          ? `${e.op}(${expr(e.a)}, ${expr(e.b)})`
          : `(${expr(e.a)} ${infix} ${expr(e.b)})`
      }
      case 'select':
        return `(${expr(e.condition)} ? ${expr(e.yes)} : ${expr(e.no)})`
      case 'cast':
        return `${e.to}(${expr(e.a)})`
      case 'bitcast':
        return `bits_${e.type}(${expr(e.a)})`
    }
  }
}
