// Made by holdfast from specs/zoo/burn-mnist-safetensors.yaml; do not edit: change the spec and build again.
// spec sha256 01acd8ae77bb315e8f06b1183e4e816e21e9f6d0b869e8fb0b3bb6108bc3242f
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'BurnMNISTSafetensors', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'BurnMNISTSafetensors',
  files: [
    {
      path: 'burn-mnist-safetensors.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: BurnMNISTSafetensors',
        'doc: Convolutional MNIST classifier. The same network as burn-mnist-pt, kept as safetensors. Keys as the PyTorch import example of tracel-ai/burn.',
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
  digest: '40a74f93b67a9811cbcc41ec832e797a02b8a0a880ce915ca83f06255f66db4b',
  lock: null,
}
