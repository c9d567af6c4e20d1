// Made by holdfast from specs/zoo/go1-actuator-mlp.yaml; do not edit: change the spec and build again.
// spec sha256 9c5cf75a0d0700f03fedef1b3b9640c97a7391b5436cf91c7dd90063baf9501a
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'ActuatorMLP', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'ActuatorMLP',
  files: [
    {
      path: 'go1-actuator-mlp.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: ActuatorMLP',
        'doc: Torques of a Unitree Go1 motor from its last position errors and velocities. Keys as Improbable-AI/walk-these-ways.',
        'params:',
        '  hidden: int = 32',
        'inputs:',
        '  x: float32[N, 6]',
        'outputs:',
        '  torque: float32[N, 1]',
        'type: Sequential',
        'modules:',
        '  - Linear(6, hidden)',
        '  - Softsign()',
        '  - Linear(hidden, hidden)',
        '  - Softsign()',
        '  - Linear(hidden, 1)',
        '',
      ].join('\n'),
    },
  ],
  digest: '118887aaefa6681a075728119f99cf735d3b51d0e7d2e49a7bb11e3ee643a5bb',
  lock: null,
}
