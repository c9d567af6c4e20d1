/** Binding of arguments, with PyTorch's rules. */
import { describe, expect, it } from 'vitest'
import { type Arg, FloatScalar, float, optional, required } from '../../runtime/ops/args.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'

class Value {}
const isValue = (v: unknown): v is Value => v instanceof Value
const x = new Value()

const bind = (
  args: readonly Arg[],
  positional: readonly unknown[],
  named: Record<string, unknown> = {},
): unknown => bindArgs(args, positional, named, isValue)

const POOL = [
  required('input', 'tensor'),
  required('kernel_size', 'ints', { size: 2, min: 1 }),
  optional('stride', 'ints?', null, { size: 2 }),
  optional('padding', 'ints', [0], { size: 2, min: 0 }),
  optional('ceil_mode', 'bool', false),
]
const VIEW = [required('input', 'tensor'), required('shape', 'dims', { variadic: true })]

describe('bindArgs', () => {
  it('takes arguments by position and by name, and fills in the rest', () => {
    expect(bind(POOL, [x, [3, 2]], { ceil_mode: true })).toEqual({
      input: x,
      kernel_size: [3, 2],
      stride: null,
      padding: [0, 0],
      ceil_mode: true,
    })
  })

  it('repeats one int to the size of a list', () => {
    expect(bind(POOL, [x, 3, [2]])).toMatchObject({ kernel_size: [3, 3], stride: [2, 2] })
  })

  it('gathers further positional arguments into a variadic list', () => {
    expect(bind(VIEW, [x, 2, -1])).toEqual({ input: x, shape: [2, -1] })
    expect(bind(VIEW, [x, [2, -1]])).toEqual({ input: x, shape: [2, -1] })
    expect(bind(VIEW, [x, 6])).toEqual({ input: x, shape: [6] })
  })

  it('takes a tensor or a number as an operand, and keeps floats apart from ints', () => {
    const args = [required('other', 'operand')]
    expect(bind(args, [x])).toEqual({ other: x })
    expect(bind(args, [2])).toEqual({ other: 2 })
    expect(bind(args, [float(2)])).toEqual({ other: new FloatScalar(2) })
    expect(bind(args, [3n])).toEqual({ other: 3n })
    expect(bind(args, [true])).toEqual({ other: true })
  })

  it('takes a float without a fraction where a number is asked for', () => {
    expect(bind([required('p', 'float')], [float(1)])).toEqual({ p: 1 })
  })

  it('treats undefined as not given', () => {
    expect(bind(POOL, [x, 2, undefined], { padding: undefined })).toMatchObject({
      stride: null,
      padding: [0, 0],
    })
  })

  it('takes same and valid as padding', () => {
    const args = [required('padding', 'padding', { size: 2 })]
    expect(bind(args, ['same'])).toEqual({ padding: 'same' })
    expect(bind(args, [1])).toEqual({ padding: [1, 1] })
    expect(() => bind(args, ['full'])).toThrow(
      "argument 'padding' takes an int, a list of ints, 'same' or 'valid'",
    )
  })

  const reduction = [optional('reduction', 'string', 'mean', { enum: ['none', 'mean', 'sum'] })]
  const bad: [string, () => unknown, string, string][] = [
    ['a missing argument', () => bind(POOL, [x]), 'argument/missing', "'kernel_size' is missing"],
    ['an unknown one', () => bind(POOL, [x, 2], { strides: 1 }), 'argument/unknown', "no argument 'strides'"],
    ['one given twice', () => bind(POOL, [x, 2], { input: x }), 'argument/value', "'input' is given twice"],
    ['too many', () => bind(POOL, [x, 2, 2, 0, true, 9]), 'argument/unknown', '5 arguments at most'],
    ['lists of the wrong length', () => bind(POOL, [x, [1, 2, 3]]), 'argument/value', 'of length 2, not 3'],
    ['a fraction as an int', () => bind(POOL, [x, 2.5]), 'argument/value', 'takes a list of ints, not 2.5'],
    ['a float as an int', () => bind(POOL, [x, float(2)]), 'argument/value', 'not the float 2'],
    [
      'a number below its bound',
      () => bind(POOL, [x, [2, 0]]),
      'argument/value',
      'is 0, but must be at least 1',
    ],
    [
      'null where there must be a value',
      () => bind(POOL, [null, 2]),
      'argument/value',
      'takes a tensor, not null',
    ],
    ['a number as a tensor', () => bind(POOL, [1, 2]), 'argument/value', 'takes a tensor, not 1'],
    ['a string as a bool', () => bind(POOL, [x, 2], { ceil_mode: 'yes' }), 'argument/value', "not 'yes'"],
    ['a string that is no choice', () => bind(reduction, ['max']), 'argument/value', "cannot be 'max'"],
  ]
  it.each(bad)('refuses %s', (_name, call, code, message) => {
    expect(call).toThrow(message)
    expect(call).toThrow(expect.objectContaining({ code }))
  })

  it('says what a name that is nearly right should be', () => {
    expect(() => bind(POOL, [x, 2], { strides: 1 })).toThrow(
      expect.objectContaining({ hint: "did you mean 'stride'?" }),
    )
  })
})
