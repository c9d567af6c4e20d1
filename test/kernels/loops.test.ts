import { describe, expect, it } from 'vitest'
import {
  add,
  and,
  binary,
  cast,
  constF32,
  constI32,
  eq,
  floordiv,
  ge,
  get,
  literal,
  load,
  lt,
  max,
  mod,
  mul,
  select,
  sub,
} from '../../runtime/kernels/expr.ts'
import {
  type BinaryOp,
  buffer,
  type Expr,
  letVar,
  REGISTER_TYPE,
  register,
  type Stmt,
} from '../../runtime/kernels/ir.ts'
import { alloc, define, kernel, loop, set, store, when } from '../../runtime/kernels/stmt.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { expectAgreement, randomStorage, seeded } from './agreement.ts'

const EXTENTS = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33, 64, 67]
const ZERO = constI32(0)

function f32(n: number, seed = 1): Float32Array {
  const random = seeded(seed)
  return Float32Array.from({ length: n }, () => random() * 4 - 2)
}

describe('vector loops', () => {
  it.each(EXTENTS)('of extent %i cover each element once and nothing else', n => {
    for (const dtype of ['float32', 'float64', 'int64', 'uint8', 'bool', 'float16'] as const) {
      const x = buffer('x', dtype, n, 'read')
      const y = buffer('y', dtype, n, 'write')
      const k = kernel('copy', [x, y], [loop('i', n, 'vector', i => [store(y, i, load(x, i))])])
      expectAgreement(k, [randomStorage(dtype, n, seeded(n)), randomStorage(dtype, n, seeded(7))])
    }
  })

  it.each(EXTENTS)('of extent %i accumulate by each associative operation', n => {
    for (const dtype of ['float32', 'float64', 'int32', 'int64'] as const) {
      const type = REGISTER_TYPE[dtype]
      for (const op of ['add', 'mul', 'min', 'max'] as readonly BinaryOp[]) {
        const x = buffer('x', dtype, n, 'read')
        const y = buffer('y', dtype, 1, 'write')
        const acc = register('acc', type)
        const body = [
          alloc(acc, literal(type, 1)),
          loop('i', n, 'vector', i => [set(acc, binary(op, get(acc), load(x, i)))]),
          store(y, ZERO, get(acc)),
        ]
        const data = dtype === 'int64' ? BigInt64Array.from({ length: n }, (_, i) => BigInt(i - 3)) : null
        const small = dtype === 'int32' ? Int32Array.from({ length: n }, (_, i) => i - 3) : null
        const float = dtype === 'float32' ? f32(n) : Float64Array.from(f32(n))
        expectAgreement(
          kernel('reduce', [x, y], body),
          [data ?? small ?? float, randomStorage(dtype, 1, seeded(3))],
          1e-5,
        )
      }
    }
  })

  it('keep two accumulations of one loop apart, and combine both with what was there before', () => {
    const x = buffer('x', 'float32', 50, 'read')
    const y = buffer('y', 'float32', 2, 'write')
    const [sum, top] = [register('sum', 'f32'), register('top', 'f32')]
    const k = kernel(
      'two',
      [x, y],
      [
        alloc(sum, constF32(100)),
        alloc(top, constF32(-5)),
        loop('i', 50, 'vector', i => [
          set(sum, add(get(sum), mul(load(x, i), load(x, i)))),
          set(top, max(load(x, i), get(top))),
        ]),
        store(y, ZERO, get(sum)),
        store(y, constI32(1), get(top)),
      ],
    )
    const [, result] = expectAgreement(k, [f32(50), new Float32Array(2)], 1e-6)
    expect(result![0]).toBeGreaterThan(100)
  })

  it('are run in order where an array is carried from one iteration to the next', () => {
    const x = buffer('x', 'float32', 20, 'read')
    const y = buffer('y', 'float32', 20, 'write')
    const run = register('run', 'f32')
    const k = kernel(
      'cumsum',
      [x, y],
      [
        alloc(run, constF32(0)),
        loop('i', 20, 'vector', i => [set(run, add(get(run), load(x, i))), store(y, i, get(run))]),
      ],
    )
    expectAgreement(k, [f32(20), new Float32Array(20)], 1e-6)
  })

  it('reduce down columns with one sum in each lane', () => {
    for (const [rows, columns] of [
      [5, 19],
      [1, 4],
      [9, 33],
      [3, 3],
    ] as const) {
      const x = buffer('x', 'float32', rows * columns, 'read')
      const y = buffer('y', 'float32', columns, 'write')
      const acc = register('acc', 'f32')
      const k = kernel(
        'columns',
        [x, y],
        [
          loop('j', columns, 'vector', j => [
            alloc(acc, constF32(0)),
            loop('r', rows, 'seq', r => [set(acc, add(get(acc), load(x, add(mul(r, columns), j))))]),
            store(y, j, get(acc)),
          ]),
        ],
      )
      expectAgreement(k, [f32(rows * columns), new Float32Array(columns)])
    }
  })

  it('gather through loaded indices and scatter to computed places', () => {
    const table = buffer('table', 'float32', 40, 'read')
    const at = buffer('at', 'int64', 23, 'read')
    const y = buffer('y', 'float32', 23, 'write')
    const gather = (reverse: boolean) =>
      kernel(
        'gather',
        [table, at, y],
        [
          loop('i', 23, 'vector', i => [
            store(y, reverse ? sub(22, i) : i, load(table, cast('int32', load(at, i)))),
          ]),
        ],
      )
    const indices = BigInt64Array.from({ length: 23 }, (_, i) => BigInt((i * 17) % 40))
    for (const reverse of [false, true])
      expectAgreement(gather(reverse), [f32(40), indices, new Float32Array(23)])
  })

  it('store under a mask that differs from lane to lane', () => {
    const x = buffer('x', 'float32', 37, 'read')
    const y = buffer('y', 'float32', 37, 'readwrite')
    const k = kernel(
      'masked',
      [x, y],
      [loop('i', 37, 'vector', i => [store(y, i, load(x, i), lt(load(x, i), 0.5))])],
    )
    expectAgreement(k, [f32(37), new Float32Array(37).fill(9)])
  })

  it('use values named by let, and let keeps what memory held then', () => {
    const y = buffer('y', 'float32', 29, 'readwrite')
    const z = buffer('z', 'float32', 29, 'write')
    const before = letVar('before', 'f32')
    const k = kernel(
      'let',
      [y, z],
      [
        loop('i', 29, 'vector', i => [
          define(before, load(y, i)),
          store(y, i, mul(before, 2)),
          store(z, i, before),
        ]),
      ],
    )
    expectAgreement(k, [f32(29), new Float32Array(29)])
  })

  it('pass through narrow storage: bfloat16 scaled, uint8 wrapped, bool from a comparison', () => {
    const b = buffer('b', 'bfloat16', 31, 'read')
    const c = buffer('c', 'bfloat16', 31, 'write')
    const u = buffer('u', 'uint8', 31, 'readwrite')
    const m = buffer('m', 'bool', 31, 'write')
    const k = kernel(
      'narrow',
      [b, c, u, m],
      [
        loop('i', 31, 'vector', i => [
          store(c, i, mul(load(b, i), 1.7)),
          store(m, i, lt(load(b, i), 0)),
          store(u, i, add(load(u, i), 200)),
        ]),
      ],
    )
    expectAgreement(
      k,
      k.buffers.map((x, i) => randomStorage(x.dtype, 31, seeded(i))),
    )
  })

  it('mix 32 and 64 bits one element at a time', () => {
    const x = buffer('x', 'float32', 21, 'read')
    const y = buffer('y', 'float64', 21, 'write')
    const k = kernel(
      'widen',
      [x, y],
      [loop('i', 21, 'vector', i => [store(y, i, cast('float64', load(x, i)))])],
    )
    expectAgreement(k, [f32(21), new Float64Array(21)])
  })
})

