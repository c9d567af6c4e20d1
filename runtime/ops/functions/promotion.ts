/** PyTorch's type promotion of operands: tensors by rank, Python numbers only by their category. */
import { FloatScalar, type SizeOrScalar } from '../args.ts'
import type { Builder } from '../builder.ts'
import { categoryOf, type DType, promoteTypes } from '../dtype.ts'
import { OpError } from '../error.ts'

export type Operand<V> = V | SizeOrScalar

/** What torch.tensor(x) has as dtype: a Python float is float32, an int is int64. */
export function scalarDType(x: SizeOrScalar): DType {
  if (typeof x === 'boolean') return 'bool'
  if (x instanceof FloatScalar) return 'float32'
  return typeof x === 'number' && !Number.isInteger(x) ? 'float32' : 'int64'
}

/** The plain value of a number argument. A symbolic size stays one. */
export const scalarValue = (x: SizeOrScalar): Exclude<SizeOrScalar, FloatScalar> =>
  x instanceof FloatScalar ? x.value : x

/**
 * torch.result_type over any number of operands: tensors with dims win over scalar tensors, and those over numbers,
 * unless the lesser one is of a higher category (bool < integer < float).
 */
export function resultType<V>(b: Builder<V>, operands: readonly Operand<V>[]): DType {
  const tiers: (DType | undefined)[] = [undefined, undefined, undefined]
  for (const x of operands) {
    const [tier, dtype] = b.isValue(x)
      ? ([b.aval(x).shape.length > 0 ? 0 : 1, b.aval(x).dtype] as const)
      : ([2, scalarDType(x as SizeOrScalar)] as const)
    const old = tiers[tier]
    tiers[tier] = old === undefined ? dtype : promoteTypes(old, dtype)
  }
  const combined = tiers.reduce((higher, lower) => {
    if (higher === undefined || lower === undefined) return higher ?? lower
    const category = categoryOf(higher)
    if (category === 'float') return higher
    return category === 'bool' || categoryOf(lower) === 'float' ? promoteTypes(higher, lower) : higher
  })
  return combined ?? 'float32'
}

/** A number argument that must be a number, like the p of a norm. Throws OpError for a symbolic size. */
export function plainNumber(x: SizeOrScalar): number {
  const value = scalarValue(x)
  if (typeof value === 'object') throw new OpError('op/unsupported', `${value} must be a fixed number here`)
  return Number(value)
}
