/** Convolutions: https://pytorch.org/docs/2.13/nn.html#convolution-layers */
import { optional, required } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import { add, type Dim, mul, sub } from '../../ops/dim.ts'
import type { DType } from '../../ops/dtype.ts'
import { convolution } from '../../ops/functions/conv.ts'
import { padding as padFunctions } from '../../ops/functions/padding.ts'
import { call } from './call.ts'
import { biasUniform, check, factoryArgs, kaimingUniform, oneInput, parameter } from './declare.ts'
import { defineModule, type StateDecl } from './row.ts'

const PADDING_MODES = ['zeros', 'reflect', 'replicate', 'circular'] as const

const convArgs = (size: number) =>
  [
    required('in_channels', 'int', { min: 0 }),
    required('out_channels', 'int', { min: 0 }),
    required('kernel_size', 'ints', { size, min: 1 }),
    optional('stride', 'ints', Array<number>(size).fill(1), { size, min: 1 }),
    optional('padding', 'padding', Array<number>(size).fill(0), { size, min: 0 }),
    optional('dilation', 'ints', Array<number>(size).fill(1), { size, min: 1 }),
    optional('groups', 'int', 1, { min: 1 }),
    optional('bias', 'bool', true),
    optional('padding_mode', 'string', 'zeros', { enum: PADDING_MODES }),
    ...factoryArgs,
  ] as const

const transposedArgs = (size: number) =>
  [
    required('in_channels', 'int', { min: 0 }),
    required('out_channels', 'int', { min: 0 }),
    required('kernel_size', 'ints', { size, min: 1 }),
    optional('stride', 'ints', Array<number>(size).fill(1), { size, min: 1 }),
    optional('padding', 'ints', Array<number>(size).fill(0), { size, min: 0 }),
    optional('output_padding', 'ints', Array<number>(size).fill(0), { size, min: 0 }),
    optional('groups', 'int', 1, { min: 1 }),
    optional('bias', 'bool', true),
    optional('dilation', 'ints', Array<number>(size).fill(1), { size, min: 1 }),
    optional('padding_mode', 'string', 'zeros', { enum: PADDING_MODES }),
    ...factoryArgs,
  ] as const

interface Channels {
  readonly in_channels: number
  readonly out_channels: number
  readonly kernel_size: readonly number[]
  readonly groups: number
  readonly bias: boolean
  readonly dtype: DType | null
}

function checkGroups({ in_channels, out_channels, groups }: Channels): void {
  check(in_channels % groups === 0, `in_channels (${in_channels}) must be divisible by groups (${groups})`)
  check(out_channels % groups === 0, `out_channels (${out_channels}) must be divisible by groups (${groups})`)
}

function weightAndBias(a: Channels, first: number, second: number): readonly StateDecl[] {
  const fanIn = a.kernel_size.reduce((n, k) => n * k, second)
  return [
    parameter('weight', [first, second, ...a.kernel_size], kaimingUniform(fanIn), a.dtype),
    ...(a.bias ? [parameter('bias', [a.out_channels], biasUniform(fanIn), a.dtype)] : []),
  ]
}

interface Window {
  readonly kernel_size: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[] | 'same' | 'valid'
  readonly dilation: readonly number[]
}

/** What a padding adds on each side, the last dimension first, as `pad` takes it. */
function edges({ kernel_size, padding, dilation }: Window): readonly number[] {
  const sides = kernel_size.map((k, i) => {
    if (padding === 'valid') return [0, 0]
    if (padding !== 'same') return [padding[i]!, padding[i]!]
    const total = dilation[i]! * (k - 1)
    return [Math.floor(total / 2), total - Math.floor(total / 2)]
  })
  return sides.reverse().flat()
}

