/** Where elements come from: steps on it say of which keys each tensor is made. */
import type { Arrays, ArrayType } from './arrays.ts'

export interface Origin {
  readonly type: ArrayType
  /** Keys of the source; none for what a step brought into being. */
  readonly from: readonly string[]
}

const typed = ({ type, from }: Origin, shape: readonly number[]): Origin => ({
  type: { ...type, shape },
  from,
})

export const originArrays: Arrays<Origin> = {
  typeOf: ({ type }) => type,
  narrow: (x, dim, _start, length) => typed(x, x.type.shape.with(dim, length)),
  cat: (parts, dim) => {
    const size = parts.reduce((sum, { type }) => sum + type.shape[dim]!, 0)
    const from = [...new Set(parts.flatMap(p => p.from))]
    return typed({ ...parts[0]!, from }, parts[0]!.type.shape.with(dim, size))
  },
  permute: (x, order) =>
    typed(
      x,
      order.map(i => x.type.shape[i]!),
    ),
  reshape: typed,
  full: type => ({ type, from: [] }),
  same: () => true,
}
