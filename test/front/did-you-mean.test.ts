import { expect, it } from 'vitest'
import { didYouMean } from '../../compiler/diagnostics/did-you-mean.ts'

const names = [
  'Linear',
  'Conv1d',
  'Conv2d',
  'ConvTranspose2d',
  'BatchNorm2d',
  'ReLU',
  'in_features',
  'out_features',
  'p',
]

it.each([
  ['Liner', 'Linear'],
  ['Linaer', 'Linear'],
  ['linear', 'Linear'],
  ['Conv3d', 'Conv1d'],
  ['conv2d', 'Conv2d'],
  ['batchnorm2d', 'BatchNorm2d'],
  ['BatchNorm_2d', 'BatchNorm2d'],
  ['Relu', 'ReLU'],
  ['in_feature', 'in_features'],
  ['outFeatures', 'out_features'],
  ['features', 'in_features'],
  ['num_in_features', 'in_features'],
])('%s means %s', (typed, meant) => {
  expect(didYouMean(typed, names)).toBe(meant)
})

it.each(['Attention', 'x', 'q', '', 'weight', 'L', 'a'.repeat(10_000)])(
  '%s means nothing that is there',
  typed => {
    expect(didYouMean(typed, names)).toBeNull()
  },
)

it('a name does not mean itself', () => {
  expect(didYouMean('Linear', ['Linear'])).toBeNull()
})
