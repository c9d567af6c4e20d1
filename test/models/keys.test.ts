/**
 * The specs of published models have the keys, shapes and dtypes of the PyTorch modules, in their order: with the params of the
 * published model and with others. The fixture is made by `test/oracle/models/compare.py --write`, which also compares outputs.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { holdfast } from '../cli/captured-terminal.ts'

interface Published {
  readonly spec: string
  readonly name: string
  readonly params: Readonly<Record<string, string>>
  readonly count: number
  readonly sha256: string
  readonly first: string
  readonly last: string
}

const root = path.resolve(import.meta.dirname, '../..')
const fixture = path.join(root, 'test/fixtures/models/keys.json')
const published = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Published[]

it.each(published)('$spec has the state_dict of $name', async ({ spec, params, ...expected }) => {
  const options = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`])
  const { code, out, err } = await holdfast(
    'keys',
    path.join(root, 'specs', `${spec}.yaml`),
    '--json',
    ...options,
  )
  expect([code, err]).toEqual([0, ''])
  const rows = (JSON.parse(out) as { key: string; dtype: string; shape: number[] }[]).map(
    ({ key, dtype, shape }) => `${key} ${dtype}[${shape.join(',')}]`,
  )
  const sha256 = createHash('sha256').update(rows.join('\n')).digest('hex')
  // The count and the ends come first: they say more than a digest where they differ.
  expect({ count: rows.length, first: rows[0], last: rows.at(-1), sha256 }).toEqual({
    count: expected.count,
    first: expected.first,
    last: expected.last,
    sha256: expected.sha256,
  })
})
