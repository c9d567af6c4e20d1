import { describe, expect, it } from 'vitest'
import { add, load, max, mul } from '../../runtime/kernels/expr.ts'
import { buffer, type Expr } from '../../runtime/kernels/ir.ts'
import type { Storage } from '../../runtime/kernels/reference/storage.ts'
import {
  type ConvShape,
  convOutput,
  convolution,
  convWriter,
  packConvWeight,
  packedConvWeight,
} from '../../runtime/kernels/templates/conv.ts'
import {
  type ConvTransposeShape,
  convTranspose,
  convTransposeOutput,
  packConvTransposeWeight,
  packedConvTransposeWeight,
} from '../../runtime/kernels/templates/conv-transpose.ts'
import { forReading } from '../../runtime/kernels/templates/kernel-group.ts'
import { NUMBER_DTYPE } from '../../runtime/kernels/templates/number-type.ts'
import { winogradTile } from '../../runtime/kernels/templates/rules.ts'
import { product, strides } from '../../runtime/kernels/templates/window.ts'
import { transformWeight, winograd, winogradWeight } from '../../runtime/kernels/templates/winograd.ts'
import { WASM_LIMITS } from '../../runtime/kernels/wasm/compile.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import { integers, numbers, runGroup } from './run-group.ts'

/** All subscripts of an array, row-major. */
function subscripts(dims: readonly number[]): number[][] {
  return Array.from({ length: product(dims) }, (_, flat) =>
    strides(dims).map((step, axis) => Math.floor(flat / step) % dims[axis]!),
  )
}

const flat = (at: readonly number[], dims: readonly number[]) =>
  strides(dims).reduce((sum, step, axis) => sum + at[axis]! * step, 0)

function inputsOf(named: Map<string, Storage>): [number[], number[], number[]] {
  return [numbers(named.get('x')!), numbers(named.get('w')!), numbers(named.get('bias')!)]
}

/** relu(conv(x, w) + bias) by the definition. */
function expectedConv(s: ConvShape, x: number[], w: number[], bias: number[]): number[] {
  const { batch, groups, inChannels, outChannels, axes } = s
  const [channels, rows] = [inChannels / groups, outChannels / groups]
  const dims = axes.map(a => a.input)
  const taps = axes.map(a => a.kernel)
  return subscripts([batch, outChannels, ...convOutput(s)]).map(([n, o, ...at]) => {
    let sum = bias[o!]!
    for (let c = 0; c < channels; c++) {
      for (const tap of subscripts(taps)) {
        const from = axes.map((a, i) => at[i]! * a.stride + tap[i]! * a.dilation - a.before)
        if (from.some((p, i) => p < 0 || p >= dims[i]!)) continue
        const channel = n! * inChannels + Math.floor(o! / rows) * channels + c
        sum +=
          x[channel * product(dims) + flat(from, dims)]! *
          w[(o! * channels + c) * product(taps) + flat(tap, taps)]!
      }
    }
    return Math.max(sum, 0)
  })
}

/** A square kernel on every axis. */
function conv(
  [batch, inChannels, outChannels, groups]: readonly [number, number, number, number],
  inputs: readonly number[],
  [kernel, stride, padding, dilation]: readonly [number, number, number, number],
  type: ConvShape['type'] = 'f32',
): ConvShape {
  const axes = inputs.map(input => ({ input, kernel, stride, dilation, before: padding, after: padding }))
  return { batch, groups, inChannels, outChannels, axes, type }
}

function checkConv(shape: ConvShape): void {
  const dtype = NUMBER_DTYPE[shape.type]
  const { batch, inChannels, outChannels, groups, axes } = shape
  const inner = product(axes.map(a => a.input))
  const outInner = product(convOutput(shape))
  const x = buffer('x', dtype, batch * inChannels * inner, 'read')
  const w = buffer('w', dtype, (outChannels * inChannels * product(axes.map(a => a.kernel))) / groups, 'read')
  const bias = buffer('bias', dtype, outChannels, 'read')
  const y = buffer('y', dtype, batch * outChannels * outInner, 'write')
  const named = new Map<string, Storage>(
    [x, w, bias, y].map((b, i) => [b.name, integers(dtype, b.length, i + 3)]),
  )
  const want = expectedConv(shape, ...inputsOf(named))

  const packed = packedConvWeight('packed', shape, WASM_LIMITS)
  if (packed !== null) {
    runGroup(
      { kernels: [packConvWeight('pack', shape, w, packed, WASM_LIMITS)], scratch: [packed] },
      named,
      2,
    )
  }
  const input = {
    buffers: [x],
    value: (n: Parameters<typeof add>[0], c: Parameters<typeof add>[0], p: Parameters<typeof add>[0]) =>
      load(x, add(mul(add(mul(n, inChannels), c), inner), p)),
  }
  const group = convolution(
    'conv',
    shape,
    input,
    packed === null ? w : forReading(packed),
    {
      buffer: y,
      reads: [bias],
      epilogue: (sum, _image, channel) => max(add(sum, load(bias, channel)), 0),
    },
    WASM_LIMITS,
  )
  runGroup(group, named, 2)
  if (want.length > 0) expect(numbers(named.get('y')!)).toEqual(want)
}

