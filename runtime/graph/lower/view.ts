/**
 * Movement as index arithmetic: which element of which operand an element of the result is. Nothing is copied; what a chain
 * of views composes to is simplified by the index rules of the kernel IR.
 */
import {
  add,
  and,
  binary,
  cast,
  constBool,
  constF32,
  constF64,
  constI32,
  constI64,
  floordiv,
  ge,
  isConst,
  load,
  lt,
  max,
  min,
  mod,
  mul,
  select,
} from '../../kernels/expr.ts'
import { type Expr, REGISTER_TYPE } from '../../kernels/ir.ts'
import { rangeOf } from '../../kernels/range.ts'
import { evalCast } from '../../kernels/semantics.ts'
import type { DType } from '../../ops/dtype.ts'
import type { Attrs } from '../../ops/primitives.ts'
import { elementCount, stridesOf } from '../value.ts'

/** Subscripts of an element, one per dim. */
export type Subscript = readonly Expr[]

/** Shape and dtype of an operand or a result. */
export interface Layout {
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** An element of the operand of that number; outside of `mask` it has no meaning and memory is not read. */
export type ReadOperand = (operand: number, at: Subscript, mask?: Expr | null) => Expr

/** A number as a value of the dtype. */
export function constantOf(dtype: DType, value: number | bigint | boolean): Expr {
  const from = typeof value === 'bigint' ? 'i64' : typeof value === 'boolean' ? 'bool' : 'f64'
  const stored =
    typeof value === 'number' && dtype === 'int64' && Number.isInteger(value) ? BigInt(value) : value
  const converted = evalCast(dtype, typeof stored === 'bigint' ? 'i64' : from, stored)
  switch (REGISTER_TYPE[dtype]) {
    case 'bool':
      return constBool(converted as boolean)
    case 'i32':
      return constI32(converted as number)
    case 'i64':
      return constI64(converted as bigint)
    case 'f32':
      return constF32(converted as number)
    case 'f64':
      return constF64(converted as number)
  }
}

/** Position in row-major order. */
export function flatten(at: Subscript, shape: readonly number[]): Expr {
  const strides = stridesOf(shape)
  let sum: Expr = constI32(0)
  for (const [axis, i] of at.entries()) if (shape[axis] !== 1) sum = add(sum, mul(i, strides[axis]!))
  return sum
}

/** Subscripts of a position in row-major order. */
export function unflatten(flat: Expr, shape: readonly number[]): Expr[] {
  const strides = stridesOf(shape)
  const first = shape.findIndex(d => d !== 1)
  return shape.map((size, axis) => {
    if (size === 1) return constI32(0)
    const quotient = strides[axis] === 1 ? flat : floordiv(flat, constI32(Math.max(1, strides[axis]!)))
    return axis === first ? quotient : mod(quotient, constI32(Math.max(1, size)))
  })
}

/** Subscripts in another shape of the same number of elements: axes that both have are passed on untouched. */
export function reshapeSubscript(at: Subscript, from: readonly number[], to: readonly number[]): Expr[] {
  const result: Expr[] = []
  let i = 0
  let j = 0
  while (i < from.length || j < to.length) {
    // The shortest runs of axes with equal products map onto each other.
    const a = [i, i]
    const b = [j, j]
    let sizeA = 1
    let sizeB = 1
    do {
      if ((sizeA <= sizeB && a[1]! < from.length) || b[1]! >= to.length) sizeA *= from[a[1]!++]!
      else sizeB *= to[b[1]!++]!
    } while (sizeA !== sizeB && (a[1]! < from.length || b[1]! < to.length))
    const source = from.slice(a[0], a[1])
    const target = to.slice(b[0], b[1])
    result.push(...unflatten(flatten(at.slice(a[0], a[1]), source), target))
    i = a[1]!
    j = b[1]!
  }
  return result
}

export function permuteSubscript(at: Subscript, dims: readonly number[]): Expr[] {
  const source: Expr[] = []
  for (const [i, d] of dims.entries()) source[d] = at[i]!
  return source
}

/** Where in the input an element of the slice is. */
export function sliceSubscript(at: Subscript, { starts, steps }: Attrs['slice']): Expr[] {
  return at.map((i, axis) => add(mul(i, steps[axis]!), starts[axis] as number))
}

/** Where in the input an element of the windows is. */
export function windowSubscript(at: Subscript, rank: number, attrs: Attrs['window']): Expr[] {
  const k = attrs.sizes.length
  const lead = rank - k
  return Array.from({ length: rank }, (_, axis) => {
    if (axis < lead) return at[axis]!
    const w = axis - lead
    return add(mul(at[axis]!, attrs.strides[w] as number), mul(at[axis + k]!, attrs.dilations[w]!))
  })
}

/** An element of the padded operand. */
export function padElement(
  at: Subscript,
  { shape, dtype }: Layout,
  { low, value }: Attrs['pad'],
  read: ReadOperand,
): Expr {
  let inside: Expr = constBool(true)
  const source = at.map((i, axis) => add(i, -(low[axis] as number)))
  for (const [axis, i] of source.entries()) inside = and(inside, and(ge(i, 0), lt(i, constI32(shape[axis]!))))
  const fill = constantOf(dtype, value)
  if (isConst(inside)) return inside.value ? read(0, source) : fill
  const found = read(0, source, inside)
  // A load has a value of its own for what lies outside.
  if (found.kind === 'load' && found.mask === inside) return load(found.buffer, found.index, inside, fill)
  return select(inside, found, fill)
}

/** An element of concatenated operands. */
export function catElement(at: Subscript, dim: number, operands: readonly Layout[], read: ReadOperand): Expr {
  const i = at[dim]!
  const piece = (operand: number, start: number): Expr => {
    const end = start + operands[operand]!.shape[dim]!
    const source = at.with(dim, add(i, -start))
    if (operand === operands.length - 1) return read(operand, source, ge(i, start))
    const here = lt(i, end)
    if (isConst(here)) return here.value ? read(operand, source, ge(i, start)) : piece(operand + 1, end)
    return select(here, read(operand, source, and(ge(i, start), here)), piece(operand + 1, end))
  }
  return piece(0, 0)
}

const EXACT: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'min', 'max', 'floordiv', 'mod'])

