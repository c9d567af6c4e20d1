/** Cases of the primitives that move elements, by places that are known beforehand. */
import { sample } from '../../support/device-check.ts'
import type { Cases } from './case.ts'

export const movement: Cases<'reshape' | 'permute' | 'expand' | 'slice' | 'pad' | 'cat' | 'window'> = {
  reshape: [
    { about: 'split', inputs: [sample([6])], attrs: { shape: [2, 3] } },
    { about: 'merge', inputs: [sample([2, 3, 4])], attrs: { shape: [6, 4] } },
    { about: 'to one element', inputs: [sample([1, 1])], attrs: { shape: [] } },
    { about: 'regroup', inputs: [sample([4, 6])], attrs: { shape: [3, 8] } },
    { about: 'ones', inputs: [sample([4])], attrs: { shape: [1, 4, 1] } },
    { about: 'empty', inputs: [sample([0, 3])], attrs: { shape: [3, 0, 2] } },
  ],
  permute: [
    { about: 'a transpose', inputs: [sample([3, 5])], attrs: { dims: [1, 0] } },
    { about: 'three dims', inputs: [sample([2, 3, 4])], attrs: { dims: [2, 0, 1] } },
    { about: 'no dims', inputs: [sample([])], attrs: { dims: [] } },
    { about: 'int64', inputs: [sample([3, 5], 'int64')], attrs: { dims: [1, 0] } },
  ],
  expand: [
    { about: 'rows', inputs: [sample([1, 5])], attrs: { shape: [4, 5] } },
    { about: 'columns', inputs: [sample([5, 1])], attrs: { shape: [5, 7] } },
    { about: 'to nothing', inputs: [sample([1])], attrs: { shape: [0] } },
  ],
  slice: [
    { about: 'a part', inputs: [sample([7])], attrs: { starts: [2], lengths: [3], steps: [1] } },
    {
      about: 'steps',
      inputs: [sample([7, 9])],
      attrs: { starts: [1, 0], lengths: [3, 3], steps: [2, 4] },
    },
    {
      about: 'negative steps',
      inputs: [sample([7, 9])],
      attrs: { starts: [6, 8], lengths: [7, 3], steps: [-1, -3] },
    },
    { about: 'nothing', inputs: [sample([7])], attrs: { starts: [2], lengths: [0], steps: [1] } },
  ],
  pad: [
    { about: 'one dim', inputs: [sample([5])], attrs: { low: [2], high: [1], value: 0 } },
    { about: 'two dims', inputs: [sample([3, 4])], attrs: { low: [1, 0], high: [0, 2], value: -Infinity } },
    { about: 'int64', inputs: [sample([3], 'int64')], attrs: { low: [1], high: [1], value: 9 } },
    { about: 'bool', inputs: [sample([3], 'bool')], attrs: { low: [1], high: [1], value: true } },
    { about: 'of nothing', inputs: [sample([0])], attrs: { low: [2], high: [1], value: 5 } },
  ],
  cat: [
    { about: 'two rows', inputs: [sample([2, 3]), sample([1, 3], 'float32', 2)], attrs: { dim: 0 } },
    {
      about: 'columns',
      inputs: [sample([2, 3]), sample([2, 0]), sample([2, 5], 'float32', 2)],
      attrs: { dim: 1 },
    },
    {
      about: 'many',
      inputs: Array.from({ length: 9 }, (_, i) => sample([i, 2], 'int64', i)),
      attrs: { dim: 0 },
    },
    { about: 'one', inputs: [sample([3])], attrs: { dim: 0 } },
  ],
  window: [
    { about: 'one dim', inputs: [sample([9])], attrs: { sizes: [3], strides: [2], dilations: [1] } },
    {
      about: 'two dims',
      inputs: [sample([2, 6, 7])],
      attrs: { sizes: [2, 3], strides: [1, 2], dilations: [2, 1] },
    },
  ],
}
