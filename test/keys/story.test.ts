/** PyTorch trains, the spec is refactored five times, and its checkpoint still loads: model and Adam, and back again. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  digestTensor,
  load,
  MemorySink,
  PyDict,
  type PyValue,
  StoredTensor,
} from '../../runtime/checkpoint/index.ts'
import { saveCheckpoint } from '../../runtime/nn/index.ts'
import { runInTerminal, Workspace } from '../docs/workspace.ts'
import { type Classifier, facts, restored, specOf, stages, trained, trainOn } from './story.ts'

let workspace: Workspace
beforeAll(() => {
  workspace = new Workspace()
})
afterAll(() => workspace.remove())

const spec = 'specs/classifier.yaml'

for (const [stage, { refactor, refused }] of stages.entries()) {
  test(`${refactor}: ${stage === 0 ? 'locked' : 'refused by build, then accepted with a migration and locked'}`, async () => {
    if (stage > 0) {
      workspace.write(spec, specOf(stage, stage))
      const { code, printed } = await runInTerminal(['build'])
      expect([...printed.matchAll(/error\[keys\/([\w-]+)\]/g)].map(m => m[1])).toEqual(refused)
      expect(code).toBe(1)
    }
    workspace.write(spec, specOf(stage, stage + 1))
    expect((await runInTerminal(['build'])).code).toBe(0)
    expect(await runInTerminal(['lock', spec])).toMatchObject({
      code: 0,
      printed: expect.stringContaining(`generation ${stage + 1},`),
    })
    expect((await runInTerminal(['build'])).code).toBe(0)
    expect(await runInTerminal(['build', '--check'])).toMatchObject({ code: 0 })
  })
}

/** The class as it was generated last. */
async function classifier(): Promise<Classifier> {
  const module: { Classifier: new () => Classifier } = await import(
    /* @vite-ignore */ `${workspace.folder}/generated/classifier.ts`
  )
  return new module.Classifier()
}

/** Digests of all tensors by the path that leads to them; other values as they are. */
async function leaves(value: PyValue, path = ''): Promise<Record<string, unknown>> {
  if (value instanceof StoredTensor) return { [path]: await digestTensor(value) }
  const children: readonly (readonly [PyValue, PyValue])[] =
    value instanceof PyDict ? value.entries() : Array.isArray(value) ? [...value.entries()] : []
  if (children.length === 0) return { [path]: value }
  const found = await Promise.all(children.map(([key, child]) => leaves(child, `${path}/${String(key)}`)))
  return Object.assign({}, ...found)
}

test('the old checkpoint and its Adam load; saved at once in the oldest layout they are the original, bit for bit', async () => {
  const model = await classifier()
  const adam = await restored(model)
  const sink = new MemorySink()
  await saveCheckpoint(model, sink, { generation: 1, beside: { optimizer: adam.stateDict() } })
  const again = await load(sink.bytes())
  expect(await leaves(again.value)).toEqual(await leaves((await load(trained)).value))
})

test("training goes on with PyTorch's numbers", async () => {
  const model = await classifier()
  const losses = await trainOn(model, await restored(model))
  for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(facts.losses[i]!, 5)
})

test('the lock has six generations, of which the first is as it was locked first', () => {
  const lock = readFileSync('specs/classifier.keys.lock', 'utf8')
  expect(lock.match(/generation: \d/g)).toHaveLength(6)
  expect(lock).toContain('          embed.weight: parameter float32[8, 6] id=emb.weight\n')
})
