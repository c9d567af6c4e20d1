// Made by holdfast from specs/zoo/ppo-bipedal.yaml; do not edit: change the spec and build again.
// spec sha256 949165d489b19ef26b608bf8fdb865ce6c7a040b52f08e6063fd0efdd2227db9
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'ContinuousActorCritic', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'ContinuousActorCritic',
  files: [
    {
      path: 'ppo-bipedal.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: ContinuousActorCritic',
        'doc: PPO actor and critic for continuous actions, Schulman et al. 2017 (arXiv:1707.06347). Keys as nikhilbarhate99/PPO-PyTorch (BipedalWalker).',
        'params:',
        '  state_dim: int = 24',
        '  action_dim: int = 4',
        'inputs:',
        '  state: float32[N, state_dim]',
        'outputs:',
        '  action_mean: float32[N, action_dim]',
        '  value: float32[N, 1]',
        'modules:',
        '  actor:',
        '    type: Sequential',
        '    modules:',
        '      - Linear(state_dim, 64)',
        '      - Tanh()',
        '      - Linear(64, 64)',
        '      - Tanh()',
        '      - Linear(64, action_dim)',
        '      - Tanh()',
        '  critic:',
        '    type: Sequential',
        '    modules:',
        '      - Linear(state_dim, 64)',
        '      - Tanh()',
        '      - Linear(64, 64)',
        '      - Tanh()',
        '      - Linear(64, 1)',
        'forward: |',
        '  return actor(state), critic(state)',
        '',
      ].join('\n'),
    },
  ],
  digest: 'c66f659e594d1c29161e4997611cfb134ef7687e2a3ba22c2a27de2cf82f11fa',
  lock: null,
}
