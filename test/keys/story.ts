/**
 * A model of PyTorch's that is refactored five times: its spec at each stage, and its checkpoint after the last. The checkpoint and
 * the numbers of training on are real PyTorch's, by test/oracle/keys/story.py.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { backward } from '../../runtime/autograd/index.ts'
import { load, type PyDict } from '../../runtime/checkpoint/index.ts'
import { currentOptimizer } from '../../runtime/keys/index.ts'
import { contractFor, loadCheckpoint, type Module } from '../../runtime/nn/index.ts'
import { Adam } from '../../runtime/optim/index.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { fixtures, indented, modelOf, type Stage, type Story, specOf as specOfStory } from './journey.ts'

/** What PyTorch saved. */
export const trained = path.join(fixtures, 'story-old.pt')

export const facts = JSON.parse(readFileSync(path.join(fixtures, 'story.json'), 'utf8')) as {
  readonly batches: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[]
  /** Of training on: these batches, and four more. */
  readonly losses: readonly number[]
}

const fusedForward = (emb: string, mid: string): string =>
  `q, k, v = qkv(relu(${emb}(x))).chunk(3, -1)\nreturn head(relu(${mid}(q * sigmoid(k) + v)))`
const partedForward = (norm: string): string =>
  `h = relu(embed(x))\nh = q(h) * sigmoid(k(h)) + v(h)\nreturn head(${norm === '' ? 'relu(body.mid(h))' : `${norm}(relu(body.mid(h)))`})`
const body = 'body: { type: Module, modules: { mid: "Linear(8, 8)" } }\n'
const head = 'head: Linear(8, 3)\n'
const parts = 'q: Linear(8, 8)\nk: Linear(8, 8)\nv: Linear(8, 8)\n'

const spec = (modules: string, forward: string): string => `inputs:
  x: float32[N, 6]
outputs:
  logits: float32[N, 3]
modules:
${indented(modules, '  ')}
forward: |
${indented(forward, '  ')}
`

export const stages: readonly Stage[] = [
  {
    refactor: 'as PyTorch trained it',
    refused: [],
    spec: spec(
      `emb: Linear(6, 8)\nqkv: Linear(8, 24)\nmid: Linear(8, 8)\n${head}`,
      fusedForward('emb', 'mid'),
    ),
    steps: '',
  },
  {
    refactor: 'a module is renamed',
    refused: ['key-renamed'],
    spec: spec(
      `embed: Linear(6, 8)\nqkv: Linear(8, 24)\nmid: Linear(8, 8)\n${head}`,
      fusedForward('embed', 'mid'),
    ),
    steps: '- rename: { from: emb, to: embed }',
  },
  {
    refactor: 'a module moves into another',
    refused: ['key-renamed'],
    spec: spec(`embed: Linear(6, 8)\nqkv: Linear(8, 24)\n${body}${head}`, fusedForward('embed', 'body.mid')),
    steps: '- rename: { from: mid, to: body.mid }',
  },
  {
    refactor: 'a fused projection is split',
    refused: ['key-removed'],
    spec: spec(`embed: Linear(6, 8)\n${parts}${body}${head}`, partedForward('')),
    steps: '- split: { from: "qkv.*", to: ["q.*", "k.*", "v.*"] }',
  },
  {
    refactor: 'modules are reordered',
    refused: ['parameter-order'],
    spec: spec(`${head}embed: Linear(6, 8)\n${parts}${body}`, partedForward('')),
    steps: '',
  },
  {
    refactor: 'a layer is inserted',
    refused: ['key-added'],
    spec: spec(`${head}embed: Linear(6, 8)\n${parts}${body}norm: LayerNorm(8)\n`, partedForward('norm')),
    steps: '- add: { key: norm }',
  },
]

const story: Story = { model: 'Classifier', stages, layouts: '' }

/** The spec of a stage with the migrations up to a generation; those of stages below have led there. */
export const specOf = (stage: number, migrations: number): string => specOfStory(story, stage, migrations)

export interface Classifier extends Module {
  forward(x: Tensor): Tensor
}

/** The model after the last refactor, with one input and one output, as the generated class has them. */
export function refactored(): Classifier {
  const module = modelOf(story)
  const forward = module.forward.bind(module)
  const called = { forward: (x: Tensor) => forward({ x }).logits as Tensor }
  return Object.assign(module, called) as unknown as Classifier
}

/** Loads what PyTorch saved into the refactored model, and gives its Adam. */
export async function restored(model: Classifier): Promise<Adam> {
  const file = await load(trained)
  const report = await loadCheckpoint(model, file)
  const adam = new Adam(model.parameters(), { lr: 0.02 })
  const saved = (file.value as PyDict).get('optimizer')
  await adam.loadStateDict(await currentOptimizer(contractFor(model), saved, report))
  return adam
}

/** Losses of the batches that PyTorch trained on with. */
export async function trainOn(model: Classifier, adam: Adam): Promise<number[]> {
  const losses: number[] = []
  for (const { x, y } of facts.batches) {
    const output = model.forward(tensor(Float32Array.from(x), { shape: [5, 6] }))
    const loss = F.crossEntropy(output, tensor(y.map(BigInt)))
    adam.zeroGrad()
    backward(loss)
    adam.step()
    losses.push(Number(await loss.item()))
  }
  return losses
}
