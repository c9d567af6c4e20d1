/** One operation of the kernel IR as WGSL text, from the texts of its operands. */
import type { DType } from '../../ops/dtype.ts'
import type { Binary, BinaryOp, CompareOp, Const, Expr, ScalarType, UnaryOp } from '../ir.ts'
import { KernelError } from '../ir.ts'
import { isConst } from '../node.ts'
import { rangeOf } from '../range.ts'
import type { HelperSet } from './helpers.ts'
import { marked } from './numbers.ts'

/** Types of register values. A float64 is a float32 by then (`single.ts`). */
export const REGISTER: Readonly<Record<Exclude<ScalarType, 'f64'>, string>> = {
  bool: 'bool',
  i32: 'i32',
  i64: 'vec2<u32>',
  f32: 'f32',
}

export function registerType(type: ScalarType): string {
  if (type === 'f64') throw new KernelError('kernel/type', 'WGSL has no float64')
  return REGISTER[type]
}

/** A literal; numbers of i32 are marked. */
export function constText({ type, value }: Const, helpers: HelperSet): string {
  switch (type) {
    case 'bool':
      return String(value)
    case 'i32':
      return marked(value as number)
    case 'i64': {
      const bits = BigInt.asUintN(64, value as bigint)
      return `vec2<u32>(${bits & 0xffffffffn}u, ${bits >> 32n}u)`
    }
    default:
      return floatText(value as number, helpers)
  }
}

function floatText(x: number, helpers: HelperSet): string {
  if (Number.isNaN(x)) return `${helpers.use('f32_nan')}()`
  if (!Number.isFinite(x)) return `${x < 0 ? '(-' : '('}${helpers.use('f32_inf')}())`
  const digits = `${Math.abs(x)}`
  const size = /[.e]/.test(digits) ? `${digits}f` : `${digits}.0f`
  return x < 0 || Object.is(x, -0) ? `(-${size})` : size
}

const SAME_NAME: ReadonlySet<UnaryOp> = new Set(['abs', 'floor', 'ceil', 'trunc', 'round'])

export function unaryText(op: UnaryOp, type: ScalarType, a: string, helpers: HelperSet): string {
  if (op === 'not') return type === 'bool' ? `!${a}` : `~${a}`
  if (type === 'i64') return `${helpers.use(`i64_${op}`)}(${a})`
  if (op === 'neg') return `(-${a})`
  if (SAME_NAME.has(op)) return `${op}(${a})`
  if (type === 'i32') return `sign(${a})`
  return `${helpers.use(`f32_${op}`)}(${a})`
}

const isZero = (e: Expr): boolean => isConst(e) && e.value === 0

const INFIX: Readonly<Partial<Record<BinaryOp, string>>> = {
  add: '+',
  sub: '-',
  mul: '*',
  and: '&',
  or: '|',
  xor: '^',
}

export function binaryText(e: Binary, a: string, b: string, helpers: HelperSet): string {
  const { op, type } = e
  if (type === 'bool') return `(${a} ${op === 'and' ? '&&' : op === 'or' ? '||' : '!='} ${b})`
  if (type === 'i64') {
    if (op === 'and' || op === 'or' || op === 'xor') return `(${a} ${INFIX[op]} ${b})`
    return `${helpers.use(`i64_${op}`)}(${a}, ${b})`
  }
  const infix = INFIX[op]
  if (op === 'mul' && type === 'f32' && (isZero(e.a) || isZero(e.b)))
    return `(${isZero(e.a) ? b : a} * ${helpers.use('f32_zero')}())`
  if (infix !== undefined) return `(${a} ${infix} ${b})`
  if (type === 'i32') return integerText(e, a, b, helpers)
  if (op === 'div') return `(${a} / ${b})`
  return `${helpers.use(`f32_${op}`)}(${a}, ${b})`
}

