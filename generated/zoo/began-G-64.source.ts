// Made by holdfast from specs/zoo/began-G-64.yaml; do not edit: change the spec and build again.
// spec sha256 9c50b19899d8ff515a5adcfc5aabbf636cb649cb7feafb3352c27e98c1a91e56
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'BEGANGenerator', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'BEGANGenerator',
  files: [
    {
      path: 'began-G-64.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: BEGANGenerator',
        'doc: Generator of a boundary equilibrium GAN for 64x64 faces, Berthelot et al. 2017 (arXiv:1703.10717). Keys as sunshineatnoon/Paper-Implementations.',
        'params:',
        '  latent: int = 64',
        '  n: int = 64',
        'inputs:',
        '  z: float32[N, latent]',
        'outputs:',
        '  image: float32[N, 3, 64, 64]',
        'modules:',
        '  embed1: Linear(latent, n * 8 * 8)',
        '  deconv1: Up(n)',
        '  deconv2: Up(n)',
        '  deconv3: Up(n)',
        '  deconv4:',
        '    type: Sequential',
        '    modules:',
        '      - Conv2d(n, n, 3, padding=1)',
        '      - ELU()',
        '      - Conv2d(n, n, 3, padding=1)',
        '      - ELU()',
        '      - Conv2d(n, 3, 3, padding=1)',
        '      - Tanh()',
        'forward: |',
        '  x = embed1(z).view(-1, n, 8, 8)',
        '  return deconv4(deconv3(deconv2(deconv1(x))))',
        'definitions:',
        '  Up:',
        '    params: { n: int }',
        '    type: Sequential',
        '    modules:',
        '      - Conv2d(n, n, 3, padding=1)',
        '      - ELU()',
        '      - Conv2d(n, n, 3, padding=1)',
        '      - ELU()',
        '      - UpsamplingNearest2d(scale_factor=2)',
        '',
      ].join('\n'),
    },
  ],
  digest: '790b7b93e9b0f5679b6bbeebed2c99b5a239bed05758873dcdd5730d2f9e522a',
  lock: null,
}
