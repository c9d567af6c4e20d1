/** Layouts of other projects, there and back: GPT-2 as transformers writes it, and published checkpoints. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { digestTensor, open, type StoredTensor, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import {
  applySteps,
  convertState,
  identify,
  type KeyContract,
  type LockedTensor,
  ShapeOnly,
  type Step,
  shapeArrays,
} from '../../runtime/keys/index.ts'
import { fixtures } from './refactored-net.ts'

type Tensors = ReadonlyMap<string, StoredTensor>

const digests = async (tensors: Tensors): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    await Promise.all([...tensors].map(async ([key, tensor]) => [key, await digestTensor(tensor)] as const)),
  )

/** A contract whose one generation is what the layout's steps make of a file. */
function contractOf(
  steps: readonly Step[],
  tensors: Tensors,
  ties: Readonly<Record<string, string>> = {},
): KeyContract {
  const shapes = new Map([...tensors].map(([key, tensor]) => [key, new ShapeOnly(tensor)]))
  const locked = [...applySteps(steps, shapes, shapeArrays).state].map(
    ([key, { shape, dtype }]): LockedTensor => ({
      id: key,
      key,
      shape,
      dtype: dtype as LockedTensor['dtype'],
      kind: 'parameter',
      tie: ties[key] ?? null,
    }),
  )
  const generation = {
    generation: 1,
    tensors: locked,
    parameters: locked.filter(t => t.tie === null).map(t => t.id),
  }
  return {
    model: 'Model',
    preset: null,
    generations: [generation],
    migrations: [],
    layouts: [{ name: 'theirs', to: 1, steps }],
  }
}

async function thereAndBack(contract: KeyContract, tensors: Tensors): Promise<Tensors> {
  const { place } = identify(contract, tensors)
  expect(place).toEqual({ layout: 'theirs' })
  const ours = await convertState(contract, tensors, place, { generation: 1 })
  const theirs = await convertState(contract, ours, { generation: 1 }, place)
  expect(await digests(theirs)).toEqual(await digests(tensors))
  return ours
}

test("transformers' GPT-2: transposed, fused and tied, as plain Linear layers", async () => {
  const file = await open(path.join(fixtures, 'gpt2.pt'))
  const { tensors } = stateDictsOf(file)[0]!
  const steps: Step[] = [
    // Each by its name: taking the prefix off would not say, on the way back, that lm_head never had it.
    ...['wte', 'wpe', 'h', 'ln_f'].map(
      (part): Step => ({ kind: 'rename', from: `transformer.${part}`, to: part }),
    ),
    { kind: 'transpose', key: 'h.*.attn.*.weight', dims: [0, 1] },
    { kind: 'transpose', key: 'h.*.mlp.*.weight', dims: [0, 1] },
    {
      kind: 'split',
      from: 'h.*.attn.c_attn.*',
      to: ['h.*.attn.q.*', 'h.*.attn.k.*', 'h.*.attn.v.*'],
      dim: 0,
      sizes: null,
    },
    { kind: 'tie', key: 'lm_head.weight', to: 'wte.weight' },
  ]
  const contract = contractOf(steps, tensors, { 'lm_head.weight': 'wte.weight' })
  const ours = await thereAndBack(contract, tensors)
  const plain = await open(path.join(fixtures, 'gpt2-plain.safetensors'))
  expect(await digests(ours)).toEqual(await digests(stateDictsOf(plain)[0]!.tensors))
  await plain.close()
  await file.close()
})

const real = path.resolve(import.meta.dirname, '../../../shared/data/real/files')
if (!existsSync(real)) console.log('published checkpoints are not at hand: their layouts are not tested')

const heads = (part: string): string[] =>
  Array.from({ length: 8 }, (_, i) => `layers.*.attn.heads.${i}.${part}.weight`)
const cases: readonly (readonly [name: string, file: string, steps: readonly Step[]])[] = [
  [
    'heads of a transformer, each a module, joined',
    'tinyshakespeare/transformer_model.pt',
    [
      { kind: 'drop', key: 'layers.*.attn.heads.*.tril', reason: 'a constant mask', init: 0 },
      ...['query', 'key', 'value'].map(
        (part): Step => ({
          kind: 'concat',
          from: heads(part),
          to: `layers.*.attn.${part}.weight`,
          dim: 0,
          sizes: null,
        }),
      ),
    ],
  ],
  [
    'a residual network of DataParallel, stages in a trunk',
    'resnet-cifar10/resnet20-12fca82f.th',
    [
      { kind: 'rename', from: 'module', to: '' },
      { kind: 'rename', from: 'layer1', to: 'trunk.stages.0' },
      { kind: 'rename', from: 'layer2', to: 'trunk.stages.1' },
      { kind: 'rename', from: 'layer3', to: 'trunk.stages.2' },
    ],
  ],
  [
    'a detector, its dense layer over channels last',
    'mtcnn/onet.pt',
    [
      { kind: 'reshape', key: 'dense5.weight', from: [256, 1152], to: [256, 3, 3, 128] },
      { kind: 'rename', from: 'dense5', to: 'head.fc' },
      { kind: 'transpose', key: 'head.fc.weight', dims: [1, 3] },
    ],
  ],
]

describe.skipIf(!existsSync(real))('of published checkpoints', () => {
  test.each(cases)('%s: there and back bit for bit', async (_, name, steps) => {
    const file = await open(path.join(real, name))
    const { tensors, prefix } = stateDictsOf(file)[0]!
    const raw = new Map([...tensors].map(([key, tensor]) => [prefix + key, tensor]))
    const dropped = (key: string): boolean => steps.some(s => s.kind === 'drop') && key.endsWith('.tril')
    const contract = contractOf(steps, raw)
    const { place } = identify(contract, raw)
    const ours = await convertState(contract, raw, place, { generation: 1 })
    const theirs = await convertState(contract, ours, { generation: 1 }, { layout: 'theirs' })
    const kept = new Map([...raw].filter(([key]) => !dropped(key)))
    expect(await digests(theirs)).toEqual(await digests(kept))
    await file.close()
  })
})
