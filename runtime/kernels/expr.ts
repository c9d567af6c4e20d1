/**
 * Builders of expressions. They check types, fold constants and simplify index arithmetic, so that what a pass
 * builds without thought (a div of a mod of a sum) comes out small. A plain number stands for a literal of the
 * other operand's type.
 */

import type { DType } from '../ops/dtype.ts'
import { addIndex, decide, floordivIndex, modIndex, scaleIndex } from './index-expr.ts'
import type { BinaryOp, Buffer, CompareOp, Const, Expr, LocalArray, ScalarType, UnaryOp } from './ir.ts'
import { KernelError, REGISTER_TYPE } from './ir.ts'
import { keyOf } from './linear.ts'
import { binaryNode, compareNode, constI32, constNode, isConst } from './node.ts'
import { rangeOf } from './range.ts'
import { evalBinary, evalBitcast, evalCast, evalCompare, evalUnary } from './semantics.ts'

export { constI32, isConst } from './node.ts'

/** An expression, or a number as a literal of the other operand's type. */
export type Operand = Expr | number

export function constF32(value: number): Const {
  return constNode('f32', Math.fround(value))
}
export function constF64(value: number): Const {
  return constNode('f64', value)
}
export function constI64(value: bigint | number): Const {
  return constNode('i64', BigInt.asIntN(64, BigInt(value)))
}
export function constBool(value: boolean): Const {
  return constNode('bool', value)
}

/** A literal of any type; for i64 the number must be an integer. */
export function literal(type: ScalarType, value: number): Const {
  switch (type) {
    case 'bool':
      return constBool(value !== 0)
    case 'i32':
      return constI32(value)
    case 'i64':
      return constI64(value)
    case 'f32':
      return constF32(value)
    case 'f64':
      return constF64(value)
  }
}

/** buffer[index]; with a mask, memory is read only where it holds, and `otherwise` (default 0) stands elsewhere. */
export function load(
  buffer: Buffer,
  index: Operand,
  mask: Expr | null = null,
  otherwise: Expr | null = null,
): Expr {
  const type = REGISTER_TYPE[buffer.dtype]
  const at = typeof index === 'number' ? constI32(index) : index
  const guarded = mask !== null && !(isConst(mask) && mask.value === true)
  if (!guarded) return { kind: 'load', type, buffer, index: at, mask: null, otherwise: null }
  const fallback = otherwise ?? literal(type, 0)
  if (isConst(mask)) return fallback
  if (fallback.type !== type) throw mismatch('load', type, fallback.type)
  return { kind: 'load', type, buffer, index: at, mask, otherwise: fallback }
}

/** An element of a local array; the index defaults to 0, for scalars. */
export function get(array: LocalArray, index: Operand = 0): Expr {
  return { kind: 'get', type: array.type, array, index: typeof index === 'number' ? constI32(index) : index }
}

function mismatch(op: string, ...types: ScalarType[]): KernelError {
  return new KernelError('kernel/type', `${op} does not take ${types.join(' and ')}`)
}

const isFloatType = (type: ScalarType) => type === 'f32' || type === 'f64'
const ANY_NUMBER: ReadonlySet<string> = new Set(['neg', 'abs', 'sign'])

/** True if the operation is defined for operands of the type. */
export function hasUnary(op: UnaryOp, type: ScalarType): boolean {
  if (op === 'not') return !isFloatType(type)
  return isFloatType(type) || (type !== 'bool' && ANY_NUMBER.has(op))
}

const INTEGER_ONLY: ReadonlySet<string> = new Set(['and', 'or', 'xor', 'shl', 'shr'])

/** True if the operation is defined for operands of the type. */
export function hasBinary(op: BinaryOp, type: ScalarType): boolean {
  if (type === 'bool') return op === 'and' || op === 'or' || op === 'xor'
  if (isFloatType(type)) return !INTEGER_ONLY.has(op)
  return op !== 'atan2'
}