/** Winograd's transforms with tiles of a size, whatever the rule says. */
function checkWinograd(shape: ConvShape, tile: 2 | 4): void {
  const { batch, inChannels, outChannels, axes } = shape
  const inner = product(axes.map(a => a.input))
  const positions = convOutput(shape)
  const x = buffer('x', 'float32', batch * inChannels * inner, 'read')
  const w = buffer('w', 'float32', outChannels * inChannels * 9, 'read')
  const bias = buffer('bias', 'float32', outChannels, 'read')
  const y = buffer('y', 'float32', batch * outChannels * product(positions), 'write')
  const named = new Map<string, Storage>(
    [x, w, bias, y].map((b, i) => [b.name, integers('float32', b.length, i + 3)]),
  )
  const want = expectedConv(shape, ...inputsOf(named))
  const packed = winogradWeight('packed', shape, tile)
  runGroup({ kernels: [transformWeight('pack', shape, tile, w, packed)], scratch: [packed] }, named, 2)
  const output = {
    buffer: y,
    reads: [bias],
    epilogue: (sum: Expr, _image: Expr, channel: Expr) => max(add(sum, load(bias, channel)), 0),
  }
  const input = {
    buffers: [x],
    value: (n: Expr, c: Expr, p: Expr) => load(x, add(mul(add(mul(n, inChannels), c), inner), p)),
  }
  const write = convWriter(shape, positions, output)
  const group = winograd(
    'conv',
    shape,
    positions,
    tile,
    input,
    forReading(packed),
    output,
    write,
    WASM_LIMITS,
  )
  runGroup(group, named, 2)
  const got = numbers(named.get('y')!)
  // Halves and quarters are exact; the points of the larger tile are irrational.
  if (tile === 2) expect(got).toEqual(want)
  for (const [i, value] of got.entries()) expect(Math.abs(value - want[i]!)).toBeLessThan(1e-4)
}

describe.each([2, 4] as const)("Winograd's transforms with tiles of %i", tile => {
  it.each<[string, ConvShape]>([
    ['whole tiles', conv([1, 3, 4, 1], [8, 8], [3, 1, 1, 1])],
    ['tiles that end outside', conv([1, 2, 5, 1], [7, 9], [3, 1, 1, 1])],
    ['several images', conv([3, 2, 3, 1], [5, 6], [3, 1, 1, 1])],
    ['an image without padding', conv([2, 2, 3, 1], [6, 10], [3, 1, 0, 1])],
    ['an image that is read as it is', conv([1, 2, 3, 1], [10, 6], [3, 1, 0, 1])],
    ['wide padding', conv([1, 2, 2, 1], [4, 3], [3, 1, 2, 1])],
    ['more tiles than a panel has columns', conv([1, 1, 2, 1], [21, 30], [3, 1, 1, 1])],
    ['one position', conv([1, 2, 2, 1], [1, 1], [3, 1, 1, 1])],
  ])('%s', (_, shape) => checkWinograd(shape, tile))

  it('padding on one side', () => {
    const axes = [
      { input: 6, kernel: 3, stride: 1, dilation: 1, before: 0, after: 2 },
      { input: 5, kernel: 3, stride: 1, dilation: 1, before: 2, after: 0 },
    ]
    checkWinograd({ batch: 1, groups: 1, inChannels: 2, outChannels: 3, axes, type: 'f32' }, tile)
  })
})

describe("the choice of Winograd's transforms", () => {
  it('follows the shape: none for few channels, small tiles where weights would be read for few results', () => {
    expect(winogradTile(1, 3, 64, [224, 224], WASM_LIMITS)).toBe(null)
    expect(winogradTile(1, 64, 64, [56, 56], WASM_LIMITS)).toBe(4)
    expect(winogradTile(1, 512, 512, [7, 7], WASM_LIMITS)).toBe(2)
    expect(winogradTile(8, 512, 512, [7, 7], WASM_LIMITS)).toBe(4)
    expect(winogradTile(1, 64, 64, [1, 1], WASM_LIMITS)).toBe(null)
    expect(winogradTile(64, 64, 64, [224, 224], WASM_LIMITS)).toBe(null)
    expect(winogradTile(1, 64, 64, [56, 56], { ...WASM_LIMITS, invocations: 64 })).toBe(null)
    expect(winogradTile(1, 64, 64, [56, 56], { ...WASM_LIMITS, sharedBytes: 8192 })).toBe(null)
  })

  it('does not cost accuracy', () => {
    const x = wave(64 * 20 * 20, 1.7)
    const w = wave(24 * 64 * 9, 0.9)
    const result = (dtype: 'float32' | 'float64') =>
      tidy(() =>
        F.conv2d(tensor(x, { shape: [1, 64, 20, 20], dtype }), tensor(w, { shape: [24, 64, 3, 3], dtype }), {
          padding: 1,
        }).dataSync(),
      )
    expect(winogradTile(1, 64, 24, [20, 20], WASM_LIMITS)).toBe(4)
    const [single, double] = [result('float32'), result('float64')]
    const scale = Math.max(...[...double].map(v => Math.abs(Number(v))))
    for (const [i, value] of double.entries()) {
      expect(Math.abs(Number(single[i]) - Number(value)) / scale).toBeLessThan(4e-6)
    }
  })
})

