import { describe, expect, it } from 'vitest'
import {
  add,
  and,
  cast,
  constF32,
  constI32,
  constI64,
  eq,
  floordiv,
  ge,
  get,
  load,
  lt,
  max,
  min,
  mod,
  mul,
  select,
  sub,
  unary,
} from '../../runtime/kernels/expr.ts'
import {
  buffer,
  type Expr,
  type Kernel,
  KernelError,
  letVar,
  loopVar,
  register,
  type Stmt,
} from '../../runtime/kernels/ir.ts'
import { rangeOf } from '../../runtime/kernels/range.ts'
import { interpret } from '../../runtime/kernels/reference/interpret.ts'
import { alloc, define, forVar, kernel, loop, set, store } from '../../runtime/kernels/stmt.ts'
import { kernelKey, printKernel } from '../../runtime/kernels/text.ts'
import { verify } from '../../runtime/kernels/verify.ts'

const show = (e: Expr) => {
  const y = buffer('y', 'int32', 1, 'write')
  const text = printKernel(kernel('k', [y], [store(y, constI32(0), e)]))
  return /= (.*)/.exec(text)![1]
}

describe('index expressions fold by the ranges of their variables', () => {
  const [i, j] = [loopVar('i', 8), loopVar('j', 12)]
  const flat = add(mul(i, 12), j)
  it.each<[string, Expr, Expr]>([
    ['the row of a flat index', floordiv(flat, 12), i],
    ['the column of a flat index', mod(flat, 12), j],
    ['a reshape there and back', add(mul(floordiv(flat, 6), 6), mod(flat, 6)), flat],
    ['a reshape of the inner dims', add(mul(mod(floordiv(flat, 3), 4), 3), mod(flat, 3)), mod(flat, 12)],
    ['a part of a part', floordiv(mod(flat, 12), 4), mod(floordiv(flat, 4), 3)],
    ['a division that shares a factor', floordiv(mul(i, 6), 12), floordiv(i, 2)],
    ['two divisions', floordiv(floordiv(flat, 4), 3), i],
    ['a remainder of a remainder', mod(mod(flat, 12), 4), mod(j, 4)],
    ['a difference of itself', sub(flat, flat), constI32(0)],
    ['a bound that always holds', select(lt(i, 8), i, j), i],
    ['a minimum that is known', min(add(i, 20), j), j],
    ['a maximum that is known', max(add(i, 20), j), add(i, 20)],
    ['a floor division below 0', floordiv(sub(i, 8), 8), constI32(-1)],
  ])('%s', (_, folded, plain) => {
    expect(show(folded)).toBe(show(plain))
  })

  it('but not where int32 could wrap: doubling and halving loaded data is kept', () => {
    const x = buffer('x', 'int32', 1, 'read')
    const data = load(x, 0)
    expect(floordiv(mul(data, 2), 2)).not.toBe(data)
    const y = buffer('y', 'int32', 1, 'write')
    const k = kernel('k', [x, y], [store(y, constI32(0), floordiv(mul(data, 2), 2))])
    const result = new Int32Array(1)
    interpret(k, [Int32Array.of(2 ** 30), result])
    expect(result[0]).toBe(-(2 ** 30))
  })

  it('and carry bounds', () => {
    expect(rangeOf(add(mul(i, 3), -2))).toEqual({ min: -2, max: 19 })
    expect(rangeOf(mod(load(buffer('x', 'int32', 9, 'read'), i), 5))).toEqual({ min: 0, max: 4 })
  })
})

describe('literals', () => {
  it('take the type of the other operand, and fold', () => {
    expect(add(constI64(2n ** 62n), 1)).toEqual(constI64(2n ** 62n + 1n))
    expect(mul(constF32(0.1), 3)).toEqual(constF32(Math.fround(Math.fround(0.1) * 3)))
    expect(cast('uint8', constI32(300))).toEqual(constI32(44))
  })

  it('of mixed types are refused with the types named', () => {
    expect(() => add(constF32(1), constI32(1))).toThrow(/add does not take f32 and i32/)
    expect(() => unary('exp', constI32(1))).toThrow(KernelError)
  })
})

