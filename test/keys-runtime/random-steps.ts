/** Random state_dicts and random chains of steps over them: many steps are wrong, many right. */
import fc from 'fast-check'
import { type StoredTensor, tensorOf } from '../../runtime/checkpoint/index.ts'
import { ShapeOnly, type Step } from '../../runtime/keys/index.ts'

const segment = fc.constantFrom('a', 'b', 'c', '0', '1')
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map(s => s.join('.'))
const shape = fc.array(fc.constantFrom(1, 2, 4, 6), { maxLength: 3 })
const tree = fc.uniqueArray(fc.tuple(path, shape), { minLength: 1, maxLength: 6, selector: ([key]) => key })

/** Keys of the tree, keys beside it, and patterns of both: many steps are wrong, many right. */
function stepsOver(keys: readonly string[]): fc.Arbitrary<Step> {
  const exact = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...keys) }, path)
  const wild = fc.tuple(exact, fc.nat(2), fc.constantFrom('*', '**')).map(([key, at, star]) =>
    key
      .split('.')
      .map((s, i) => (i === at ? star : s))
      .join('.'),
  )
  const from = fc.oneof({ weight: 4, arbitrary: exact }, wild)
  const to = (source: string, n: number): fc.Arbitrary<string> =>
    path.map(p => [...source.split('.').filter(s => s.startsWith('*')), p, `${n}`].join('.'))
  const dim = fc.integer({ min: -1, max: 2 })
  const size = fc.constantFrom(1, 2, 3, 4)
  return fc.oneof(
    from.chain(f =>
      fc.oneof(to(f, 7), fc.constant(f)).map(t => ({ kind: 'rename', from: f, to: t }) as const),
    ),
    from.chain(f =>
      fc
        .tuple(to(f, 7), to(f, 8), dim, fc.option(fc.tuple(size, size)))
        .map(([a, b, d, sizes]) => ({ kind: 'split', from: f, to: [a, b], dim: d, sizes }) as const),
    ),
    fc
      .tuple(exact, exact, path, dim, fc.option(fc.tuple(size, size)))
      .map(([a, b, t, d, sizes]) => ({ kind: 'concat', from: [a, b], to: t, dim: d, sizes }) as const),
    fc.tuple(from, dim, dim).map(([key, a, b]) => ({ kind: 'transpose', key, dims: [a, b] }) as const),
    fc
      .tuple(from, shape, shape)
      .map(([key, f, t]) => ({ kind: 'reshape', key, from: [...f, -1], to: [...t, -1] }) as const),
    fc
      .tuple(from, dim, fc.nat(2), size, fc.constantFrom('slice', 'pad'))
      .map(([key, d, start, stop, kind]) => ({ kind, key, dim: d, start, stop, size: 4, fill: 3 }) as const),
    fc
      .tuple(from, dim, fc.constantFrom(1, 2), fc.constantFrom('halves', 'interleaved'))
      .map(([key, d, heads, t]) => ({ kind: 'permute_heads', key, dim: d, heads, to: t }) as const),
    fc.tuple(exact, fc.constantFrom(0, 3)).map(([key, init]) => ({ kind: 'add', key, init }) as const),
    exact.map(key => ({ kind: 'drop', key, reason: 'it is over', init: 0 }) as const),
    fc.tuple(exact, exact).map(([key, to]) => ({ kind: 'tie', key, to }) as const),
    fc.tuple(exact, exact).map(([key, from]) => ({ kind: 'untie', key, from }) as const),
  )
}

/** Entries, and steps over their keys. */
export const scenario = tree.chain(entries =>
  fc.tuple(
    fc.constant(entries),
    fc.array(stepsOver(entries.map(([key]) => key)), { minLength: 1, maxLength: 4 }),
  ),
)

/** Elements that count on from one tensor to the next. */
export const dataOf = (entries: readonly (readonly [string, number[]])[]): Map<string, StoredTensor> => {
  let next = 0
  return new Map(
    entries.map(([key, s]) => {
      const count = s.reduce((a, b) => a * b, 1)
      return [
        key,
        tensorOf(
          Float32Array.from({ length: count }, () => next++),
          s,
        ),
      ]
    }),
  )
}

/** What an added key may be. */
export const target = new Map([['a.b.c', new ShapeOnly({ shape: [2, 4], dtype: 'float32' })]])
