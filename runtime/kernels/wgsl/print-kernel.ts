/** A kernel of the IR as WGSL: one compute shader for each of its launches. */
import { binary } from '../expr.ts'
import type {
  Binary,
  BinaryOp,
  Buffer,
  Combination,
  Expr,
  For,
  Kernel,
  LocalArray,
  Stmt,
  Var,
} from '../ir.ts'
import { KernelError, letVar } from '../ir.ts'
import { constI32, isConst } from '../node.ts'
import { isPureIndex, normalize } from '../normalize.ts'
import { operands, stmtBody, stmtExprs, varsOf, visitExprs, visitStmts } from '../traverse.ts'
import { type Binding, Bindings } from './bindings.ts'
import { ExpressionPrinter } from './expression-printer.ts'
import type { HelperSet } from './helpers.ts'
import { newHelpers } from './library.ts'
import { marked, type Skeleton, skeletonOf } from './numbers.ts'
import { binaryText, registerType } from './operations.ts'
import { inOrder, type Launch, launches } from './parallel.ts'
import { type QuadWrite, quadMemory, quadWrite } from './quads.ts'
import { Rewriter } from './single.ts'
import { SUBGROUP_DIRECTIVES, SUBGROUP_PARAMETERS, subgroupLines } from './subgroups.ts'
import type { WgslTarget } from './target.ts'

/** One compute shader, entry point `main`, its numbers apart. */
export interface Shader extends Skeleton {
  readonly bindings: readonly Binding[]
  /** Workgroups to launch. Along x and then y: the shader numbers them so, and what is too many rests. */
  readonly workgroups: number
}

/**
 * The shaders that run a kernel, to be launched one after the other.
 * @throws KernelError for what WGSL cannot express
 */
export function printKernel(kernel: Kernel, target: WgslTarget): readonly Shader[] {
  const body = new Rewriter().body(kernel.body)
  return launches(body, target)
    .filter(launch => launch.workgroups > 0)
    .map(launch => new ShaderPrinter(kernel, launch, target).print())
}

/** Register arrays whose every index is a literal: each element is a variable of its own. */
function scalarArrays(body: readonly Stmt[]): ReadonlySet<LocalArray> {
  const all = new Set<LocalArray>()
  const indexed = new Set<LocalArray>()
  const see = (array: LocalArray, index: Expr) => {
    if (!isConst(index)) indexed.add(array)
  }
  visitStmts(body, s => {
    if (s.kind === 'alloc' && s.array.space === 'register') all.add(s.array)
    if (s.kind === 'set') see(s.array, s.index)
    visitExprs(stmtExprs(s), e => {
      if (e.kind === 'get') see(e.array, e.index)
    })
  })
  return new Set([...all].filter(a => !indexed.has(a)))
}

const DIVISIONS: ReadonlySet<BinaryOp> = new Set(['floordiv', 'mod', 'div', 'fmod'])

const isDivision = (e: Expr): boolean => e.kind === 'binary' && e.type === 'i32' && DIVISIONS.has(e.op)

const PARAMETERS =
  '@builtin(workgroup_id) ids: vec3<u32>, @builtin(num_workgroups) counts: vec3<u32>, @builtin(local_invocation_index) own: u32'

class ShaderPrinter {
  readonly #kernel: Kernel
  readonly #launch: Launch
  readonly #helpers: HelperSet = newHelpers()
  readonly #lines: string[] = []
  readonly #expressions: ExpressionPrinter
  readonly #bindings: Bindings
  /** Those in scope. */
  #variables: ReadonlyMap<Var, string> = new Map()
  readonly #arrays = new Map<LocalArray, string>()
  readonly #shared: string[] = []
  /** Of each nest of local loops, or the one body of a spread kernel: loops in order, registers found. */
  readonly #bodies: readonly (readonly Stmt[])[]
  readonly #scalars: ReadonlySet<LocalArray>
  /** What is read and written in vectors of four. */
  readonly #vectors: ReadonlySet<Buffer | LocalArray>
  /** Subgroups are used. */
  #subgroups = false
  #indent = 1
  #count = 0

