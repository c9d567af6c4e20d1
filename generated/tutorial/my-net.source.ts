// Made by holdfast from specs/tutorial/my-net.yaml; do not edit: change the spec and build again.
// spec sha256 80d73108745004616426eae7cd0ece8d227d9873bca0b73cc1d216d7c61bbd70
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'MyNet', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'MyNet',
  files: [
    {
      path: 'my-net.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: MyNet',
        'doc: A linear layer and its batch norm. The state holds the norm\'s running statistics and its count of batches.',
        'inputs:',
        '  x: float32[N, 10]',
        'outputs:',
        '  y: float32[N, 20]',
        'modules:',
        '  fc1: Linear(10, 20)',
        '  bn1: BatchNorm1d(20)',
        'forward: |',
        '  return relu(bn1(fc1(x)))',
        '',
      ].join('\n'),
    },
  ],
  digest: '1ff9750a4bd81559dc00945729148393932dc8aa4fab695695bc3f109a168588',
  lock: [
    '# The keys of a model, as its checkpoints have them. Written by `holdfast lock`: review it, do not edit it.',
    'lock: 1',
    'model: MyNet',
    'generations:',
    '  - generation: 1',
    '    digest: b0b9798b313031ee51b563d73572ec95',
    '    presets:',
    '      default:',
    '        tensors:',
    '          fc1.weight: parameter float32[20, 10]',
    '          fc1.bias: parameter float32[20]',
    '          bn1.weight: parameter float32[20]',
    '          bn1.bias: parameter float32[20]',
    '          bn1.running_mean: buffer float32[20]',
    '          bn1.running_var: buffer float32[20]',
    '          bn1.num_batches_tracked: buffer int64[]',
    '',
  ].join('\n'),
}
