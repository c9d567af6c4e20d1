/**
 * Random state_dicts, random chains and random orders of parameters: momenta go where their parameters go and come back, and a layout
 * that is written gives everything back.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { materialize, PyDict, StoredTensor } from '../../runtime/checkpoint/index.ts'
import {
  applySteps,
  convertCheckpoint,
  convertOptimizerState,
  type Generation,
  invertExact,
  type KeyContract,
  KeysError,
  type LockedTensor,
  type Step,
} from '../../runtime/keys/index.ts'
import { attempt } from '../../runtime/keys/keys-error.ts'
import { runChecks, storedArrays } from '../../runtime/keys/stored-arrays.ts'
import { dataOf, scenario, target } from './random-steps.ts'

type Tensors = ReadonlyMap<string, StoredTensor>

/** The keys in a random order, all of them parameters; names of one tensor are tied. */
function generationOf(generation: number, state: Tensors, order: readonly number[]): Generation {
  const rank = new Map([...state.keys()].map((key, i) => [key, order[i % order.length]! * 100 + i]))
  const keys = [...state.keys()].sort((a, b) => rank.get(a)! - rank.get(b)!)
  const owners = new Map<StoredTensor, string>()
  const tensors = keys.map((key): LockedTensor => {
    const tensor = state.get(key)!
    const tie = owners.get(tensor) ?? null
    if (tie === null) owners.set(tensor, key)
    return { id: key, key, shape: tensor.shape, dtype: 'float32', kind: 'parameter', tie }
  })
  return { generation, tensors, parameters: tensors.filter(t => t.tie === null).map(t => t.id) }
}

/** An optimizer whose momentum of each parameter is the parameter itself. */
function optimizerOf({ parameters }: Generation, state: Tensors): PyDict {
  const entries = parameters.map(
    (key, i) => [i, new PyDict('dict', [['momentum_buffer', state.get(key)!]])] as const,
  )
  const group = new PyDict('dict', [['params', parameters.map((_, i) => i)]])
  return new PyDict('dict', [
    ['state', new PyDict('dict', entries)],
    ['param_groups', [group]],
  ])
}

/** Momenta by key. */
function momentaOf(dictionary: PyDict, { parameters }: Generation): Map<string, StoredTensor> {
  const state = dictionary.get('state') as PyDict
  return new Map(
    parameters.flatMap((key, i) => {
      const momentum = (state.get(i) as PyDict | undefined)?.get('momentum_buffer')
      return momentum instanceof StoredTensor ? [[key, momentum] as const] : []
    }),
  )
}

async function expectSame(found: Tensors, expected: Tensors): Promise<void> {
  for (const [key, tensor] of found) {
    expect([key, tensor.shape]).toEqual([key, expected.get(key)?.shape])
    expect(await materialize(tensor)).toEqual(await materialize(expected.get(key)!))
  }
}

/** What is cut off and put on is 0, in momenta too. */
const plain = (step: Step): Step => ('fill' in step ? { ...step, fill: 0 } : step)

const orders = fc.tuple(
  fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
  fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
)

const isKept = (checks: Parameters<typeof runChecks>[0]): Promise<boolean> =>
  runChecks(checks).then(
    () => true,
    () => false,
  )

test('momenta go where their parameters go, whatever the order, and come back', async () => {
  let moved = 0
  await fc.assert(
    fc.asyncProperty(scenario, orders, async ([entries, steps], [before, after]) => {
      const data = dataOf(entries)
      const run = attempt(() => applySteps(steps.map(plain), data, storedArrays, { target }))
      if (run instanceof KeysError || !(await isKept(run.checks))) return
      const [from, to] = [generationOf(1, data, before), generationOf(2, run.state, after)]
      const there = await convertOptimizerState(optimizerOf(from, data), from, to, run.exact).catch(e => e)
      if (there instanceof KeysError) {
        // A parameter without state, which a step added, cannot become one with others.
        expect(there.message).toMatch(/only some of the parameters/)
        return
      }
      moved++
      const momenta = momentaOf(there, to)
      if (momenta.size < to.parameters.length) expect(steps.map(s => s.kind)).toContain('add')
      await expectSame(momenta, run.state)
      const back = await convertOptimizerState(there, to, from, invertExact(run.exact), {
        groupOfAdded: () => 0,
      })
      const kept = momentaOf(back, from)
      const isWhole = !steps.some(s => s.kind === 'drop' || s.kind === 'tie')
      if (isWhole) expect(new Set(kept.keys())).toEqual(new Set(from.parameters))
      await expectSame(kept, data)
    }),
    { numRuns: 5000, seed: 11 },
  )
  expect(moved).toBeGreaterThan(300)
})

test('what is written in a layout gives everything back, or the layout is refused', async () => {
  let written = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(scenario, orders, async ([entries, steps], [order]) => {
      const foreign = dataOf(entries)
      const list = steps.map(plain).filter(s => s.kind !== 'add')
      const run = attempt(() => applySteps(list, foreign, storedArrays))
      if (run instanceof KeysError || !(await isKept(run.checks)) || run.state.size === 0) return
      const own = generationOf(1, run.state, order)
      const layout = { name: 'theirs', to: 1, order: [], steps: list }
      const contract: KeyContract = {
        model: 'Net',
        preset: null,
        generations: [own],
        migrations: [],
        layouts: [layout],
      }
      const tree = new PyDict('dict', [
        [
          'model',
          new PyDict(
            'dict',
            own.tensors.map(t => [t.key, run.state.get(t.key)!] as const),
          ),
        ],
        ['optimizer', optimizerOf(own, run.state)],
      ])
      const [ours, theirs] = [{ generation: 1 }, { layout: 'theirs' }]
      const there = await convertCheckpoint(contract, tree, { from: ours, to: theirs }).catch(e => e)
      if (there instanceof KeysError) {
        refused++
        return
      }
      written++
      const back = await convertCheckpoint(contract, there.value, { from: theirs, to: ours })
      const value = back.value as PyDict
      const model = new Map((value.get('model') as PyDict).entries() as [string, StoredTensor][])
      expect(new Set(model.keys())).toEqual(new Set(run.state.keys()))
      await expectSame(model, run.state)
      const momenta = momentaOf(value.get('optimizer') as PyDict, own)
      expect(new Set(momenta.keys())).toEqual(new Set(own.parameters))
      await expectSame(momenta, run.state)
    }),
    { numRuns: 5000, seed: 12 },
  )
  expect(written).toBeGreaterThan(300)
  expect(refused).toBeLessThan(written)
})
