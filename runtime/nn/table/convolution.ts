/** Convolutions: https://pytorch.org/docs/2.13/nn.html#convolution-layers */
import { optional, required } from '../../ops/args.ts'
import type { DType } from '../../ops/dtype.ts'
import { biasUniform, check, factoryArgs, kaimingUniform, oneInput, parameter } from './declare.ts'
import { pending } from './pending.ts'
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
    forward: () => pending('conv'),
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
    forward: () => pending('conv_transpose'),
  })

export const Conv1d = conv('Conv1d', 1)
export const Conv2d = conv('Conv2d', 2)
export const Conv3d = conv('Conv3d', 3)
export const ConvTranspose1d = convTranspose('ConvTranspose1d', 1)
export const ConvTranspose2d = convTranspose('ConvTranspose2d', 2)
export const ConvTranspose3d = convTranspose('ConvTranspose3d', 3)
