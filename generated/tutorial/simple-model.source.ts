// Made by holdfast from specs/tutorial/simple-model.yaml; do not edit: change the spec and build again.
// spec sha256 605aac52cb2fe3e6980fa4350d949e71c31cf4d9839f055bbb35968ae5c14186
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'SimpleModel', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'SimpleModel',
  files: [
    {
      path: 'simple-model.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: SimpleModel',
        'doc: A perceptron with one hidden layer, the smallest model worth saving.',
        'inputs:',
        '  x: float32[N, 10]',
        'outputs:',
        '  y: float32[N, 1]',
        'modules:',
        '  fc1: Linear(10, 5)',
        '  fc2: Linear(5, 1)',
        'forward: |',
        '  return fc2(relu(fc1(x)))',
        '',
      ].join('\n'),
    },
  ],
  digest: '19041ea78fecfdd9d01a00bde5ef182ff6f242280a411b66934aaf4c498d4209',
  lock: null,
}
