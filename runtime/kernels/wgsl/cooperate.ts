/**
 * Grid iterations with vector loops inside, as workgroups: the invocations share the iterations of each vector loop, and
 * combine what it accumulates: by subgroups where the target has them, else by a tree. Everything else is done by all of them
 * alike, on registers of their own.
 */
import { add, binary, constBool, constI32, constI64, floordiv, get, literal, lt, mod, mul } from '../expr.ts'
import type { BinaryOp, Expr, For, LocalArray, ScalarType, SetLocal, Stmt } from '../ir.ts'
import { loopVar, register, sharedArray, type Var } from '../ir.ts'
import { keyOf } from '../linear.ts'
import { alloc, barrier, define, forVar, set, when } from '../stmt.ts'
import { operands, stmtBody, stmtExprs, visitExprs, visitStmts } from '../traverse.ts'
import { hasSubgroupFunction } from './subgroups.ts'

/**
 * The kernel's body with its grid iterations as workgroups of `invocations` (a power of two); null if it has no such form.
 * @param subgroups the target combines values by subgroups
 */
export function cooperate(
  body: readonly Stmt[],
  invocations: number,
  subgroups: boolean,
): readonly Stmt[] | null {
  const grid: For[] = []
  let inner = body
  for (;;) {
    const [only, ...rest] = inner
    if (rest.length > 0 || only?.kind !== 'for' || only.bind !== 'grid') break
    grid.push(only)
    inner = only.body
  }
  const workgroup = new Cooperation(invocations, subgroups)
  const shared = inner.filter(isSharedAlloc)
  const own = workgroup.body(inner.filter(s => !isSharedAlloc(s)))
  if (own === null) return null
  const whole: readonly Stmt[] = [
    ...shared,
    ...workgroup.parts.map(array => alloc(array)),
    forVar(workgroup.own, invocations, 'local', own),
  ]
  return grid.reduceRight<readonly Stmt[]>((b, l) => [{ ...l, body: b }], whole)
}

/** The longest vector loop that could be shared; 0 if there is none. Of loops directly inside of each other, all iterations count. */
export function longestVector(body: readonly Stmt[]): number {
  let longest = 0
  visitStmts(body, s => {
    if (s.kind === 'for' && s.bind === 'vector') longest = Math.max(longest, asOne(s).extent)
  })
  return longest
}

/** Vector loops directly inside of each other as one. */
function asOne(s: For): For {
  const [only, ...rest] = s.body
  if (rest.length > 0 || only?.kind !== 'for' || only.bind !== 'vector') return s
  const inner = asOne(only)
  const flat = loopVar('flat', s.extent * inner.extent)
  const body = [
    define(s.variable, floordiv(flat, inner.extent)),
    define(inner.variable, mod(flat, inner.extent)),
    ...inner.body,
  ]
  return { ...s, variable: flat, extent: s.extent * inner.extent, body }
}

const isSharedAlloc = (s: Stmt): boolean => s.kind === 'alloc' && s.array.space === 'shared'

interface Accumulation {
  readonly op: BinaryOp
  readonly value: Expr
}

const ASSOCIATIVE: ReadonlySet<BinaryOp> = new Set(['add', 'mul', 'min', 'max', 'and', 'or'])

class Cooperation {
  readonly own: Var
  readonly #size: number
  readonly #subgroups: boolean
  readonly #parts = new Map<ScalarType, LocalArray>()

  constructor(invocations: number, subgroups: boolean) {
    this.#size = invocations
    this.#subgroups = subgroups
    this.own = loopVar('own', invocations)
  }

  /** Shared arrays that trees need. */
  get parts(): readonly LocalArray[] {
    return [...this.#parts.values()]
  }

  body(body: readonly Stmt[]): readonly Stmt[] | null {
    const result: Stmt[] = []
    for (const s of body) {
      const done = this.#stmt(s)
      if (done === null) return null
      result.push(...done)
    }
    return result
  }

  #stmt(s: Stmt): readonly Stmt[] | null {
    if (isSharedAlloc(s)) return null
    if (s.kind === 'for' && s.bind === 'vector') {
      const shared = this.#share(asOne(s))
      if (shared !== null) return shared
    } else if (s.kind === 'for' && hasVector(s.body)) {
      const inner = this.body(s.body)
      return inner === null ? null : [{ ...s, bind: s.bind === 'unroll' ? 'unroll' : 'seq', body: inner }]
    }
    if (!hasEffect(s)) return [s]
    // One does it for all, if nothing but memory changes.
    return setsOuterRegister(s) ? null : [barrier, when(lt(this.own, 1), [s]), barrier]
  }