/** Operations of i32 whose edges are the IR's own; where they cannot occur, plain operators. */
function integerText({ op, a: left, b: right }: Binary, a: string, b: string, helpers: HelperSet): string {
  if (op === 'min' || op === 'max') return `${op}(${a}, ${b})`
  if (isConst(right)) {
    const n = right.value as number
    if ((op === 'shl' || op === 'shr') && n >= 0 && n < 32)
      return `(${a} ${op === 'shl' ? '<<' : '>>'} ${n}u)`
    const plain = n > 0 && rangeOf(left).min >= 0
    if (plain && (op === 'floordiv' || op === 'div')) return `(${a} / ${b})`
    if (plain && (op === 'mod' || op === 'fmod')) return `(${a} % ${b})`
  }
  return `${helpers.use(`i32_${op}`)}(${a}, ${b})`
}

const COMPARE: Readonly<Record<CompareOp, string>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
}

export function compareText(
  op: CompareOp,
  type: ScalarType,
  a: string,
  b: string,
  sameOperand: boolean,
  helpers: HelperSet,
): string {
  if (type === 'f32' && sameOperand && (op === 'ne' || op === 'eq'))
    return `${op === 'eq' ? '!' : ''}${helpers.use('f32_is_nan')}(${a})`
  // Compilers make of != a comparison that NaN fails.
  if (type === 'f32' && op === 'ne') return `!(${a} == ${b})`
  if (type === 'bool' && op !== 'eq' && op !== 'ne')
    return `(select(0, 1, ${a}) ${COMPARE[op]} select(0, 1, ${b}))`
  if (type !== 'i64') return `(${a} ${COMPARE[op]} ${b})`
  if (op === 'eq' || op === 'ne') return `${op === 'ne' ? '!' : ''}${helpers.use('i64_eq')}(${a}, ${b})`
  const less = helpers.use('i64_lt')
  const [x, y] = op === 'lt' || op === 'ge' ? [a, b] : [b, a]
  return `${op === 'lt' || op === 'gt' ? '' : '!'}${less}(${x}, ${y})`
}

/** Conversions to the register type of a dtype; those to narrow types end in the bits that its buffers keep. */
export function castText(to: DType, from: ScalarType, a: string, helpers: HelperSet): string {
  if (to === 'bool') {
    if (from === 'bool') return a
    if (from === 'i64') return `any(${a} != vec2<u32>(0u, 0u))`
    return from === 'i32' ? `(${a} != 0)` : `!(${a} == 0.0f)`
  }
  if (to === 'int64') {
    if (from === 'i64') return a
    if (from === 'bool') return `vec2<u32>(select(0u, 1u, ${a}), 0u)`
    return `${helpers.use(from === 'i32' ? 'i64_from_i32' : 'i64_from_f32')}(${a})`
  }
  if (to === 'float32' || to === 'float64') {
    if (from === 'i64') return `${helpers.use('i64_to_f32')}(${a})`
    return from === 'bool' ? `select(0.0f, 1.0f, ${a})` : from === 'i32' ? `f32(${a})` : a
  }
  if (to === 'float16' || to === 'bfloat16') {
    const single = castText('float32', from, a, helpers)
    const [cut, widen] =
      to === 'float16' ? ['half_from_f32', 'half_to_f32'] : ['half_to_brain', 'half_from_brain']
    return `${helpers.use(widen)}(${helpers.use(cut)}(${single}))`
  }
  const whole = toInt32(from, a, helpers)
  switch (to) {
    case 'int32':
      return whole
    case 'uint8':
      return `(${whole} & 255)`
    default: {
      const shift = to === 'int8' ? 24 : 16
      return `((${whole} << ${shift}u) >> ${shift}u)`
    }
  }
}

function toInt32(from: ScalarType, a: string, helpers: HelperSet): string {
  if (from === 'i32') return a
  if (from === 'bool') return `select(0, 1, ${a})`
  return from === 'i64' ? `bitcast<i32>(${a}.x)` : `${helpers.use('f32_to_i32')}(${a})`
}

export function bitcastText(e: Expr, a: string): string {
  return `bitcast<${registerType(e.type)}>(${a})`
}