/**
 * An int64 value as an i32 index. Arithmetic on loop variables is done in i32, where ranges are known, so that positions
 * counted by `iota` become plain index arithmetic; what is read from memory is cut to 32 bits.
 */
export function asIndex(e: Expr): Expr {
  return exactIndex(e) ?? cast('int32', e)
}

function exactIndex(e: Expr): Expr | null {
  if (e.type === 'i32') return e
  if (e.kind === 'const') {
    const value = Number(e.value)
    return Math.abs(value) < 2 ** 31 ? constI32(value) : null
  }
  if (e.kind === 'cast' && e.to === 'int64' && e.a.type === 'i32') return e.a
  if (e.kind !== 'binary' || !EXACT.has(e.op)) return null
  const a = exactIndex(e.a)
  const b = exactIndex(e.b)
  if (a === null || b === null) return null
  const bound = (x: Expr) => Math.max(Math.abs(rangeOf(x).min), Math.abs(rangeOf(x).max))
  const size = e.op === 'mul' ? bound(a) * bound(b) : bound(a) + bound(b)
  return size < 2 ** 31 ? binary(e.op, a, b) : null
}

/** True if an index is in range whatever its operands are, so that it needs no check. */
export function provablyInside(index: Expr, size: number): boolean {
  const { min: low, max: high } = rangeOf(index)
  return low >= 0 && high < size
}

/** The index kept inside 0 .. size - 1: an index that was out of range is reported by the plan's check. */
export function clampIndex(index: Expr, size: number): Expr {
  return provablyInside(index, size) ? index : min(max(index, 0), constI32(Math.max(0, size - 1)))
}

/** An element of `take`: the subscripts of the indices stand in place of `dim`. */
export function takeElement(
  at: Subscript,
  dim: number,
  [x, indices]: readonly [Layout, Layout],
  read: ReadOperand,
): Expr {
  const rank = indices.shape.length
  const index = clampIndex(asIndex(read(1, at.slice(dim, dim + rank))), x.shape[dim]!)
  return read(0, at.toSpliced(dim, rank, index), elementCount(x.shape) === 0 ? constBool(false) : null)
}

/** An element of `gather`. */
export function gatherElement(at: Subscript, dim: number, x: Layout, read: ReadOperand): Expr {
  const index = clampIndex(asIndex(read(1, at)), x.shape[dim]!)
  return read(0, at.with(dim, index), elementCount(x.shape) === 0 ? constBool(false) : null)
}
