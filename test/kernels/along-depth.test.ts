/** Products along rows of both factors, by their template and as gradients of convolutions. */
import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { planGraph } from '../../runtime/graph/plan.ts'
import { graphOf, trace } from '../../runtime/graph/trace.ts'
import { nn, noGrad, setThreads, tensor } from '../../runtime/index.ts'
import { add, load, max, mul } from '../../runtime/kernels/expr.ts'
import { buffer, type Expr } from '../../runtime/kernels/ir.ts'
import type { Storage } from '../../runtime/kernels/reference/storage.ts'
import { type DepthFactor, productAlongDepth } from '../../runtime/kernels/templates/along-depth.ts'
import { WASM_LIMITS } from '../../runtime/kernels/wasm/compile.ts'
import { integers, numbers, runGroup } from './run-group.ts'

describe.each(['f32', 'f64'] as const)('a product along its depth in %s', type => {
  it.each([
    // batch, m, n, outer, inner: whole vectors, ends of rows, tiles that are not full, and more than one block.
    [1, 2, 4, 3, 8],
    [2, 1, 1, 2, 4],
    [1, 5, 6, 4, 10],
    [2, 3, 9, 3, 7],
    [1, 4, 7, 5, 5],
    [1, 2, 3, 96, 1021],
  ])('of %i x [%i x %i] over %i rows of %i', (batch, m, n, outer, inner) => {
    const dtype = type === 'f32' ? 'float32' : 'float64'
    // Columns are rows of one image, each shifted by one element.
    const pitch = inner + n - 1
    const a = buffer('a', dtype, batch * m * outer * inner, 'read')
    const b = buffer('b', dtype, batch * outer * pitch, 'read')
    const bias = buffer('bias', dtype, n, 'read')
    const y = buffer('y', dtype, batch * m * n, 'write')
    const place = (sizes: readonly number[], at: readonly Expr[]): Expr =>
      at.slice(1).reduce((sum, i, axis) => add(mul(sum, sizes[axis]!), i), at[0]!)
    const left: DepthFactor = {
      buffers: [a],
      value: (g, row, [o, i]) => load(a, place([m, outer, inner], [g, row, o!, i!])),
    }
    const right: DepthFactor = {
      buffers: [b],
      value: (g, column, [o, i]) => load(b, place([outer, pitch], [g, o!, add(i!, column)])),
    }
    const named = new Map<string, Storage>(
      [a, b, bias, y].map((x, i) => [x.name, integers(dtype, x.length, i + 1)]),
    )
    const shape = { batch, m, n, depth: [outer, inner], type }
    const output = {
      buffer: y,
      reads: [bias],
      epilogue: (sum: Expr, _g: Expr, _row: Expr, column: Expr) => max(add(sum, load(bias, column)), 0),
    }
    const group = productAlongDepth('product', shape, left, right, output, WASM_LIMITS)
    expect(group.kernels).toHaveLength(outer * inner > 50_000 ? 2 : 1)
    runGroup(group, named, 3)
    const at = (name: string, i: number) => Number(named.get(name)![i])
    const expected: number[] = []
    for (let g = 0; g < batch; g++)
      for (let row = 0; row < m; row++)
        for (let column = 0; column < n; column++) {
          let sum = at('bias', column)
          for (let o = 0; o < outer; o++)
            for (let i = 0; i < inner; i++)
              sum +=
                at('a', ((g * m + row) * outer + o) * inner + i) *
                at('b', (g * outer + o) * pitch + i + column)
          expected.push(Math.max(sum, 0))
        }
    expect(numbers(named.get('y')!)).toEqual(expected)
  })
})

interface Case {
  readonly batch: number
  readonly channels: number
  readonly filters: number
  readonly size: readonly [number, number]
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly groups: number
}

/** The gradient of a convolution's weight for the gradient `grad`, by the definition. */
function weightGradient(c: Case, x: Float32Array, grad: Float32Array, out: readonly number[]): number[] {
  const { batch, channels, filters, size, kernel, stride, padding, groups } = c
  const [inputs, outputs] = [channels / groups, filters / groups]
  const result: number[] = []
  for (let o = 0; o < filters; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < kernel ** 2; tap++) {
        let sum = 0
        for (let n = 0; n < batch; n++)
          for (let p = 0; p < out[0]! * out[1]!; p++) {
            const row = Math.floor(p / out[1]!) * stride + Math.floor(tap / kernel) - padding
            const column = (p % out[1]!) * stride + (tap % kernel) - padding
            if (row < 0 || column < 0 || row >= size[0] || column >= size[1]) continue
            const channel = Math.floor(o / outputs) * inputs + i
            sum +=
              x[((n * channels + channel) * size[0] + row) * size[1] + column]! *
              grad[((n * filters + o) * out[0]! + Math.floor(p / out[1]!)) * out[1]! + (p % out[1]!)]!
          }
        result.push(sum)
      }
  return result
}

describe('the gradient of a convolution’s weight', () => {
  const plain = { batch: 2, channels: 3, filters: 4, kernel: 3, stride: 1, padding: 0, groups: 1 }
  it.each<[string, Case]>([
    ['with rows of whole vectors', { ...plain, size: [6, 10] }],
    ['with rows that end within a vector', { ...plain, size: [7, 9], filters: 5 }],
    ['with padding', { ...plain, size: [5, 6], padding: 1 }],
    ['with a stride of 2', { ...plain, size: [9, 17], stride: 2 }],
    ['with a stride of 3, whose rows are no rows of the image', { ...plain, size: [9, 17], stride: 3 }],
    ['in groups', { ...plain, size: [6, 8], channels: 4, groups: 2 }],
    ['with rows too short for a vector', { ...plain, size: [5, 5] }],
  ])('is exact %s, on one thread and on two', async (_, c) => {
    const ints = (length: number, seed: number) => integers('float32', length, seed) as Float32Array
    const xs = ints(c.batch * c.channels * c.size[0] * c.size[1], 1)
    const conv = new nn.Conv2d({
      in_channels: c.channels,
      out_channels: c.filters,
      kernel_size: c.kernel,
      stride: c.stride,
      padding: c.padding,
      groups: c.groups,
      bias: false,
    })
    const x = tensor(xs, { shape: [c.batch, c.channels, ...c.size] })
    const out = noGrad(() => conv.forward(x).shape)
    const grads = ints(
      out.reduce((a, b) => a * b, 1),
      2,
    )
    for (const threads of [1, 2]) {
      setThreads(threads)
      conv.zeroGrad()
      conv.forward(x).backward({ gradient: tensor(grads, { shape: out }) })
      const found = await conv.weight!.grad!.data()
      expect(Array.from(found as Float32Array, v => v + 0)).toEqual(
        weightGradient(c, xs, grads, out.slice(2)).map(v => v + 0),
      )
    }
    setThreads(1)
  })

  it('takes no memory for the windows of the image', () => {
    const conv = new nn.Conv2d({ in_channels: 3, out_channels: 6, kernel_size: 5, bias: false })
    const x = tensor(new Float32Array(8 * 3 * 32 * 32), { shape: [8, 3, 32, 32] })
    conv.forward(x).sum().backward()
    const { node } = conv.weight!.grad!
    const { program } = planGraph(graphOf(trace([node]), [node]), getDevice('cpu'))
    const windows = 8 * 28 * 28 * 75 * 4
    expect(program.scratchBytes).toBeLessThan(windows / 4)
  })
})