/** Noise without a period that the window could see. */
const wave = (length: number, step: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * step + (i % 7) * Math.cos(i * 0.37)))

describe('convolution', () => {
  it.each<[string, ConvShape]>([
    ['1x1', conv([2, 5, 6, 1], [4, 5], [1, 1, 0, 1])],
    ['1x1 with many channels', conv([1, 9, 3, 1], [3, 7], [1, 1, 0, 1])],
    ['1x1 with stride 2', conv([1, 4, 3, 1], [7, 6], [1, 2, 0, 1])],
    ['3x3 padded', conv([2, 3, 5, 1], [6, 7], [3, 1, 1, 1])],
    ['3x3 padded, many channels', conv([1, 10, 4, 1], [9, 18], [3, 1, 1, 1])],
    ['3x3 without padding', conv([1, 2, 3, 1], [5, 9], [3, 1, 0, 1])],
    ['3x3 with stride 2', conv([1, 8, 3, 1], [9, 8], [3, 2, 1, 1])],
    ['7x7 with stride 2', conv([1, 3, 4, 1], [17, 16], [7, 2, 3, 1])],
    ['5x5 over a small image', conv([3, 2, 2, 1], [5, 5], [5, 1, 2, 1])],
    ['dilated', conv([1, 2, 3, 1], [9, 9], [3, 1, 2, 2])],
    ['dilated with stride', conv([1, 2, 3, 1], [11, 10], [3, 2, 2, 3])],
    ['stride beyond the kernel', conv([1, 2, 3, 1], [11, 10], [2, 3, 1, 1])],
    ['grouped', conv([2, 6, 4, 2], [5, 6], [3, 1, 1, 1])],
    ['depthwise', conv([2, 5, 5, 5], [7, 9], [3, 1, 1, 1])],
    ['depthwise with stride 2', conv([1, 3, 3, 3], [8, 9], [3, 2, 1, 1])],
    ['depthwise with two outputs a channel', conv([1, 3, 6, 3], [5, 6], [3, 1, 0, 1])],
    ['depthwise 7x7', conv([1, 2, 2, 2], [9, 9], [7, 1, 3, 1])],
    ['channels that displace each other in the cache', conv([1, 17, 16, 1], [32, 32], [1, 1, 0, 1])],
    ['padded channels that would displace each other', conv([2, 2, 3, 1], [14, 14], [3, 1, 1, 1])],
    ['one axis', conv([2, 3, 4, 1], [21], [4, 1, 2, 1])],
    ['one axis with stride', conv([1, 9, 4, 1], [22], [5, 3, 1, 2])],
    ['three axes', conv([1, 2, 3, 1], [4, 5, 6], [3, 1, 1, 1])],
    ['three axes with stride', conv([1, 9, 2, 1], [5, 4, 6], [3, 2, 1, 1])],
    ['one position', conv([4, 3, 5, 1], [3, 3], [3, 1, 0, 1])],
    ['no image', conv([0, 3, 5, 1], [3, 3], [3, 1, 0, 1])],
    ['no output channel', conv([1, 3, 0, 1], [3, 3], [3, 1, 0, 1])],
    ['no input channel', conv([1, 0, 2, 1], [3, 3], [3, 1, 1, 1])],
    ['float64', conv([1, 3, 3, 1], [6, 7], [3, 1, 1, 1], 'f64')],
    ['int64', conv([1, 2, 3, 1], [6, 7], [3, 2, 1, 1], 'i64')],
  ])('%s', (_, shape) => checkConv(shape))

  it('with different sizes, strides and asymmetric padding on each axis', () => {
    const axes = [
      { input: 7, kernel: 2, stride: 1, dilation: 1, before: 0, after: 1 },
      { input: 12, kernel: 5, stride: 2, dilation: 1, before: 3, after: 1 },
    ]
    checkConv({ batch: 2, groups: 1, inChannels: 3, outChannels: 3, axes, type: 'f32' })
    checkConv({ batch: 1, groups: 3, inChannels: 3, outChannels: 3, axes, type: 'f32' })
  })
})

