/** A policy of stable-baselines3, with the Adam that its training left in a file of its own. */
import path from 'node:path'
import { load } from '../../../runtime/checkpoint/index.ts'
import { Adam } from '../../../runtime/optim/index.ts'
import { F } from '../../../runtime/tensor/functional.ts'
import type { Tensor } from '../../../runtime/tensor/tensor.ts'
import { data } from '../../cases/real-data.ts'
import { type Journey, label, wave } from '../journey.ts'
import { edited, zooSpec } from './edited.ts'

const first = zooSpec('sb3-ppo-lunar')
const renamed = edited(
  first,
  ['  action_net: Linear', '  policy_head: Linear'],
  ['return action_net(', 'return policy_head('],
)
const moved = edited(
  renamed,
  [
    '  value_net: Linear(hidden, 1)\n',
    '  heads: { type: Module, modules: { value: "Linear(hidden, 1)" } }\n',
  ],
  [', value_net(mlp', ', heads.value(mlp'],
)
const renumbered = edited(moved, [
  '      - Linear(observation, hidden)\n',
  '      - Identity()\n      - Linear(observation, hidden)\n',
])
const fused = edited(
  renumbered,
  ['  mlp_extractor:\n', '  both: Linear(observation, 2 * hidden)\n  mlp_extractor:\n'],
  ['      - Linear(observation, hidden)\n', ''],
  ['Trunk(observation, hidden)\n      value', 'Trunk(hidden)\n      value'],
  ['Trunk(observation, hidden)', 'Trunk(hidden)'],
  ['params: { observation: int, hidden: int }', 'params: { hidden: int }'],
  [
    '  return policy_head(mlp_extractor.policy_net(obs)), heads.value(mlp_extractor.value_net(obs))',
    '  p, v = both(obs).chunk(2, -1)\n  return policy_head(mlp_extractor.policy_net(p)), heads.value(mlp_extractor.value_net(v))',
  ],
)
const policyHead = '  policy_head: Linear(hidden, actions)\n'
const reordered = edited(fused, [policyHead, ''], ['  both: Linear', `${policyHead}  both: Linear`])

const inner = path.join(data, 'files/sb3-ppo-lunar/inner')

export const ppo: Journey = {
  name: 'ppo',
  model: 'Policy',
  stages: [
    { refactor: 'as it was published', refused: [], spec: first, steps: '' },
    {
      refactor: 'a module is renamed',
      refused: ['key-renamed'],
      spec: renamed,
      steps: '- rename: { from: action_net, to: policy_head }',
    },
    {
      refactor: 'a module moves into another',
      refused: ['key-renamed'],
      spec: moved,
      steps: '- rename: { from: value_net, to: heads.value }',
    },
    {
      refactor: 'a layer is inserted into a Sequential, which numbers the others anew',
      refused: ['key-renamed', 'key-renamed', 'key-renamed', 'key-renamed'],
      spec: renumbered,
      steps:
        '- rename: { from: mlp_extractor.*.2, to: mlp_extractor.*.3 }\n- rename: { from: mlp_extractor.*.0, to: mlp_extractor.*.1 }',
    },
    {
      refactor: 'two layers are joined',
      refused: ['key-added', 'key-removed', 'key-removed', 'key-renamed', 'key-renamed'],
      spec: fused,
      steps: `- concat: { from: [mlp_extractor.policy_net.1.weight, mlp_extractor.value_net.1.weight], to: both.weight }
- concat: { from: [mlp_extractor.policy_net.1.bias, mlp_extractor.value_net.1.bias], to: both.bias }
- rename: { from: mlp_extractor.*.3, to: mlp_extractor.*.2 }`,
    },
    { refactor: 'modules are reordered', refused: ['parameter-order'], spec: reordered, steps: '' },
  ],
  layouts: '',
  published: async () => ({
    checkpoint: await load(path.join(inner, 'policy.pth')),
    optimizer: (await load(path.join(inner, 'policy.optimizer.pth'))).value,
  }),
  back: { generation: 1 },
  groups: model => [model.namedParameters()],
  optimizer: ([parameters]) => new Adam(parameters!, { lr: 3e-4, eps: 1e-5 }),
  options: {},
  loss: (model, step) => {
    const { logits, value } = model.forward({ obs: wave([5, 8], step) }) as Record<string, Tensor>
    return F.crossEntropy(logits!, label([5], step, 4)).add(value!.mul(value!).mean().mul(0.01))
  },
}
