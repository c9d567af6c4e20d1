// Made by holdfast from specs/zoo/dncnn-saoyan.yaml; do not edit: change the spec and build again.
// spec sha256 e673e9f5cd9e8e9eaf02ec5b78e62103da0520b323a5fe47ffde45eee6c51ea3
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'DnCNN', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'DnCNN',
  files: [
    {
      path: 'dncnn-saoyan.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: DnCNN',
        'doc: Denoiser that predicts the noise, Zhang et al. 2016 (arXiv:1608.03981). Keys as SaoYan/DnCNN-PyTorch.',
        'params:',
        '  channels: int = 1',
        '  features: int = 64',
        '  depth: int = 17',
        'inputs:',
        '  noisy: float32[N, channels, H, W]',
        'outputs:',
        '  noise: float32[N, channels, H, W]',
        'modules:',
        '  dncnn:',
        '    type: Sequential',
        '    modules:',
        '      - Conv2d(channels, features, 3, padding=1, bias=False)',
        '      - ReLU()',
        '      - for: _ in range(depth - 2)',
        '        modules:',
        '          - Conv2d(features, features, 3, padding=1, bias=False)',
        '          - BatchNorm2d(features)',
        '          - ReLU()',
        '      - Conv2d(features, channels, 3, padding=1, bias=False)',
        'forward: |',
        '  return dncnn(noisy)',
        '',
      ].join('\n'),
    },
  ],
  digest: '33329788b3975249357d179ce87e9e324a58b05e89b6e71a578169d9664584ab',
  lock: null,
}
