// Made by holdfast from specs/zoo/mtcnn-rnet.yaml; do not edit: change the spec and build again.
// spec sha256 23394899d972e5ec7d0ce98671bd9fee3f13538a6ae1d8b6fb03e83ba26b1396
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'RNet', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'RNet',
  files: [
    {
      path: 'mtcnn-rnet.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: RNet',
        'doc: Refinement network of MTCNN, Zhang et al. 2016 (arXiv:1604.02878). Keys as timesler/facenet-pytorch.',
        'inputs:',
        '  image: float32[N, 3, 24, 24]',
        'outputs:',
        '  boxes: float32[N, 4]',
        '  probs: float32[N, 2]',
        'modules:',
        '  conv1: Conv2d(3, 28, 3)',
        '  prelu1: PReLU(28)',
        '  pool1: MaxPool2d(3, 2, ceil_mode=True)',
        '  conv2: Conv2d(28, 48, 3)',
        '  prelu2: PReLU(48)',
        '  pool2: MaxPool2d(3, 2, ceil_mode=True)',
        '  conv3: Conv2d(48, 64, 2)',
        '  prelu3: PReLU(64)',
        '  dense4: Linear(576, 128)',
        '  prelu4: PReLU(128)',
        '  dense5_1: Linear(128, 2)',
        '  softmax5_1: Softmax(dim=1)',
        '  dense5_2: Linear(128, 4)',
        'forward: |',
        '  x = pool1(prelu1(conv1(image)))',
        '  x = pool2(prelu2(conv2(x)))',
        '  x = prelu3(conv3(x))',
        '  # the weights come from a framework that flattened width first',
        '  x = prelu4(dense4(x.permute(0, 3, 2, 1).flatten(1)))',
        '  return dense5_2(x), softmax5_1(dense5_1(x))',
        '',
      ].join('\n'),
    },
  ],
  digest: 'e440f5f84fbb42664afbe559139dd02d582ebd4ef2b81c7f6f1bddf808fda998',
  lock: null,
}
