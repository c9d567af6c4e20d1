/** The generated reference pages are what the tables give. */
import { describe, expect, it } from 'vitest'
import { BUILTINS, MATH_CONSTANTS, MATH_FUNCTIONS } from '../../compiler/eval/builtins.ts'
import { entryFields } from '../../compiler/schema/fields.ts'
import { publishedSchema } from '../../compiler/schema/spec-schema.ts'
import { modules } from '../../runtime/nn/table/index.ts'
import { functions } from '../../runtime/ops/functions/index.ts'
import { derivedPages } from '../../scripts/docs/pages.ts'
import { readPage } from './page.ts'
import { runInTerminal } from './workspace.ts'

const generated = await derivedPages()

describe('docs/reference', () => {
  it.each([...generated.keys()])('%s is current', page => {
    expect(readPage(page)).toBe(generated.get(page))
  })

  it('has a section for every module type', () => {
    const text = readPage('docs/reference/modules.md')
    expect(Object.keys(modules).filter(name => !text.includes(`\n## ${name}\n`))).toEqual([])
  })

  it('has a line for every function', () => {
    const text = readPage('docs/reference/functions.md')
    const names = Object.values(functions).map(row => ('python' in row ? row.python : row.name))
    const written = (name: string): boolean => new RegExp(`^\\| \`(?:x\\.)?${name}\\(`, 'm').test(text)
    const bracketed = ['getitem', 'setitem']
    expect(names.filter(name => !written(name) && !bracketed.includes(name))).toEqual([])
  })

  it('names every code that the catalogue holds once or more', () => {
    const text = readPage('docs/reference/diagnostics.md')
    for (const code of ['yaml/flow-value', 'shape/mismatch', 'forward/data', 'key/duplicate'])
      expect(text).toContain(`| \`${code}\` |`)
  })
})

it('docs/cli.md has a section for every command', async () => {
  const { printed } = await runInTerminal(['--help'])
  const commands = [...printed.split('Commands:')[1]!.matchAll(/^ {2}([a-z]+) /gm)].map(m => m[1]!)
  expect(commands.length).toBeGreaterThan(5)
  const page = readPage('docs/cli.md')
  expect(commands.filter(name => name !== 'help' && !page.includes(`\n## ${name}\n`))).toEqual([])
})

it('docs/spec-language.md names every built-in of Python and every function of math that a forward has', () => {
  const page = readPage('docs/spec-language.md')
  const known = [...BUILTINS, ...MATH_FUNCTIONS, ...Object.keys(MATH_CONSTANTS)]
  expect(known.filter(name => !page.includes(`\`${name}\``))).toEqual([])
})

it('docs/spec-language.md names every field of a file, a definition and an entry', () => {
  const page = readPage('docs/spec-language.md')
  const { file, definition, parameter, buffer } = publishedSchema().$defs as Record<
    string,
    { properties: object }
  >
  const fields = [file, definition, parameter, buffer].flatMap(part => Object.keys(part!.properties))
  expect([...fields, ...entryFields].filter(name => !page.includes(`\`${name}\``))).toEqual([])
})
