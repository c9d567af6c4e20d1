/** Checkpoints of real PyTorch, before and after a refactor; the expected ones were put together in PyTorch. */
import path from 'node:path'
import { expect, test } from 'vitest'
import { describe as describeTree, load, PyDict, type PyValue } from '../../runtime/checkpoint/index.ts'
import { convertCheckpoint } from '../../runtime/keys/index.ts'
import { contract, fixtures } from './refactored-net.ts'

const file = async (name: string): Promise<PyValue> => (await load(path.join(fixtures, name))).value

/** Dictionaries by position have the order in which parameters were met. */
function byPosition(value: PyValue): PyValue {
  if (!(value instanceof PyDict)) return value
  const entries = value.entries().map(([key, child]) => [key, byPosition(child)] as const)
  const sorted = entries.every(([key]) => typeof key === 'number')
    ? entries.toSorted(([a], [b]) => Number(a) - Number(b))
    : entries
  return new PyDict(value.kind, sorted)
}

/** Values, shapes and elements; not where storages lie, nor `_metadata`. */
async function contentOf(value: PyValue): Promise<unknown> {
  const { value: tree } = await describeTree(byPosition(value))
  return JSON.parse(
    JSON.stringify(tree, (name, v) =>
      ['storage', 'stride', 'offset', 'id', 'attrs', 'requires_grad'].includes(name) ? undefined : v,
    ),
  )
}

test('model, optimizers and averaged copy become what PyTorch has after the refactor', async () => {
  const { value, parts } = await convertCheckpoint(contract, await file('refactor-old.pt'))
  expect(await contentOf(value)).toEqual(await contentOf(await file('refactor-new.pt')))
  expect(parts.map(p => [p.path.join('.'), p.kind])).toEqual([
    ['model', 'model'],
    ['ema', 'model'],
    ['adam', 'optimizer'],
    ['sgd', 'optimizer'],
  ])
})

test('and back: every tensor is the original, bit for bit, but for what the old model lacks', async () => {
  const there = await convertCheckpoint(contract, await file('refactor-old.pt'))
  const { value } = await convertCheckpoint(contract, there.value, { to: { generation: 1 } })
  expect(await contentOf(value)).toEqual(await contentOf(await file('refactor-old.pt')))
})

test('positions alone would have swapped the momenta', async () => {
  const { value } = await convertCheckpoint(contract, await file('refactor-old.pt'))
  const adam = (value as PyDict).get('adam') as PyDict
  const positions = [...(adam.get('state') as PyDict).keys()]
  // scale has no state yet; every other parameter has.
  expect(positions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('a file whose keys fit no generation says what the nearest one lacks', async () => {
  const old = (await file('refactor-old.pt')) as PyDict
  const model = new PyDict('OrderedDict', (old.get('model') as PyDict).entries().slice(1))
  await expect(convertCheckpoint(contract, model)).rejects.toMatchObject({
    code: 'keys/no-generation',
    message: expect.stringContaining('missing: qkv.weight'),
  })
})
