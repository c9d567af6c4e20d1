// Made by holdfast from specs/tutorial/my-net-2.yaml; do not edit: change the spec and build again.
// spec sha256 7cd9c8c9fc0d7077966487791dec3a793769df114f3aa44e7556d6c35106cdb4
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'MyNet2', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'MyNet2',
  files: [
    {
      path: 'my-net-2.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: MyNet2',
        'doc: MyNet after a refactor, without the norm and with a second layer.',
        'inputs:',
        '  x: float32[N, 10]',
        'outputs:',
        '  y: float32[N, 5]',
        'modules:',
        '  fc1: Linear(10, 20)',
        '  relu: ReLU()',
        '  fc2: Linear(20, 5)',
        'forward: |',
        '  return fc2(relu(fc1(x)))',
        '',
      ].join('\n'),
    },
  ],
  digest: '443e929cd6feaa476422576e0ab67094ed4ea695754fdbdf3fed831f47879d0f',
  lock: null,
}
