/** conv and conv_transpose by the templates: here is only where elements come from and where results go. */
import type { Buffer, Expr, Kernel, Limits } from '../../kernels/ir.ts'
import {
  type ConvOutput,
  convolution,
  packConvWeight,
  packedConvWeight,
} from '../../kernels/templates/conv.ts'
import {
  convTranspose,
  packConvTransposeWeight,
  packedConvTransposeWeight,
} from '../../kernels/templates/conv-transpose.ts'
import { forReading, type KernelGroup } from '../../kernels/templates/kernel-group.ts'
import type { NumberType } from '../../kernels/templates/number-type.ts'
import { isFloat } from '../../ops/dtype.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { elementCount } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue, position as rootPosition } from './epilogue.ts'
import { nameOf } from './pointwise.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { unflatten } from './view.ts'

/** True if the templates take a group's convolution: floats, one to three axes, something to compute. */
export function takesConv({ fold }: Group): boolean {
  const [x, w] = fold!.inputs
  const rank = x!.shape.length - 2
  const empty = [x!, w!, fold!].some(v => elementCount(v.shape) === 0)
  return isFloat(fold!.dtype) && rank >= 1 && rank <= 3 && !empty
}

/** As `takesConv`; the template pads both sides of an axis alike. */
export function takesConvTranspose(group: Group, { padding }: Attrs['conv_transpose']): boolean {
  return takesConv(group) && padding.every(([low, high]) => low === high)
}

/** What both kinds share: the operands as the templates see them, and the way out. */
function parts(group: Group) {
  const buffers = new GroupBuffers(group)
  const [x, w] = group.fold!.inputs
  const reader = new ElementReader(buffers.reads)
  const spatial = x!.shape.slice(2)
  const all = [...buffers.reads.values()]
  const input = {
    buffers: all,
    value: (image: Expr, channel: Expr, position: Expr) =>
      reader.read(x!, [image, channel, ...unflatten(position, spatial)]),
  }
  const output: ConvOutput = {
    buffer: buffers.root(),
    at: (image, channel, { axes }) => rootPosition(group, [image, channel, ...axes]),
    epilogue: (sum, image, channel, { axes }) =>
      epilogue(group, buffers.reads, [image, channel, ...axes], sum).value,
    reads: all,
  }
  const type: NumberType = group.fold!.dtype === 'float64' ? 'f64' : 'f32'
  return { buffers, x: x!, w: w!, input, output, type, weight: buffers.reads.get(w!)! }
}

/** Packs the weights if need be, then runs the template over them. */
function withPacked(
  buffers: GroupBuffers,
  weight: Buffer,
  packed: Buffer | null,
  pack: (to: Buffer) => Kernel,
  template: (weight: Buffer) => KernelGroup,
): Lowered {
  const { kernels, scratch } = template(packed === null ? weight : forReading(packed))
  for (const piece of packed === null ? scratch : [packed, ...scratch]) buffers.adopt(piece)
  const steps = kernels.map(k => buffers.step(k))
  return buffers.lowered(packed === null ? steps : [buffers.step(pack(packed), true), ...steps])
}

/** The kernels of a group whose fold is a conv. */
export function conv(
  group: Group,
  { strides, padding, dilations, groups }: Attrs['conv'],
  limits: Limits,
): Lowered {
  const { buffers, x, w, input, output, type, weight } = parts(group)
  const shape = {
    batch: x.shape[0]!,
    groups: groups as number,
    inChannels: x.shape[1]!,
    outChannels: w.shape[0]!,
    axes: strides.map((stride, i) => ({
      input: x.shape[2 + i]!,
      kernel: w.shape[2 + i]!,
      stride,
      dilation: dilations[i]!,
      before: padding[i]![0],
      after: padding[i]![1],
    })),
    type,
  }
  return withPacked(
    buffers,
    weight,
    packedConvWeight('packed', shape, limits),
    to => packConvWeight('conv.pack', shape, weight, to, limits),
    weights => convolution(nameOf(group), shape, input, weights, output, limits),
  )
}

/** The kernels of a group whose fold is a conv_transpose. */
export function transposedConv(
  group: Group,
  { strides, padding, dilations, groups, outputPadding }: Attrs['conv_transpose'],
  limits: Limits,
): Lowered {
  const { buffers, x, w, input, output, type, weight } = parts(group)
  const shape = {
    batch: x.shape[0]!,
    groups: groups as number,
    inChannels: x.shape[1]!,
    outChannels: w.shape[1]! * (groups as number),
    axes: strides.map((stride, i) => ({
      input: x.shape[2 + i]!,
      kernel: w.shape[2 + i]!,
      stride,
      dilation: dilations[i]!,
      padding: padding[i]![0],
      outputPadding: outputPadding[i]!,
    })),
    type,
  }
  return withPacked(
    buffers,
    weight,
    packedConvTransposeWeight('packed', shape),
    to => packConvTransposeWeight('conv_transpose.pack', shape, weight, to),
    weights => convTranspose(nameOf(group), shape, input, weights, output, limits),
  )
}