  /** A vector loop, its iterations dealt out to the invocations; null if they are not independent in a way known here. */
  #share(s: For): readonly Stmt[] | null {
    const outer = accumulations(s)
    if (outer === null) return null
    const partials = new Map<SetLocal, LocalArray>()
    for (const [statement, { value }] of outer) partials.set(statement, register('partial', value.type))
    const place = loopVar('step', Math.ceil(s.extent / this.#size))
    const at = add(mul(place, this.#size), this.own)
    const each = [define(s.variable, at), ...replaced(s.body, outer, partials)]
    const guarded = s.extent % this.#size === 0 ? each : [when(lt(at, s.extent), each)]
    const touches = hasEffect(s) ? [barrier] : []
    return [
      ...touches,
      ...[...partials].map(([statement, array]) => alloc(array, identity(outer.get(statement)!))),
      forVar(place, Math.ceil(s.extent / this.#size), 'seq', guarded),
      ...touches,
      ...[...partials].flatMap(([statement, array]) =>
        this.#combine(statement, outer.get(statement)!.op, array),
      ),
    ]
  }

  /** Adds the partial results of all invocations to the array that each has. */
  #combine({ array, index }: SetLocal, op: BinaryOp, partial: LocalArray): readonly Stmt[] {
    const parts = this.#parts.get(partial.type) ?? sharedArray('parts', partial.type, this.#size)
    this.#parts.set(partial.type, parts)
    if (this.#subgroups && hasSubgroupFunction(op, partial.type)) {
      return [
        { kind: 'barrier', combine: { array: partial, op, parts } },
        set(array, binary(op, get(array, index), get(partial)), index),
      ]
    }
    const halves: number[] = []
    for (let half = this.#size / 2; half >= 1; half /= 2) halves.push(half)
    return [
      set(parts, get(partial), this.own),
      barrier,
      ...halves.flatMap(half => [
        when(lt(this.own, half), [
          set(parts, binary(op, get(parts, this.own), get(parts, add(this.own, half))), this.own),
        ]),
        barrier,
      ]),
      set(array, binary(op, get(array, index), get(parts, constI32(0))), index),
      // Nobody begins the next tree before all have read this one.
      barrier,
    ]
  }
}

function hasVector(body: readonly Stmt[]): boolean {
  return longestVector(body) > 0
}

/** True of what changes memory that others see. */
function hasEffect(s: Stmt): boolean {
  let found = false
  visitStmts([s], inner => {
    if (inner.kind === 'store' || (inner.kind === 'set' && inner.array.space === 'shared')) found = true
  })
  return found
}

function declaredIn(s: Stmt): ReadonlySet<LocalArray> {
  const declared = new Set<LocalArray>()
  visitStmts([s], inner => {
    if (inner.kind === 'alloc') declared.add(inner.array)
  })
  return declared
}

function setsOuterRegister(s: Stmt): boolean {
  const declared = declaredIn(s)
  let found = s.kind === 'let' || s.kind === 'alloc'
  visitStmts([s], inner => {
    if (inner.kind === 'set' && inner.array.space === 'register' && !declared.has(inner.array)) found = true
  })
  return found
}

/** What a vector loop accumulates into registers from outside; null if it changes them in another way. */
function accumulations(s: For): ReadonlyMap<SetLocal, Accumulation> | null {
  const declared = declaredIn(s)
  const found = new Map<SetLocal, Accumulation>()
  const targets = new Set<LocalArray>()
  let fits = true
  visitStmts(s.body, inner => {
    if (inner.kind !== 'set' || inner.array.space === 'shared' || declared.has(inner.array)) return
    const accumulation = accumulationOf(inner)
    // Places that depend on inner loops would need a partial result each.
    const isConstant = inner.index.kind === 'const'
    if (accumulation === null || !isConstant || targets.has(inner.array)) fits = false
    else found.set(inner, accumulation)
    targets.add(inner.array)
  })
  // Nothing else may read what is being accumulated.
  visitStmts(s.body, inner => {
    const own = inner.kind === 'set' ? found.get(inner) : undefined
    visitExprs(own === undefined ? stmtExprs(inner) : [own.value], e => {
      if (e.kind === 'get' && targets.has(e.array)) fits = false
    })
  })
  return fits ? found : null
}

function accumulationOf({ array, index, value }: SetLocal): Accumulation | null {
  if (value.kind !== 'binary' || !ASSOCIATIVE.has(value.op)) return null
  const isItself = (e: Expr) => e.kind === 'get' && e.array === array && keyOf(e.index) === keyOf(index)
  const [a, b] = operands(value) as [Expr, Expr]
  if (isItself(a)) return { op: value.op, value: b }
  return isItself(b) ? { op: value.op, value: a } : null
}

function replaced(
  body: readonly Stmt[],
  outer: ReadonlyMap<SetLocal, Accumulation>,
  partials: ReadonlyMap<SetLocal, LocalArray>,
): readonly Stmt[] {
  return body.map(s => {
    if (s.kind === 'for' || s.kind === 'if') return { ...s, body: replaced(stmtBody(s), outer, partials) }
    const own = s.kind === 'set' ? outer.get(s) : undefined
    if (own === undefined) return s
    const partial = partials.get(s as SetLocal)!
    return set(partial, binary(own.op, get(partial), own.value))
  })
}

/** What changes nothing when it is combined. */
function identity({ op, value: { type } }: Accumulation): Expr {
  if (type === 'bool') return constBool(op === 'and')
  if (op === 'add' || op === 'or') return literal(type, 0)
  if (op === 'mul') return literal(type, 1)
  if (op === 'and') return literal(type, -1)
  const sign = op === 'min' ? 1 : -1
  if (type === 'i32') return constI32(sign > 0 ? 2 ** 31 - 1 : -(2 ** 31))
  if (type === 'i64') return constI64(sign > 0 ? 2n ** 63n - 1n : -(2n ** 63n))
  return literal(type, sign * Number.POSITIVE_INFINITY)
}
