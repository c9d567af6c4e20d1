/** The operations of expressions. */
import type { BinaryOp, CompareOp, UnaryOp } from '../../runtime/kernels/ir.ts'

// biome-ignore format: a list
export const UNARY: readonly UnaryOp[] = ['neg', 'abs', 'sign', 'not', 'floor', 'ceil', 'trunc', 'round', 'sqrt', 'rsqrt', 'exp', 'expm1', 'log', 'log2', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'erf', 'erfc']
// biome-ignore format: a list
export const BINARY: readonly BinaryOp[] = ['add', 'sub', 'mul', 'div', 'floordiv', 'mod', 'fmod', 'min', 'max', 'pow', 'atan2', 'and', 'or', 'xor', 'shl', 'shr']
export const COMPARE: readonly CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']
