/** Regions of mixed precision: https://docs.pytorch.org/docs/2.13/amp.html */
import { autocastRule } from '../ops/autocast.ts'
import { type DType, isFloat } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { Tensor } from './tensor.ts'

export interface AutocastOptions {
  /** What products are computed in; bfloat16 unless given. */
  readonly dtype?: 'bfloat16' | 'float16'
  /** False for a region within another that is computed as it stands. */
  readonly enabled?: boolean
}

let lower: DType | null = null

/** What products are computed in now; null outside of regions of mixed precision. */
export const autocastDType = (): DType | null => lower

/**
 * Runs `fn`, which is synchronous, so that products of matrices and convolutions are computed in bfloat16, losses in float32, and all
 * else in the dtypes that it is given, as torch.autocast on the CPU. Parameters stay as they are, and so do their gradients'
 * dtypes. Call `backward` outside.
 * @throws OpError for functions that are asynchronous
 */
export function autocast<T>(fn: () => T, { dtype = 'bfloat16', enabled = true }: AutocastOptions = {}): T {
  const outer = lower
  lower = enabled ? dtype : null
  let result: T
  try {
    result = fn()
  } finally {
    lower = outer
  }
  if (result instanceof Promise) {
    throw new OpError('argument/value', 'autocast takes a synchronous function', {
      op: 'autocast',
      hint: 'compute within it and await data() outside',
    })
  }
  return result
}

/** The arguments of a function, cast as the region that is open says. */
export function castArguments<A extends object>(
  row: string,
  args: A,
  cast: (x: Tensor, dtype: DType) => Tensor,
): A {
  if (lower === null) return args
  const rule = autocastRule(row, args as Readonly<Record<string, unknown>>)
  if (rule === null) return args
  const goal = rule === 'float32' ? 'float32' : lower
  const placed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(placed)
    if (!(value instanceof Tensor) || !isFloat(value.dtype) || value.dtype === 'float64') return value
    return value.dtype === goal ? value : cast(value, goal)
  }
  const stays = (name: string): boolean => rule === 'lower-products' && name === 'hx'
  const entries = Object.entries(args).map(([name, value]) => [name, stays(name) ? value : placed(value)])
  return Object.fromEntries(entries) as A
}
