/** Plain constructors of expression nodes: no folding, no checks. `expr.ts` is what kernels are built with. */

import type { Binary, BinaryOp, Compare, CompareOp, Const, Expr, ScalarType } from './ir.ts'

export function constNode(type: ScalarType, value: number | bigint | boolean): Const {
  return { kind: 'const', type, value }
}

const SMALL: readonly Const[] = Array.from({ length: 65 }, (_, i) => constNode('i32', i))

/** An i32 literal, wrapped to 32 bits. */
export function constI32(value: number): Const {
  return SMALL[value] ?? constNode('i32', value | 0)
}

export function binaryNode(op: BinaryOp, a: Expr, b: Expr): Binary {
  return { kind: 'binary', type: a.type, op, a, b }
}

export function compareNode(op: CompareOp, a: Expr, b: Expr): Compare {
  return { kind: 'compare', type: 'bool', op, a, b }
}

/** True of literals. */
export function isConst(e: Expr): e is Const {
  return e.kind === 'const'
}
