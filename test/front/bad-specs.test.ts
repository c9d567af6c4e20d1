/**
 * Each `bad/NAME.yaml` holds one mistake, or as many as its last lines (`#! code line:column-line:column`) say;
 * `bad/NAME.fixed.yaml` is the same spec without it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { compileModel } from '../../compiler/compile.ts'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { loadFile, located } from './load.ts'

const folder = path.join(import.meta.dirname, '../fixtures/front/bad')
const names = readdirSync(folder)
  .filter(file => file.endsWith('.yaml') && !file.endsWith('.fixed.yaml'))
  .map(file => file.slice(0, -'.yaml'.length))
  .sort()

it('there are at least forty bad specs', () => {
  expect(names.length).toBeGreaterThanOrEqual(40)
})

it.each(names)('%s: each mistake gives one diagnostic at its place', name => {
  const file = path.join(folder, `${name}.yaml`)
  const expected = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line.startsWith('#! '))
    .map(line => line.slice(3))
  expect(expected.length).toBeGreaterThan(0)
  expect(loadFile(file).diagnostics.map(located)).toEqual(expected)
})

it.each(names)('%s: later phases say no more about it', name => {
  const { spec, diagnostics } = loadFile(path.join(folder, `${name}.yaml`))
  const later = new Diagnostics()
  if (spec !== null) compileModel(spec, [], later)
  const errors = later.sorted().filter(({ severity }) => severity === 'error')
  expect(errors.map(located).filter(found => !diagnostics.map(located).includes(found))).toEqual([])
})

it.each(names)('%s: the corrected spec has no error', name => {
  const { spec, diagnostics } = loadFile(path.join(folder, `${name}.fixed.yaml`))
  expect(diagnostics.map(located)).toEqual([])
  expect(spec).not.toBeNull()
})
