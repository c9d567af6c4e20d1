/** Params that are no preset: the steps of the presets lead as far back as they prove, and where they do not, loading says so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  load,
  MemorySink,
  PyDict,
  type PyValue,
  StoredTensor,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import { currentOptimizer, KeysError, stampOf } from '../../runtime/keys/index.ts'
import {
  contractFor,
  loadCheckpoint,
  type Module,
  StateDictError,
  saveCheckpoint,
} from '../../runtime/nn/index.ts'
import { runInTerminal, Workspace } from '../docs/workspace.ts'

interface Generated {
  readonly Net: new (options?: { width?: number; layers?: number }) => Module
}

let workspace: Workspace
beforeAll(() => {
  workspace = new Workspace()
})
afterAll(() => workspace.remove())

const specOf = (modules: string, forward: string, rest = ''): string => `holdfast: 1
model: Net
params: { width: int = 4, layers: int = 2 }
inputs: { x: "float32[N, 4]" }
modules:
${modules}
forward: |
${forward}
definitions:
  Block:
    params: { d: int }
    modules: { lin: "Linear(d, d)", norm: LayerNorm(d) }
    forward: return norm(lin(x))
${rest}`
const first = specOf(
  `  emb: Linear(4, width)
  qkv: Linear(width, 3 * width)
  blocks: { type: Sequential, modules: [ { for: _ in range(layers), type: Block, d: width } ] }`,
  '  q, k, v = qkv(emb(x)).chunk(3, -1)\n  return blocks(q * k + v)',
)
const refactored = (rest: string): string =>
  specOf(
    `  stages: { type: Sequential, modules: [ { for: _ in range(layers), type: Block, d: width } ] }
  embed: Linear(4, width)
  q: Linear(width, width)
  k: Linear(width, width)
  v: Linear(width, width)
  scale: Linear(width, 1)`,
    '  h = embed(x)\n  return stages(self.q(h) * self.k(h) + self.v(h)) * scale(h)',
    rest,
  )
const steps = `      - rename: { from: emb, to: embed }
      - rename: { from: blocks, to: stages }
      - split: { from: qkv.*, to: [q.*, k.*, v.*] }
      - add: { key: scale }
`

async function locked(...specs: readonly string[]): Promise<Generated> {
  workspace.remove()
  workspace = new Workspace()
  for (const spec of specs) {
    workspace.write('specs/net.yaml', spec)
    expect(await runInTerminal(['lock', 'specs/net.yaml'])).toMatchObject({ code: 0 })
  }
  expect(await runInTerminal(['build'])).toMatchObject({ code: 0 })
  return import(/* @vite-ignore */ `${workspace.folder}/generated/net.ts`)
}

/** What the first spec would have saved with other params: tensors that count on from one to the next, and their momenta. */
function oldFile(width: number, layers: number): PyDict {
  let next = 0
  const shapes: [string, number[]][] = [
    ['emb.weight', [width, 4]],
    ['emb.bias', [width]],
    ['qkv.weight', [3 * width, width]],
    ['qkv.bias', [3 * width]],
    ...Array.from({ length: layers }, (_, i): [string, number[]][] => [
      [`blocks.${i}.lin.weight`, [width, width]],
      [`blocks.${i}.lin.bias`, [width]],
      [`blocks.${i}.norm.weight`, [width]],
      [`blocks.${i}.norm.bias`, [width]],
    ]).flat(),
  ]
  const filled = ([, shape]: (typeof shapes)[number]) =>
    tensorOf(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next++),
      shape,
    )
  const model = new PyDict(
    'OrderedDict',
    shapes.map(s => [s[0], filled(s)] as const),
  )
  const state = new PyDict(
    'dict',
    shapes.map((s, i) => [i, new PyDict('dict', [['exp_avg', filled(s)]])] as const),
  )
  const groups = [new PyDict('dict', [['params', shapes.map((_, i) => i)]])]
  const optimizer = new PyDict('dict', [
    ['state', state],
    ['param_groups', groups],
  ])
  return new PyDict('dict', [
    ['model', model],
    ['optimizer', optimizer],
  ])
}

async function firstNumbers(value: PyValue): Promise<unknown> {
  if (value instanceof StoredTensor) {
    const bytes = (await value.storage.read(value.offset * 4, value.offset * 4 + 4)).slice()
    return [value.shape, new Float32Array(bytes.buffer)[0]]
  }
  if (!(value instanceof PyDict)) return null
  const found = await Promise.all(
    [...value].map(async ([key, child]) => [key, await firstNumbers(child)] as const),
  )
  return found
}

describe('params that are no preset', () => {
  test('load what older code wrote with them, optimizer too, and write it', async () => {
    const { Net } = await locked(first, refactored(`migrations:\n  - to: 2\n    steps:\n${steps}`))
    const model = new Net({ width: 6, layers: 3 })
    const file = oldFile(6, 3)
    const report = await loadCheckpoint(model, { value: file, stateDict: null, attachment: null })
    expect(report.place).toEqual({ generation: 1 })
    expect(report.loaded.get('stages.2.lin.weight')).toEqual(['blocks.2.lin.weight'])
    expect(report.initialised).toEqual(['scale.weight', 'scale.bias'])

    const optimizer = await currentOptimizer(contractFor(model), file.get('optimizer'), report)
    const sink = new MemorySink()
    await saveCheckpoint(model, sink, { generation: 1, beside: { optimizer } })
    const back = await load(sink.bytes())
    expect(await firstNumbers(back.value)).toEqual(await firstNumbers(file))
    expect(stampOf(back)).toMatchObject({ generation: 1, preset: null })
    // Such a file carries its contract, and loads by its stamp.
    const again = await loadCheckpoint(new Net({ width: 6, layers: 3 }), back)
    expect(again.place).toEqual({ generation: 1 })
  })

  test('are refused where a step says something of a preset alone, with what to do', async () => {
    const migrations = `migrations:\n  - to: 2\n    steps:\n${steps.replace('[q.*, k.*, v.*]', '[q.*, k.*, v.*], sizes: [4, 4, 4]')}`
    const { Net } = await locked(first, refactored(migrations))
    const model = new Net({ width: 6 })
    const file = { value: oldFile(6, 2), stateDict: null, attachment: null }
    const error = await loadCheckpoint(model, file).catch(e => e)
    expect(error).toBeInstanceOf(StateDictError)
    expect(error.report.explanation).toMatch(
      /generation 1 of the keys is known for presets only \(.*\): name these params under presets: in the spec, and run holdfast lock$/,
    )
    const stamped = await loadCheckpoint(model, file, { generation: 1 }).catch(e => e)
    expect(stamped).toBeInstanceOf(KeysError)
    expect(stamped.hint).toContain('presets:')
    // The preset itself is as ever.
    await loadCheckpoint(new Net(), { ...file, value: oldFile(4, 2) })
  })

  test('written by the newest code load as ever', async () => {
    const { Net } = await locked(first)
    const sink = new MemorySink()
    await saveCheckpoint(new Net({ width: 5 }), sink)
    const report = await loadCheckpoint(new Net({ width: 5 }), await load(sink.bytes()))
    expect(report).toMatchObject({ place: { generation: 1 }, missingKeys: [], unexpectedKeys: [] })
  })
})
