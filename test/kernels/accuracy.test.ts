import { describe, expect, it } from 'vitest'
import { load, unary } from '../../runtime/kernels/expr.ts'
import { buffer, type UnaryOp } from '../../runtime/kernels/ir.ts'
import { floatUnary } from '../../runtime/kernels/semantics.ts'
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

describe('functions of float32 stay within their stated error over the whole range', () => {
  it.each<[UnaryOp, number]>([
    ['exp', 1],
    ['expm1', 2],
    ['log', 1],
    ['log2', 2],
    ['log1p', 2],
    ['tanh', 3],
    ['erf', 2],
    ['sqrt', 0.5001],
  ])('%s: %f ulp', (op, limit) => {
    let worst = 0
    let where = 0
    for (const inputs of [wholeRange(), around(12, 100_000), around(100, 50_000), around(1e-2, 20_000)]) {
      const n = inputs.length
      const [x, y] = [buffer('x', 'float32', n, 'read'), buffer('y', 'float32', n, 'write')]
      const results = new Float32Array(n)
      runWasm(kernel(op, [x, y], [loop('i', n, 'vector', i => [store(y, i, unary(op, load(x, i)))])]), [
        inputs,
        results,
      ])
      for (let i = 0; i < n; i++) {
        const want = floatUnary(op)(inputs[i]!)
        const got = results[i]!
        const rounded = Math.fround(want)
        if (Object.is(rounded, got) || (Number.isNaN(rounded) && Number.isNaN(got))) continue
        const error =
          Number.isFinite(rounded) && Number.isFinite(got) ? Math.abs(got - want) / ulp(want) : Infinity
        if (error > worst) [worst, where] = [error, inputs[i]!]
      }
    }
    expect(worst, `worst at ${where}`).toBeLessThanOrEqual(limit)
  })
})
