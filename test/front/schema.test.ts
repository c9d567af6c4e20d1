import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { schemaText } from '../../compiler/schema/spec-schema.ts'

const root = path.join(import.meta.dirname, '../..')
const published = readFileSync(path.join(root, 'compiler/schema/model-spec.schema.json'), 'utf8')
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, allowUnionTypes: true })
const validate = ajv.compile(JSON.parse(published))

const errorsOf = (text: string): unknown[] => (validate(parse(text)) ? [] : (validate.errors ?? []))

it('the published file is current: npm run build:schema writes it', () => {
  expect(published).toBe(schemaText())
})

const specFolder = path.join(root, 'specs')
const specs = readdirSync(specFolder, { recursive: true, encoding: 'utf8' }).filter(file =>
  file.endsWith('.yaml'),
)

it.each(specs.sort())('an editor finds no error in %s', file => {
  expect(errorsOf(readFileSync(path.join(specFolder, file), 'utf8'))).toEqual([])
})

const spec = (entry: string): string =>
  `holdfast: 1\nmodel: M\ninputs: { x: "float32[N, 8]" }\nmodules:\n  m: ${entry}\nforward: return m(x)\n`

it.each([
  '{ type: Linear, in_features: 8, out_features: n + 1 }',
  '{ type: Linear, in_features: 8, out_features: 4, bias: false, when: n > 1, key: fc }',
  'Linear(8, 4)',
  '[{ when: n > 1, type: Identity }, { type: ReLU }]',
  '{ type: Own, anything: [1, 2] }',
  '{ type: Sequential, modules: [{ type: ReLU }, "Linear(8, 4)"] }',
  '{ for: i in range(2), modules: { "a{i}": { type: ReLU } } }',
  '{ type: Upsample, scale_factor: 2, mode: bilinear }',
])('the schema admits %s', entry => {
  expect(errorsOf(spec(entry))).toEqual([])
})

it.each([
  '{ type: Linear, in_feature: 8, out_features: 4 }',
  '{ type: Linear, in_features: 8, out_features: 4, bais: false }',
  '{ type: Linear, in_features: [8], out_features: 4 }',
  '{ type: Sequential, modules: { a: { type: Linear, in_features: 8, out_features: {} } } }',
  '{ type: Sequential, parameters: {} }',
])('a mistake gives an editor no more than three errors: %s', entry => {
  const errors = errorsOf(spec(entry))
  expect(errors.length).toBeGreaterThan(0)
  expect(errors.length).toBeLessThanOrEqual(3)
})

it('names the types for completion, and the arguments of each', () => {
  const { $defs } = JSON.parse(published)
  expect($defs.entry.properties.type.anyOf[0].enum).toEqual(
    expect.arrayContaining([
      'Sequential',
      'Module',
      'Linear',
      'Conv2d',
      'BatchNorm2d',
      'LSTM',
      'MultiheadAttention',
    ]),
  )
  expect(Object.keys($defs['type.Linear'].properties)).toEqual(
    expect.arrayContaining(['type', 'when', 'key', 'in_features', 'out_features', 'bias']),
  )
  expect($defs['type.Linear'].properties.in_features.type).toEqual(['integer', 'string'])
  expect($defs['type.Conv2d'].properties.padding_mode.examples).toEqual([
    'zeros',
    'reflect',
    'replicate',
    'circular',
  ])
})