  constructor(kernel: Kernel, launch: Launch, target: WgslTarget) {
    this.#kernel = kernel
    this.#launch = launch
    const bodies = launch.locals.length === 0 ? [launch.body] : launch.locals.map(l => l.body)
    this.#bodies = bodies.map(body => normalize(inOrder(body), true))
    this.#scalars = scalarArrays(this.#bodies.flat())
    const plain = launch.shared.filter(s => s.init === null).map(s => s.array)
    this.#vectors = quadMemory(this.#bodies, plain, target)
    this.#bindings = new Bindings(kernel, target, this.#helpers, this.#vectors)
    this.#expressions = new ExpressionPrinter(
      {
        variable: v => this.#variables.get(v) ?? this.#fail(`${v.name} is not defined here`),
        element: (array, index, text) => this.#element(array, index, text),
        vectors: memory => this.#vectorName(memory),
        load: (b, index) => this.#bindings.load(b, index),
      },
      this.#helpers,
      line => this.#line(line),
    )
  }

  print(): Shader {
    const { spread, groups, shared, locals, size, workgroups } = this.#launch
    this.#line('let group = i32(ids.x + ids.y * counts.x);')
    if (spread.length > 0) {
      const total = spread.reduce((n, l) => n * l.extent, 1)
      this.#line(`let place = group * ${size} + i32(own);`)
      this.#line(`if (place >= ${marked(total)}) { return; }`)
      this.#decode(spread, 'place')
    } else if (workgroups > 0) {
      this.#line(`if (group >= ${marked(workgroups)}) { return; }`)
    }
    this.#decode(groups, 'group')
    for (const { array } of shared) this.#declareShared(array)
    this.#fillShared()
    if (locals.length === 0) this.#body(this.#bodies[0]!)
    for (const [i, { loops }] of locals.entries()) {
      if (i > 0) this.#barrier()
      this.#line('{')
      this.#nested(() => {
        this.#decode(loops, 'i32(own)')
        this.#body(this.#bodies[i]!)
      })
      this.#line('}')
    }
    return { ...skeletonOf(this.#assemble()), bindings: this.#bindings.all, workgroups }
  }

  #assemble(): string {
    const bindings = this.#bindings.text
    return [
      ...this.#bindings.directives,
      ...(this.#subgroups ? SUBGROUP_DIRECTIVES : []),
      ...bindings,
      ...this.#shared,
      this.#helpers.text,
      `@compute @workgroup_size(${this.#launch.size})`,
      `fn main(${[PARAMETERS, ...(this.#subgroups ? [SUBGROUP_PARAMETERS] : [])].join(', ')}) {`,
      ...(this.#helpers.has('const_ones') ? ['  const_ones = 0u - counts.z;'] : []),
      ...this.#lines,
      '}',
    ]
      .filter(line => line !== '')
      .join('\n')
  }

  #fail(message: string): never {
    throw new KernelError('kernel/scope', `${message} (kernel ${this.#kernel.name}, WGSL)`)
  }

  #line(text: string): void {
    this.#lines.push('  '.repeat(this.#indent) + text)
  }

  #nested(inner: () => void): void {
    const outer = this.#variables
    this.#indent++
    this.#expressions.block(inner)
    this.#indent--
    this.#variables = outer
  }

  #name(variable: Var, name: string): void {
    this.#variables = new Map([...this.#variables, [variable, name]])
  }

  #new(letter: string): string {
    return `${letter}${this.#count++}`
  }

  /** The variables of loops from a flat number, the innermost running fastest. */
  #decode(loops: readonly For[], number: string): void {
    let inner = 1
    for (const [i, { variable, extent }] of [...loops.entries()].reverse()) {
      const name = this.#new('v')
      this.#name(variable, name)
      const quotient = i === loops.length - 1 ? number : `${number} / ${marked(inner)}`
      this.#line(`let ${name} = ${i === 0 ? quotient : `(${quotient}) % ${marked(extent)}`};`)
      inner *= extent
    }
  }

  #declareShared(array: LocalArray): void {
    const name = this.#new('s')
    this.#arrays.set(array, name)
    const [type, size] = this.#vectors.has(array)
      ? ['vec4<f32>', array.size / 4]
      : [registerType(array.type), array.size]
    this.#shared.push(`var<workgroup> ${name}: array<${type}, ${size}>;`)
  }

  /** Initial values of shared arrays, by all invocations together. */
  #fillShared(): void {
    const filled = this.#launch.shared.filter(s => s.init !== null)
    for (const { array, init } of filled) {
      const [value] = this.#expressions.statement(stmtExprs(init!))
      const at = this.#new('i')
      this.#line(`for (var ${at} = i32(own); ${at} < ${array.size}; ${at} += ${this.#launch.size}) {`)
      this.#line(`  ${this.#arrays.get(array)}[${at}] = ${value};`)
      this.#line('}')
    }
    if (filled.length > 0) this.#barrier()
  }

  #barrier(): void {
    this.#expressions.sharedChanged()
    this.#line('workgroupBarrier();')
    if (this.#kernel.buffers.some(b => b.access === 'readwrite')) this.#line('storageBarrier();')
  }

  #body(body: readonly Stmt[]): void {
    for (let at = 0; at < body.length; at++) {
      const vector = this.#vectors.size === 0 ? null : quadWrite(body, at)
      if (vector !== null && this.#vectors.has(vector.to)) {
        this.#writeVector(vector)
        at += 3
      } else this.#stmt(body[at]!)
    }
  }

  #stmt(s: Stmt): void {
    switch (s.kind) {
      case 'for': {
        this.#prepare(s)
        const name = this.#new('i')
        this.#line(`for (var ${name} = 0; ${name} < ${marked(s.extent)}; ${name}++) {`)
        this.#nested(() => {
          this.#name(s.variable, name)
          this.#body(stmtBody(s))
        })
        this.#line('}')
        return
      }
      case 'if': {
        const [condition] = this.#expressions.statement([s.condition])
        this.#line(`if (${condition}) {`)
        this.#nested(() => this.#body(s.body))
        this.#line('}')
        return
      }
      case 'let': {
        const [value] = this.#expressions.statement([s.value])
        const name = this.#new('v')
        this.#name(s.variable, name)
        this.#line(`let ${name} = ${value};`)
        return
      }
      case 'alloc':
        this.#alloc(s.array, s.init)
        return
      case 'set': {
        const [index, value] = this.#expressions.statement([s.index, s.value])
        this.#line(`${this.#element(s.array, s.index, index!)} = ${value};`)
        if (s.array.space === 'shared') this.#expressions.sharedChanged()
        return
      }
      case 'store':
        this.#store(s)
        return
      case 'barrier':
        if (s.combine === null) this.#barrier()
        else this.#combine(s.combine)
    }
  }

  /**
   * Computes quotients and remainders before a loop that would compute them anew in each iteration: divisions take long, of
   * parameters above all.
   */
  #prepare(loop: For): void {
    const seen = new Set<Expr>()
    const found: Expr[] = []
    const visit = (e: Expr): void => {
      if (seen.has(e)) return
      seen.add(e)
      if (isDivision(e) && isPureIndex(e) && varsOf(e).every(v => this.#variables.has(v))) found.push(e)
      else for (const operand of operands(e)) visit(operand)
    }
    visitStmts(loop.body, s => {
      for (const e of stmtExprs(s)) visit(e)
    })
    this.#expressions.ahead(found)
  }

  #vectorName(memory: Buffer | LocalArray): string | null {
    if (!this.#vectors.has(memory)) return null
    return 'space' in memory ? this.#arrays.get(memory)! : this.#bindings.nameOf(memory)
  }

  #writeVector({ to, quad, values }: QuadWrite): void {
    const [index, ...elements] = this.#expressions.statement([quad, ...values])
    this.#line(`${this.#vectorName(to)}[${index}] = vec4<f32>(${elements.join(', ')});`)
    this.#expressions.sharedChanged()
  }

  #combine({ array, op, parts }: Combination): void {
    this.#subgroups = true
    const { type } = array
    const variable = this.#element(array, constI32(0), '0')
    const [a, b] = [letVar('a', type), letVar('b', type)]
    const combined = (x: string, y: string) => binaryText(binary(op, a, b) as Binary, x, y, this.#helpers)
    const shared = { op, type, variable, parts: this.#arrays.get(parts)! }
    this.#expressions.sharedChanged()
    for (const line of subgroupLines(shared, combined, this.#helpers)) this.#line(line)
  }

  #store({ buffer, index, value, mask }: Stmt & { kind: 'store' }): void {
    const roots = mask === null ? [index, value] : [index, value, mask]
    const [at, what, condition] = this.#expressions.statement(roots)
    const place = this.#expressions.named(index, at!)
    const stored = this.#expressions.named(value, what!)
    const lines = this.#bindings.store(buffer, place, stored)
    if (condition === undefined) {
      for (const line of lines) this.#line(line)
    } else this.#line(`if (${condition}) { ${lines.join(' ')} }`)
  }

  #alloc(array: LocalArray, init: Expr | null): void {
    const type = registerType(array.type)
    // A sum of nothing is divided by nothing: compilers that know the zero make a number of it.
    const isZero = init !== null && isConst(init) && init.type === 'f32' && init.value === 0
    const value = isZero
      ? `${this.#helpers.use('f32_zero')}()`
      : init && this.#expressions.statement([init])[0]!
    if (array.space === 'shared') {
      // Alone in its workgroup, an invocation fills such an array itself.
      if (!this.#arrays.has(array)) this.#declareShared(array)
      if (value !== null) this.#fill(array, value)
      return
    }
    const name = this.#new('r')
    this.#arrays.set(array, name)
    if (this.#scalars.has(array)) {
      for (let i = 0; i < array.size; i++)
        this.#line(`var ${name}_${i}${value === null ? `: ${type}` : ` = ${value}`};`)
      return
    }
    this.#line(`var ${name}: array<${type}, ${array.size}>;`)
    if (value !== null) this.#fill(array, value)
  }

  #fill(array: LocalArray, value: string): void {
    const at = this.#new('i')
    this.#line(
      `for (var ${at} = 0; ${at} < ${array.size}; ${at}++) { ${this.#arrays.get(array)}[${at}] = ${value}; }`,
    )
  }

  #element(array: LocalArray, index: Expr, text: string): string {
    const name = this.#arrays.get(array) ?? this.#fail(`array ${array.name} is not allocated here`)
    if (this.#scalars.has(array) && isConst(index)) return `${name}_${index.value}`
    // What is in registers must not be looked for where a parameter says.
    return array.space === 'register' && isConst(index) ? `${name}[${index.value}]` : `${name}[${text}]`
  }
}
