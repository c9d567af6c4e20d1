// Made by holdfast from specs/zoo/mtcnn-onet.yaml; do not edit: change the spec and build again.
// spec sha256 ac1b4aa580db426c2c1c1d3bdacb5efeb048a7c91e0ff550f6ec382256b0c8e4
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'ONet', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'ONet',
  files: [
    {
      path: 'mtcnn-onet.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: ONet',
        'doc: Output network of MTCNN, Zhang et al. 2016 (arXiv:1604.02878), with facial landmarks. Keys as timesler/facenet-pytorch.',
        'inputs:',
        '  image: float32[N, 3, 48, 48]',
        'outputs:',
        '  boxes: float32[N, 4]',
        '  landmarks: float32[N, 10]',
        '  probs: float32[N, 2]',
        'modules:',
        '  conv1: Conv2d(3, 32, 3)',
        '  prelu1: PReLU(32)',
        '  pool1: MaxPool2d(3, 2, ceil_mode=True)',
        '  conv2: Conv2d(32, 64, 3)',
        '  prelu2: PReLU(64)',
        '  pool2: MaxPool2d(3, 2, ceil_mode=True)',
        '  conv3: Conv2d(64, 64, 3)',
        '  prelu3: PReLU(64)',
        '  pool3: MaxPool2d(2, 2, ceil_mode=True)',
        '  conv4: Conv2d(64, 128, 2)',
        '  prelu4: PReLU(128)',
        '  dense5: Linear(1152, 256)',
        '  prelu5: PReLU(256)',
        '  dense6_1: Linear(256, 2)',
        '  softmax6_1: Softmax(dim=1)',
        '  dense6_2: Linear(256, 4)',
        '  dense6_3: Linear(256, 10)',
        'forward: |',
        '  x = pool1(prelu1(conv1(image)))',
        '  x = pool2(prelu2(conv2(x)))',
        '  x = pool3(prelu3(conv3(x)))',
        '  x = prelu4(conv4(x))',
        '  # the weights come from a framework that flattened width first',
        '  x = prelu5(dense5(x.permute(0, 3, 2, 1).flatten(1)))',
        '  return dense6_2(x), dense6_3(x), softmax6_1(dense6_1(x))',
        '',
      ].join('\n'),
    },
  ],
  digest: 'a599f8f99bddebcff4277496b4cceafc78f6266da47e7b18d4780c8119360b4a',
  lock: null,
}
