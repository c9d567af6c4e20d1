// Made by holdfast from specs/zoo/aodnet.yaml; do not edit: change the spec and build again.
// spec sha256 bed356f58861e29e1e798c8b4f7f7f1883ce183a0054c94e6ab8d52341ee9d37
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'AODNet', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'AODNet',
  files: [
    {
      path: 'aodnet.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: AODNet',
        'doc: All-in-one dehazing network, Li et al. 2017 (arXiv:1707.06543). Keys as TheFairBear/PyTorch-Image-Dehazing.',
        'inputs:',
        '  image: float32[N, 3, H, W]',
        'outputs:',
        '  clean: float32[N, 3, H, W]',
        'modules:',
        '  e_conv1: Conv2d(3, 3, 1)',
        '  e_conv2: Conv2d(3, 3, 3, padding=1)',
        '  e_conv3: Conv2d(6, 3, 5, padding=2)',
        '  e_conv4: Conv2d(6, 3, 7, padding=3)',
        '  e_conv5: Conv2d(12, 3, 3, padding=1)',
        'forward: |',
        '  x1 = relu(e_conv1(image))',
        '  x2 = relu(e_conv2(x1))',
        '  x3 = relu(e_conv3(cat([x1, x2], 1)))',
        '  x4 = relu(e_conv4(cat([x2, x3], 1)))',
        '  k = relu(e_conv5(cat([x1, x2, x3, x4], 1)))',
        '  return relu(k * image - k + 1)',
        '',
      ].join('\n'),
    },
  ],
  digest: '3cfc0e3c055fa9e5d578c3f7ff403300c28709981135ffcbb468677eaf573569',
  lock: null,
}
