import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { decode, type Storage } from '../../runtime/kernels/reference/storage.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { OpError } from '../../runtime/ops/error.ts'
import * as fill from '../../runtime/random/fill.ts'
import { Generator } from '../../runtime/random/generator.ts'

interface Case {
  readonly kind: 'uniform' | 'normal' | 'bernoulli' | 'exponential' | 'integers' | 'permutation'
  readonly seed: number
  readonly args: readonly number[]
  readonly dtype: DType
  readonly size: number
  readonly head: readonly number[]
  readonly tail: readonly number[]
  readonly sum?: number
  readonly weighted?: number
  readonly next: number
}
interface Fixture {
  readonly cases: readonly Case[]
  readonly states: readonly { name: string; seed: number; state: string; next: readonly number[] }[]
}

const torch: Fixture = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/random/samples.json'), 'utf8'),
)

function draw({ kind, args, dtype, size }: Case, gen: Generator): Storage {
  const [a = 0, b = 0] = args
  switch (kind) {
    case 'uniform':
      return fill.uniform(gen, dtype, size, a, b)
    case 'normal':
      return fill.normal(gen, dtype, size, a, b)
    case 'bernoulli':
      return fill.bernoulli(gen, dtype, size, a)
    case 'exponential':
      return fill.exponential(gen, dtype, size, a)
    case 'integers':
      return fill.integers(gen, dtype, size, a, b)
    case 'permutation':
      return fill.permutation(gen, dtype, size)
  }
}

const numbers = (dtype: DType, stored: Storage): number[] =>
  Array.from(stored as ArrayLike<number | bigint>, v => Number(decode(dtype, v)))

/** Logarithms and cosines of other libraries differ in the last bits; everything else is exact. */
function tolerance({ kind, dtype, size }: Case): number {
  if (kind === 'exponential') return dtype === 'float64' ? 1e-14 : 1e-6
  if (kind !== 'normal') return 0
  if (dtype === 'float16') return 2 ** -10
  if (dtype === 'bfloat16') return 2 ** -7
  if (dtype === 'float64') return 1e-14
  return size < 16 ? 0 : 1e-6
}

function expectClose(ours: readonly number[], theirs: readonly number[], bound: number): void {
  expect(ours.length).toBe(theirs.length)
  for (const [i, v] of theirs.entries()) {
    if (Math.abs(ours[i]! - v) <= bound * Math.max(1, Math.abs(v))) continue
    expect([i, ours[i]]).toEqual([i, v])
  }
}

describe('samples from a seed', () => {
  it.each(torch.cases)("$kind($args) of $size $dtype, seed $seed, are PyTorch's", test => {
    const gen = new Generator(test.seed)
    const ours = numbers(test.dtype, draw(test, gen))
    const bound = tolerance(test)
    expect(ours.length).toBe(test.size)
    expectClose(ours.slice(0, 20), test.head, bound)
    expectClose(ours.slice(-20), test.tail, bound)
    if (test.sum !== undefined && test.weighted !== undefined) {
      const sum = ours.reduce((s, v) => s + v, 0)
      const weighted = ours.reduce((s, v, i) => s + v * (i + 1), 0)
      const scale = ours.reduce((s, v) => s + Math.abs(v), 0)
      const rounding = 1e-13
      expect(Math.abs(sum - test.sum)).toBeLessThanOrEqual(scale * (bound + rounding))
      expect(Math.abs(weighted - test.weighted)).toBeLessThanOrEqual(scale * test.size * (bound + rounding))
    }
    expect(gen.uniform24()).toBe(test.next)
  })
})

describe('the state of a generator', () => {
  it.each(torch.states)("is PyTorch's, byte for byte, and continues: $name", ({ seed, state, next }) => {
    const theirs = new Uint8Array(Buffer.from(state, 'base64'))
    const gen = new Generator(seed)
    if (seed === 42) fill.normal(gen, 'float32', 3, 0, 1)
    else fill.uniform(gen, 'float32', 700, 0, 1)
    expect(gen.getState()).toEqual(theirs)
    const other = new Generator(1).setState(theirs)
    expect(other.initialSeed()).toBe(BigInt(seed))
    expect(numbers('float32', fill.normal(other, 'float32', 3, 0, 1))).toEqual(next)
    expect(other.getState()).not.toEqual(theirs)
  })

  it('is refused where it is none', () => {
    const gen = new Generator(3)
    const before = gen.getState()
    expect(() => gen.setState(new Uint8Array(5000))).toThrow(OpError)
    expect(() => gen.setState(new Uint8Array(5056))).toThrow(OpError)
    expect(gen.getState()).toEqual(before)
    expect(() => gen.setState(before)).not.toThrow()
  })

  it('starts anew from a seed that is not the last one', () => {
    const gen = new Generator(3)
    expect(gen.seed()).not.toBe(3n)
    expect(gen.initialSeed()).toBe(new Generator(gen.initialSeed()).initialSeed())
  })
})

describe('what a generator refuses', () => {
  const gen = new Generator(0)
  it.each([
    ['a seed that is no integer', () => gen.manualSeed(1.5)],
    ['a seed of more than 64 bits', () => gen.manualSeed(2n ** 64n)],
    ['uniform with low above high', () => fill.uniform(gen, 'float32', 3, 1, 0)],
    ['uniform integers', () => fill.uniform(gen, 'int64', 3, 0, 1)],
    ['a negative standard deviation', () => fill.normal(gen, 'float32', 3, 0, -1)],
    ['a probability above 1', () => fill.bernoulli(gen, 'float32', 3, 1.5)],
    ['an empty range of integers', () => fill.integers(gen, 'int64', 3, 5, 5)],
    ['a rate of 0', () => fill.exponential(gen, 'float32', 3, 0)],
  ])('%s', (_, call) => {
    expect(call).toThrow(OpError)
  })
})
