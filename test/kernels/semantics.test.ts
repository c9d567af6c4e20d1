import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value } from '../../runtime/kernels/half.ts'
import type { BinaryOp, UnaryOp } from '../../runtime/kernels/ir.ts'
import { evalBinary, evalCast, evalUnary, integerPower, power } from '../../runtime/kernels/semantics.ts'
import { erf, erfc } from '../../runtime/kernels/special.ts'

type Rows = Readonly<Record<string, readonly string[]>>
interface Oracle {
  floats: readonly string[]
  halves: Readonly<Record<'float16' | 'bfloat16', readonly number[]>>
  unary: Rows
  points: readonly string[]
  erf: Rows
  float: Rows
  int32: Rows
  int64: Rows
  shift: { a: readonly string[]; left: readonly string[][]; right: readonly string[][] }
  fromInt64: { a: readonly string[]; float32: readonly string[] }
}

/** Made by test/oracle/kernels/semantics.py from torch. */
const oracle: Oracle = JSON.parse(
  readFileSync(new URL('../fixtures/kernels/semantics.json', import.meta.url), 'utf8'),
)

/** A float as Python writes it in hexadecimal. */
function float(text: string): number {
  const match = /^(-?)0x([01])(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(text)
  if (match === null)
    return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text === 'nan' ? NaN : text)
  const [, sign, whole, digits = '', exponent] = match
  const significand = Number.parseInt(whole! + digits, 16) / 16 ** digits.length
  return (sign === '-' ? -1 : 1) * significand * 2 ** Number(exponent)
}

const same = (a: unknown, b: unknown) => a === b || Object.is(a, b)

const NAMES: Readonly<Record<string, BinaryOp>> = {
  remainder: 'mod',
  fmod: 'fmod',
  floor_divide: 'floordiv',
  minimum: 'min',
  maximum: 'max',
}

describe('operations mean what they mean in torch', () => {
  it.each(Object.keys(oracle.unary))('%s of float32', op => {
    oracle.floats.forEach((x, i) => {
      const got = evalUnary(op as UnaryOp, 'f32', float(x))
      expect(same(got, float(oracle.unary[op]![i]!)), `${op}(${x}) gave ${String(got)}`).toBe(true)
    })
  })

  it.each(Object.keys(NAMES))('%s of float32', name => {
    const { a, b } = oracle.float
    oracle.float[name]!.forEach((want, i) => {
      const got = evalBinary(NAMES[name]!, 'f32', float(a![i]!), float(b![i]!))
      expect(same(got, float(want)), `${name}(${a![i]}, ${b![i]}) gave ${String(got)}, not ${want}`).toBe(
        true,
      )
    })
  })

  it.each(Object.keys(NAMES))('%s of int32', name => {
    const { a, b } = oracle.int32
    oracle.int32[name]!.forEach((want, i) => {
      expect(evalBinary(NAMES[name]!, 'i32', Number(a![i]), Number(b![i])), `${a![i]}, ${b![i]}`).toBe(
        Number(want),
      )
    })
  })

  it.each(['remainder', 'fmod', 'floor_divide'])('%s of int64', name => {
    const { a, b } = oracle.int64
    oracle.int64[name]!.forEach((want, i) => {
      expect(evalBinary(NAMES[name]!, 'i64', BigInt(a![i]!), BigInt(b![i]!)), `${a![i]}, ${b![i]}`).toBe(
        BigInt(want),
      )
    })
  })

  it('shifts of int32', () => {
    for (const [i, by] of [0, 3, 31].entries()) {
      oracle.shift.a.forEach((x, at) => {
        expect(evalBinary('shl', 'i32', Number(x), by)).toBe(Number(oracle.shift.left[i]![at]))
        expect(evalBinary('shr', 'i32', Number(x), by)).toBe(Number(oracle.shift.right[i]![at]))
      })
    }
  })

  it('int64 to float32 rounds once', () => {
    oracle.fromInt64.a.forEach((n, i) => {
      expect(evalCast('float32', 'i64', BigInt(n)), n).toBe(float(oracle.fromInt64.float32[i]!))
    })
  })
})

describe('float16 and bfloat16', () => {
  it.each([
    ['float16', float16Bits],
    ['bfloat16', bfloat16Bits],
  ] as const)('%s bits are those that torch rounds to', (name, bits) => {
    oracle.floats.forEach((x, i) => {
      if (!Number.isNaN(float(x))) expect(bits(float(x)), x).toBe(oracle.halves[name][i])
    })
  })

  it('all values survive the way to bits and back, NaN as NaN', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const [h, b] = [float16Value(bits), bfloat16Value(bits)]
      expect(Number.isNaN(h) ? Number.isNaN(float16Value(float16Bits(h))) : float16Bits(h) === bits).toBe(
        true,
      )
      expect(Number.isNaN(b) ? Number.isNaN(bfloat16Value(bfloat16Bits(b))) : bfloat16Bits(b) === bits).toBe(
        true,
      )
    }
  })
})

describe('functions that JavaScript lacks', () => {
  it.each([
    ['erf', erf],
    ['erfc', erfc],
  ] as const)('%s is within 1e-13 of torch in float64', (name, f) => {
    oracle.points.forEach((x, i) => {
      const want = float(oracle.erf[name]![i]!)
      expect(Math.abs(f(float(x)) - want) / (Math.abs(want) || 1), `${name}(${float(x)})`).toBeLessThan(1e-13)
    })
  })

  it('powers follow C where JavaScript does not, and wrap for integers', () => {
    expect(power(1, Number.NaN)).toBe(1)
    expect(power(-1, Infinity)).toBe(1)
    expect(integerPower(3n, 5n, 64)).toBe(243n)
    expect(integerPower(2n, 31n, 32)).toBe(-(2n ** 31n))
    expect(integerPower(-1n, -3n, 64)).toBe(-1n)
    expect(integerPower(5n, -1n, 64)).toBe(0n)
  })
})
