/** Walking and rewriting expressions. They are DAGs: everything here visits a node once. */

import { binary, bitcast, cast, compare, get, load, select, unary } from './expr.ts'
import { factsOf } from './facts.ts'
import type { Buffer, Expr, Get, Kernel, LocalArray, Stmt, Var } from './ir.ts'

/** Direct operands, in the order of evaluation. */
export function operands(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'const':
    case 'var':
      return []
    case 'load':
      return e.mask === null || e.otherwise === null ? [e.index] : [e.index, e.mask, e.otherwise]
    case 'get':
      return [e.index]
    case 'unary':
    case 'cast':
    case 'bitcast':
      return [e.a]
    case 'binary':
    case 'compare':
      return [e.a, e.b]
    case 'select':
      return [e.condition, e.yes, e.no]
  }
}

/** The node rebuilt over rewritten operands (folding again), or itself if none changed. */
export function mapOperands(e: Expr, f: (operand: Expr) => Expr): Expr {
  switch (e.kind) {
    case 'const':
    case 'var':
      return e
    case 'load': {
      const index = f(e.index)
      const mask = e.mask && f(e.mask)
      const otherwise = e.otherwise && f(e.otherwise)
      const same = index === e.index && mask === e.mask && otherwise === e.otherwise
      return same ? e : load(e.buffer, index, mask, otherwise)
    }
    case 'get': {
      const index = f(e.index)
      return index === e.index ? e : get(e.array, index)
    }
    case 'unary': {
      const a = f(e.a)
      return a === e.a ? e : unary(e.op, a)
    }
    case 'cast': {
      const a = f(e.a)
      return a === e.a ? e : cast(e.to, a)
    }
    case 'bitcast': {
      const a = f(e.a)
      return a === e.a ? e : bitcast(a)
    }
    case 'binary': {
      const a = f(e.a)
      const b = f(e.b)
      return a === e.a && b === e.b ? e : binary(e.op, a, b)
    }
    case 'compare': {
      const a = f(e.a)
      const b = f(e.b)
      return a === e.a && b === e.b ? e : compare(e.op, a, b)
    }
    case 'select': {
      const condition = f(e.condition)
      const yes = f(e.yes)
      const no = f(e.no)
      return condition === e.condition && yes === e.yes && no === e.no ? e : select(condition, yes, no)
    }
  }
}

/** A rewriter that replaces variables, and keeps what contains none of them. */
export function substitution(values: ReadonlyMap<Var, Expr>): (e: Expr) => Expr {
  const done = new Map<Expr, Expr>()
  const rewrite = (e: Expr): Expr => {
    if (e.kind === 'var') return values.get(e) ?? e
    if (e.kind === 'const') return e
    let result = done.get(e)
    if (result === undefined) {
      result = mapOperands(e, rewrite)
      done.set(e, result)
    }
    return result
  }
  return rewrite
}

/** The expression with variables replaced. */
export function substitute(e: Expr, values: ReadonlyMap<Var, Expr>): Expr {
  return substitution(values)(e)
}

/** The statement with every expression rewritten; loop variables and arrays stay the same objects. */
export function mapStmt(s: Stmt, f: (e: Expr) => Expr): Stmt {
  switch (s.kind) {
    case 'for':
      return { ...s, body: s.body.map(inner => mapStmt(inner, f)) }
    case 'if':
      return { ...s, condition: f(s.condition), body: s.body.map(inner => mapStmt(inner, f)) }
    case 'let':
      return { ...s, value: f(s.value) }
    case 'alloc':
      return s.init === null ? s : { ...s, init: f(s.init) }
    case 'set':
      return { ...s, index: f(s.index), value: f(s.value) }
    case 'store':
      return { ...s, index: f(s.index), value: f(s.value), mask: s.mask && f(s.mask) }
    case 'barrier':
      return s
  }
}

/** The expressions that a statement itself evaluates, not those of its body. */
export function stmtExprs(s: Stmt): readonly Expr[] {
  switch (s.kind) {
    case 'for':
    case 'barrier':
      return []
    case 'if':
      return [s.condition]
    case 'let':
      return [s.value]
    case 'alloc':
      return s.init === null ? [] : [s.init]
    case 'set':
      return [s.index, s.value]
    case 'store':
      return s.mask === null ? [s.index, s.value] : [s.index, s.value, s.mask]
  }
}

/** Statements directly inside. */
export function stmtBody(s: Stmt): readonly Stmt[] {
  return s.kind === 'for' || s.kind === 'if' ? s.body : []
}

/** Calls `visit` for each distinct node below the roots, operands first. */
export function visitExprs(roots: readonly Expr[], visit: (e: Expr) => void): void {
  const seen = new Set<Expr>()
  const walk = (e: Expr) => {
    if (seen.has(e)) return
    seen.add(e)
    for (const operand of operands(e)) walk(operand)
    visit(e)
  }
  for (const root of roots) walk(root)
}

/** Variables that occur in the expression, index expressions of loads included. */
export function varsOf(e: Expr): readonly Var[] {
  if (e.kind === 'const') return []
  const facts = factsOf(e)
  facts.vars ??= e.kind === 'var' ? [e] : joined(operands(e).map(varsOf))
  return facts.vars
}

/** Elements of local arrays that occur in the expression. */
export function getsOf(e: Expr): readonly Get[] {
  if (e.kind === 'const' || e.kind === 'var') return []
  const facts = factsOf(e)
  if (facts.gets === null) {
    const below = joined(operands(e).map(getsOf))
    facts.gets = e.kind === 'get' ? [...below, e] : below
  }
  return facts.gets
}

/** All elements of the lists, each once. */
function joined<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const filled = lists.filter(list => list.length > 0)
  return filled.length < 2 ? (filled[0] ?? []) : [...new Set(filled.flat())]
}

/** Calls `visit` for each statement, outer ones first. */
export function visitStmts(body: readonly Stmt[], visit: (s: Stmt) => void): void {
  for (const s of body) {
    visit(s)
    visitStmts(stmtBody(s), visit)
  }
}

/** Shared arrays of a kernel, in order of allocation. */
export function sharedArrays(body: readonly Stmt[]): LocalArray[] {
  const arrays: LocalArray[] = []
  visitStmts(body, s => {
    if (s.kind === 'alloc' && s.array.space === 'shared') arrays.push(s.array)
  })
  return arrays
}

/** The buffers that a kernel loads from or stores to: it may have more. */
export function buffersUsed({ body }: Kernel): ReadonlySet<Buffer> {
  const used = new Set<Buffer>()
  visitStmts(body, s => {
    if (s.kind === 'store') used.add(s.buffer)
    visitExprs(stmtExprs(s), e => {
      if (e.kind === 'load') used.add(e.buffer)
    })
  })
  return used
}
