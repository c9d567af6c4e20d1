/**
 * Expressions as WGSL. They are DAGs: what has several users gets a name first. Arithmetic on names and read-only memory may
 * keep its name for later statements of the block; what reads memory that changes is named anew in each statement.
 */
import type { Buffer, Expr, LocalArray, Var } from '../ir.ts'
import { KernelError } from '../ir.ts'
import { keyOf } from '../linear.ts'
import { quadIndex } from '../quad-index.ts'
import { operands } from '../traverse.ts'
import type { HelperSet } from './helpers.ts'
import { isAtom } from './numbers.ts'
import { binaryText, bitcastText, castText, compareText, constText, unaryText } from './operations.ts'

/** Names of what a kernel declares. */
export interface Names {
  variable(v: Var): string
  /** An element of an array; the index is given twice, as it is and as text. */
  element(array: LocalArray, index: Expr, text: string): string
  /** The name of memory that is read and written in vectors of four; null of other memory. */
  vectors(memory: Buffer | LocalArray): string | null
  /** An element of a buffer; the index may be repeated. */
  load(b: Buffer, index: string): string
}

/** Deeper expressions are cut by names: parsers have limits. */
const MOST_DEPTH = 24

interface Block {
  readonly named: Map<Expr, string>
  /** Vectors of read-only memory. */
  readonly vectors: Map<string, string>
}

export class ExpressionPrinter {
  readonly #names: Names
  readonly #helpers: HelperSet
  readonly #emit: (line: string) => void
  readonly #isKept: (e: Expr) => boolean
  readonly #blocks: Block[] = [{ named: new Map(), vectors: new Map() }]
  readonly #steady = new Map<Expr, boolean>()
  #uses = new Map<Expr, number>()
  #statement = new Map<Expr, string>()
  #depth = new Map<Expr, number>()
  readonly #sharedVectors = new Map<string, string>()
  #temporaries = 0

  /** @param isKept true of floats whose rounding counts, so that compilers must not simplify across them */
  constructor(
    names: Names,
    helpers: HelperSet,
    emit: (line: string) => void,
    isKept: (e: Expr) => boolean = () => false,
  ) {
    this.#isKept = isKept
    this.#names = names
    this.#helpers = helpers
    this.#emit = emit
  }

  /** Names that are made inside are forgotten after it. */
  block(inner: () => void): void {
    this.sharedChanged()
    this.#blocks.push({ named: new Map(), vectors: new Map() })
    inner()
    this.#blocks.pop()
    this.sharedChanged()
  }

  /** Vectors of shared memory that were named are forgotten. */
  sharedChanged(): void {
    this.#sharedVectors.clear()
  }

  /** The expressions that one statement evaluates, as text. Lines that name their parts are emitted first. */
  statement(roots: readonly Expr[]): string[] {
    this.#uses = new Map()
    this.#statement = new Map()
    this.#depth = new Map()
    const count = (e: Expr): void => {
      const before = this.#uses.get(e) ?? 0
      this.#uses.set(e, before + 1)
      if (before === 0) for (const operand of operands(e)) count(operand)
    }
    for (const root of roots) count(root)
    return roots.map(root => this.#text(root))
  }

  /** The text of an expression that was printed by `statement`, as a name that may be repeated. */
  named(e: Expr, text: string): string {
    return isAtom(text) ? text : this.#name(e, text)
  }

  /** Names index arithmetic for the statements of the block that follow. Equal expressions get one name. */
  ahead(all: readonly Expr[]): void {
    const names = new Map<string, string>()
    for (const e of all) {
      const key = keyOf(e)
      const name = names.get(key) ?? this.named(e, this.statement([e])[0]!)
      names.set(key, name)
      this.#blocks.at(-1)!.named.set(e, name)
    }
  }

  #text(e: Expr): string {
    if (e.kind === 'const') return constText(e, this.#helpers)
    if (e.kind === 'var') return this.#names.variable(e)
    for (let i = this.#blocks.length - 1; i >= 0; i--) {
      const known = this.#blocks[i]!.named.get(e)
      if (known !== undefined) return known
    }
    const known = this.#statement.get(e)
    if (known !== undefined) return known
    const node = this.#node(e)
    const text = this.#isKept(e) ? `${this.#helpers.use('f32_keep')}(${node})` : node
    const depth = 1 + Math.max(0, ...operands(e).map(o => this.#depth.get(o) ?? 0))
    this.#depth.set(e, depth)
    return this.#uses.get(e)! > 1 || depth > MOST_DEPTH ? this.#name(e, text) : text
  }

  #name(e: Expr, text: string): string {
    const name = `t${this.#temporaries++}`
    this.#emit(`let ${name} = ${text};`)
    this.#depth.set(e, 0)
    if (this.#isSteady(e)) this.#blocks.at(-1)!.named.set(e, name)
    else this.#statement.set(e, name)
    return name
  }

  /** True of what is the same wherever it is evaluated. */
  #isSteady(e: Expr): boolean {
    let steady = this.#steady.get(e)
    if (steady === undefined) {
      const own = e.kind === 'get' ? false : e.kind !== 'load' || e.buffer.access === 'read'
      steady = own && operands(e).every(o => this.#isSteady(o))
      this.#steady.set(e, steady)
    }
    return steady
  }

  /** An element of memory in vectors: its vector is loaded once for all its elements. Null of other memory. */
  #vectorElement(memory: Buffer | LocalArray, index: Expr): string | null {
    const name = this.#names.vectors(memory)
    const place = name === null ? null : quadIndex(index)
    if (place === null) return null
    const key = `${name}[${place.key}]`
    const isShared = 'space' in memory
    let vector = isShared
      ? this.#sharedVectors.get(key)
      : this.#blocks.findLast(b => b.vectors.has(key))?.vectors.get(key)
    if (vector === undefined) {
      vector = `${name}[${this.#text(place.quad)}]`
      if (this.#isSteady(place.quad)) {
        this.#emit(`let q${this.#temporaries} = ${vector};`)
        vector = `q${this.#temporaries++}`
        const named = isShared ? this.#sharedVectors : this.#blocks.at(-1)!.vectors
        named.set(key, vector)
      }
    }
    return `${vector}.${'xyzw'[place.element]}`
  }

  #node(e: Expr): string {
    switch (e.kind) {
      case 'const':
      case 'var':
        throw new KernelError('kernel/structure', 'a leaf is no node')
      case 'load': {
        const loaded =
          this.#vectorElement(e.buffer, e.index) ??
          this.#names.load(e.buffer, this.named(e.index, this.#text(e.index)))
        if (e.mask === null || e.otherwise === null) return loaded
        // Where the mask does not hold, the place may be outside: WebGPU then reads some element, which is not taken.
        return `select(${this.#text(e.otherwise)}, ${loaded}, ${this.#text(e.mask)})`
      }
      case 'get':
        return (
          this.#vectorElement(e.array, e.index) ?? this.#names.element(e.array, e.index, this.#text(e.index))
        )
      case 'unary':
        return unaryText(e.op, e.type, this.#text(e.a), this.#helpers)
      case 'binary':
        return binaryText(e, this.#text(e.a), this.#text(e.b), this.#helpers)
      case 'compare':
        return compareText(e.op, e.a.type, this.#text(e.a), this.#text(e.b), e.a === e.b, this.#helpers)
      case 'select':
        return `select(${this.#text(e.no)}, ${this.#text(e.yes)}, ${this.#text(e.condition)})`
      case 'cast':
        return castText(e.to, e.a.type, this.#text(e.a), this.#helpers)
      case 'bitcast':
        return bitcastText(e, this.#text(e.a))
    }
  }
}
