import { describe, expect, it } from 'vitest'
import { add, load, max, mul } from '../../runtime/kernels/expr.ts'
import { buffer } from '../../runtime/kernels/ir.ts'
import type { Storage } from '../../runtime/kernels/reference/storage.ts'
import {
  type Consecutive,
  type Factor,
  type MatmulShape,
  matmul,
  matmulPacked,
  packedRight,
  packRight,
} from '../../runtime/kernels/templates/matmul.ts'
import { WASM_LIMITS } from '../../runtime/kernels/wasm/compile.ts'
import { integers, numbers, runGroup } from './run-group.ts'

const DTYPE = { f32: 'float32', f64: 'float64', i32: 'int32', i64: 'int64' } as const

function operands(shape: MatmulShape, transposed: boolean) {
  const { batch, rightBatch, m, n, k } = shape
  const dtype = DTYPE[shape.type]
  const a = buffer('a', dtype, batch * m * k, 'read')
  const b = buffer('b', dtype, rightBatch * k * n, 'read')
  const y = buffer('y', dtype, batch * m * n, 'write')
  const bias = buffer('bias', dtype, n, 'read')
  const left: Factor = { buffers: [a], value: (g, r, i) => load(a, add(mul(add(mul(g, m), r), k), i)) }
  const right: Factor = {
    buffers: [b],
    value: (g, i, c) => load(b, add(mul(g, k * n), transposed ? add(mul(c, k), i) : add(mul(i, n), c))),
  }
  const named = new Map<string, Storage>(
    [a, b, bias, y].map((x, i) => [x.name, integers(dtype, x.length, i + 1)]),
  )
  return { a, b, y, bias, left, right, named }
}

/** max(a @ b + bias, 0) by the definition. Small integers: exact in every type and order. */
function expected(shape: MatmulShape, transposed: boolean, named: Map<string, Storage>): number[] {
  const { batch, rightBatch, m, n, k } = shape
  const at = (name: string, i: number) => Number(named.get(name)![i])
  const result: number[] = []
  for (let g = 0; g < batch; g++)
    for (let r = 0; r < m; r++)
      for (let c = 0; c < n; c++) {
        let sum = at('bias', c)
        for (let i = 0; i < k; i++) {
          const base = rightBatch === 1 ? 0 : g * k * n
          sum += at('a', (g * m + r) * k + i) * at('b', base + (transposed ? c * k + i : i * n + c))
        }
        result.push(Math.max(sum, 0))
      }
  return result
}

const SHAPES: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 5, 3],
  [2, 16, 4],
  [3, 17, 5],
  [7, 33, 9],
  // Weights for a row or two, larger than a cache.
  [2, 1030, 19],
  [1, 700, 400],
  [8, 8, 8],
  [5, 3, 64],
  [1, 40, 31],
  [4, 1, 7],
  [33, 19, 2],
  [40, 35, 12],
  [6, 20, 0],
  [0, 4, 3],
  [4, 0, 3],
  [70, 9, 3],
  [2, 50, 1],
]

describe.each(['f32', 'f64', 'i32', 'i64'] as const)('a product in %s with bias and relu', type => {
  it.each(SHAPES)('of %i x %i over %i', (m, n, k) => {
    const cases: [Consecutive, boolean][] = [
      ['columns', false],
      ['k', true],
      ['neither', false],
    ]
    for (const [batch, rightBatch] of [
      [1, 1],
      [3, 3],
      [2, 1],
    ] as const) {
      for (const [consecutive, transposed] of cases) {
        const shape: MatmulShape = { batch, rightBatch, m, n, k, type }
        const { y, bias, left, right, named } = operands(shape, transposed)
        const output = {
          buffer: y,
          reads: [bias],
          epilogue: (
            sum: Parameters<typeof max>[0],
            _g: unknown,
            _r: unknown,
            c: Parameters<typeof load>[1],
          ) => max(add(sum, load(bias, c)), 0),
        }
        const want = expected(shape, transposed, named)
        runGroup(matmul('mm', shape, left, right, consecutive, output, WASM_LIMITS), named, 2)
        if (want.length > 0) expect(numbers(named.get('y')!)).toEqual(want)
      }
    }
  })
})

describe('weights packed once', () => {
  it.each([1, 2, 5])('for one row serve %i', m => {
    const of = (rows: number): MatmulShape => ({
      batch: 1,
      rightBatch: 1,
      m: rows,
      n: 37,
      k: 11,
      type: 'f32',
    })
    const { y, left, right, named } = operands(of(m), true)
    const packed = packedRight('w', of(1), WASM_LIMITS)
    const pack = packRight('pack', of(1), right, packed, WASM_LIMITS)
    const use = matmulPacked('mm', of(m), left, { ...packed, access: 'read' }, { buffer: y }, WASM_LIMITS)
    named.set('bias', new Float32Array(37))
    const want = expected(of(m), true, named)
    runGroup({ kernels: [pack, use], scratch: [packed] }, named, 3)
    expect(Array.from(named.get('y') as Float32Array, x => Math.max(x, 0))).toEqual(want)
  })
})
