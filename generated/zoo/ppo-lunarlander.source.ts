// Made by holdfast from specs/zoo/ppo-lunarlander.yaml; do not edit: change the spec and build again.
// spec sha256 19f10a7f1710926bcc80ad591f9c7fd7eb2f2fe91de7bf081a8db766a11a8bad
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'DiscreteActorCritic', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'DiscreteActorCritic',
  files: [
    {
      path: 'ppo-lunarlander.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: DiscreteActorCritic',
        'doc: PPO actor and critic for discrete actions, Schulman et al. 2017 (arXiv:1707.06347). Keys as nikhilbarhate99/PPO-PyTorch (LunarLander).',
        'params:',
        '  state_dim: int = 8',
        '  action_dim: int = 4',
        'inputs:',
        '  state: float32[N, state_dim]',
        'outputs:',
        '  probs: float32[N, action_dim]',
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
        '      - Softmax(dim=-1)',
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
  digest: '564c7f6835d8b605a26047b9e761f0fe1cd846d010ab4d0f70848ee8f602633c',
  lock: null,
}
