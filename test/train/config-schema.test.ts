/** The published JSON Schema of configurations, beside the reader that gives mistakes their places. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'

import { configSchemaText } from '../../compiler/train/config-schema.ts'
import { readTrainConfig } from '../../compiler/train/train-config.ts'
import { config, root } from './digits-config.ts'

const published = readFileSync(path.join(root, 'compiler/schema/train-config.schema.json'), 'utf8')
const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
  JSON.parse(published),
)

/** Mistakes in the form; those that depend on other fields are not the schema's. */
function mistakes(text: string): readonly string[] {
  const diagnostics = new Diagnostics()
  readTrainConfig({ path: 'config.yaml', text }, diagnostics)
  return diagnostics.sorted().flatMap(d => (d.code.startsWith('schema/') ? [d.message] : []))
}

it('the published file is current: npm run build:schema writes it', () => {
  expect(published).toBe(configSchemaText())
})

it.each(['examples/digits/train.yaml', 'examples/mnist/train.yaml'])('%s fits it', file => {
  const text = readFileSync(path.join(root, file), 'utf8')
  expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true)
  expect(text.split('\n')[0]).toBe(
    '# yaml-language-server: $schema=../../compiler/schema/train-config.schema.json',
  )
})

const values = [
  null,
  true,
  'x',
  'min',
  3,
  0,
  -1,
  0.5,
  [],
  [1, 2],
  [0.5, 'x'],
  ['accuracy'],
  {},
  { x: 'y' },
  { x: ['y'] },
]

type Tree = { [name: string]: unknown }

/** The tree with another value at a path; without one, where it is undefined. */
function changed(tree: Tree, [name, ...rest]: readonly string[], value: unknown): Tree {
  const inner = tree[name!]
  const next = rest.length === 0 ? value : changed((inner ?? {}) as Tree, rest, value)
  const { [name!]: _, ...others } = tree
  return next === undefined ? others : { ...others, [name!]: next }
}

it('it accepts exactly what the reader does, whatever stands in a field', () => {
  const base: Tree = {
    ...(parse(config) as Tree),
    early_stopping: { metric: 'loss', patience: 2 },
    scheduler: { type: 'OneCycleLR', max_lr: 0.1, total_steps: 5 },
  }
  const schema = JSON.parse(published) as { properties: Record<string, { properties?: object }> }
  const paths = Object.entries(schema.properties).flatMap(([name, { properties = {} }]) => [
    [name],
    ...Object.keys(properties).map(inner => [name, inner]),
  ])
  const choices = [
    ...['lr', 'betas', 'amsgrad', 'momentum', 'type', 'every'].map(o => ['optimizer', o]),
    ...['anneal_strategy', 'total_steps', 'max_lr', 'three_phase', 'every', 'on'].map(o => ['scheduler', o]),
    ['loss', 'label_smoothing'],
    ['no_such_field'],
    ['checkpoints', 'best', 'metric'],
  ]
  let refused = 0
  let tried = 0
  for (const at of [...paths, ...choices]) {
    for (const value of [...values, undefined]) {
      const json = changed(base, at, value)
      const found = mistakes(JSON.stringify(json))
      tried++
      if (found.length > 0) refused++
      expect(validate(json), `${at.join('.')}: ${JSON.stringify(value)}: ${found}`).toBe(found.length === 0)
    }
  }
  expect(tried).toBeGreaterThan(500)
  expect(refused).toBeGreaterThan(300)
  expect(tried - refused).toBeGreaterThan(50)
})