export function unary(op: UnaryOp, a: Expr): Expr {
  if (!hasUnary(op, a.type)) throw mismatch(op, a.type)
  if (isConst(a)) return constNode(a.type, evalUnary(op, a.type, a.value))
  if (a.kind === 'unary' && a.op === op && (op === 'neg' || op === 'not')) return a.a
  if (op === 'neg' && a.type === 'i32') return scaleIndex(a, -1) ?? { kind: 'unary', type: a.type, op, a }
  return { kind: 'unary', type: a.type, op, a }
}

function pair(a: Operand, b: Operand): [Expr, Expr] {
  if (typeof a === 'number') {
    if (typeof b === 'number') return [constI32(a), constI32(b)]
    return [literal(b.type, a), b]
  }
  return [a, typeof b === 'number' ? literal(a.type, b) : b]
}

export function binary(op: BinaryOp, left: Operand, right: Operand): Expr {
  const [a, b] = pair(left, right)
  if (a.type !== b.type || !hasBinary(op, a.type)) throw mismatch(op, a.type, b.type)
  if (isConst(a) && isConst(b)) return constNode(a.type, evalBinary(op, a.type, a.value, b.value))
  const simpler =
    a.type === 'i32' ? simplifyIndex(op, a, b) : a.type === 'bool' ? simplifyBool(op, a, b) : null
  return simpler ?? simplifyIdentity(op, a, b) ?? binaryNode(op, a, b)
}

function simplifyIndex(op: BinaryOp, a: Expr, b: Expr): Expr | null {
  switch (op) {
    case 'add':
      return addIndex(a, b)
    case 'sub':
      return addIndex(a, b, -1)
    case 'mul':
      if (isConst(b)) return scaleIndex(a, b.value as number)
      return isConst(a) ? scaleIndex(b, a.value as number) : null
    case 'floordiv':
    case 'mod':
      if (!isConst(b) || (b.value as number) <= 0) return null
      return op === 'mod' ? modIndex(a, b.value as number) : floordivIndex(a, b.value as number)
    case 'div':
    case 'fmod':
      // Without negative values, truncation and flooring agree.
      if (!isConst(b) || (b.value as number) <= 0 || rangeOf(a).min < 0) return null
      return op === 'fmod' ? modIndex(a, b.value as number) : floordivIndex(a, b.value as number)
    case 'min':
      return decide('le', a, b) ? a : decide('le', b, a) ? b : null
    case 'max':
      return decide('ge', a, b) ? a : decide('ge', b, a) ? b : null
    default:
      return null
  }
}

function simplifyBool(op: BinaryOp, a: Expr, b: Expr): Expr | null {
  const [known, other] = isConst(a) ? [a, b] : [b, a]
  if (!isConst(known)) return op !== 'xor' && keyOf(a) === keyOf(b) ? a : null
  if (op === 'and') return known.value ? other : known
  if (op === 'or') return known.value ? known : other
  return known.value ? unary('not', other) : other
}

/** x + 0, x * 1 and the like, where they change nothing (float x + 0 would turn -0 into 0: kept). */
function simplifyIdentity(op: BinaryOp, a: Expr, b: Expr): Expr | null {
  const is = (e: Expr, n: number) => isConst(e) && typeof e.value !== 'boolean' && Number(e.value) === n
  if (op === 'mul') return is(b, 1) ? a : is(a, 1) ? b : null
  if (op === 'div' && is(b, 1)) return a
  if (op === 'pow') {
    if (is(b, 1)) return a
    if (is(b, 2)) return binary('mul', a, a)
    return is(b, 3) ? binary('mul', binary('mul', a, a), a) : null
  }
  if (isFloatType(a.type)) return null
  if (op === 'add') return is(b, 0) ? a : is(a, 0) ? b : null
  return op === 'sub' && is(b, 0) ? a : null
}

export function compare(op: CompareOp, left: Operand, right: Operand): Expr {
  const [a, b] = pair(left, right)
  if (a.type !== b.type) throw mismatch(op, a.type, b.type)
  if (isConst(a) && isConst(b)) return constBool(evalCompare(op, a.value, b.value))
  const known = a.type === 'i32' ? decide(op, a, b) : null
  return known === null ? compareNode(op, a, b) : constBool(known)
}

