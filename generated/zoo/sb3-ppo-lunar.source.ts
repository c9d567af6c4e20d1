// Made by holdfast from specs/zoo/sb3-ppo-lunar.yaml; do not edit: change the spec and build again.
// spec sha256 78d4d7f9615d3eefaafc3f0883d38394b3d77795411a3192e6824c6feb9c42c9
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'PPOPolicy', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'PPOPolicy',
  files: [
    {
      path: 'sb3-ppo-lunar.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: PPOPolicy',
        'doc: PPO policy and value for LunarLander, Schulman et al. 2017 (arXiv:1707.06347). Keys as stable-baselines3, from DLR-RM/rl-trained-agents.',
        'params:',
        '  observation: int = 8',
        '  actions: int = 4',
        '  hidden: int = 64',
        'inputs:',
        '  obs: float32[N, observation]',
        'outputs:',
        '  logits: float32[N, actions]',
        '  value: float32[N, 1]',
        'modules:',
        '  mlp_extractor:',
        '    type: Module',
        '    modules:',
        '      policy_net: Trunk(observation, hidden)',
        '      value_net: Trunk(observation, hidden)',
        '  action_net: Linear(hidden, actions)',
        '  value_net: Linear(hidden, 1)',
        'forward: |',
        '  return action_net(mlp_extractor.policy_net(obs)), value_net(mlp_extractor.value_net(obs))',
        'definitions:',
        '  Trunk:',
        '    params: { observation: int, hidden: int }',
        '    type: Sequential',
        '    modules:',
        '      - Linear(observation, hidden)',
        '      - Tanh()',
        '      - Linear(hidden, hidden)',
        '      - Tanh()',
        '',
      ].join('\n'),
    },
  ],
  digest: 'afb5bd752349f4a66e7aa038f30a687c6b1cf5214e7f49560f839cb8e7791735',
  lock: null,
}
