/**
 * The kernel IR: loops over index expressions with a scalar expression tree. Immutable data; it knows nothing
 * of any target. Expressions are DAGs: a node may have many parents, so every pass memoises by identity.
 *
 * Build expressions with the functions of `expr.ts` (they fold and simplify) and statements with those of
 * `stmt.ts`; `verify.ts` says what is well formed, `reference/interpret.ts` what it means.
 */

import type { DType } from '../ops/dtype.ts'

/**
 * Types of values in flight. Storage types are wider sets: a load converts to the register type of its buffer's
 * dtype, a store converts back (see `REGISTER_TYPE`).
 */
export type ScalarType = 'bool' | 'i32' | 'i64' | 'f32' | 'f64'

/** The register type in which a value of a storage dtype is computed. */
export const REGISTER_TYPE: Readonly<Record<DType, ScalarType>> = {
  bool: 'bool',
  uint8: 'i32',
  int8: 'i32',
  int16: 'i32',
  int32: 'i32',
  int64: 'i64',
  float16: 'f32',
  bfloat16: 'f32',
  float32: 'f32',
  float64: 'f64',
}

/**
 * A tensor's memory as a kernel sees it: a flat array of `length` elements, bound to a pointer at each call.
 * Buffers are compared by identity. Two buffers of one call may overlap only if both start at the same address,
 * have elements of one size, and every element is read by no other iteration than the one that writes it.
 */
export interface Buffer {
  readonly name: string
  readonly dtype: DType
  readonly access: 'read' | 'write' | 'readwrite'
  readonly length: number
}

/**
 * A loop variable (type i32, `min` to `max` inclusive) or the name of a `let`. Compared by identity;
 * `id` is unique in the process.
 */
export interface Var {
  readonly kind: 'var'
  readonly type: ScalarType
  readonly id: number
  readonly name: string
  readonly min: number
  readonly max: number
}

/**
 * A mutable array of scalars of one type. 'register': private to one iteration of the enclosing grid and local
 * loops, and every index must be constant once unrolled (plus a vector variable). 'shared': one array per grid
 * iteration, visible to all of its local iterations after a barrier, any index. A scalar is an array of size 1.
 */
export interface LocalArray {
  readonly id: number
  readonly name: string
  readonly type: ScalarType
  readonly size: number
  readonly space: 'register' | 'shared'
}

/** Functions of one value. The result has the type of the operand, except where noted. */
export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign' // -1, 0, 1; NaN gives 0, as torch.sign
  | 'not' // bool: logical; integers: bitwise
  // floats only
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'round' // half to even
  | 'sqrt'
  | 'rsqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log2'
  | 'log1p'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'erf'
  | 'erfc'

/** Functions of two values of one type; the result has that type. */
export type BinaryOp =
  | 'add' // integers wrap
  | 'sub'
  | 'mul'
  | 'div' // floats: IEEE; integers: towards zero, x / 0 is 0
  | 'floordiv' // Python's //; integers: x // 0 is 0
  | 'mod' // Python's %, the divisor's sign (torch.remainder); integers: x % 0 is 0
  | 'fmod' // C's fmod, the dividend's sign; integers: 0 for a zero divisor
  | 'min' // NaN if either is NaN
  | 'max' // NaN if either is NaN
  | 'pow' // integers: by squaring, wraps; negative exponents give 0, except for bases 1 and -1
  | 'atan2'
  | 'and' // bool and integers
  | 'or'
  | 'xor'
  | 'shl' // integers: a shift by less than 0, or by the width or more, gives 0
  | 'shr' // integers: arithmetic; such a shift gives the sign (0 or -1)

/** Comparisons of two values of one type; the result is bool. NaN compares as in IEEE 754. */
export type CompareOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

/** A literal: number for i32, f32 (already rounded to it) and f64, bigint for i64, boolean for bool. */
export interface Const {
  readonly kind: 'const'
  readonly type: ScalarType
  readonly value: number | bigint | boolean
}
/** buffer[index] as a register value; where `mask` is false the memory is not read and the value is `otherwise`. */
export interface Load {
  readonly kind: 'load'
  readonly type: ScalarType
  readonly buffer: Buffer
  readonly index: Expr
  readonly mask: Expr | null
  readonly otherwise: Expr | null
}
/** An element of a local array. */
export interface Get {
  readonly kind: 'get'
  readonly type: ScalarType
  readonly array: LocalArray
  readonly index: Expr
}
export interface Unary {
  readonly kind: 'unary'
  readonly type: ScalarType
  readonly op: UnaryOp
  readonly a: Expr
}
export interface Binary {
  readonly kind: 'binary'
  readonly type: ScalarType
  readonly op: BinaryOp
  readonly a: Expr
  readonly b: Expr
}
export interface Compare {
  readonly kind: 'compare'
  readonly type: 'bool'
  readonly op: CompareOp
  readonly a: Expr
  readonly b: Expr
}
/** condition ? yes : no. Both sides may be evaluated: nothing in an expression has an effect or traps. */
export interface Select {
  readonly kind: 'select'
  readonly type: ScalarType
  readonly condition: Expr
  readonly yes: Expr
  readonly no: Expr
}
/**
 * Conversion to the value set of a storage dtype, held in its register type: cast(x, 'uint8') wraps an i32 to
 * 0..255, cast(x, 'float16') rounds an f32 to half precision. Float to integer truncates, saturates to int32
 * (int64 for 'int64'), NaN gives 0, then wraps to the narrow type; anything to bool is `!= 0`.
 */
