/** A generation that differs from the one before in the order of parameters alone. */
import { expect, test } from 'vitest'
import { digestTensor, load, type PyDict, type StoredTensor } from '../../runtime/checkpoint/index.ts'
import { convertCheckpoint } from '../../runtime/keys/index.ts'
import { checked, lockOf } from './contract.ts'
import { specOf, trained } from './story.ts'

const before = specOf(0, 1)
const after = `${before
  .replace('  head: Linear(8, 3)\n', '')
  .replace('modules:\n', 'modules:\n  head: Linear(8, 3)\n')}migrations: [{ to: 2, steps: [] }]\n`

const parts = (value: PyDict, name: string): PyDict => value.get(name) as PyDict

/** Digests of each parameter's momentum, by its key. */
async function momenta(file: PyDict): Promise<Record<string, unknown>> {
  const state = parts(parts(file, 'optimizer'), 'state')
  const keys = [...parts(file, 'model').keys()]
  const found = keys.map(async (key, position) => {
    const average = (state.get(position) as PyDict).get('exp_avg') as StoredTensor
    return [key, await digestTensor(average)] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

test('momenta stay with their parameters, in files that are not stamped too', async () => {
  const contract = checked(after, lockOf(before)).contract!.contracts[0]!
  expect(contract.generations.map(g => g.parameters[0])).toEqual(['emb.weight', 'head.weight'])
  const old = (await load(trained)).value as PyDict
  const { value, parts: converted } = await convertCheckpoint(contract, old)
  expect(converted.map(p => p.from)).toEqual([{ generation: 1 }, { generation: 1 }])
  expect([...parts(value as PyDict, 'model').keys()][0]).toBe('head.weight')
  expect(await momenta(value as PyDict)).toEqual(await momenta(old))
  const again = await convertCheckpoint(contract, value)
  expect(again.parts.map(p => p.from)).toEqual([{ generation: 2 }, { generation: 2 }])
  expect(await momenta(again.value as PyDict)).toEqual(await momenta(old))
})
