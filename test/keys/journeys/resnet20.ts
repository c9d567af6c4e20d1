/**
 * A residual network that DataParallel wrapped, without an optimizer: what PyTorch would have saved after two steps of Adam is made
 * here, in the model as it was published, and agrees with PyTorch's numbers.
 */
import path from 'node:path'
import { load, MemorySink, type PyDict } from '../../../runtime/checkpoint/index.ts'
import { Adam } from '../../../runtime/optim/index.ts'
import { F } from '../../../runtime/tensor/functional.ts'
import type { Tensor } from '../../../runtime/tensor/tensor.ts'
import { data } from '../../cases/real-data.ts'
import { arrived, factsOf, goBack, type Journey, label, trainOn, wave } from '../journey.ts'
import { edited, zooSpec } from './edited.ts'

const first = zooSpec('resnet20-cifar10')
const renamed = edited(first, ['  linear: Linear', '  fc: Linear'], ['return linear(', 'return fc('])
const moved = edited(
  renamed,
  [
    '  conv1: Conv2d(3, 16, 3, padding=1, bias=False)\n  bn1: BatchNorm2d(16)\n',
    '  stem:\n    type: Module\n    modules:\n      conv: Conv2d(3, 16, 3, padding=1, bias=False)\n      norm: BatchNorm2d(16)\n',
  ],
  ['x = relu(bn1(conv1(image)))', 'x = relu(stem.norm(stem.conv(image)))'],
)
const head = '  fc: Linear(64, num_classes)\n'
const reordered = edited(moved, [head, ''], ['  stem:\n', `${head}  stem:\n`])
const inserted = edited(
  reordered,
  ['  logits: float32[N, num_classes]\n', '  logits: float32[N, num_classes]\n  coarse: float32[N, 2]\n'],
  ['  stem:\n', '  coarse: Linear(64, 2)\n  stem:\n'],
  ['  return fc(x.mean(dim=[2, 3]))', '  x = x.mean(dim=[2, 3])\n  return fc(x), coarse(x)'],
)

async function published(): ReturnType<Journey['published']> {
  const file = await load(path.join(data, 'files/resnet-cifar10/resnet20-12fca82f.th'))
  const there = await arrived(resnet20, Promise.resolve({ checkpoint: file, optimizer: undefined }), 0)
  await trainOn(resnet20, there.model, there.optimizer, 0, factsOf(resnet20).before)
  const sink = new MemorySink()
  await goBack(resnet20, there, sink)
  const checkpoint = await load(sink.bytes())
  return { checkpoint, optimizer: (checkpoint.value as PyDict).get('optimizer') }
}

export const resnet20: Journey = {
  name: 'resnet20',
  model: 'ResNet20',
  stages: [
    { refactor: 'as it was published', refused: [], spec: first, steps: '' },
    {
      refactor: 'a module is renamed',
      refused: ['key-renamed'],
      spec: renamed,
      steps: '- rename: { from: linear, to: fc }',
    },
    {
      refactor: 'modules move into another',
      refused: ['key-renamed', 'key-renamed'],
      spec: moved,
      steps: '- rename: { from: conv1, to: stem.conv }\n- rename: { from: bn1, to: stem.norm }',
    },
    { refactor: 'modules are reordered', refused: ['parameter-order'], spec: reordered, steps: '' },
    {
      refactor: 'a layer is inserted',
      refused: ['key-added'],
      spec: inserted,
      steps: '- add: { key: coarse }',
    },
  ],
  layouts: '',
  published,
  back: { generation: 1, prefix: 'module.' },
  groups: model => [model.namedParameters()],
  optimizer: ([parameters]) => new Adam(parameters!, { lr: 1e-4, eps: 1e-3 }),
  options: {},
  loss: (model, step) => {
    const { logits } = model.forward({ image: wave([4, 3, 16, 16], step) })
    return F.crossEntropy(logits as Tensor, label([4], step, 10))
  },
}
