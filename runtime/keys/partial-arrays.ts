/** Arrays some of whose values are missing: steps run on the whole state all the same, and what needs a missing value is missing. */
import type { Check } from './apply.ts'
import type { Arrays, ArrayType } from './arrays.ts'

/** A value of a known type that may not be there. */
export interface Maybe<V> {
  readonly type: ArrayType
  readonly value: V | null
}

export function partialArrays<V>(arrays: Arrays<V>): Arrays<Maybe<V>> {
  const made = (value: V): Maybe<V> => ({ type: arrays.typeOf(value), value })
  /** The operation on the value, or on the type alone. */
  const lift = ({ type, value }: Maybe<V>, shape: readonly number[], run: (value: V) => V): Maybe<V> =>
    value === null ? { type: { ...type, shape }, value } : made(run(value))
  return {
    typeOf: ({ type }) => type,
    narrow: (x, dim, start, length) =>
      lift(x, x.type.shape.with(dim, length), v => arrays.narrow(v, dim, start, length)),
    cat: (parts, dim) => {
      const values = parts.flatMap(({ value }) => (value === null ? [] : [value]))
      if (values.length === parts.length) return made(arrays.cat(values, dim))
      const { shape, dtype } = parts[0]!.type
      const size = parts.reduce((sum, { type }) => sum + type.shape[dim]!, 0)
      return { type: { shape: shape.with(dim, size), dtype }, value: null }
    },
    permute: (x, order) =>
      lift(
        x,
        order.map(i => x.type.shape[i]!),
        v => arrays.permute(v, order),
      ),
    reshape: (x, shape) => lift(x, shape, v => arrays.reshape(v, shape)),
    full: (type, fill, beside) =>
      beside !== null && beside.value === null
        ? { type, value: null }
        : made(arrays.full(type, fill, beside?.value ?? null)),
    same: (a, b) => {
      if (a.value === null || b.value === null) return true
      return arrays.same(a.value, b.value)
    },
  }
}

/** The checks of what is there. */
export const presentChecks = <V>(checks: readonly Check<Maybe<V>>[]): Check<V>[] =>
  checks.flatMap((check): Check<V>[] => {
    if (check.kind === 'filled')
      return check.value.value === null ? [] : [{ ...check, value: check.value.value }]
    const [a, b] = check.values
    return a.value === null || b.value === null ? [] : [{ ...check, values: [a.value, b.value] }]
  })
