import { describe, expect, it } from 'vitest'
import {
  and,
  binary,
  bitcast,
  cast,
  compare,
  hasBinary,
  hasUnary,
  literal,
  load,
  select,
  unary,
} from '../../runtime/kernels/expr.ts'
import type { Buffer, Expr, Kernel, ScalarType, UnaryOp } from '../../runtime/kernels/ir.ts'
import { buffer, REGISTER_TYPE } from '../../runtime/kernels/ir.ts'
import { kernel, loop, store } from '../../runtime/kernels/stmt.ts'
import { DTYPES, type DType } from '../../runtime/ops/dtype.ts'
import { expectAgreement, randomStorage, seeded } from './agreement.ts'
import { BINARY, COMPARE, UNARY } from './operations.ts'

const REPRESENTATIVE: readonly DType[] = ['bool', 'int32', 'int64', 'float32', 'float64']
const LENGTH = 67

/** Applies `f` to every element of the inputs. */
function mapKernel(
  out: DType,
  inputs: readonly DType[],
  f: (args: Expr[]) => Expr,
  bind: 'seq' | 'vector',
): Kernel {
  const ins = inputs.map((dtype, i) => buffer(`x${i}`, dtype, LENGTH, 'read'))
  const y = buffer('y', out, LENGTH, 'write')
  const body = loop('i', LENGTH, bind, i => [store(y, i, f(ins.map(x => load(x, i))))])
  return kernel('map', [...ins, y], [body])
}

function check(
  out: DType,
  inputs: readonly DType[],
  f: (args: Expr[]) => Expr,
  seed: number,
  tolerance = 0,
): void {
  for (const bind of ['seq', 'vector'] as const) {
    const k = mapKernel(out, inputs, f, bind)
    expectAgreement(
      k,
      k.buffers.map((b, i) => randomStorage(b.dtype, b.length, seeded(seed + i))),
      tolerance,
    )
  }
}

describe('WebAssembly computes every operation as the reference does, in scalars and in vectors', () => {
  for (const dtype of REPRESENTATIVE) {
    const type = REGISTER_TYPE[dtype]
    it.each(UNARY.filter(op => hasUnary(op, type)))(`${dtype} %s`, op => {
      // Functions that are expanded differ in the last bits; accuracy.test.ts measures by how much.
      check(dtype, [dtype], ([x]) => unary(op, x!), 1, dtype === 'float32' ? 4e-7 : 0)
    })
    it.each(BINARY.filter(op => hasBinary(op, type)))(`${dtype} %s`, op => {
      const expanded = dtype === 'float32' && (op === 'pow' || op === 'atan2')
      check(dtype, [dtype, dtype], ([x, y]) => binary(op, x!, y!), 2, expanded ? 4e-7 : 0)
    })
    it.each(COMPARE)(`${dtype} %s`, op => {
      check('bool', [dtype, dtype], ([x, y]) => compare(op, x!, y!), 3)
    })
    it(`${dtype} select`, () => {
      check(dtype, ['bool', dtype, dtype], ([c, x, y]) => select(c!, x!, y!), 4)
    })
  }

  it.each(BINARY.filter(op => hasBinary(op, 'i32')))('int32 %s with constants', op => {
    for (const by of [1, 2, 3, 8, 31, 32, -1, -2, 0])
      check('int32', ['int32'], ([x]) => binary(op, x!, by), 5)
  })

  it.each(['min', 'max'] as const)('float %s with a constant keeps NaN', op => {
    check('float32', ['float32'], ([x]) => binary(op, x!, 0), 6)
    check('float32', ['float32'], ([x]) => binary(op, 0, x!), 6)
    check('float64', ['float64'], ([x]) => binary(op, 1, x!), 6)
    check('float32', ['float32'], ([x]) => binary(op, x!, Number.NaN), 6)
  })

  it.each(['int32', 'int64', 'float32', 'float64'] as const)('bits of %s', dtype => {
    const other = { int32: 'float32', int64: 'float64', float32: 'int32', float64: 'int64' } as const
    check(other[dtype], [dtype], ([x]) => bitcast(x!), 7)
  })
})

