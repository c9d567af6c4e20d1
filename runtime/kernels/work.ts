/** How much there is to do in a kernel: a rough count, for deciding whether threads are worth their coordination. */

import type { Expr, Kernel, Stmt } from './ir.ts'
import { operands, stmtBody } from './traverse.ts'

/** What a transcendental function counts, where an addition counts 1. */
const FUNCTION_WORK = 12
const CHEAP: ReadonlySet<string> = new Set([
  'neg',
  'abs',
  'sign',
  'not',
  'floor',
  'ceil',
  'trunc',
  'round',
  'sqrt',
])
/** Lanes of 32 bits that a vector loop does at once. */
const LANES = 4

const known = new WeakMap<Kernel, number>()

/**
 * Operations of the kernel over its whole grid, about: loads, stores and arithmetic of values, those of vector loops counted by
 * vectors. One takes a third of a nanosecond on a recent core.
 */
export function kernelWork(kernel: Kernel): number {
  let work = known.get(kernel)
  if (work === undefined) {
    work = bodyWork(kernel.body)
    known.set(kernel, work)
  }
  return work
}

function bodyWork(body: readonly Stmt[]): number {
  let sum = 0
  for (const s of body) sum += stmtWork(s)
  return sum
}

function stmtWork(s: Stmt): number {
  switch (s.kind) {
    case 'for':
      return (bodyWork(s.body) * s.extent) / (s.bind === 'vector' ? LANES : 1)
    case 'if':
      return bodyWork(stmtBody(s))
    case 'store':
    case 'set':
    case 'let':
      return 1 + valueWork(s.value, new Set())
    case 'alloc':
    case 'barrier':
      return 0
  }
}

/** Operations on values; addresses are mostly computed outside of loops. */
function valueWork(e: Expr, seen: Set<Expr>): number {
  if (e.kind === 'const' || e.kind === 'var' || seen.has(e)) return 0
  seen.add(e)
  if (e.kind === 'load') return 1
  if (e.kind === 'get') return 0
  let sum = e.kind === 'unary' && !CHEAP.has(e.op) ? FUNCTION_WORK : 1
  for (const operand of operands(e)) sum += valueWork(operand, seen)
  return sum
}
