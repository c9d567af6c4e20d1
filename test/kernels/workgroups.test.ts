import { describe, expect, it } from 'vitest'
import { add, cast, constF32, get, load, lt, mul, sub } from '../../runtime/kernels/expr.ts'
import { buffer, type Kernel, letVar, register, sharedArray } from '../../runtime/kernels/ir.ts'
import { alloc, barrier, define, kernel, loop, set, store, when } from '../../runtime/kernels/stmt.ts'
import { verify } from '../../runtime/kernels/verify.ts'
import { expectAgreement, seeded } from './agreement.ts'

function f32(n: number, seed = 1): Float32Array {
  const random = seeded(seed)
  return Float32Array.from({ length: n }, () => Math.floor(random() * 9) - 4)
}

/** A product by tiles in shared memory, as a GPU does it: one invocation for each element of the result. */
function tiledProduct(tiles: number, size: number, depth: number): Kernel {
  const [m, k] = [tiles * size, depth * size]
  const a = buffer('a', 'float32', m * k, 'read')
  const b = buffer('b', 'float32', k * m, 'read')
  const y = buffer('y', 'float32', m * m, 'write')
  const [left, right] = [sharedArray('left', 'f32', size * size), sharedArray('right', 'f32', size * size)]
  const sum = register('sum', 'f32')
  const row = letVar('row', 'i32')
  const group = loop('gy', tiles, 'grid', gy => [
    loop('gx', tiles, 'grid', gx => [
      alloc(left),
      alloc(right),
      loop('ly', size, 'local', ly => [
        loop('lx', size, 'local', lx => {
          const column = add(mul(gx, size), lx)
          const place = add(mul(ly, size), lx)
          return [
            define(row, add(mul(gy, size), ly)),
            alloc(sum, constF32(0)),
            loop('t', depth, 'seq', t => [
              set(left, load(a, add(mul(row, k), add(mul(t, size), lx))), place),
              set(right, load(b, add(mul(add(mul(t, size), ly), m), column)), place),
              barrier,
              loop('i', size, 'seq', i => [
                set(
                  sum,
                  add(get(sum), mul(get(left, add(mul(ly, size), i)), get(right, add(mul(i, size), lx)))),
                ),
              ]),
              barrier,
            ]),
            store(y, add(mul(row, m), column), get(sum)),
          ]
        }),
      ]),
    ]),
  ])
  return kernel('tiled', [a, b, y], [group])
}

describe('workgroups with shared memory and barriers', () => {
  it.each([
    [1, 4, 1],
    [2, 3, 2],
    [3, 4, 2],
  ])('multiply matrices by tiles (%i groups of %i, depth %i)', (tiles, size, depth) => {
    const k = tiledProduct(tiles, size, depth)
    const [m, inner] = [tiles * size, depth * size]
    const [a, b] = [f32(m * inner), f32(m * inner, 2)]
    const [, , y] = expectAgreement(k, [a, b, new Float32Array(m * m)], 0, tiles)
    const want = Array.from({ length: m * m }, (_, at) => {
      let sum = 0
      for (let i = 0; i < inner; i++) sum += a[Math.floor(at / m) * inner + i]! * b[i * m + (at % m)]!
      return sum
    })
    expect([...(y as Float32Array)]).toEqual(want)
  })

  it('reduce by halves, where some invocations rest', () => {
    const x = buffer('x', 'float32', 3 * 16, 'read')
    const y = buffer('y', 'float32', 3, 'write')
    const parts = sharedArray('parts', 'f32', 16)
    const halves = [8, 4, 2, 1].flatMap(half => (i: Parameters<typeof lt>[0]) => [
      when(lt(i, half), [set(parts, add(get(parts, i), get(parts, add(i, half))), add(i, 0))]),
      barrier,
    ])
    const k = kernel(
      'tree',
      [x, y],
      [
        loop('g', 3, 'grid', g => [
          alloc(parts),
          loop('i', 16, 'local', i => [
            set(parts, load(x, add(mul(g, 16), i)), i),
            barrier,
            ...halves.flatMap(step => step(i)),
            when(lt(i, 1), [store(y, g, get(parts))]),
          ]),
        ]),
      ],
    )
    const data = f32(48)
    const [, y2] = expectAgreement(k, [data, new Float32Array(3)], 0, 2)
    expect(y2![1]).toBe(data.slice(16, 32).reduce((a, b) => a + b))
  })

  it('keep values named before a barrier for after it', () => {
    const y = buffer('y', 'float32', 8, 'readwrite')
    const mine = letVar('mine', 'f32')
    const k = kernel(
      'swap',
      [y],
      [loop('i', 8, 'local', i => [define(mine, load(y, i)), barrier, store(y, sub(7, i), mine)])],
    )
    const [result] = expectAgreement(k, [Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7])])
    expect([...(result as Float32Array)]).toEqual([7, 6, 5, 4, 3, 2, 1, 0])
  })

  it('refuse a barrier outside of local loops, or under a condition', () => {
    expect(() => verify(kernel('bad', [], [barrier]))).toThrow(/outside of local loops/)
    const conditional = loop('i', 4, 'local', i => [when(lt(i, 2), [barrier])])
    expect(() => verify(kernel('bad', [], [conditional]))).toThrow(/under a condition/)
    verify(kernel('good', [], [loop('i', 4, 'local', () => [barrier])]))
  })

  it('meet at barriers under a condition that is the same for all of them', () => {
    const y = buffer('y', 'float32', 12, 'write')
    const swapped = sharedArray('swapped', 'f32', 4)
    const mine = letVar('mine', 'f32')
    const k = kernel(
      'some',
      [y],
      [
        loop('g', 3, 'grid', g => [
          alloc(swapped),
          loop('i', 4, 'local', i => [
            set(swapped, cast('float32', add(mul(g, 4), i)), i),
            barrier,
            loop('step', 3, 'seq', step => [
              when(lt(step, g), [
                define(mine, add(get(swapped, sub(3, i)), 100)),
                barrier,
                set(swapped, mine, i),
                barrier,
              ]),
            ]),
            store(y, add(mul(g, 4), i), get(swapped, i)),
          ]),
        ]),
      ],
    )
    verify(k)
    expectAgreement(k, [new Float32Array(12)])
  })
})
