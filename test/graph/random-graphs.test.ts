/** Graphs drawn at random, on every device against the plain evaluator. */
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Builder } from '../../runtime/ops/builder.ts'
import { DEVICES, expectSame, sample } from '../support/device-check.ts'

/** One step of a program over a stack of values: numbers choose operands and parameters. */
interface Instruction {
  readonly kind: (typeof KINDS)[number]
  readonly a: number
  readonly b: number
  readonly c: number
}

const KINDS = [
  'add',
  'mul',
  'sub',
  'maximum',
  'neg',
  'relu',
  'tanh',
  'permute',
  'reshape',
  'slice',
  'reverse',
  'pad',
  'cat',
  'expand',
  'sum',
  'max',
  'matmul',
  'take',
  'where',
] as const

const instruction: fc.Arbitrary<Instruction> = fc.record({
  kind: fc.constantFrom(...KINDS),
  a: fc.nat(1000),
  b: fc.nat(1000),
  c: fc.nat(1000),
})

/** Larger results are not built on, so that programs stay small. */
const MOST_ELEMENTS = 4000

/** Runs a program; instructions that do not fit their operands are skipped, the same for every builder. */
function run<V>(b: Builder<V>, inputs: readonly V[], program: readonly Instruction[]): V {
  const values = [...inputs]
  const shapeOf = (v: V) => b.aval(v).shape as readonly number[]
  const size = (shape: readonly number[]) => shape.reduce((x, y) => x * y, 1)
  const same = (x: V, y: V) => `${shapeOf(x)}` === `${shapeOf(y)}`
  const small = (x: V) => {
    // Keeps magnitudes in range, so that errors do not grow from step to step.
    const bound = (value: number) => b.emit('full', [], { ...b.aval(x), value })
    return b.emit('minimum', [b.emit('maximum', [x, bound(-4)], {}), bound(4)], {})
  }
  const step = ({ kind, a, b: p, c }: Instruction): V | null => {
    const x = values[a % values.length]!
    const shape = shapeOf(x)
    const rank = shape.length
    const y = values.find((v, i) => i >= p % values.length && same(v, x)) ?? x
    const dim = rank === 0 ? 0 : c % rank
    switch (kind) {
      case 'add':
      case 'mul':
      case 'sub':
      case 'maximum':
        return small(b.emit(kind, [x, y], {}))
      case 'neg':
      case 'tanh':
        return b.emit(kind, [x], {})
      case 'relu':
        return b.emit('maximum', [x, b.emit('full', [], { ...b.aval(x), value: 0 })], {})
      case 'permute':
        return b.emit('permute', [x], { dims: shape.map((_, i) => (i + c) % rank) })
      case 'reshape': {
        const count = size(shape)
        const divisor = [2, 3, 5, 4][c % 4]!
        return b.emit('reshape', [x], {
          shape: count % divisor === 0 ? [divisor, count / divisor] : [count, 1],
        })
      }
      case 'slice': {
        const lengths = shape.map((d, i) => (i === dim ? Math.ceil(d / 2) : d))
        return b.emit('slice', [x], {
          starts: shape.map(() => 0),
          lengths,
          steps: shape.map((_, i) => (i === dim ? 2 : 1)),
        })
      }
      case 'reverse':
        return b.emit('slice', [x], {
          starts: shape.map((d, i) => (i === dim ? Math.max(0, d - 1) : 0)),
          lengths: shape,
          steps: shape.map((_, i) => (i === dim ? -1 : 1)),
        })
      case 'pad':
        return b.emit('pad', [x], {
          low: shape.map((_, i) => (i === dim ? p % 3 : 0)),
          high: shape.map((_, i) => (i === dim ? c % 3 : 0)),
          value: 0.5,
        })
      case 'cat':
        return rank === 0 ? null : b.emit('cat', [x, y, x], { dim })
      case 'expand': {
        const row = b.emit('reshape', [x], { shape: [1, ...shape] })
        return b.emit('expand', [row], { shape: [(c % 3) + 1, ...shape] })
      }
      case 'sum':
      case 'max':
        if (rank === 0 || shape[dim] === 0) return null
        return small(b.emit(kind === 'sum' ? 'reduce_sum' : 'reduce_max', [x], { dims: [dim] }))
      case 'matmul': {
        if (rank !== 2) return null
        return small(b.emit('matmul', [x, b.emit('permute', [x], { dims: [1, 0] })], {}))
      }
      case 'take': {
        if (rank === 0 || shape[dim] === 0) return null
        const index = b.emit('full', [], { shape: [2], dtype: 'int64', value: BigInt(p % shape[dim]!) })
        return b.emit('take', [x, index], { dim })
      }
      case 'where':
        return b.emit('where', [b.emit('lt', [x, y], {}), b.emit('neg', [x], {}), y], {})
    }
  }
  for (const i of program) {
    const result = step(i)
    if (result !== null && size(shapeOf(result)) <= MOST_ELEMENTS) values.push(result)
  }
  // Everything is used: the sums of all values.
  const sums = values.map(v =>
    b.emit('reshape', [b.emit('reduce_max', [v], { dims: shapeOf(v).map((_, i) => i) })], { shape: [1] }),
  )
  return b.emit(
    'cat',
    [...sums, b.emit('reshape', [values.at(-1)!], { shape: [size(shapeOf(values.at(-1)!))] })],
    { dim: 0 },
  )
}

const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 0, maxLength: 3 })

for (const device of DEVICES) {
  describe(`on ${device}`, () => {
    it('any graph gives what the plain evaluator gives', () => {
      fc.assert(
        fc.property(shapes, fc.array(instruction, { minLength: 1, maxLength: 14 }), (shape, program) => {
          const inputs = [sample(shape), sample(shape, 'float32', 2)]
          expectSame(device, inputs, (b, x) => run(b, x, program), { relative: 1e-4, absolute: 1e-4 })
        }),
        { seed: 20261, numRuns: device === 'cpu' ? 150 : 60 },
      )
    })
  })
}
