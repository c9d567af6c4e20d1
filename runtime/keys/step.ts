/**
 * Steps of a migration: the closed set of changes that lead the tensors of one generation of keys to those of the next. Data, as a
 * spec declares it and a checkpoint may carry it; `apply.ts` runs them on tensors, `invert.ts` turns them round.
 *
 * A pattern is a path of segments between dots: `*` stands for one segment, `**` for any number of them (none too), and what
 * they match is put in the same places of the target, in order. Anything else matches itself. A pattern says what it matches; it never
 * rewrites inside of a segment. A pattern matches whole keys, and must match each in one way only. Where a step takes paths, a pattern
 * without `**` also matches all keys below the path; the empty path is that of everything.
 */

/** Moves tensors. `from` and `to` are exact keys, prefixes of paths (`attn` moves `attn.q.weight`), or patterns with equal wildcards. */
export interface RenameStep {
  readonly kind: 'rename'
  readonly from: string
  readonly to: string
}

/** Cuts each tensor that matches `from` along `dim`, into parts of `sizes` elements; equal parts where sizes are null. */
export interface SplitStep {
  readonly kind: 'split'
  readonly from: string
  readonly to: readonly string[]
  readonly dim: number
  readonly sizes: readonly number[] | null
}

/** The inverse of a split. `sizes` are those of the parts, null where they are equal. */
export interface ConcatStep {
  readonly kind: 'concat'
  readonly from: readonly string[]
  readonly to: string
  readonly dim: number
  readonly sizes: readonly number[] | null
}

/** Swaps two dims of each tensor that matches. */
export interface TransposeStep {
  readonly kind: 'transpose'
  readonly key: string
  readonly dims: readonly [number, number]
}

/** Gives each tensor that matches another shape of as many elements, in row-major order. Each side may leave one size to be found (-1). */
export interface ReshapeStep {
  readonly kind: 'reshape'
  readonly key: string
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/**
 * Keeps `start` to `stop` of a dim of `size`. Lossy, unless what is cut off is `fill`: the inverse puts `fill` there. With `pad` it is the
 * other way round: the dim grows to `size`, and the given part holds what was there.
 */
export interface SliceStep {
  readonly kind: 'slice' | 'pad'
  readonly key: string
  readonly dim: number
  readonly start: number
  readonly stop: number
  readonly size: number
  readonly fill: number
}

/**
 * Reorders the rows of attention heads along `dim`, for rotary embeddings: of each head, pairs that lie beside each other
 * (`interleaved`: x0 y0 x1 y1) come to lie in halves (`halves`: x0 x1 y0 y1), or the other way round.
 */
export interface PermuteHeadsStep {
  readonly kind: 'permute_heads'
  readonly key: string
  readonly dim: number
  readonly heads: number
  readonly to: 'interleaved' | 'halves'
}

/**
 * Brings tensors into being: filled with a number, or as the model initialises them (`default`). `key` is a key, path or pattern of the
 * keys that the steps lead to, which say the shapes: an added tensor has its last name at once. Its inverse drops it.
 */
export interface AddStep {
  readonly kind: 'add'
  readonly key: string
  readonly init: number | 'default'
}

/** Ends tensors, by key, path or pattern: named lossy. Their keys stay reserved (a tombstone), with the reason. Going back, `init` stands in for what was lost. */
export interface DropStep {
  readonly kind: 'drop'
  readonly key: string
  readonly reason: string
  readonly init: number | 'default'
}

/**
 * `key` becomes another name of the tensor `to`; lossy where the two may differ (loading checks that they are equal). A `key` that is
 * not there comes into being.
 */
export interface TieStep {
  readonly kind: 'tie'
  readonly key: string
  readonly to: string
}

/** `key`, a name of the tensor `from`, becomes a tensor of its own with the same values. In files without aliases it may be missing. */
export interface UntieStep {
  readonly kind: 'untie'
  readonly key: string
  readonly from: string
}

export type Step =
  | RenameStep
  | SplitStep
  | ConcatStep
  | TransposeStep
  | ReshapeStep
  | SliceStep
  | PermuteHeadsStep
  | AddStep
  | DropStep
  | TieStep
  | UntieStep
