/** Pooling: https://pytorch.org/docs/2.13/nn.html#pooling-layers */
import { optional, required } from '../../ops/args.ts'
import { pools } from '../../ops/functions/pool.ts'
import { call } from './call.ts'
import { oneInput } from './declare.ts'
import { defineModule } from './row.ts'

type Spatial = 1 | 2 | 3
type Named<P extends string> = `${P}${Spatial}d`

const window = (size: Spatial) => required('kernel_size', 'ints', { size, min: 1 })
/** Without a stride, windows lie side by side. */
const stride = (size: Spatial) => optional('stride', 'ints?', null, { size, min: 1 })
const padding = (size: Spatial) => optional('padding', 'ints', Array<number>(size).fill(0), { size, min: 0 })
const ceilMode = optional('ceil_mode', 'bool', false)
const returnIndices = optional('return_indices', 'bool', false)
const over = (size: Spatial): string => (size === 1 ? 'the last dimension' : `the last ${size} dimensions`)

const maxPool = <const N extends Named<'MaxPool'>>(name: N, size: Spatial) =>
  defineModule({
    name,
    args: [
      window(size),
      stride(size),
      padding(size),
      optional('dilation', 'ints', Array<number>(size).fill(1), { size, min: 1 }),
      returnIndices,
      ceilMode,
    ],
    inputs: oneInput,
    returns: 'tensor',
    returnsFor: a => (a.return_indices ? 'pair' : 'tensor'),
    doc: `Maxima of windows over ${over(size)}; with return_indices also where they stood.`,
    version: 1,
    state: () => [],
    forward(b, _state, { input }, { return_indices, ...window }) {
      const args = { input, ...window }
      const out = return_indices
        ? call(b, pools[`max_pool${size}d_with_indices`], args)
        : call(b, pools[`max_pool${size}d`], args)
      return { out }
    },
  })

const maxUnpool = <const N extends Named<'MaxUnpool'>>(name: N, size: Spatial) =>
  defineModule({
    name,
    args: [window(size), stride(size), padding(size)],
    inputs: [
      required('input', 'tensor'),
      required('indices', 'tensor'),
      optional('output_size', 'dims?', null),
    ],
    returns: 'tensor',
    doc: `Puts maxima back where MaxPool${size}d found them, zeros elsewhere.`,
    version: 1,
    state: () => [],
    forward: (b, _state, inputs, window) => ({
      out: call(b, pools[`max_unpool${size}d`], { ...inputs, ...window }),
    }),
  })

const lpPool = <const N extends Named<'LPPool'>>(name: N, size: Spatial) =>
  defineModule({
    name,
    args: [required('norm_type', 'float'), window(size), stride(size), ceilMode],
    inputs: oneInput,
    returns: 'tensor',
    doc: `Power means (without the division) of windows over ${over(size)}.`,
    version: 1,
    state: () => [],
    forward: (b, _state, { input }, args) => ({ out: call(b, pools[`lp_pool${size}d`], { input, ...args }) }),
  })

const adaptiveAvgPool = <const N extends Named<'AdaptiveAvgPool'>>(name: N, size: Spatial) =>
  defineModule({
    name,
    args: [required('output_size', 'dims?', { size, min: 0 })],
    inputs: oneInput,
    returns: 'tensor',
    doc: `Means of as many windows as output_size says over ${over(size)}; null keeps a size.`,
    version: 1,
    state: () => [],
    forward: (b, _state, { input }, { output_size }) => ({
      out: call(b, pools[`adaptive_avg_pool${size}d`], { input, output_size }),
    }),
  })

const adaptiveMaxPool = <const N extends Named<'AdaptiveMaxPool'>>(name: N, size: Spatial) =>
  defineModule({
    name,
    args: [required('output_size', 'dims?', { size, min: 0 }), returnIndices],
    inputs: oneInput,
    returns: 'tensor',
    returnsFor: a => (a.return_indices ? 'pair' : 'tensor'),
    doc: `Maxima of as many windows as output_size says over ${over(size)}; null keeps a size.`,
    version: 1,
    state: () => [],
    forward(b, _state, { input }, { output_size, return_indices }) {
      const args = { input, output_size }
      const out = return_indices
        ? call(b, pools[`adaptive_max_pool${size}d_with_indices`], args)
        : call(b, pools[`adaptive_max_pool${size}d`], args)
      return { out }
    },
  })

const includePad = optional('count_include_pad', 'bool', true)
const divisor = optional('divisor_override', 'int?', null)

const AvgPool1d = defineModule({
  name: 'AvgPool1d',
  args: [window(1), stride(1), padding(1), ceilMode, includePad],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Means of windows over the last dimension.',
  version: 1,
  state: () => [],
  forward: (b, _state, { input }, args) => ({ out: call(b, pools.avg_pool1d, { input, ...args }) }),
})

const avgPool = <const N extends 'AvgPool2d' | 'AvgPool3d'>(name: N, size: 2 | 3) =>
  defineModule({
    name,
    args: [window(size), stride(size), padding(size), ceilMode, includePad, divisor],
    inputs: oneInput,
    returns: 'tensor',
    doc: `Means of windows over ${over(size)}.`,
    version: 1,
    state: () => [],
    forward: (b, _state, { input }, args) => ({
      out: call(b, pools[`avg_pool${size}d`], { input, ...args }),
    }),
  })

const AvgPool2d = avgPool('AvgPool2d', 2)
const AvgPool3d = avgPool('AvgPool3d', 3)
const MaxPool1d = maxPool('MaxPool1d', 1)
const MaxPool2d = maxPool('MaxPool2d', 2)
const MaxPool3d = maxPool('MaxPool3d', 3)
const MaxUnpool1d = maxUnpool('MaxUnpool1d', 1)
const MaxUnpool2d = maxUnpool('MaxUnpool2d', 2)
const MaxUnpool3d = maxUnpool('MaxUnpool3d', 3)
const LPPool1d = lpPool('LPPool1d', 1)
const LPPool2d = lpPool('LPPool2d', 2)
const LPPool3d = lpPool('LPPool3d', 3)
const AdaptiveAvgPool1d = adaptiveAvgPool('AdaptiveAvgPool1d', 1)
const AdaptiveAvgPool2d = adaptiveAvgPool('AdaptiveAvgPool2d', 2)
const AdaptiveAvgPool3d = adaptiveAvgPool('AdaptiveAvgPool3d', 3)
const AdaptiveMaxPool1d = adaptiveMaxPool('AdaptiveMaxPool1d', 1)
const AdaptiveMaxPool2d = adaptiveMaxPool('AdaptiveMaxPool2d', 2)
const AdaptiveMaxPool3d = adaptiveMaxPool('AdaptiveMaxPool3d', 3)

export const poolings = {
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  MaxUnpool1d,
  MaxUnpool2d,
  MaxUnpool3d,
  LPPool1d,
  LPPool2d,
  LPPool3d,
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} as const