describe('the verifier', () => {
  const x = buffer('x', 'float32', 4, 'read')
  const y = buffer('y', 'float32', 4, 'write')
  const reg = register('r', 'f32', 2)
  const i = loopVar('i', 4)
  const k = (...body: Stmt[]): Kernel => kernel('k', [x, y], body)
  const good = k(loop('i', 4, 'vector', at => [store(y, at, load(x, at))]))

  it('accepts what is well formed', () => {
    verify(good)
    verify(k(alloc(reg, constF32(0)), set(reg, constF32(1), constI32(1)), store(y, constI32(0), get(reg, 1))))
    verify(k(loop('i', 0, 'seq', () => [store(y, constI32(9), constF32(0))])))
  })

  it.each<[string, Kernel, RegExp]>([
    ['a variable outside of its loop', k(store(y, i, constF32(0))), /i is not defined here/],
    ['an array that is not allocated', k(store(y, constI32(0), get(reg, 0))), /r is not allocated/],
    ['a constant index outside', k(store(y, constI32(4), constF32(0))), /index 4\.\.4 of y, which has 4/],
    [
      'a register index outside',
      k(
        alloc(reg),
        loop('i', 3, 'seq', a => [set(reg, constF32(0), a)]),
      ),
      /0\.\.2 of r/,
    ],
    ['a store to what is read only', k(store(x, constI32(0), constF32(0))), /read-only/],
    ['a load from what is written only', k(store(y, constI32(0), load(y, 0))), /write-only/],
    ['a value of another type', k(store(y, constI32(0), constI32(1))), /y takes f32, not i32/],
    ['a foreign buffer', kernel('k', [y], [store(y, constI32(0), load(x, 0))]), /x is no buffer/],
    ['two buffers of one name', kernel('k', [x, { ...x }], []), /share a name/],
    ['a loop longer than its variable', k(forVar(i, 5, 'seq', [])), /does not cover/],
    ['a variable bound twice', k(forVar(i, 4, 'seq', [forVar(i, 4, 'seq', [])])), /bound twice/],
    ['a let of another type', k(define(letVar('v', 'f32'), constI32(1))), /v takes f32, not i32/],
    [
      'a malformed node',
      k(store(y, constI32(0), { kind: 'unary', type: 'f32', op: 'neg', a: constI32(1) })),
      /neg/,
    ],
  ])('refuses %s', (_, bad, message) => {
    expect(() => verify(bad)).toThrow(message)
    expect(() => verify(bad)).toThrow(KernelError)
  })
})

describe('the reference', () => {
  it('refuses arrays that do not fit, and indices that leave their buffer', () => {
    const x = buffer('x', 'int32', 3, 'read')
    const y = buffer('y', 'float32', 2, 'write')
    const k = kernel('k', [x, y], [loop('i', 3, 'seq', i => [store(y, load(x, i), constF32(1))])])
    const out = new Float32Array(2)
    interpret(k, [Int32Array.of(0, 1, 1), out])
    expect([...out]).toEqual([1, 1])
    expect(() => interpret(k, [Int32Array.of(0, 1, 2), out])).toThrow(/index 2 of y\[2\]/)
    expect(() => interpret(k, [new Float32Array(3), out])).toThrow(/x takes int32\[3\]/)
    expect(() => interpret(k, [new Int32Array(2), out])).toThrow(/x takes int32\[3\]/)
  })
})

describe('the text form', () => {
  const relu = (name: string, bound: number) => {
    const [x, y] = [buffer(`${name}.x`, 'float32', 8, 'read'), buffer(`${name}.y`, 'float32', 8, 'write')]
    return kernel(name, [x, y], [loop('i', 8, 'vector', i => [store(y, i, max(load(x, i), bound))])])
  }

  it('shows loops, indices and values', () => {
    expect(printKernel(relu('relu', 0))).toBe(
      'kernel relu(read b0: float32[8], write b1: float32[8])\n  vector i0 < 8\n    b1[i0] = max(b0[i0], 0:f32)\n',
    )
  })

  it('gives one key to kernels of one structure, whatever their names, and others to others', () => {
    expect(kernelKey(relu('a', 0))).toBe(kernelKey(relu('b', 0)))
    expect(kernelKey(relu('a', 0))).not.toBe(kernelKey(relu('a', 1)))
    expect(kernelKey(relu('a', 0))).not.toBe(kernelKey(relu('a', -0)))
  })

  it('stays short where a value is used many times over', () => {
    const x = buffer('x', 'float32', 1, 'readwrite')
    let value = load(x, 0)
    for (let n = 0; n < 60; n++) value = mul(value, value)
    const k = kernel('k', [x], [store(x, constI32(0), value)])
    expect(printKernel(k).length).toBeLessThan(3000)
    const result = Float32Array.of(-1)
    interpret(k, [result])
    expect(result[0]).toBe(1)
    verify(k)
    expect(and(eq(constI32(1), 1), ge(constI32(2), 1))).toMatchObject({ value: true })
  })
})
