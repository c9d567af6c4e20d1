// Made by holdfast from specs/zoo/vdsr.yaml; do not edit: change the spec and build again.
// spec sha256 20ceedf1ef2745e624831fa735291083b908ff9ee595c02ba0b66ab2ef39eb52
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'VDSR', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'VDSR',
  files: [
    {
      path: 'vdsr.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: VDSR',
        'doc: Very deep super-resolution of the luma channel, Kim et al. 2016 (arXiv:1511.04587). Keys as twtygqyy/pytorch-vdsr.',
        'params:',
        '  features: int = 64',
        '  depth: int = 18',
        'inputs:',
        '  y: float32[N, 1, H, W]',
        'outputs:',
        '  sharp: float32[N, 1, H, W]',
        'modules:',
        '  residual_layer:',
        '    type: Sequential',
        '    modules:',
        '      - { for: _ in range(depth), type: ConvReLU, features: features }',
        '  input: Conv2d(1, features, 3, padding=1, bias=False)',
        '  output: Conv2d(features, 1, 3, padding=1, bias=False)',
        'forward: |',
        '  x = relu(input(y))',
        '  return output(residual_layer(x)) + y',
        'definitions:',
        '  ConvReLU:',
        '    params: { features: int }',
        '    modules:',
        '      conv: Conv2d(features, features, 3, padding=1, bias=False)',
        '    forward: return relu(conv(x))',
        '',
      ].join('\n'),
    },
  ],
  digest: '07cee782f2546b8ad9ed5e7f8a42c5fad8cc709b62ec95b4be6f6fca4fb12b7a',
  lock: null,
}
