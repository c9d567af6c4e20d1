/** A network of crystals, whose checkpoint has the momenta by the id that each parameter had in that process. */
import path from 'node:path'
import { load, type PyDict } from '../../../runtime/checkpoint/index.ts'
import { SGD } from '../../../runtime/optim/index.ts'
import { F } from '../../../runtime/tensor/functional.ts'
import type { Tensor } from '../../../runtime/tensor/tensor.ts'
import { data } from '../../cases/real-data.ts'
import { type Journey, label, wave } from '../journey.ts'
import { edited, zooSpec } from './edited.ts'

const first = zooSpec('cgcnn-formation-energy')
const renamed = edited(
  first,
  ['  embedding: Linear', '  embed: Linear'],
  ['x = embedding(atom_fea)', 'x = embed(atom_fea)'],
)
const moved = edited(
  renamed,
  ['  fc_out: Linear(hidden, 1)\n', '  head: { type: Module, modules: { out: "Linear(hidden, 1)" } }\n'],
  ['return fc_out(x)', 'return head.out(x)'],
)
const split = edited(
  moved,
  [
    '      fc_full: Linear(2 * d + bond, 2 * d)\n',
    '      gate: Linear(2 * d + bond, d)\n      core: Linear(2 * d + bond, d)\n',
  ],
  [
    '      z = fc_full(cat([own, x[index], bonds], dim=2))\n',
    '      h = cat([own, x[index], bonds], dim=2)\n      z = cat([self.gate(h), self.core(h)], dim=2)\n',
  ],
)
const hidden = '  conv_to_fc: Linear(d, hidden)\n'
const reordered = edited(split, [hidden, ''], ['  embed: Linear', `${hidden}  embed: Linear`])
const inserted = edited(
  reordered,
  ['  raw: float32[count, 1]\n', '  raw: float32[count, 1]\n  spread: float32[count, 1]\n'],
  ['  embed: Linear', '  spread: Linear(hidden, 1)\n  embed: Linear'],
  ['return head.out(x)', 'return head.out(x), spread(x)'],
)

export const cgcnn: Journey = {
  name: 'cgcnn',
  model: 'CrystalNet',
  stages: [
    { refactor: 'as it was published', refused: [], spec: first, steps: '' },
    {
      refactor: 'a module is renamed',
      refused: ['key-renamed'],
      spec: renamed,
      steps: '- rename: { from: embedding, to: embed }',
    },
    {
      refactor: 'a module moves into another',
      refused: ['key-renamed'],
      spec: moved,
      steps: '- rename: { from: fc_out, to: head.out }',
    },
    {
      refactor: 'a fused projection is split',
      refused: ['key-removed'],
      spec: split,
      steps: '- split: { from: "convs.*.fc_full.*", to: ["convs.*.gate.*", "convs.*.core.*"] }',
    },
    { refactor: 'modules are reordered', refused: ['parameter-order'], spec: reordered, steps: '' },
    {
      refactor: 'a layer is inserted',
      refused: ['key-added'],
      spec: inserted,
      steps: '- add: { key: spread }',
    },
  ],
  layouts: '',
  published: async () => {
    const checkpoint = await load(path.join(data, 'files/cgcnn/formation-energy-per-atom.pth.tar'))
    return { checkpoint, optimizer: (checkpoint.value as PyDict).get('optimizer') }
  },
  back: { generation: 1 },
  groups: model => [model.namedParameters()],
  optimizer: ([parameters]) => new SGD(parameters!, { lr: 0.002, momentum: 0.9 }),
  options: {},
  loss: (model, step) => {
    const { raw } = model.forward({
      atom_fea: wave([9, 92], step),
      nbr_fea: wave([9, 12, 41], step + 100),
      nbr_fea_idx: label([9, 12], step, 9),
    })
    return F.mseLoss(raw as Tensor, wave([2, 1], step + 200))
  },
}
