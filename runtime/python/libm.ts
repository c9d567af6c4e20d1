/**
 * cos and pow as C's library rounds them, which Python calls: JavaScript's own differ in the last bit for one argument in ten,
 * and schedules would drift from PyTorch's. Computed in fixed point of 256 bits, so that the one rounding at the end is right.
 */
const BITS = 256n
const ONE = 1n << BITS

/** A finite number in fixed point; what is below 2^-256 is cut off. */
function fixed(x: number): bigint {
  if (x === 0) return 0n
  const exponent = Math.max(-1022, Math.floor(Math.log2(Math.abs(x)))) - 52
  // Both factors are exact: the mantissa is an integer below 2^54.
  const mantissa = BigInt(exponent < -1022 ? (x * 2 ** 1000) / 2 ** (exponent + 1000) : x / 2 ** exponent)
  const shift = BITS + BigInt(exponent)
  return shift >= 0n ? mantissa << shift : mantissa >> -shift
}

/** Rounded to the nearest: of a bigint, Number is. */
const rounded = (x: bigint): number => Number(x) * 2 ** -256

const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS

/** The sum of terms that a function of the term before and its number gives, until they vanish. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n
  let term = first
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    sum += term
    term = next(term, n)
  }
  return sum
}

/** atan(1 / n) times ONE. */
function inverseArctangent(n: bigint): bigint {
  let power = ONE / n
  let sum = 0n
  for (let k = 0n; power > 0n; k++) {
    sum += (k % 2n === 0n ? power : -power) / (2n * k + 1n)
    power /= n * n
  }
  return sum
}

/** 2 atanh(z): the logarithm of (1 + z) / (1 - z). */
function logOfRatio(z: bigint): bigint {
  const square = times(z, z)
  let power = z
  let sum = 0n
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k
    power = times(power, square)
  }
  return 2n * sum
}

// Machin's formula.
const TWO_PI = 8n * (4n * inverseArctangent(5n) - inverseArctangent(239n))
const LOG_2 = logOfRatio(ONE / 3n)

/** math.cos. Infinities and NaN give NaN. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN
  let angle = fixed(x) % TWO_PI
  if (angle > TWO_PI / 2n) angle -= TWO_PI
  const square = times(angle, angle)
  return rounded(series(ONE, (term, n) => -times(term, square) / (2n * n * (2n * n - 1n))))
}

/** Python's `x ** y` of floats. */
export function pow(x: number, y: number): number {
  const plain = x ** y
  if (!(x > 0) || !Number.isFinite(plain) || plain < 2 ** -1000 || plain === 1) return plain
  const exponent = Math.round(Math.log2(x))
  const mantissa = fixed(x / 2 ** exponent)
  const log = BigInt(exponent) * LOG_2 + logOfRatio(((mantissa - ONE) << BITS) / (mantissa + ONE))
  const power = times(log, fixed(y))
  const halvings = power / LOG_2
  return rounded(series(ONE, (term, n) => times(term, power - halvings * LOG_2) / n)) * 2 ** Number(halvings)
}
