// Made by holdfast from specs/zoo/burn-mnist-pt.yaml; do not edit: change the spec and build again.
// spec sha256 595b0bb519cdad1d53ecf1786c888ca2835514b5eacb3c539ff220165ec2f54c
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'BurnMNIST', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'BurnMNIST',
  files: [
    {
      path: 'burn-mnist-pt.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: BurnMNIST',
        'doc: Convolutional MNIST classifier. Keys as the PyTorch import example of tracel-ai/burn.',
        'inputs:',
        '  image: float32[N, 1, 28, 28]',
        'outputs:',
        '  log_probs: float32[N, 10]',
        'modules:',
        '  conv1: Conv2d(1, 8, 3)',
        '  conv2: Conv2d(8, 16, 3)',
        '  conv3: Conv2d(16, 24, 3)',
        '  norm1: BatchNorm2d(24)',
        '  fc1: Linear(11616, 32)',
        '  fc2: Linear(32, 10)',
        '  norm2: BatchNorm1d(10)',
        'forward: |',
        '  x = relu(conv1(image))',
        '  x = relu(conv2(x))',
        '  x = norm1(relu(conv3(x)))',
        '  x = relu(fc1(flatten(x, 1)))',
        '  return log_softmax(norm2(fc2(x)), dim=1)',
        '',
      ].join('\n'),
    },
  ],
  digest: 'eca8c28b510c12ec81997b08c2c25cdf99ae2205607434174f14070b82aef63f',
  lock: null,
}
