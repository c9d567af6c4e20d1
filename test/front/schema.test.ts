import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { argumentErrors } from '../../compiler/schema/argument-check.ts'
import { argumentsSchema } from '../../compiler/schema/argument-schema.ts'
import { schemaText } from '../../compiler/schema/spec-schema.ts'

import { modules } from '../../runtime/nn/table/index.ts'
import { formCode } from '../../scripts/form-code.ts'

const root = path.join(import.meta.dirname, '../..')
const published = readFileSync(path.join(root, 'compiler/schema/model-spec.schema.json'), 'utf8')
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, allowUnionTypes: true })
const validate = ajv.compile(JSON.parse(published))

const errorsOf = (text: string): unknown[] => (validate(parse(text)) ? [] : (validate.errors ?? []))

it('the published file is current: npm run build:schema writes it', () => {
  expect(published).toBe(schemaText())
})

it('the validator as code is current too, and compiles nothing: npm run build:schema writes it', () => {
  const code = readFileSync(path.join(root, 'compiler/schema/standalone/form.js'), 'utf8')
  expect(code).toBe(formCode())
  expect(code).not.toMatch(/new Function|\beval\b|\brequire\(|\bimport\b/)
})

const value = fc.oneof(
  fc.constantFrom(null, true, 0, 1, -3, 2.5, 1e9, 'x', '2 * n'),
  fc.array(fc.constantFrom(null, 1, -1, 1.5, 'n', []), { maxLength: 3 }),
  fc.constant({}),
)

it('arguments are checked as Ajv checks them against their schema', () => {
  const kind = (e: { keyword: string; instancePath: string; params: object }): string =>
    `${e.keyword} ${e.instancePath} ${JSON.stringify(e.params)}`
  let mistakes = 0
  for (const [name, row] of Object.entries(modules)) {
    const byAjv = ajv.compile(argumentsSchema(row.args))
    const given = fc.dictionary(fc.constantFrom(...row.args.map(a => a.name), 'a/b~c'), value)
    fc.assert(
      fc.property(given, json => {
        byAjv(json)
        const ours = argumentErrors(row.args, json)
        mistakes += ours.length
        expect(ours.map(kind).sort(), name).toEqual((byAjv.errors ?? []).map(kind).sort())
      }),
      { numRuns: 20, seed: 1 },
    )
  }
  expect(mistakes).toBeGreaterThan(1000)
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
