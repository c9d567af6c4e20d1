// Made by holdfast from specs/zoo/lenet-csinva.yaml; do not edit: change the spec and build again.
// spec sha256 855482d30d35590f90999d838cea49d8fcd49851fcc8818ce6506ef1fdb93b8c
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'LeNet5', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'LeNet5',
  files: [
    {
      path: 'lenet-csinva.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: LeNet5',
        'doc: LeNet-5, LeCun et al. 1998, on MNIST padded to 32x32. Keys as csinva/gan-vae-pretrained-pytorch.',
        'inputs:',
        '  image: float32[N, 1, 32, 32]',
        'outputs:',
        '  log_probs: float32[N, 10]',
        'modules:',
        '  convnet:',
        '    type: Sequential',
        '    modules:',
        '      c1: Conv2d(1, 6, 5)',
        '      relu1: ReLU()',
        '      s2: MaxPool2d(2, 2)',
        '      c3: Conv2d(6, 16, 5)',
        '      relu3: ReLU()',
        '      s4: MaxPool2d(2, 2)',
        '      c5: Conv2d(16, 120, 5)',
        '      relu5: ReLU()',
        '  fc:',
        '    type: Sequential',
        '    modules:',
        '      f6: Linear(120, 84)',
        '      relu6: ReLU()',
        '      f7: Linear(84, 10)',
        '      sig7: LogSoftmax(dim=-1)',
        'forward: |',
        '  return fc(convnet(image).flatten(1))',
        '',
      ].join('\n'),
    },
  ],
  digest: 'a3afae1d4b8d0530f41fc5622e6aaabad4ac820e7a196455d93a57111d0984b9',
  lock: null,
}
