// Made by holdfast from specs/zoo/sb3-dqn-cartpole.yaml; do not edit: change the spec and build again.
// spec sha256 516370213fbfff3f7fb6eac300a06b93286bd78b4d127c0a91f3110b0a279e4b
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'DQNPolicy', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'DQNPolicy',
  files: [
    {
      path: 'sb3-dqn-cartpole.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: DQNPolicy',
        'doc: Deep Q-network for CartPole with its target network, Mnih et al. 2015. Keys as stable-baselines3, from DLR-RM/rl-trained-agents.',
        'params:',
        '  observation: int = 4',
        '  actions: int = 2',
        '  hidden: int = 256',
        'inputs:',
        '  obs: float32[N, observation]',
        'outputs:',
        '  q: float32[N, actions]',
        '  target: float32[N, actions]',
        'modules:',
        '  q_net: QNetwork(observation, actions, hidden)',
        '  q_net_target: QNetwork(observation, actions, hidden)',
        'forward: |',
        '  return q_net(obs), q_net_target(obs)',
        'definitions:',
        '  QNetwork:',
        '    params: { observation: int, actions: int, hidden: int }',
        '    modules:',
        '      q_net:',
        '        type: Sequential',
        '        modules:',
        '          - Linear(observation, hidden)',
        '          - ReLU()',
        '          - Linear(hidden, hidden)',
        '          - ReLU()',
        '          - Linear(hidden, actions)',
        '    forward: return q_net(x)',
        '',
      ].join('\n'),
    },
  ],
  digest: 'e5202ea8d6deab35b1f4abe95d981df06d415019c171602d9b3f4356a50a880b',
  lock: null,
}
