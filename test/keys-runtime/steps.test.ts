import { describe, expect, test } from 'vitest'
import { materialize, type StoredTensor, tensorOf } from '../../runtime/checkpoint/index.ts'
import {
  applySteps,
  invertSteps,
  KeysError,
  type KeysErrorCode,
  ShapeOnly,
  type Step,
  shapeArrays,
  undoSteps,
} from '../../runtime/keys/index.ts'
import { runChecks, storedArrays } from '../../runtime/keys/stored-arrays.ts'

/** Tensors of the given shapes, whose elements are counted through. */
function tensors(shapes: Readonly<Record<string, readonly number[]>>): Map<string, StoredTensor> {
  let next = 0
  return new Map(
    Object.entries(shapes).map(([key, shape]) => {
      const count = shape.reduce((a, b) => a * b, 1)
      return [
        key,
        tensorOf(
          Float32Array.from({ length: count }, () => next++),
          shape,
        ),
      ]
    }),
  )
}

const elements = async (tensor: StoredTensor): Promise<number[]> => {
  const bytes = await materialize(tensor)
  return [...new Float32Array(bytes.slice().buffer)]
}

const keysOf = (steps: readonly Step[], shapes: Readonly<Record<string, readonly number[]>>) => [
  ...applySteps(steps, tensors(shapes), storedArrays).state.keys(),
]

const rename = (from: string, to: string): Step => ({ kind: 'rename', from, to })