describe('movement', () => {
  /** Copies `shape` from x through an index map. */
  function move(
    shape: readonly [number, number],
    size: number,
    from: (r: Expr, c: Expr) => Expr,
    dtype: DType = 'float32',
  ) {
    const [rows, columns] = shape
    const x = buffer('x', dtype, size, 'read')
    const y = buffer('y', dtype, rows * columns, 'write')
    const at = (r: Expr, c: Expr) => add(mul(r, columns), c)
    for (const bind of ['seq', 'vector'] as const) {
      const k = kernel(
        'move',
        [x, y],
        [
          loop('r', rows, 'grid', r => [
            loop('c', columns, bind, c => [store(y, at(r, c), load(x, from(r, c)))]),
          ]),
        ],
      )
      expectAgreement(
        k,
        k.buffers.map((b, i) => randomStorage(dtype, b.length, seeded(i))),
        0,
        3,
      )
    }
  }

  it('transposes', () => move([9, 7], 63, (r, c) => add(mul(c, 9), r)))
  it('flips', () => move([4, 19], 76, (r, c) => add(mul(r, 19), sub(18, c))))
  it('takes every second element', () => move([3, 9], 57, (r, c) => add(mul(r, 19), mul(c, 2))))
  it('reshapes through division and remainder', () => {
    move([6, 10], 60, (r, c) => {
      const flat = add(mul(r, 10), c)
      return add(mul(mod(flat, 4), 15), floordiv(flat, 4))
    })
  })
  it('rolls', () => move([2, 33], 66, (r, c) => add(mul(r, 33), mod(add(c, 5), 33))))
  it('repeats', () => move([3, 24], 8, (_, c) => mod(c, 8)))
  it.each([2, 3, 4, 8])('repeats each element %i times', times => {
    move([3, 48], 3 * (48 / times), (r, c) => add(mul(r, 48 / times), floordiv(c, times)))
  })
  it('expands', () => move([5, 16], 5, r => r))
  it('moves int64 and halves', () => {
    move([5, 17], 85, (r, c) => add(mul(r, 17), sub(16, c)), 'int64')
    move([5, 17], 85, (r, c) => add(mul(c, 5), r), 'float16')
  })

  it.each([0, 1, 2, 5, 9])('pads by %i on each side, reading nothing outside', by => {
    const [h, w] = [4, 11]
    const [H, W] = [h + 2 * by, w + 2 * by]
    const x = buffer('x', 'float32', h * w, 'read')
    const y = buffer('y', 'float32', H * W, 'write')
    const k = kernel(
      'pad',
      [x, y],
      [
        loop('r', H, 'grid', r => [
          loop('c', W, 'vector', c => {
            const inside = and(and(ge(r, by), lt(r, by + h)), and(ge(c, by), lt(c, by + w)))
            const value = load(x, add(mul(sub(r, by), w), sub(c, by)), inside, constF32(-1))
            return [store(y, add(mul(r, W), c), value)]
          }),
        ]),
      ],
    )
    expectAgreement(k, [f32(h * w), new Float32Array(H * W)], 0, 2)
  })

  it.each([1, 3, 9])('takes every second element of lines that are padded by %i', by => {
    const [lines, length] = [3, 35]
    const taken = Math.floor((length + 2 * by) / 2)
    const x = buffer('x', 'float32', lines * length, 'read')
    const y = buffer('y', 'float32', lines * taken, 'write')
    const k = kernel(
      'every_second',
      [x, y],
      [
        loop('r', lines, 'grid', r => [
          loop('c', taken, 'vector', c => {
            const from = sub(mul(c, 2), by)
            const value = load(x, add(mul(r, length), from), and(ge(from, 0), lt(from, length)), constF32(-1))
            return [store(y, add(mul(r, taken), c), value)]
          }),
        ]),
      ],
    )
    expectAgreement(k, [f32(lines * length), new Float32Array(lines * taken)], 0, 2)
  })

  it('joins two tensors along the vectorised axis', () => {
    const [a, b] = [buffer('a', 'int32', 13, 'read'), buffer('b', 'int32', 22, 'read')]
    const y = buffer('y', 'int32', 35, 'write')
    const k = kernel(
      'cat',
      [a, b, y],
      [
        loop('i', 35, 'vector', i => {
          const first = lt(i, 13)
          const second = load(b, sub(i, 13), ge(i, 13))
          return [store(y, i, select(first, load(a, i, first), second))]
        }),
      ],
    )
    expectAgreement(
      k,
      k.buffers.map((x, i) => randomStorage('int32', x.length, seeded(i))),
    )
  })
})

