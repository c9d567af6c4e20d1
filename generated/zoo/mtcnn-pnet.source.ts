// Made by holdfast from specs/zoo/mtcnn-pnet.yaml; do not edit: change the spec and build again.
// spec sha256 ead795c3c27997cc3a78843f5050eb2c4333827412bad1cfef9e43fbcb12d0f5
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'PNet', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'PNet',
  files: [
    {
      path: 'mtcnn-pnet.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: PNet',
        'doc: Proposal network of MTCNN, Zhang et al. 2016 (arXiv:1604.02878), fully convolutional. Keys as timesler/facenet-pytorch.',
        'dims:',
        '  H: { min: 12 }',
        '  W: { min: 12 }',
        'inputs:',
        '  image: float32[N, 3, H, W]',
        'outputs:',
        '  boxes: float32[N, 4, _, _]',
        '  probs: float32[N, 2, _, _]',
        'modules:',
        '  conv1: Conv2d(3, 10, 3)',
        '  prelu1: PReLU(10)',
        '  pool1: MaxPool2d(2, 2, ceil_mode=True)',
        '  conv2: Conv2d(10, 16, 3)',
        '  prelu2: PReLU(16)',
        '  conv3: Conv2d(16, 32, 3)',
        '  prelu3: PReLU(32)',
        '  conv4_1: Conv2d(32, 2, 1)',
        '  softmax4_1: Softmax(dim=1)',
        '  conv4_2: Conv2d(32, 4, 1)',
        'forward: |',
        '  x = pool1(prelu1(conv1(image)))',
        '  x = prelu2(conv2(x))',
        '  x = prelu3(conv3(x))',
        '  return conv4_2(x), softmax4_1(conv4_1(x))',
        '',
      ].join('\n'),
    },
  ],
  digest: '840647b4e66ea8bbbd9c053ef3074c2e64141a1f5d5c8604b2cbf87470ad2931',
  lock: null,
}