export interface Cast {
  readonly kind: 'cast'
  readonly type: ScalarType
  readonly to: DType
  readonly a: Expr
}
/** The same bits as another type of the same width: i32 and f32, i64 and f64. */
export interface Bitcast {
  readonly kind: 'bitcast'
  readonly type: ScalarType
  readonly a: Expr
}

export type Expr = Const | Var | Load | Get | Unary | Binary | Compare | Select | Cast | Bitcast

/**
 * How a loop may run. 'seq': in order. 'unroll': in order, and no loop is left in the target's code. 'vector':
 * iterations are independent, except that an array allocated outside may be accumulated into by one associative
 * operation (the order of that sum is the printer's, fixed by extent and vector width). 'grid': independent,
 * may be spread over threads or workgroups. 'local': independent between barriers, the invocations of one workgroup.
 */
export type Bind = 'seq' | 'unroll' | 'vector' | 'grid' | 'local'

/** for (variable = 0; variable < extent; variable++) body */
export interface For {
  readonly kind: 'for'
  readonly variable: Var
  readonly extent: number
  readonly bind: Bind
  readonly body: readonly Stmt[]
}
/** Names a value, computed here: later stores do not change it. */
export interface Let {
  readonly kind: 'let'
  readonly variable: Var
  readonly value: Expr
}
/** Brings an array into being, for the rest of the enclosing body; without `init` it holds nothing yet. */
export interface Alloc {
  readonly kind: 'alloc'
  readonly array: LocalArray
  readonly init: Expr | null
}
export interface SetLocal {
  readonly kind: 'set'
  readonly array: LocalArray
  readonly index: Expr
  readonly value: Expr
}
/** buffer[index] = value, converted as `Cast` to the buffer's dtype; nothing is written where `mask` is false. */
export interface Store {
  readonly kind: 'store'
  readonly buffer: Buffer
  readonly index: Expr
  readonly value: Expr
  readonly mask: Expr | null
}
/**
 * All local iterations of one grid iteration arrive before any goes on. Only inside 'local' loops; under a condition only if it is
 * of literals and variables of other loops, so that it holds for all of them or for none.
 */
export interface Barrier {
  readonly kind: 'barrier'
  /** What they combine as they meet; null if they only wait. */
  readonly combine: Combination | null
}
/**
 * A register of size 1 has afterwards, in all local iterations of the grid iteration, what it had in each of them, combined by an
 * associative operation (in an order that is the printer's). `parts` is shared memory for it, an element for each iteration.
 */
export interface Combination {
  readonly array: LocalArray
  readonly op: BinaryOp
  readonly parts: LocalArray
}
export interface If {
  readonly kind: 'if'
  readonly condition: Expr
  readonly body: readonly Stmt[]
}

export type Stmt = For | Let | Alloc | SetLocal | Store | Barrier | If

/** One launch. Arguments are the buffers, in order. */
export interface Kernel {
  readonly name: string
  readonly buffers: readonly Buffer[]
  readonly body: readonly Stmt[]
}

/** What a target offers; printers take it as a parameter, templates choose tiles by it. */
export interface Limits {
  /** Lanes of 32 bits in one vector. */
  readonly vector: number
  /** Vector registers that one innermost body may keep live. */
  readonly registers: number
  /** Bytes of 'shared' arrays that one grid iteration may hold. */
  readonly sharedBytes: number
  /** Iterations of 'local' loops that run side by side; 1 where a core runs a grid iteration alone, on vectors. */
  readonly invocations: number
  /** Kernels may be given a part of a buffer that starts at a multiple of so many bytes. */
  readonly offsetAlignment: number
  /** Bindings that one kernel may have: one for each buffer, and more for those that are larger than a binding. */
  readonly buffers: number
  /** Bytes that one binding shows. */
  readonly bindingBytes: number
}

/** A kernel that is malformed or that a printer cannot express: always a bug of the code that built it. */
export class KernelError extends Error {
  override readonly name = 'KernelError'
  readonly code: KernelErrorCode
  constructor(code: KernelErrorCode, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

export type KernelErrorCode =
  | 'kernel/type' // operands or values of the wrong type
  | 'kernel/bounds' // an index that is provably outside
  | 'kernel/scope' // a variable or array used where it does not exist
  | 'kernel/structure' // statements nested in a way that has no meaning
  | 'kernel/register-budget' // more live registers than the target has
  | 'kernel/binding' // arguments that do not fit the kernel's buffers

let lastId = 0

/** A loop variable over 0..extent-1. */
export function loopVar(name: string, extent: number): Var {
  return { kind: 'var', type: 'i32', id: ++lastId, name, min: 0, max: Math.max(0, extent - 1) }
}

/** The name of a `let` of the given type; i32 values may declare a range, which index simplification uses. */
export function letVar(name: string, type: ScalarType, min = -(2 ** 31), max = 2 ** 31 - 1): Var {
  return { kind: 'var', type, id: ++lastId, name, min, max }
}

/** A register array; of size 1, a mutable scalar. */
export function register(name: string, type: ScalarType, size = 1): LocalArray {
  return { id: ++lastId, name, type, size, space: 'register' }
}

/** An array shared by the local iterations of one grid iteration. */
export function sharedArray(name: string, type: ScalarType, size: number): LocalArray {
  return { id: ++lastId, name, type, size, space: 'shared' }
}

/** A buffer parameter of `length` elements. */
export function buffer(name: string, dtype: DType, length: number, access: Buffer['access']): Buffer {
  return { name, dtype, access, length }
}
