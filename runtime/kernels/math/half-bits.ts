/**
 * float16 and bfloat16 conversions as IR over i32 bits and f32 values, for targets without such types: printers
 * load and store the bits and expand these around them. Rounding to nearest even; NaN stays NaN.
 */

import { add, binary, bitcast, constF32, constI32, ge, gt, lt, mul, select, sub } from '../expr.ts'
import type { Expr } from '../ir.ts'

const or = (a: Expr, b: Expr) => binary('or', a, b)
const shl = (a: Expr, by: number) => binary('shl', a, by)
const shr = (a: Expr, by: number) => binary('shr', a, by)
const bits = (a: Expr, mask: number) => binary('and', a, constI32(mask))

/** The f32 value of float16 bits (i32, the upper half is ignored). */
export function float16FromBits(h: Expr): Expr {
  const magnitude = shl(bits(h, 0x7fff), 13)
  // Read as float32 bits the exponent is too small by 112; multiplying repairs it, subnormals included.
  const finite = bitcast(mul(bitcast(magnitude), constF32(2 ** 112)))
  const special = or(magnitude, constI32(0x7f800000))
  const value = select(ge(magnitude, constI32(0x0f800000)), special, finite)
  return bitcast(or(value, shl(bits(h, 0x8000), 16)))
}

/** The float16 bits (0..65535) nearest to an f32. */
export function float16ToBits(x: Expr): Expr {
  const all = bitcast(x)
  const sign = bits(shr(all, 16), 0x8000)
  const size = bits(all, 0x7fffffff)
  const odd = bits(shr(size, 13), 1)
  const normal = shr(add(add(size, constI32(0xfff - 112 * 2 ** 23)), odd), 13)
  // Adding 0.5 aligns a subnormal's last bit with that of the sum, which rounds it.
  const subnormal = sub(bitcast(add(bitcast(size), constF32(0.5))), constI32(0x3f000000))
  const finite = select(lt(size, constI32(0x38800000)), subnormal, normal)
  const special = select(gt(size, constI32(0x7f800000)), constI32(0x7e00), constI32(0x7c00))
  return or(select(ge(size, constI32(0x47800000)), special, finite), sign)
}

/** The f32 value of bfloat16 bits (i32, the upper half is ignored). */
export function bfloat16FromBits(h: Expr): Expr {
  return bitcast(shl(h, 16))
}

/** The bfloat16 bits (0..65535) nearest to an f32. */
export function bfloat16ToBits(x: Expr): Expr {
  const all = bitcast(x)
  const odd = bits(shr(all, 16), 1)
  const rounded = bits(shr(add(add(all, constI32(0x7fff)), odd), 16), 0xffff)
  return select(gt(bits(all, 0x7fffffff), constI32(0x7f800000)), constI32(0x7fc0), rounded)
}

/** An f32 rounded to float16 or bfloat16, still as f32. */
export function roundToHalf(to: 'float16' | 'bfloat16', x: Expr): Expr {
  return to === 'float16' ? float16FromBits(float16ToBits(x)) : bfloat16FromBits(bfloat16ToBits(x))
}