function failure(run: () => unknown): KeysError {
  try {
    run()
  } catch (error) {
    if (error instanceof KeysError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('rename', () => {
  test.each([
    ['an exact key', rename('fc.weight', 'head.weight'), ['head.weight', 'fc.bias', 'h.0.attn.w']],
    ['a path', rename('fc', 'head.fc'), ['head.fc.weight', 'head.fc.bias', 'h.0.attn.w']],
    [
      'a path with a wildcard',
      rename('h.*.attn', 'blocks.*.mixer'),
      ['fc.weight', 'fc.bias', 'blocks.0.mixer.w'],
    ],
    ['a pattern', rename('**.w', 'x.**.weight'), ['fc.weight', 'fc.bias', 'x.h.0.attn.weight']],
    ['everything', rename('', 'module'), ['module.fc.weight', 'module.fc.bias', 'module.h.0.attn.w']],
  ])('moves %s, in place', (_, step, expected) => {
    expect(keysOf([step], { 'fc.weight': [2], 'fc.bias': [1], 'h.0.attn.w': [3] })).toEqual(expected)
  })

  test('does not take a name that only begins alike for a path', () => {
    expect(keysOf([rename('fc', 'head')], { 'fc.w': [1], 'fc2.w': [1] })).toEqual(['head.w', 'fc2.w'])
  })

  test('moves all that matches at once, onto places that become free', () => {
    expect(keysOf([rename('a', 'a.a')], { 'a.w': [1], 'a.a.w': [1] })).toEqual(['a.a.w', 'a.a.a.w'])
  })
})

describe('what is refused', () => {
  const cases: [string, KeysErrorCode, Step, string][] = [
    ['a step that matches nothing', 'keys/missing', rename('attm.w', 'x'), 'attm.w'],
    ['a target that is there', 'keys/collision', rename('attn.w', 'fc.w'), 'fc.w'],
    ['wildcards that differ', 'keys/pattern', rename('*.w', 'w'), 'w'],
    ['a star within a segment', 'keys/pattern', rename('at*.w', 'w'), 'at*.w'],
    ['a pattern that matches twice', 'keys/ambiguous', rename('**.**.w', '**.x.**'), 'attn.w'],
    [
      'unequal parts',
      'keys/shape',
      { kind: 'split', from: 'attn.w', to: ['q', 'k', 'v', 'o'], dim: 0, sizes: null },
      'attn.w',
    ],
    ['a dim that is not there', 'keys/shape', { kind: 'transpose', key: 'fc.w', dims: [0, 1] }, 'fc.w'],
    [
      'another count of elements',
      'keys/shape',
      { kind: 'reshape', key: 'attn.w', from: [6, 2], to: [5, 2] },
      'attn.w',
    ],
    [
      'another shape than is said',
      'keys/shape',
      { kind: 'reshape', key: 'attn.w', from: [2, 6], to: [12] },
      'attn.w',
    ],
    [
      'odd heads',
      'keys/shape',
      { kind: 'permute_heads', key: 'attn.w', dim: 0, heads: 4, to: 'halves' },
      'attn.w',
    ],
    ['an added key without a shape', 'keys/no-value', { kind: 'add', key: 'x', init: 0 }, 'x'],
    [
      'parts that are not there',
      'keys/missing',
      { kind: 'concat', from: ['fc.w', 'fc.v'], to: 'x', dim: 0, sizes: null },
      'fc.v',
    ],
  ]
  test.each(cases)('%s', (_, code, step, key) => {
    const shapes = { 'attn.w': [6, 2], 'fc.w': [6] }
    const control = rename('attn.w', 'moved')
    expect(keysOf([control], shapes)).toContain('moved')
    expect(failure(() => keysOf([step], shapes))).toMatchObject({ code, key, step: 0 })
  })

  test('two sources of one key', () => {
    const step = rename('**.x.**', '**.**')
    expect(keysOf([step], { 'a.x.b': [1], 'a.x.c': [1] })).toEqual(['a.b', 'a.c'])
    const error = failure(() => keysOf([rename('q', 'q'), step], { 'a.x.b': [1], 'a.b.x': [1], q: [1] }))
    expect(error).toMatchObject({ code: 'keys/collision', key: 'a.b', step: 1 })
  })

  test('says which key may be meant', () => {
    expect(failure(() => keysOf([rename('atn.w', 'x')], { 'attn.w': [1] })).hint).toBe(
      "did you mean 'attn.w'?",
    )
  })
})

describe('elements', () => {
  test('split along a dim, and joined again', async () => {
    const step: Step = {
      kind: 'split',
      from: 'h.*.qkv.*',
      to: ['h.*.q.*', 'h.*.k.*', 'h.*.v.*'],
      dim: 0,
      sizes: null,
    }
    const state = tensors({ 'h.0.qkv.weight': [6, 2], 'h.0.qkv.bias': [6] })
    const { state: parts, exact } = applySteps([step], state, storedArrays)
    expect([...parts.keys()]).toEqual(
      ['q', 'k', 'v'].map(p => `h.0.${p}.weight`).concat(['q', 'k', 'v'].map(p => `h.0.${p}.bias`)),
    )
    expect(await elements(parts.get('h.0.k.weight')!)).toEqual([4, 5, 6, 7])
    expect(await elements(parts.get('h.0.v.bias')!)).toEqual([16, 17])
    const back = undoSteps(exact, parts, storedArrays).state
    expect(await elements(back.get('h.0.qkv.weight')!)).toEqual(await elements(state.get('h.0.qkv.weight')!))
  })

  test('of rotary heads go from pairs to halves', async () => {
    const step: Step = { kind: 'permute_heads', key: 'q', dim: 0, heads: 2, to: 'halves' }
    const { state } = applySteps([step], tensors({ q: [8] }), storedArrays)
    expect(await elements(state.get('q')!)).toEqual([0, 2, 1, 3, 4, 6, 5, 7])
  })

  test('are filled where a dim grows, and must be the fill where it shrinks', async () => {
    const pad: Step = { kind: 'pad', key: 'w', dim: 1, start: 1, stop: 3, size: 4, fill: 7 }
    const { state, exact } = applySteps([pad], tensors({ w: [2, 2] }), storedArrays)
    expect(await elements(state.get('w')!)).toEqual([7, 0, 1, 7, 7, 2, 3, 7])
    const back = undoSteps(exact, state, storedArrays)
    await runChecks(back.checks)
    expect(await elements(back.state.get('w')!)).toEqual([0, 1, 2, 3])
    const trained = undoSteps(exact, tensors({ w: [2, 4] }), storedArrays)
    await expect(runChecks(trained.checks)).rejects.toMatchObject({ code: 'keys/lossy', key: 'w', step: 0 })
  })

  test('of tied tensors must be equal', async () => {
    const tie: Step = { kind: 'tie', key: 'head', to: 'embed' }
    const equal = new Map([...tensors({ embed: [2] }), ['head', tensorOf(Float32Array.of(0, 1))]] as const)
    const tied = applySteps([tie], equal, storedArrays)
    await runChecks(tied.checks)
    expect(tied.state.get('head')).toBe(tied.state.get('embed'))
    const other = applySteps([tie], tensors({ embed: [2], head: [2] }), storedArrays)
    await expect(runChecks(other.checks)).rejects.toMatchObject({ code: 'keys/differ', key: 'head' })
  })
})

test('a tie of a key that the file lacks brings the name into being, and going back ends it', () => {
  const { state, exact } = applySteps(
    [{ kind: 'tie', key: 'head', to: 'embed' }],
    tensors({ embed: [2] }),
    storedArrays,
  )
  expect([...state.keys()]).toEqual(['embed', 'head'])
  expect([...undoSteps(exact, state, storedArrays).state.keys()]).toEqual(['embed'])
})

test('what is added has its shape from the keys that the steps lead to', () => {
  const target = new Map(
    Object.entries({ 'new.w': [2], 'new.b': [1], old: [3] }).map(([k, shape]) => [
      k,
      new ShapeOnly({ shape, dtype: 'float32' }),
    ]),
  )
  const { state, exact } = applySteps(
    [{ kind: 'add', key: 'new', init: 1 }],
    tensors({ old: [3] }),
    storedArrays,
    { target },
  )
  expect([...state].map(([key, { shape }]) => [key, shape])).toEqual([
    ['old', [3]],
    ['new.w', [2]],
    ['new.b', [1]],
  ])
  expect([...undoSteps(exact, state, storedArrays).state.keys()]).toEqual(['old'])
})

test('inverse steps as declared lead back', () => {
  const steps: Step[] = [
    rename('transformer.h', 'h'),
    { kind: 'transpose', key: 'h.*.w', dims: [0, 1] },
    { kind: 'split', from: 'h.*.w', to: ['h.*.q', 'h.*.k'], dim: 0, sizes: [1, 3] },
  ]
  const source = tensors({ 'transformer.h.0.w': [2, 4], 'transformer.h.1.w': [2, 4] })
  const shapes = new Map([...source].map(([key, value]) => [key, new ShapeOnly(value)]))
  const there = applySteps(steps, shapes, shapeArrays).state
  const back = applySteps(invertSteps(steps), there, shapeArrays).state
  expect([...back]).toEqual([...shapes])
})
