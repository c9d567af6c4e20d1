// Made by holdfast from specs/zoo/dcgan-mnist-D.yaml; do not edit: change the spec and build again.
// spec sha256 b0b683235ea286016d742469601c9799655c74dd9a9b9ec0dc2d98cbb607eddd
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'DCGANDiscriminator', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'DCGANDiscriminator',
  files: [
    {
      path: 'dcgan-mnist-D.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: DCGANDiscriminator',
        'doc: Discriminator of a DCGAN for MNIST, Radford et al. 2015 (arXiv:1511.06434). Keys as csinva/gan-vae-pretrained-pytorch.',
        'params:',
        '  features: int = 64',
        'inputs:',
        '  image: float32[N, 1, 28, 28]',
        'outputs:',
        '  real: float32[N]',
        'modules:',
        '  main:',
        '    type: Sequential',
        '    modules:',
        '      - Conv2d(1, features, 4, 2, 1, bias=False)',
        '      - LeakyReLU(0.2)',
        '      - Conv2d(features, 2 * features, 4, 2, 1, bias=False)',
        '      - BatchNorm2d(2 * features)',
        '      - LeakyReLU(0.2)',
        '      - Conv2d(2 * features, 4 * features, 4, 2, 1, bias=False)',
        '      - BatchNorm2d(4 * features)',
        '      - LeakyReLU(0.2)',
        '      - Conv2d(4 * features, 1, 4, 2, 1, bias=False)',
        '      - Sigmoid()',
        'forward: |',
        '  return main(image).view(-1)',
        '',
      ].join('\n'),
    },
  ],
  digest: 'da1ae7e2417b698315bcd869292b510171eb617d2bc2608dfb6248d257885142',
  lock: null,
}
