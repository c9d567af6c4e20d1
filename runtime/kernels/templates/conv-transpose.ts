/**
 * Transposed convolution (torch.nn.functional.conv_transpose1d, 2d, 3d). With stride s, the output positions of one
 * residue modulo s see a fixed part of the taps: each residue is a convolution of stride 1 over the input.
 */

import { add, load, mod, mul, sub } from '../expr.ts'
import type { Buffer, Kernel, Limits } from '../ir.ts'
import { buffer } from '../ir.ts'
import { kernel, loop, store } from '../stmt.ts'
import { type ConvInput, type ConvOutput, convWriter, tapIndex } from './conv.ts'
import { correlate, type Position } from './correlate.ts'
import { imageSource } from './image-source.ts'
import { type KernelGroup, unique } from './kernel-group.ts'
import { NUMBER_DTYPE, type NumberType } from './number-type.ts'
import { columns } from './tile.ts'
import { imageOf, product, strides } from './window.ts'

export interface TransposedAxis {
  readonly input: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly padding: number
  readonly outputPadding: number
}

export interface ConvTransposeShape {
  readonly batch: number
  readonly groups: number
  readonly inChannels: number
  readonly outChannels: number
  readonly axes: readonly TransposedAxis[]
  readonly type: NumberType
}

/** Sizes of the output along each axis. */
export function convTransposeOutput(shape: ConvTransposeShape): readonly number[] {
  return shape.axes.map(a =>
    Math.max(0, (a.input - 1) * a.stride - 2 * a.padding + a.dilation * (a.kernel - 1) + a.outputPadding + 1),
  )
}

/** Weights as the kernels read them: [out, ...taps, in / groups]; made once by `packConvTransposeWeight`. */
export function packedConvTransposeWeight(name: string, shape: ConvTransposeShape): Buffer {
  const taps = product(shape.axes.map(a => a.kernel))
  const length = (shape.outChannels * shape.inChannels * taps) / shape.groups
  return buffer(name, NUMBER_DTYPE[shape.type], length, 'write')
}

/** Brings weights from torch's order [in, out / groups, ...taps]. */
export function packConvTransposeWeight(
  name: string,
  shape: ConvTransposeShape,
  weight: Buffer,
  packed: Buffer,
): Kernel {
  const { groups, inChannels, outChannels } = shape
  const [channels, rows] = [inChannels / groups, outChannels / groups]
  const taps = product(shape.axes.map(a => a.kernel))
  const body = loop('group', groups, 'grid', group => [
    loop('row', rows, 'seq', row => [
      loop('tap', taps, 'seq', tap => [
        columns(channels, c => {
          const from = add(mul(add(mul(add(mul(group, channels), c), rows), row), taps), tap)
          const to = add(mul(add(mul(add(mul(group, rows), row), taps), tap), channels), c)
          return [store(packed, to, load(weight, from))]
        }),
      ]),
    ]),
  ])
  return kernel(name, [weight, packed], [body])
}

/** The taps that output positions r, r + stride, ... of an axis see: `first`, `first + step`, ... */
interface Residue {
  readonly positions: number
  readonly taps: number
  readonly first: number
  readonly step: number
  /** Input position of the first tap for output position r; each further tap lies `back` before. */
  readonly start: number
  readonly back: number
}

function residueOf(axis: TransposedAxis, output: number, r: number): Residue {
  const { kernel: size, stride, dilation, padding } = axis
  const all = Array.from({ length: size }, (_, k) => k).filter(
    k => (r + padding - k * dilation) % stride === 0,
  )
  const first = all[0] ?? 0
  const step = (all[1] ?? first + 1) - first
  return {
    positions: Math.max(0, Math.ceil((output - r) / stride)),
    taps: all.length,
    first,
    step,
    start: all.length === 0 ? 0 : (r + padding - first * dilation) / stride,
    back: all.length < 2 ? 0 : (step * dilation) / stride,
  }
}

/** The transposed convolution, over packed weights. Its input is as a convolution's. */
export function convTranspose(
  name: string,
  shape: ConvTransposeShape,
  input: ConvInput,
  weight: Buffer,
  output: ConvOutput,
  limits: Limits,
): KernelGroup {
  const { batch, groups, inChannels, outChannels, type } = shape
  const sizes = convTransposeOutput(shape)
  if (product(sizes) * batch * outChannels === 0) return { kernels: [], scratch: [] }
  const [channels, rows] = [inChannels / groups, outChannels / groups]
  const kernels = shape.axes.map(a => a.kernel)
  const residues = shape.axes.map((axis, i) =>
    Array.from({ length: axis.stride }, (_, r) => residueOf(axis, sizes[i]!, r)),
  )
  // The image must hold what any residue reads before the first element and after the last.
  const padded = shape.axes.map((axis, i) => {
    const used = residues[i]!.filter(r => r.taps > 0 && r.positions > 0)
    const lowest = Math.min(0, ...used.map(r => r.start - (r.taps - 1) * r.back))
    const highest = Math.max(axis.input - 1, ...used.map(r => r.start + r.positions - 1))
    const sides = { before: -lowest, after: highest - axis.input + 1 }
    return { input: axis.input, kernel: 1, stride: 1, dilation: 1, ...sides }
  })
  const image = imageOf(padded)
  const reading = { channels, times: rows * product(kernels) }
  const source = imageSource(name, { ...shape, axes: padded }, image, input, reading, limits)
  const outer = shape.axes.map(a => a.stride)
  const made: Kernel[] = []
  for (let combination = 0; combination < product(outer); combination++) {
    const at = strides(outer).map((step, axis) => Math.floor(combination / step) % outer[axis]!)
    const chosen = at.map((r, axis) => residues[axis]![r]!)
    if (chosen.some(r => r.positions === 0)) continue
    const place = ({ axes }: Position): Position => {
      const steps = strides(sizes)
      const moved = axes.map((position, axis) => add(mul(position, outer[axis]!), at[axis]!))
      return { axes: moved, flat: moved.map((p, axis) => mul(p, steps[axis]!)).reduce((a, b) => add(a, b)) }
    }
    const write = convWriter({ ...shape, axes: padded }, sizes, output)
    const body = correlate(
      {
        type,
        batches: batch * groups,
        rows,
        channels,
        taps: chosen.map(r => r.taps),
        positions: chosen.map(r => r.positions),
        pitch: image.pitch,
        weight: (b, row, channel, taps) => {
          const tap = tapIndex(
            taps.map((t, axis) => add(mul(t, chosen[axis]!.step), chosen[axis]!.first)),
            kernels,
          )
          const out = add(mul(mod(b, groups), rows), row)
          return load(weight, add(mul(add(mul(out, product(kernels)), tap), channels), channel))
        },
        image: (b, channel, taps, position) => {
          const offset = taps
            .map((t, axis) => {
              const { start, back } = chosen[axis]!
              return mul(sub(start + padded[axis]!.before, mul(t, back)), image.pitch[axis]!)
            })
            .reduce((a, c) => add(a, c))
          return source.value(add(mul(b, channels), channel), add(offset, position))
        },
        padded: source.padded,
        write: (sum, b, row, position) => write(sum, b, row, place(position)),
      },
      limits,
    )
    const all = unique([...source.buffers, weight, ...(output.reads ?? []), output.buffer])
    made.push(kernel(made.length === 0 ? name : `${name}.${made.length}`, all, [body]))
  }
  return { kernels: [...source.kernels, ...made], scratch: source.scratch }
}