/** condition ? yes : no. */
export function select(condition: Expr, yes: Operand, no: Operand): Expr {
  const [a, b] = pair(yes, no)
  if (condition.type !== 'bool' || a.type !== b.type) throw mismatch('select', condition.type, a.type, b.type)
  if (isConst(condition)) return condition.value ? a : b
  if (a === b) return a
  return { kind: 'select', type: a.type, condition, yes: a, no: b }
}

/** Conversion to a storage dtype's values, held in its register type. */
export function cast(to: DType, a: Expr): Expr {
  const type = REGISTER_TYPE[to]
  if (isConst(a)) return constNode(type, evalCast(to, a.type, a.value))
  if (
    type === a.type &&
    (to === 'float32' || to === 'float64' || to === 'int32' || to === 'int64' || to === 'bool')
  ) {
    return a
  }
  if ((a.kind === 'load' && a.mask === null && a.buffer.dtype === to) || (a.kind === 'cast' && a.to === to))
    return a
  // Narrow integers are the low bits, whether of 64 or of 32.
  const isWidened = a.kind === 'cast' && a.to === 'int64' && a.a.type === 'i32'
  if (type === 'i32' && isWidened) return cast(to, a.a)
  return { kind: 'cast', type, to, a }
}

const SAME_BITS: Readonly<Partial<Record<ScalarType, ScalarType>>> = {
  i32: 'f32',
  f32: 'i32',
  i64: 'f64',
  f64: 'i64',
}

/** The same bits as the other type of that width. */
export function bitcast(a: Expr): Expr {
  const type = SAME_BITS[a.type]
  if (type === undefined) throw mismatch('bitcast', a.type)
  if (isConst(a)) return constNode(type, evalBitcast(a.type, a.value))
  return a.kind === 'bitcast' ? a.a : { kind: 'bitcast', type, a }
}

export const add = (a: Operand, b: Operand): Expr => binary('add', a, b)
export const sub = (a: Operand, b: Operand): Expr => binary('sub', a, b)
export const mul = (a: Operand, b: Operand): Expr => binary('mul', a, b)
/** Float division; of integers, towards zero. */
export const div = (a: Operand, b: Operand): Expr => binary('div', a, b)
/** Python's `//`. */
export const floordiv = (a: Operand, b: Operand): Expr => binary('floordiv', a, b)
/** Python's `%`. */
export const mod = (a: Operand, b: Operand): Expr => binary('mod', a, b)
export const min = (a: Operand, b: Operand): Expr => binary('min', a, b)
export const max = (a: Operand, b: Operand): Expr => binary('max', a, b)
export const and = (a: Expr, b: Expr): Expr => binary('and', a, b)
export const or = (a: Expr, b: Expr): Expr => binary('or', a, b)
export const not = (a: Expr): Expr => unary('not', a)
export const eq = (a: Operand, b: Operand): Expr => compare('eq', a, b)
export const ne = (a: Operand, b: Operand): Expr => compare('ne', a, b)
export const lt = (a: Operand, b: Operand): Expr => compare('lt', a, b)
export const le = (a: Operand, b: Operand): Expr => compare('le', a, b)
export const gt = (a: Operand, b: Operand): Expr => compare('gt', a, b)
export const ge = (a: Operand, b: Operand): Expr => compare('ge', a, b)

/** The flat index of subscripts in an array of the given strides: the sum of subscript * stride. */
export function flatIndex(subscripts: readonly Operand[], strides: readonly number[]): Expr {
  let sum: Expr = constI32(0)
  subscripts.forEach((subscript, axis) => {
    const stride = strides[axis]
    if (stride === undefined) throw new KernelError('kernel/structure', `no stride for axis ${axis}`)
    sum = add(sum, mul(subscript, constI32(stride)))
  })
  return sum
}