/** The transpose by the definition: every input element adds to what its window covers. */
function expectedTranspose(s: ConvTransposeShape, x: number[], w: number[], bias: number[]): number[] {
  const { batch, groups, inChannels, outChannels, axes } = s
  const [channels, rows] = [inChannels / groups, outChannels / groups]
  const [dims, taps, out] = [axes.map(a => a.input), axes.map(a => a.kernel), convTransposeOutput(s)]
  const y = subscripts([batch, outChannels, ...out]).map(([, o]) => bias[o!]!)
  for (const [n, i, ...at] of subscripts([batch, inChannels, ...dims])) {
    const group = Math.floor(i! / channels)
    for (let r = 0; r < rows; r++) {
      for (const tap of subscripts(taps)) {
        const to = axes.map((a, d) => at[d]! * a.stride + tap[d]! * a.dilation - a.padding)
        if (to.some((p, d) => p < 0 || p >= out[d]!)) continue
        const value = x[(n! * inChannels + i!) * product(dims) + flat(at, dims)]!
        const weight = w[(i! * rows + r) * product(taps) + flat(tap, taps)]!
        y[(n! * outChannels + group * rows + r) * product(out) + flat(to, out)]! += value * weight
      }
    }
  }
  return y
}

describe('transposed convolution', () => {
  const shape = (
    [batch, inChannels, outChannels, groups]: readonly [number, number, number, number],
    inputs: readonly number[],
    [kernel, stride, padding, dilation, outputPadding]: readonly [number, number, number, number, number],
  ): ConvTransposeShape => {
    const axes = inputs.map(input => ({ input, kernel, stride, dilation, padding, outputPadding }))
    return { batch, groups, inChannels, outChannels, axes, type: 'f32' }
  }
  it.each<[string, ConvTransposeShape]>([
    ['2x2 with stride 2', shape([2, 3, 4, 1], [4, 5], [2, 2, 0, 1, 0])],
    ['4x4 with stride 2, padded', shape([1, 9, 2, 1], [5, 4], [4, 2, 1, 1, 0])],
    ['3x3 with stride 2 and output padding', shape([1, 2, 3, 1], [4, 6], [3, 2, 1, 1, 1])],
    ['3x3 with stride 1', shape([1, 2, 3, 1], [6, 5], [3, 1, 1, 1, 0])],
    ['stride beyond the kernel', shape([1, 2, 2, 1], [3, 4], [2, 3, 0, 1, 0])],
    ['stride beyond the kernel, output padding', shape([1, 2, 2, 1], [3, 4], [2, 4, 0, 1, 3])],
    ['dilated', shape([1, 2, 2, 1], [5, 4], [3, 2, 2, 2, 1])],
    ['dilated by the stride', shape([1, 2, 2, 1], [5, 4], [3, 3, 1, 3, 0])],
    ['grouped', shape([2, 4, 6, 2], [4, 3], [3, 2, 1, 1, 0])],
    ['depthwise', shape([1, 3, 3, 3], [4, 4], [4, 2, 1, 1, 0])],
    ['one axis', shape([2, 3, 2, 1], [9], [5, 3, 2, 1, 1])],
    ['three axes', shape([1, 2, 2, 1], [2, 3, 4], [3, 2, 1, 1, 0])],
  ])('%s', (_, s) => {
    const inner = product(s.axes.map(a => a.input))
    const taps = product(s.axes.map(a => a.kernel))
    const x = buffer('x', 'float32', s.batch * s.inChannels * inner, 'read')
    const w = buffer('w', 'float32', (s.inChannels * s.outChannels * taps) / s.groups, 'read')
    const bias = buffer('bias', 'float32', s.outChannels, 'read')
    const y = buffer('y', 'float32', s.batch * s.outChannels * product(convTransposeOutput(s)), 'write')
    const named = new Map<string, Storage>(
      [x, w, bias, y].map((b, i) => [b.name, integers('float32', b.length, i + 3)]),
    )
    const want = expectedTranspose(s, ...inputsOf(named))
    const packed = packedConvTransposeWeight('packed', s)
    runGroup({ kernels: [packConvTransposeWeight('pack', s, w, packed)], scratch: [packed] }, named, 2)
    const group = convTranspose(
      'convT',
      s,
      {
        buffers: [x],
        value: (n, c, p) => load(x, add(mul(add(mul(n, s.inChannels), c), inner), p)),
      },
      forReading(packed),
      { buffer: y, reads: [bias], epilogue: (sum, _n, c) => add(sum, load(bias, c)) },
      WASM_LIMITS,
    )
    runGroup(group, named, 2)
    expect(numbers(named.get('y')!)).toEqual(want)
  })
})