describe('register tiles', () => {
  const tile = (rows: number, columns: number, depth: number, finish: (acc: Expr, c: Expr) => Expr) => {
    const a = buffer('a', 'float32', rows * depth, 'read')
    const b = buffer('b', 'float32', depth * columns, 'read')
    const y = buffer('y', 'float32', rows * columns, 'write')
    const acc = register('acc', 'f32', rows * columns)
    const each = (body: (at: Expr, r: Expr, c: Expr) => readonly Stmt[]) =>
      loop('r', rows, 'unroll', r => [loop('c', columns, 'vector', c => body(add(mul(r, columns), c), r, c))])
    return kernel(
      'tile',
      [a, b, y],
      [
        alloc(acc, constF32(0)),
        loop('k', depth, 'seq', k => [
          each((at, r, c) => [
            set(
              acc,
              add(get(acc, at), mul(load(a, add(mul(r, depth), k)), load(b, add(mul(k, columns), c)))),
              at,
            ),
          ]),
        ]),
        each((at, _, c) => [store(y, at, finish(get(acc, at), c))]),
      ],
    )
  }

  it.each([
    [2, 16],
    [4, 8],
    [3, 4],
    [1, 12],
    [2, 5],
    [1, 3],
    [3, 2],
  ])('of %i x %i hold a product, in vectors where columns are aligned', (rows, columns) => {
    const k = tile(rows, columns, 7, (acc, c) => max(mul(acc, cast('float32', c)), 0))
    expectAgreement(k, [f32(rows * 7), f32(7 * columns, 2), new Float32Array(rows * columns)])
  })

  it('beyond the register budget are refused', () => {
    const k = tile(6, 16, 3, acc => acc)
    expect(() => expectAgreement(k, [f32(18), f32(48), new Float32Array(96)])).toThrow(
      /24 registers are live.*16/,
    )
  })
})

