// Made by holdfast from specs/community/dcgan_generator.yaml; do not edit: change the spec and build again.
// spec sha256 bf0886f2ebe84d22609b64084d62b9c7fd68fbdc95adbc188d0ef14aabf1df20
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'Generator', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'Generator',
  files: [
    {
      path: 'dcgan_generator.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: Generator',
        'doc: The generator of DCGAN, Radford et al. 2015 (arXiv:1511.06434). Keys as the pytorch/examples dcgan.',
        'params:',
        '  nz: int = 100',
        '  ngf: int = 64',
        '  nc: int = 3',
        'inputs:',
        '  input: float32[N, nz, 1, 1]',
        'outputs:',
        '  image: float32[N, nc, 64, 64]',
        'modules:',
        '  main:',
        '    type: Sequential',
        '    modules:',
        '      # input is Z, going into a convolution',
        '      - ConvTranspose2d(     nz, ngf * 8, 4, 1, 0, bias=False)',
        '      - BatchNorm2d(ngf * 8)',
        '      - ReLU(True)',
        '      # state size. (ngf*8) x 4 x 4',
        '      - ConvTranspose2d(ngf * 8, ngf * 4, 4, 2, 1, bias=False)',
        '      - BatchNorm2d(ngf * 4)',
        '      - ReLU(True)',
        '      # state size. (ngf*4) x 8 x 8',
        '      - ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False)',
        '      - BatchNorm2d(ngf * 2)',
        '      - ReLU(True)',
        '      # state size. (ngf*2) x 16 x 16',
        '      - ConvTranspose2d(ngf * 2,     ngf, 4, 2, 1, bias=False)',
        '      - BatchNorm2d(ngf)',
        '      - ReLU(True)',
        '      # state size. (ngf) x 32 x 32',
        '      - ConvTranspose2d(    ngf,      nc, 4, 2, 1, bias=False)',
        '      - Tanh()',
        '      # state size. (nc) x 64 x 64',
        'forward: |',
        '  output = self.main(input)',
        '  return output',
        '',
      ].join('\n'),
    },
  ],
  digest: '3e1f09bebf37f4121d36d35f4355be28510aa6976ee76f5184d12c4e0a2e6465',
  lock: null,
}
