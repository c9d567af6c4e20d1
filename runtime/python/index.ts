/** Python's small functions on plain values, for generated code: what an author's `range`, `enumerate`, `%` means. */
import { FloatScalar } from '../ops/args.ts'
import type { DType } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'

/** `range(stop)`, `range(start, stop)`, `range(start, stop, step)`. */
export function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  const length = Math.max(0, Math.ceil((to - from) / step))
  return Array.from({ length }, (_, i) => from + i * step)
}

/** `enumerate(items, start)`. */
export const enumerate = <T>(items: Iterable<T>, start = 0): [number, T][] =>
  Array.from(items, (item, i): [number, T] => [start + i, item])

type Items<L extends readonly Iterable<unknown>[]> = {
  [I in keyof L]: L[I] extends Iterable<infer T> ? T : never
}

/** `zip(a, b, ..)`: as long as the shortest. */
export function zip<const L extends readonly Iterable<unknown>[]>(...lists: L): Items<L>[] {
  const arrays = lists.map(l => [...l])
  const length = arrays.length === 0 ? 0 : Math.min(...arrays.map(a => a.length))
  return Array.from({ length }, (_, i) => arrays.map(a => a[i]) as Items<L>)
}

/** Whether a value is a dict: an object that is of no class. */
export const isDict = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** `math.gcd(a, b, ..)`. */
export const gcd = (...values: readonly number[]): number =>
  values.reduce((a, b) => {
    let [x, y] = [Math.abs(a), Math.abs(b)]
    while (y !== 0) [x, y] = [y, x % y]
    return x
  }, 0)

/** `a % b`: the sign is b's. */
export const mod = (a: number, b: number): number => a - b * Math.floor(a / b)

/** `list[start:stop:step]`. */
export function slice<T>(items: Iterable<T>, start: number | null, stop: number | null, step = 1): T[] {
  const all = [...items]
  const n = all.length
  const clamp = (i: number, low: number, high: number): number =>
    Math.min(Math.max(i < 0 ? i + n : i, low), high)
  const from = start === null ? (step > 0 ? 0 : n - 1) : clamp(start, step > 0 ? 0 : -1, step > 0 ? n : n - 1)
  const to = stop === null ? (step > 0 ? n : -1) : clamp(stop, step > 0 ? 0 : -1, step > 0 ? n : n - 1)
  return range(from, to, step).map(i => all[i]!)
}

/** `start:stop:step` between the brackets of a tensor. */
export const sliceOf = (start: number | null = null, stop: number | null = null, step = 1) => ({
  start,
  stop,
  step,
})

/** `a == b` on numbers, strings, None, and lists of them. */
export function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => equal(x, b[i]))
  return a === b
}

/** `bool(value)`: empty lists, zero, empty strings and None are false. */
export function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== null && value !== undefined && value !== false && value !== 0 && value !== ''
}

/** `round(x)`, `round(x, digits)`: ties to the even neighbour. */
export function round(x: number, digits = 0): number {
  const scaled = x * 10 ** digits
  const floor = Math.floor(scaled)
  const rounded = scaled - floor === 0.5 ? floor + mod(floor, 2) : Math.round(scaled)
  return rounded / 10 ** digits
}

/** `sum(numbers)`. */
export const sum = (items: Iterable<number>): number => [...items].reduce((a, b) => a + b, 0)

/** `sorted(numbers)`. */
export const sorted = (items: Iterable<number>): number[] => [...items].sort((a, b) => a - b)

/** A Python float that may have an integral value: an integer tensor plus `float(1)` is a float tensor. */
export const float = (value: number): FloatScalar => new FloatScalar(value)

/** `torch.finfo(dtype)`: smallest and greatest finite number, epsilon. Throws OpError for integers. */
export function finfo(dtype: DType): { min: number; max: number; eps: number } {
  const facts: Partial<Record<DType, readonly [number, number]>> = {
    float16: [65504, 2 ** -10],
    bfloat16: [3.3895313892515355e38, 2 ** -7],
    float32: [3.4028234663852886e38, 2 ** -23],
    float64: [Number.MAX_VALUE, 2 ** -52],
  }
  const found = facts[dtype]
  if (found === undefined)
    throw new OpError('dtype/mismatch', `finfo needs a float dtype, not ${dtype}`, { op: 'finfo' })
  return { min: -found[0], max: found[0], eps: found[1] }
}

/** Bounds that a spec declares for an option of a model. Throws OpError (`argument/value`). */
export function checkRange(
  name: string,
  value: number | readonly number[],
  limits: { min?: number; max?: number },
): void {
  for (const n of typeof value === 'number' ? [value] : value) {
    if (n >= (limits.min ?? n) && n <= (limits.max ?? n)) continue
    const rule = [
      limits.min === undefined ? '' : `at least ${limits.min}`,
      limits.max === undefined ? '' : `at most ${limits.max}`,
    ]
    throw new OpError(
      'argument/value',
      `option '${name}' is ${n}, but must be ${rule.filter(r => r !== '').join(' and ')}`,
    )
  }
}

/** An assertion of a forward. Throws OpError (`argument/value`). */
export function check(condition: boolean, message: string): void {
  if (!condition) throw new OpError('argument/value', message)
}