describe('casts agree between all pairs of dtypes', () => {
  it.each(DTYPES)('from %s', from => {
    for (const to of DTYPES) check(to, [from], ([x]) => cast(to, x!), 8)
  })

  it('and a chain through a half or narrow type rounds in between', () => {
    for (const via of ['float16', 'bfloat16', 'uint8', 'int8', 'int16'] as const) {
      check('float32', ['float32'], ([x]) => cast('float32', cast(via, x!)), 9)
    }
  })
})

describe('random expressions of one type', () => {
  const random = seeded(99)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const exact: readonly UnaryOp[] = ['neg', 'abs', 'sign', 'floor', 'trunc', 'round', 'sqrt']

  function build(type: ScalarType, leaves: readonly Expr[], depth: number): Expr {
    if (depth === 0 || random() < 0.1)
      return random() < 0.2 ? literal(type, Math.floor(random() * 7) - 3) : pick(leaves)
    const choice = random()
    if (choice < 0.2) {
      const op = pick(exact.filter(o => hasUnary(o, type)))
      return unary(op, build(type, leaves, depth - 1))
    }
    const a = build(type, leaves, depth - 1)
    const b = build(type, leaves, depth - 1)
    if (choice < 0.35) return select(and(compare(pick(COMPARE), a, b), compare(pick(COMPARE), b, 1)), a, b)
    const ops = BINARY.filter(op => hasBinary(op, type) && op !== 'pow' && op !== 'atan2')
    return binary(pick(ops), a, b)
  }

  it.each(['int32', 'int64', 'float32', 'float64'] as const)('%s', dtype => {
    for (let n = 0; n < 25; n++) {
      check(dtype, [dtype, dtype, dtype], args => build(REGISTER_TYPE[dtype], args, 4), 100 + n)
    }
  })
})

describe('index expressions simplify without changing their value', () => {
  it('over random nests of sums, products, floor divisions and remainders', () => {
    const random = seeded(5)
    const int = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
    for (let n = 0; n < 300; n++) {
      const [p, q] = [int(1, 9), int(1, 7)]
      const seed = int(0, 1e9)
      const values = (simplify: boolean): Buffer =>
        buffer(simplify ? 'simple' : 'plain', 'int32', p * q, 'write')
      const outs = [values(true), values(false)]
      const vars = buffer('vars', 'int32', p * q, 'read')
      // The same tree over loop variables, which have ranges, and over loaded values, which have none.
      const both = loop('i', p, 'seq', i => [
        loop('j', q, 'seq', j => {
          const at = binary('add', binary('mul', i, q), j)
          const opaque = [binary('floordiv', load(vars, at), q), binary('mod', load(vars, at), q)]
          return [[i, j], opaque].map((leaves, which) => {
            const again = seeded(seed)
            const next = (from: number, to: number) => from + Math.floor(again() * (to - from + 1))
            const tree = (depth: number): Expr => {
              if (depth === 0) return leaves[next(0, 1)]!
              const a = tree(depth - 1)
              const op = (['add', 'sub', 'mul', 'floordiv', 'mod', 'min', 'max'] as const)[next(0, 6)]!
              if (op === 'add' || op === 'sub' || op === 'min' || op === 'max')
                return binary(op, a, tree(depth - 1))
              return binary(op, a, next(op === 'mul' ? -3 : 1, 8))
            }
            return store(outs[which]!, at, tree(4))
          })
        }),
      ])
      const storage = [
        Int32Array.from({ length: p * q }, (_, i) => i),
        new Int32Array(p * q),
        new Int32Array(p * q),
      ]
      const [, simple, plain] = expectAgreement(kernel('index', [vars, ...outs], [both]), storage)
      expect(simple).toEqual(plain)
    }
  })
})
