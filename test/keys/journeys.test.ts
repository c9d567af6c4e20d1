/**
 * A GPT-2 of transformers and three published checkpoints, with their optimizers: refused and accepted refactors, the old state in the
 * new model, back again bit for bit, and training that goes on with PyTorch's numbers.
 */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  digestTensor,
  load,
  MemorySink,
  materialize,
  PyDict,
  PyFloat,
  type PyValue,
  StoredTensor,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import { isThere } from '../cases/real-data.ts'
import { runInTerminal, Workspace } from '../docs/workspace.ts'
import { type Arrived, arrived, factsOf, fixtures, goBack, type Journey, specOf, trainOn } from './journey.ts'
import { journeys } from './journeys/index.ts'

if (!isThere) console.log('published checkpoints are not at hand: gpt2 is the only journey')

/** What goes back. */
async function back(journey: Journey, there: Arrived): Promise<PyDict> {
  const sink = new MemorySink()
  await goBack(journey, there, sink)
  return (await load(sink.bytes())).value as PyDict
}

/** Every tensor and number of a state_dict by its key, and of an optimizer by the position of its parameter. */
function entriesOf(model: PyDict, optimizer: PyDict): (readonly [string, PyValue])[] {
  const states = optimizer.get('state') as PyDict
  const ids = (optimizer.get('param_groups') as PyDict[]).flatMap(group => group.get('params') as PyValue[])
  const kept = ids.flatMap((id, position) =>
    ((states.get(id) as PyDict | undefined)?.entries() ?? []).map(
      ([name, value]) => [`${position}/${String(name)}`, value] as const,
    ),
  )
  return [...model.entries().map(([key, value]) => [String(key), value] as const), ...kept]
}

/** Digests of tensors. Counts of steps were numbers once. */
async function digests(entries: readonly (readonly [string, PyValue])[]): Promise<Record<string, unknown>> {
  const tensors = entries.filter((e): e is [string, StoredTensor] => e[1] instanceof StoredTensor)
  const counts = entries.filter(([key]) => key.endsWith('/step'))
  return Object.fromEntries([
    ...(await Promise.all(tensors.map(async ([key, value]) => [key, await digestTensor(value)] as const))),
    ...(await Promise.all(counts.map(async ([key, value]) => [key, await sumsOf(value)] as const))),
  ])
}

async function sumsOf(value: PyValue): Promise<readonly [number, number]> {
  const numbers =
    value instanceof StoredTensor
      ? numbersOf(value.dtype, await materialize(value))
      : [value instanceof PyFloat ? value.value : Number(value)]
  const terms = [...numbers].map((x, i) => x * (((i * 7) % 11) - 5))
  return [terms.reduce((a, b) => a + b, 0), terms.reduce((a, b) => a + Math.abs(b), 0)]
}

function numbersOf(dtype: string, { buffer, byteOffset, byteLength }: Uint8Array): Iterable<number> {
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength)
  return dtype === 'int64' ? Array.from(new BigInt64Array(bytes), Number) : new Float32Array(bytes)
}

describe.each(journeys)('$name', journey => {
  let workspace: Workspace
  beforeAll(() => {
    workspace = new Workspace()
  })
  afterAll(() => workspace.remove())
  const spec = 'specs/model.yaml'

  for (const [stage, { refactor, refused }] of journey.stages.entries()) {
    test(`${refactor}: ${stage === 0 ? 'locked' : 'refused by build, then accepted with a migration and locked'}`, async () => {
      if (stage > 0) {
        workspace.write(spec, specOf(journey, stage, stage))
        const { code, printed } = await runInTerminal(['build'])
        expect([...printed.matchAll(/error\[keys\/([\w-]+)\]/g)].map(m => m[1])).toEqual(refused)
        expect(code).toBe(1)
      }
      workspace.write(spec, specOf(journey, stage, stage + 1))
      expect(await runInTerminal(['lock', spec])).toMatchObject({
        code: 0,
        printed: expect.stringContaining(`generation ${stage + 1},`),
      })
      expect(await runInTerminal(['build'])).toMatchObject({ code: 0 })
      expect(await runInTerminal(['build', '--check'])).toMatchObject({ code: 0 })
    })
  }

  test.runIf(journey.name === 'gpt2')(
    'holdfast migrate takes the file of PyTorch there and back',
    async () => {
      const file = path.join(fixtures, 'gpt2-trained.pt')
      const lines = (args: readonly string[]) => runInTerminal(['migrate', ...args, '--spec', spec])
      expect((await lines([file, '-o', 'new.pt'])).printed).toContain('--new-in-group INDEX')
      expect((await lines([file, '-o', 'new.pt', '--new-in-group', '2'])).printed).toContain(
        'has groups 0 to 1',
      )
      expect((await lines([file, '--new-in-group', 'x'])).code).toBe(2)
      expect(await lines([file, '-o', 'new.pt', '--new-in-group', '0'])).toEqual({
        code: 0,
        printed: "new.pt: layout 'transformers' -> generation 6: model (model), optimizer (optimizer)\n",
      })
      expect((await lines(['new.pt', '-o', 'back.pt', '--to-layout', 'transformers'])).code).toBe(0)
      const entries = async (name: string) => {
        const { value } = await load(name)
        return digests(
          entriesOf((value as PyDict).get('model') as PyDict, (value as PyDict).get('optimizer') as PyDict),
        )
      }
      expect(await entries('back.pt')).toEqual(await entries(file))
    },
  )

  test('what PyTorch saved loads with its optimizer; saved at once in its layout it is the same, bit for bit', async () => {
    const published = journey.published()
    const saved = await back(journey, await arrived(journey, published))
    const { checkpoint, optimizer } = await published
    const [original] = stateDictsOf(checkpoint)
    const raw = new PyDict(
      'dict',
      [...original!.tensors].map(([key, value]) => [original!.prefix + key, value]),
    )
    const expected = entriesOf(raw, optimizer as PyDict)
    const known = new Set(expected.map(([key]) => key))
    const found = entriesOf(saved.get('model') as PyDict, saved.get('optimizer') as PyDict)
    // Files of PyTorch 0.4.0 have no counts of batches.
    const kept = found.filter(([key]) => known.has(key) || !key.endsWith('.num_batches_tracked'))
    expect(await digests(kept)).toEqual(await digests(expected))
  })

  test("training goes on with PyTorch's numbers, and leads to PyTorch's state", async () => {
    const { before, steps, losses, after } = factsOf(journey)
    const there = await arrived(journey)
    const found = await trainOn(journey, there.model, there.optimizer, before, steps)
    const expected = losses.slice(before, before + steps)
    for (const [i, loss] of found.entries())
      expect(Math.abs(loss - expected[i]!) / Math.abs(expected[i]!)).toBeLessThan(2e-4)
    const saved = await back(journey, there)
    const tensors = entriesOf(saved.get('model') as PyDict, saved.get('optimizer') as PyDict)
    expect(tensors.map(([key]) => key).sort()).toEqual(Object.keys(after).sort())
    for (const [key, value] of tensors) {
      const [sum, size] = await sumsOf(value)
      const [expectedSum, expectedSize] = after[key]!
      expect({ key, far: Math.abs(sum - expectedSum) > 1e-3 * expectedSize + 1e-5 }).toEqual({
        key,
        far: false,
      })
      expect({ key, far: Math.abs(size - expectedSize) > 1e-3 * expectedSize + 1e-5 }).toEqual({
        key,
        far: false,
      })
    }
  })
})
