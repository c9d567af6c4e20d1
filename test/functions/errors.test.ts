import { describe, expect, it } from 'vitest'
import { FloatScalar } from '../../runtime/ops/args.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { dimVariable } from '../../runtime/ops/dim.ts'
import { OpError, type OpErrorCode } from '../../runtime/ops/error.ts'
import { applyRow, type FunctionRow } from '../../runtime/ops/function.ts'
import { type FunctionName, functions } from '../../runtime/ops/functions/index.ts'
import { ShapeBuilder, ShapeValue } from '../support/shape-builder.ts'

const f = (...shape: ConstructorParameters<typeof ShapeValue>[0]): ShapeValue =>
  new ShapeValue(shape, 'float32')
const ints = (...shape: number[]): ShapeValue => new ShapeValue(shape, 'int64')
const bools = (...shape: number[]): ShapeValue => new ShapeValue(shape, 'bool')

function call(name: FunctionName, args: readonly unknown[], named: Record<string, unknown> = {}): unknown {
  const builder = new ShapeBuilder()
  const row = functions[name] as FunctionRow
  const isValue = (v: unknown): v is ShapeValue => builder.isValue(v)
  return applyRow(builder, row, bindArgs(row.args, args, named, isValue) as never)
}

/** Bad calls with what is reported, and beside each a good one that is not. */
const CASES: readonly [FunctionName, OpErrorCode, RegExp, readonly unknown[], readonly unknown[]][] = [
  ['add', 'shape/mismatch', /do not broadcast: 3 against 4/, [f(2, 3), f(4)], [f(2, 3), f(3)]],
  ['sub', 'dtype/mismatch', /two bool/, [bools(2), bools(2)], [bools(2), ints(2)]],
  ['mean', 'dtype/mismatch', /float tensor, not int64/, [ints(3)], [f(3)]],
  ['sum', 'shape/range', /dim 2 is out of range/, [f(2, 3), 2], [f(2, 3), -2]],
  ['sum', 'argument/value', /twice/, [f(2, 3), [0, -2]], [f(2, 3), [0, 1]]],
  ['max', 'shape/range', /no elements/, [f(0)], [f(1)]],
  ['amax', 'shape/range', /no elements/, [f(2, 0), [1]], [f(2, 0), [0]]],
  ['reshape', 'shape/mismatch', /6 elements/, [f(2, 3), [4, -1]], [f(2, 3), [3, -1]]],
  ['reshape', 'argument/value', /only one size/, [f(2, 3), [-1, -1]], [f(2, 3), [-1]]],
  ['reshape', 'argument/value', /ambiguous/, [f(0, 3), [0, -1]], [f(0, 3), [3, -1]]],
  ['permute', 'shape/rank', /no permutation/, [f(2, 3), [0, 0]], [f(2, 3), [1, 0]]],
  ['expand', 'shape/mismatch', /cannot be expanded/, [f(2, 3), [4, 3]], [f(1, 3), [4, 3]]],
  ['cat', 'shape/mismatch', /differ elsewhere/, [[f(2, 3), f(2, 4)], 0], [[f(2, 3), f(2, 4)], 1]],
  ['cat', 'argument/value', /at least one/, [[]], [[f(1)]]],
  ['stack', 'shape/mismatch', /differ/, [[f(2), f(3)]], [[f(2), f(2)]]],
  ['split_sizes', 'shape/mismatch', /add up to 5/, [f(5), [2, 2]], [f(5), [2, 3]]],
  ['getitem', 'shape/range', /index 4 is out of range for dim 0 of size 4/, [f(4, 3), [4]], [f(4, 3), [-4]]],
  ['getitem', 'shape/rank', /too many/, [f(4), [0, 0]], [f(4), [0]]],
  ['getitem', 'op/unsupported', /mask/, [f(4), [bools(4)]], [f(4), [ints(4)]]],
  ['getitem', 'dtype/mismatch', /integers/, [f(4), [f(2)]], [f(4), [ints(2)]]],
  ['gather', 'shape/rank', /as many axes/, [f(2, 3), 1, ints(2)], [f(2, 3), 1, ints(2, 1)]],
  ['one_hot', 'argument/missing', /num_classes/, [ints(3)], [ints(3), 4]],
  ['matmul', 'shape/mismatch', /do not fit/, [f(2, 3), f(4, 5)], [f(2, 3), f(3, 5)]],
  ['matmul', 'dtype/mismatch', /int64/, [f(2, 3), ints(3, 5)], [ints(2, 3), ints(3, 5)]],
  ['linear', 'shape/mismatch', /expects 4 features/, [f(2, 3), f(5, 4)], [f(2, 4), f(5, 4)]],
  ['einsum', 'argument/value', /2 terms for 1/, ['ij,jk->ik', f(2, 3)], ['ij->i', f(2, 3)]],
  ['einsum', 'shape/mismatch', /axis j/, ['ij,jk->ik', f(2, 3), f(4, 5)], ['ij,jk->ik', f(2, 3), f(3, 5)]],
  [
    'conv2d',
    'shape/mismatch',
    /input channels/,
    [f(1, 3, 8, 8), f(4, 2, 3, 3)],
    [f(1, 2, 8, 8), f(4, 2, 3, 3)],
  ],
  ['conv2d', 'shape/rank', /2 spatial axes/, [f(8, 8), f(4, 2, 3, 3)], [f(2, 8, 8), f(4, 2, 3, 3)]],
  [
    'conv1d',
    'argument/value',
    /stride of 1/,
    [f(1, 2, 8), f(4, 2, 3), null, 2, 'same'],
    [f(1, 2, 8), f(4, 2, 3), null, 1, 'same'],
  ],
  ['max_pool2d', 'argument/value', /half of the kernel/, [f(1, 2, 8, 8), 2, 2, 2], [f(1, 2, 8, 8), 2, 2, 1]],
  ['max_pool2d', 'shape/range', /do not fit/, [f(1, 2, 2, 2), 3], [f(1, 2, 3, 3), 3]],
  ['pad', 'argument/value', /exceeds/, [f(1, 2, 3), [3, 0], 'reflect'], [f(1, 2, 3), [2, 0], 'reflect']],
  ['pad', 'argument/value', /two for each axis/, [f(3), [1, 1, 1]], [f(3), [1, 1]]],
  ['interpolate', 'argument/value', /either size or scale_factor/, [f(1, 2, 3)], [f(1, 2, 3), 4]],
  [
    'interpolate',
    'shape/rank',
    /'bilinear'/,
    [f(1, 2, 3), 4, null, 'bilinear'],
    [f(1, 2, 3, 3), 4, null, 'bilinear'],
  ],
  ['layer_norm', 'shape/mismatch', /normalized_shape/, [f(2, 3), [4]], [f(2, 4), [4]]],
  ['group_norm', 'argument/value', /equal groups/, [f(2, 5), 2], [f(2, 4), 2]],
  ['batch_norm', 'argument/missing', /running_mean/, [f(2, 3), null, null], [f(2, 3), f(3), f(3)]],
  ['embedding', 'dtype/mismatch', /integers/, [f(2), f(4, 3)], [ints(2), f(4, 3)]],
  ['embedding', 'op/unsupported', /max_norm/, [ints(2), f(4, 3), null, 1], [ints(2), f(4, 3)]],
  ['cross_entropy', 'shape/mismatch', /needs a target \[2\]/, [f(2, 3), ints(3)], [f(2, 3), ints(2)]],
  ['softmax', 'dtype/mismatch', /float tensor/, [ints(2), 0], [f(2), 0]],
  ['glu', 'shape/mismatch', /halved/, [f(2, 3)], [f(2, 4)]],
  ['pixel_shuffle', 'shape/mismatch', /multiple of 4/, [f(3, 2, 2), 2], [f(4, 2, 2), 2]],
  ['arange_start', 'argument/value', /cannot be reached/, [5, 1], [1, 5]],
  ['pow', 'argument/value', /negative powers/, [ints(2), -1], [ints(2), new FloatScalar(-1)]],
  ['masked_fill', 'dtype/mismatch', /bool mask/, [f(2), ints(2), 0], [f(2), bools(2), 0]],
  ['topk', 'shape/range', /exceeds/, [f(3), 4], [f(3), 3]],
  [
    'scaled_dot_product_attention',
    'argument/value',
    /exclude/,
    [f(2, 3), f(2, 3), f(2, 3), bools(2, 2), 0, true],
    [f(2, 3), f(2, 3), f(2, 3), null, 0, true],
  ],
]

