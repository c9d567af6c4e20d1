/** The forwards, functions and declarations of the example specs, which are beside the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { expression, forward, functions, type Parsed, typedName } from './parsed.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = path.resolve(root, '../shared/examples')
const files = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.yaml')) : []
if (files.length === 0) console.log('example specs skipped: ../shared/examples is absent')

const parsers: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  forward,
  functions,
  methods: functions,
  let: expression,
  inputs: typedName,
  outputs: typedName,
  params: typedName,
}

/** Texts of the forward language in a spec, by the field that they are in. */
function texts(value: unknown, field = ''): [field: string, text: string][] {
  if (Array.isArray(value)) return value.flatMap(item => texts(item))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => texts(item, parsers[field] ? field : key))
  return typeof value === 'string' && parsers[field] ? [[field, value]] : []
}

test.skipIf(files.length === 0)('all code of the example specs is taken', () => {
  const found = files.flatMap(file => texts(parse(readFileSync(path.join(folder, file), 'utf8'))))
  expect(found.length).toBeGreaterThan(100)
  for (const [field, text] of found) expect(parsers[field]?.(text).marked, text).toEqual([])
})
