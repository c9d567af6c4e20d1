/**
 * float16 and bfloat16 as storage: bits to numbers and back, rounding to nearest even, NaN kept.
 * Source: IEEE 754-2019 binary16; bfloat16 is the upper half of binary32.
 */

const word = new Uint32Array(1)
const single = new Float32Array(word.buffer)

/** Nearest integer, ties to even. */
export function roundHalfEven(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x
  const down = Math.floor(x)
  const rest = x - down
  if (rest < 0.5) return down === 0 && (x < 0 || Object.is(x, -0)) ? -0 : down
  if (rest > 0.5) return down + 1 === 0 ? -0 : down + 1
  const even = down % 2 === 0 ? down : down + 1
  return even === 0 && x < 0 ? -0 : even
}

/** The float16 bits nearest to a float32 value. */
export function float16Bits(x: number): number {
  single[0] = x
  const sign = (word[0]! >>> 16) & 0x8000
  const size = Math.abs(single[0]!)
  if (Number.isNaN(size)) return sign | 0x7e00
  // 65520 lies half way between the largest finite value and what would be the next.
  if (size >= 65520) return sign | 0x7c00
  if (size < 2 ** -14) return sign | roundHalfEven(size * 2 ** 24)
  const exponent = ((word[0]! >>> 23) & 0xff) - 127
  // A significand that rounds up to 2048 carries into the exponent, as it should.
  return sign | (((exponent + 15) << 10) + roundHalfEven(size * 2 ** (10 - exponent)) - 1024)
}

/** The value of float16 bits. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The bfloat16 bits nearest to a float32 value. */
export function bfloat16Bits(x: number): number {
  if (Number.isNaN(x)) return 0x7fc0
  single[0] = x
  const bits = word[0]!
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

/** The value of bfloat16 bits. */
export function bfloat16Value(bits: number): number {
  word[0] = bits << 16
  return single[0]!
}