describe('bad arguments are named errors', () => {
  for (const [name, code, message, bad, good] of CASES) {
    it(`${name} reports ${code}: ${message.source}`, () => {
      let caught: unknown
      try {
        call(name, bad)
      } catch (error) {
        caught = error
      }
      expect(caught).toBeInstanceOf(OpError)
      expect((caught as OpError).code).toBe(code)
      expect((caught as OpError).message).toMatch(message)
      expect(() => call(name, good)).not.toThrow()
    })
  }
})

describe('sizes that are variables', () => {
  const n = dimVariable('N')
  it('do not unbind: the number of parts would vary', () => {
    expect(() => call('unbind', [f(n, 2)])).toThrow(/fixed number/)
    expect(call('unbind', [f(n, 2), 1])).toHaveLength(2)
  })
  it('chunk into as many parts as asked for', () => {
    expect(call('chunk', [f(n, 2), 3])).toHaveLength(3)
  })
  it('are no size of 1 for squeeze', () => {
    expect((call('squeeze', [f(n, 1)]) as ShapeValue).aval.shape).toEqual([n])
  })
  it('unroll no recurrent net, but its shapes are inferred', () => {
    const weights = [f(8, 3), f(8, 2), f(8), f(8)]
    const state = [f(1, 1, 2), f(1, 1, 2)]
    const args = [f(n, 1, 3), state, weights, true, 1, 0, false, false, false]
    const [out] = call('lstm', args) as readonly ShapeValue[]
    expect(out!.aval.shape).toEqual([n, 1, 2])
    const row = functions.lstm
    const bound = bindArgs(row.args, args, {}, (v: unknown): v is ShapeValue => v instanceof ShapeValue)
    expect(() => row.expand(new ShapeBuilder(), bound)).toThrow(/cannot be unrolled/)
  })
})
