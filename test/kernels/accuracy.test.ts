import { describe, expect, it } from 'vitest'
import { binary, load, unary } from '../../runtime/kernels/expr.ts'
import { type BinaryOp, buffer, type UnaryOp } from '../../runtime/kernels/ir.ts'
import { floatUnary, power } from '../../runtime/kernels/semantics.ts'
import { kernel, loop, store } from '../../runtime/kernels/stmt.ts'
import { runWasm } from './run-wasm.ts'

/** Distance from x to the next float32, at least that of subnormals. */
function ulp(x: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(x) || 2 ** -149)))
  return 2 ** (exponent - 23)
}

/** Float32 values over the whole range: every exponent and sign, with steps that are no multiple of a power of two. */
function wholeRange(): Float32Array {
  const bits: number[] = []
  for (let at = 0; at < 2 ** 31; at += 7919 * 3) bits.push(at, at - 2 ** 31)
  return new Float32Array(Int32Array.from(bits).buffer)
}

/** Steps of a fixed size, where functions are mostly used. */
function around(limit: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => -limit + (2 * limit * (i + 0.37)) / count)
}

/** The distance of a result from the exact value, in units in the last place. */
function errorOf(got: number, want: number): number {
  const rounded = Math.fround(want)
  if (Object.is(rounded, got)) return 0
  return Number.isFinite(rounded) && Number.isFinite(got) ? Math.abs(got - want) / ulp(want) : Infinity
}

/** The function of each input, four at a time. */
function onVectors(op: UnaryOp, inputs: Float32Array): Float32Array {
  const n = inputs.length
  const [x, y] = [buffer('x', 'float32', n, 'read'), buffer('y', 'float32', n, 'write')]
  const results = new Float32Array(n)
  const each = loop('i', n, 'vector', i => [store(y, i, unary(op, load(x, i)))])
  runWasm(kernel(op, [x, y], [each]), [inputs, results])
  return results
}

/** The function of each pair, four at a time. */
function ofPairs(op: BinaryOp, a: Float32Array, b: Float32Array): Float32Array {
  const n = a.length
  const [x, y] = [buffer('x', 'float32', n, 'read'), buffer('y', 'float32', n, 'read')]
  const z = buffer('z', 'float32', n, 'write')
  const results = new Float32Array(n)
  const each = loop('i', n, 'vector', i => [store(z, i, binary(op, load(x, i), load(y, i)))])
  runWasm(kernel(op, [x, y, z], [each]), [a, b, results])
  return results
}

/** Values at which functions of two arguments have rules of their own. */
const EDGES = [0, 0.3, 0.5, 1, 1.5, 2, 3, 16777215, 2 ** 25, 1e-40, 1e30, 3.4e38, Infinity].flatMap(v => [
  v,
  -v,
])

describe('functions of float32 stay within their stated error over the whole range', () => {
  it.each<[UnaryOp, number]>([
    ['exp', 1],
    ['expm1', 2],
    ['log', 1],
    ['log2', 2],
    ['log1p', 2],
    ['sin', 3],
    ['cos', 3],
    ['tan', 5],
    ['asin', 3],
    ['acos', 2],
    ['atan', 3],
    ['sinh', 2],
    ['cosh', 2],
    ['tanh', 3],
    ['asinh', 3],
    ['acosh', 3],
    ['atanh', 3],
    ['erf', 2],
    ['erfc', 5],
    ['sqrt', 0.5001],
  ])('%s: %f ulp', (op, limit) => {
    let worst = 0
    let where = 0
    for (const inputs of [wholeRange(), around(12, 100_000), around(100, 50_000), around(1, 50_000)]) {
      const results = onVectors(op, inputs)
      for (let i = 0; i < inputs.length; i++) {
        const error = errorOf(results[i]!, floatUnary(op)(inputs[i]!))
        if (error > worst) [worst, where] = [error, inputs[i]!]
      }
    }
    expect(worst, `worst at ${where}`).toBeLessThanOrEqual(limit)
  })

  it('angles beyond all digits of pi are reduced exactly', () => {
    // The float32 values nearest to multiples of pi/2, among them those that cancel most.
    const known = [16367173 * 2 ** 72, 6.2831855, 102943.7, 2 ** 127, 8.5e20, 12799.9, 12800.1, 1.5e9]
    const inputs = Float32Array.from(known.flatMap(x => [x, -x]))
    for (const op of ['sin', 'cos', 'tan'] as const) {
      const results = onVectors(op, inputs)
      for (const [i, x] of inputs.entries())
        expect(errorOf(results[i]!, floatUnary(op)(x)), `${op}(${x})`).toBeLessThanOrEqual(3)
    }
  })

  it.each<[BinaryOp, number, (a: number, b: number) => number]>([
    ['pow', 4, power],
    ['atan2', 3, Math.atan2],
  ])('%s: %f ulp, and its rules at zeros, infinities and NaN', (op, limit, exact) => {
    const values = [...EDGES, Number.NaN]
    const random = Array.from({ length: 200_000 }, (_, i) => {
      const [u, v] = [Math.sin(i * 12.9898) * 43758.5453, Math.sin(i * 78.233) * 12543.123]
      const [p, q] = [u - Math.floor(u), v - Math.floor(v)]
      const a = i % 3 === 0 ? 0.5 + p : 2 ** (p * 60 - 30)
      // Exponents for which the power is a number, mostly.
      const b =
        op === 'atan2' ? 2 ** (q * 60 - 30) : ((q * 2 - 1) * 126) / Math.max(1e-3, Math.abs(Math.log2(a)))
      return [a, b] as const
    })
    const pairs = [...values.flatMap(a => values.map(b => [a, b] as const)), ...random]
    const [a, b] = [0, 1].map(k => Float32Array.from(pairs, pair => pair[k as 0 | 1])) as [
      Float32Array,
      Float32Array,
    ]
    const results = ofPairs(op, a, b)
    let worst = 0
    let where = ''
    for (let i = 0; i < a.length; i++) {
      const error = errorOf(results[i]!, exact(a[i]!, b[i]!))
      if (error > worst) [worst, where] = [error, `${a[i]}, ${b[i]}`]
    }
    expect(worst, `worst at ${where}`).toBeLessThanOrEqual(limit)
  })
})