describe('conditions', () => {
  it('guard stores, loads and registers', () => {
    const x = buffer('x', 'float32', 10, 'read')
    const y = buffer('y', 'float32', 17, 'write')
    const count = register('count', 'f32')
    const k = kernel(
      'if',
      [x, y],
      [
        alloc(count, constF32(0)),
        loop('i', 16, 'seq', i => [
          when(lt(i, 10), [
            when(eq(mod(i, 3), 0), [set(count, add(get(count), load(x, i)))]),
            store(y, i, get(count)),
          ]),
          when(ge(i, 10), [store(y, i, constF32(-1))]),
        ]),
        store(y, constI32(16), get(count)),
      ],
    )
    expectAgreement(k, [f32(10), new Float32Array(17)])
  })

  it('inside of vector loops may depend on outer variables', () => {
    const y = buffer('y', 'float32', 60, 'write')
    const k = kernel(
      'if',
      [y],
      [
        loop('r', 3, 'grid', r => [
          loop('c', 20, 'vector', c => [
            when(eq(r, 1), [store(y, add(mul(r, 20), c), constF32(1))]),
            when(lt(c, 7), [when(eq(r, 2), [store(y, add(mul(r, 20), c), constF32(2))])]),
          ]),
        ]),
      ],
    )
    expectAgreement(k, [new Float32Array(60)], 0, 3)
  })
})

describe('tiles one after the other', () => {
  it('take the registers of those that are done', () => {
    const y = buffer('y', 'float32', 5 * 32, 'write')
    const tile = register('tile', 'f32', 32)
    const k = kernel(
      'tiles',
      [y],
      [
        loop('t', 5, 'unroll', t => [
          alloc(tile, constF32(1)),
          loop('i', 32, 'vector', i => [set(tile, add(get(tile, i), cast('float32', add(i, t))), i)]),
          loop('i', 32, 'vector', i => [store(y, add(mul(t, 32), i), get(tile, i))]),
        ]),
      ],
    )
    expectAgreement(k, [new Float32Array(160)])
  })
})

describe('an accumulation whose array has another use in the loop', () => {
  it('is run in order', () => {
    const x = buffer('x', 'float32', 24, 'read')
    const y = buffer('y', 'float32', 1, 'write')
    const acc = register('acc', 'f32')
    const self = get(acc)
    const k = kernel(
      'compound',
      [x, y],
      [
        alloc(acc, constF32(1)),
        loop('i', 24, 'vector', i => [set(acc, add(self, mul(self, load(x, i))))]),
        store(y, ZERO, get(acc)),
      ],
    )
    expectAgreement(k, [f32(24).map(v => v / 8), new Float32Array(1)], 1e-6)
  })
})

describe('extremes over vectors', () => {
  it.each(['min', 'max'] as const)('%s is NaN wherever in the loop one is', op => {
    const n = 67
    const x = buffer('x', 'float32', n, 'read')
    const y = buffer('y', 'float32', 1, 'write')
    const found = register('found', 'f32')
    const start = op === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    const k = kernel(
      op,
      [x, y],
      [
        alloc(found, constF32(start)),
        loop('i', n, 'vector', i => [set(found, binary(op, get(found), load(x, i)))]),
        store(y, ZERO, get(found)),
      ],
    )
    for (let at = 0; at < n; at++) {
      const data = f32(n)
      data[at] = Number.NaN
      const [, result] = expectAgreement(k, [data, new Float32Array(1)])
      expect(result![0]).toBeNaN()
    }
  })
})
