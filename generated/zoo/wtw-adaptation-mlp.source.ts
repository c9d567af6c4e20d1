// Made by holdfast from specs/zoo/wtw-adaptation-mlp.yaml; do not edit: change the spec and build again.
// spec sha256 ad40054be9749bf6c54297ad80db89d8f3f99f0bf10bbf43bc71adfc871b0d7c
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'AdaptationModule', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'AdaptationModule',
  files: [
    {
      path: 'wtw-adaptation-mlp.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: AdaptationModule',
        'doc: Estimates the properties of the ground from a history of observations, for a walking robot. Keys as Improbable-AI/walk-these-ways.',
        'params:',
        '  history: int = 2100',
        '  latent: int = 2',
        'inputs:',
        '  obs_history: float32[N, history]',
        'outputs:',
        '  latent_state: float32[N, latent]',
        'type: Sequential',
        'modules:',
        '  - Linear(history, 256)',
        '  - ELU()',
        '  - Linear(256, 128)',
        '  - ELU()',
        '  - Linear(128, latent)',
        '',
      ].join('\n'),
    },
  ],
  digest: '4a5cbe42e6e92d4cbe0b37df83264416bbfd6fb80bebebf73d5823af775c4c5f',
  lock: null,
}