/** The output padding that gives an output of the asked size. Throws OpError where no stride reaches it. */
function paddingFor<V>(
  b: Builder<V>,
  input: V,
  asked: readonly (Dim | null)[],
  a: Window & { readonly padding: readonly number[] },
): readonly number[] {
  const k = a.kernel_size.length
  const own = b.aval(input).shape.slice(-k)
  const wanted = asked.slice(-k)
  check(
    wanted.length === k && (asked.length === k || asked.length === b.aval(input).shape.length),
    `output_size needs ${k} sizes, not ${asked.length}`,
  )
  return own.map((d, i) => {
    const least = add(
      sub(mul(sub(d, 1), a.stride[i]!), 2 * a.padding[i]!),
      a.dilation[i]! * (a.kernel_size[i]! - 1) + 1,
    )
    const extra = sub(wanted[i] ?? least, least)
    check(
      typeof extra === 'number' && extra >= 0 && extra < a.stride[i]!,
      `output_size ${wanted[i]} is not one of the ${a.stride[i]} sizes from ${least} on`,
    )
    return extra
  })
}

const conv = <const N extends `Conv${1 | 2 | 3}d`>(name: N, size: 1 | 2 | 3) =>
  defineModule({
    name,
    args: convArgs(size),
    inputs: oneInput,
    returns: 'tensor',
    doc: `Cross-correlation over ${size} spatial dimension${size > 1 ? 's' : ''}: weight [out, in/groups, ...kernel].`,
    fields: ['weight', 'bias'],
    version: 1,
    state: a => {
      checkGroups(a)
      check(
        a.padding !== 'same' || a.stride.every(s => s === 1),
        "padding='same' is not supported for strided convolutions",
        'give the padding as numbers',
      )
      return weightAndBias(a, a.out_channels, a.in_channels / a.groups)
    },
    forward(b, { weight, bias }, { input }, a) {
      const { stride, dilation, groups } = a
      // Other modes than zeros pad first and convolve what that gives.
      const padded =
        a.padding_mode === 'zeros'
          ? input
          : call(b, padFunctions.pad, { input, pad: edges(a), mode: a.padding_mode })
      const padding = a.padding_mode === 'zeros' ? a.padding : stride.map(() => 0)
      const args = { input: padded, weight: weight!, bias: bias ?? null, stride, padding, dilation, groups }
      return { out: call(b, convolution[`conv${size}d`], args) }
    },
  })

const convTranspose = <const N extends `ConvTranspose${1 | 2 | 3}d`>(name: N, size: 1 | 2 | 3) =>
  defineModule({
    name,
    args: transposedArgs(size),
    inputs: [...oneInput, optional('output_size', 'dims?', null)],
    returns: 'tensor',
    doc: `The gradient of a convolution as a layer, over ${size} spatial dimension${size > 1 ? 's' : ''}: weight [in, out/groups, ...kernel].`,
    fields: ['weight', 'bias'],
    version: 1,
    state: a => {
      checkGroups(a)
      check(a.padding_mode === 'zeros', `Only "zeros" padding mode is supported for ${name}`)
      return weightAndBias(a, a.in_channels, a.out_channels / a.groups)
    },
    forward(b, { weight, bias }, { input, output_size }, a) {
      const { stride, padding, dilation, groups } = a
      const output_padding = output_size === null ? a.output_padding : paddingFor(b, input, output_size, a)
      const args = {
        input,
        weight: weight!,
        bias: bias ?? null,
        stride,
        padding,
        output_padding,
        groups,
        dilation,
      }
      return { out: call(b, convolution[`conv_transpose${size}d`], args) }
    },
  })

const Conv1d = conv('Conv1d', 1)
const Conv2d = conv('Conv2d', 2)
const Conv3d = conv('Conv3d', 3)
const ConvTranspose1d = convTranspose('ConvTranspose1d', 1)
const ConvTranspose2d = convTranspose('ConvTranspose2d', 2)
const ConvTranspose3d = convTranspose('ConvTranspose3d', 3)

export const convolutions = {
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
} as const
