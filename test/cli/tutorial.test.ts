import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Module } from '../../runtime/index.ts'
import { holdfast } from './captured-terminal.ts'

/** What PyTorch printed for the tutorials' own classes; see test/oracle/zoo/tutorial_state_dicts.py. */
interface Printed {
  readonly model: string
  readonly state: readonly { key: string; shape: readonly number[]; dtype: string; kind: string }[]
  readonly printout: readonly string[]
}

const root = path.resolve(import.meta.dirname, '../..')
const fixtures = path.join(root, 'test/fixtures/tutorial')
const names = readdirSync(fixtures).map(file => path.basename(file, '.json'))

describe.each(names)("the tutorials' %s", name => {
  const printed = JSON.parse(readFileSync(path.join(fixtures, `${name}.json`), 'utf8')) as Printed

  it('has the state_dict that PyTorch has', async () => {
    const { code, out } = await holdfast('keys', `specs/tutorial/${name}.yaml`, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual(printed.state)
  })

  it('prints the lines of the tutorial', async () => {
    const { out } = await holdfast('keys', `specs/tutorial/${name}.yaml`, '--json')
    const keys = JSON.parse(out) as Printed['state']
    expect(keys.map(k => `${k.key} torch.Size([${k.shape.join(', ')}])`)).toEqual(printed.printout)
  })

  it('has them as a generated class, too', async () => {
    const file = path.join(root, 'generated/tutorial', `${name}.ts`)
    expect(existsSync(file)).toBe(true)
    const exported = (await import(file)) as Readonly<Record<string, new () => Module>>
    const state = new exported[printed.model]!().stateDict()
    expect([...state].map(([key, { shape, dtype }]) => ({ key, shape, dtype }))).toEqual(
      printed.state.map(({ key, shape, dtype }) => ({ key, shape, dtype })),
    )
  })
})
