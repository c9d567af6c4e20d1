/** Layers that only move elements, and interpolation: https://pytorch.org/docs/2.13/nn.html#vision-layers */
import { optional, required } from '../../ops/args.ts'
import { folding } from '../../ops/functions/fold.ts'
import { movement } from '../../ops/functions/movement.ts'
import { resizing } from '../../ops/functions/resize.ts'
import { call } from './call.ts'
import { check, oneInput } from './declare.ts'
import { defineModule } from './row.ts'

const stateless = { inputs: oneInput, returns: 'tensor', version: 1, state: () => [] } as const

const Flatten = defineModule({
  ...stateless,
  name: 'Flatten',
  args: [optional('start_dim', 'int', 1), optional('end_dim', 'int', -1)],
  doc: 'Joins the dimensions start_dim to end_dim into one.',
  forward: (b, _state, { input }, args) => ({ out: call(b, movement.flatten, { input, ...args }) }),
})

const Unflatten = defineModule({
  ...stateless,
  name: 'Unflatten',
  args: [required('dim', 'int'), required('unflattened_size', 'ints')],
  doc: 'Splits one dimension into several; one size may be -1.',
  forward: (b, _state, { input }, { dim, unflattened_size }) => ({
    out: call(b, movement.unflatten, { input, dim, sizes: unflattened_size }),
  }),
})

const PixelShuffle = defineModule({
  ...stateless,
  name: 'PixelShuffle',
  args: [required('upscale_factor', 'int', { min: 1 })],
  doc: '[*, C*r*r, H, W] to [*, C, H*r, W*r].',
  forward: (b, _state, { input }, args) => ({ out: call(b, resizing.pixel_shuffle, { input, ...args }) }),
})

const PixelUnshuffle = defineModule({
  ...stateless,
  name: 'PixelUnshuffle',
  args: [required('downscale_factor', 'int', { min: 1 })],
  doc: '[*, C, H*r, W*r] to [*, C*r*r, H, W].',
  forward: (b, _state, { input }, args) => ({ out: call(b, resizing.pixel_unshuffle, { input, ...args }) }),
})

const ChannelShuffle = defineModule({
  ...stateless,
  name: 'ChannelShuffle',
  args: [required('groups', 'int', { min: 1 })],
  doc: 'Interleaves the groups of channels of [N, C, *].',
  forward: (b, _state, { input }, args) => ({ out: call(b, resizing.channel_shuffle, { input, ...args }) }),
})

const blockArgs = [
  required('kernel_size', 'ints', { size: 2, min: 1 }),
  optional('dilation', 'ints', [1, 1], { size: 2, min: 1 }),
  optional('padding', 'ints', [0, 0], { size: 2, min: 0 }),
  optional('stride', 'ints', [1, 1], { size: 2, min: 1 }),
] as const

const Unfold = defineModule({
  ...stateless,
  name: 'Unfold',
  args: blockArgs,
  doc: 'Sliding blocks of [N, C, H, W] as columns: [N, C * kernel, blocks].',
  forward: (b, _state, { input }, args) => ({ out: call(b, folding.unfold, { input, ...args }) }),
})

const Fold = defineModule({
  ...stateless,
  name: 'Fold',
  args: [required('output_size', 'ints', { size: 2, min: 1 }), ...blockArgs],
  doc: 'Sums columns of blocks back into an image: the adjoint of Unfold.',
  forward: (b, _state, { input }, args) => ({ out: call(b, folding.fold, { input, ...args }) }),
})

const INTERPOLATION = [
  'nearest',
  'linear',
  'bilinear',
  'bicubic',
  'trilinear',
  'area',
  'nearest-exact',
] as const

const Upsample = defineModule({
  ...stateless,
  name: 'Upsample',
  args: [
    optional('size', 'ints?', null, { min: 1 }),
    optional('scale_factor', 'floats?', null, { min: 0 }),
    optional('mode', 'string', 'nearest', { enum: INTERPOLATION }),
    optional('align_corners', 'bool?', null),
    optional('recompute_scale_factor', 'bool?', null),
  ],
  doc: 'Resizes the spatial dimensions to size or by scale_factor.',
  forward: (b, _state, { input }, args) => ({ out: call(b, resizing.interpolate, { input, ...args }) }),
})

const sizedUpsampling = <const N extends 'UpsamplingNearest2d' | 'UpsamplingBilinear2d'>(
  name: N,
  how: { readonly mode: string; readonly align_corners?: boolean },
  doc: string,
) =>
  defineModule({
    ...stateless,
    name,
    args: [
      optional('size', 'ints?', null, { size: 2, min: 1 }),
      optional('scale_factor', 'floats?', null, { size: 2, min: 0 }),
    ],
    doc,
    state: a => {
      check((a.size === null) !== (a.scale_factor === null), `${name} needs either size or scale_factor`)
      return []
    },
    forward: (b, _state, { input }, args) => ({
      out: call(b, resizing.interpolate, { input, ...args, ...how }),
    }),
  })

const UpsamplingNearest2d = sizedUpsampling(
  'UpsamplingNearest2d',
  { mode: 'nearest' },
  'Upsample with mode nearest.',
)
const UpsamplingBilinear2d = sizedUpsampling(
  'UpsamplingBilinear2d',
  { mode: 'bilinear', align_corners: true },
  'Upsample with mode bilinear and align_corners.',
)

export const layouts = {
  Flatten,
  Unflatten,
  PixelShuffle,
  PixelUnshuffle,
  ChannelShuffle,
  Unfold,
  Fold,
  Upsample,
  UpsamplingNearest2d,
  UpsamplingBilinear2d,
} as const
