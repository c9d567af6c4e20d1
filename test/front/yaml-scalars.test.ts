/** Values of scalars are compared with the yaml package's own reading; the way back to the file with the text itself. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { fileRange } from '../../compiler/parse/source.ts'
import type { YamlScalar } from '../../compiler/parse/yaml/node.ts'
import { parseYaml } from '../../compiler/parse/yaml/parse.ts'

function scalarOf(text: string): YamlScalar | null {
  const diagnostics = new Diagnostics()
  const tree = parseYaml({ path: 'a.yaml', text }, diagnostics)
  const value = tree?.kind === 'mapping' ? tree.entries[0]?.value : undefined
  return value?.kind === 'scalar' && !diagnostics.hasErrors ? value : null
}

const plain: [string, string, unknown][] = [
  ['1', 'int', 1],
  ['-17', 'int', -17],
  ['010', 'int', 10],
  ['0o17', 'int', 15],
  ['0xff', 'int', 255],
  ['1_000', 'string', '1_000'],
  ['0b1', 'string', '0b1'],
  ['1.0', 'float', 1],
  ['.5', 'float', 0.5],
  ['5.', 'float', 5],
  ['1e-5', 'float', 1e-5],
  ['1E+5', 'float', 1e5],
  ['.inf', 'float', Number.POSITIVE_INFINITY],
  ['-.Inf', 'float', Number.NEGATIVE_INFINITY],
  ['.nan', 'float', Number.NaN],
  ['true', 'bool', true],
  ['False', 'bool', false],
  ['yes', 'string', 'yes'],
  ['no', 'string', 'no'],
  ['on', 'string', 'on'],
  ['off', 'string', 'off'],
  ['null', 'null', null],
  ['~', 'null', null],
  ['None', 'string', 'None'],
  ['12:30', 'string', '12:30'],
  ['2026-01-01', 'string', '2026-01-01'],
  ["'1'", 'string', '1'],
  ['"true"', 'string', 'true'],
]

it.each(plain)('%s is read as %s, by the core schema of YAML 1.2', (text, type, value) => {
  const scalar = scalarOf(`a: ${text}\n`)
  expect([scalar?.type, scalar?.value]).toEqual([type, value])
})

it('a key without a value is null, and its place is the key', () => {
  const scalar = scalarOf('first:\nsecond: 1\n')
  expect(scalar).toMatchObject({ type: 'null', value: null, range: { start: 0, end: 5 } })
})

const blocks: [string, string][] = [
  ['literal', 'a: |\n  x = 1\n    y\n\n  z\n'],
  ['literal, stripped', 'a: |-\n  x\n  y\n\n'],
  ['literal, kept', 'a: |+\n  x\n\n\nb: 1\n'],
  ['literal with given indentation', 'a: |2\n    x\n  y\n'],
  ['literal at the end of a file', 'a: |\n  x\n  y'],
  ['literal with a comment in its header', 'a: | # code\n  x\n'],
  ['literal of nothing', 'a: |\nb: 1\n'],
  ['literal with CRLF', 'a: |\r\n  x\r\n    y\r\n\r\n  z\r\n'],
  ['folded', 'a: >\n  x\n  y\n\n  z\n'],
  ['folded with more indented lines', 'a: >\n  x\n    y\n    z\n  q\n\n\n  r\n'],
  ['folded, stripped, CRLF', 'a: >-\r\n  x\r\n  y\r\n'],
  ['plain over lines', 'a: x\n  y\n\n  z\nb: 1\n'],
  ['plain over lines with CRLF', 'a: x\r\n  y\r\nb: 1\r\n'],
  ['single quoted', "a: 'it''s\n  a\n\n  b'\n"],
  ['double quoted', 'a: "x\\ty \\\n   z\\n\\u00e9\\x41 \\U0001f600\n  q"\n'],
  ['double quoted, with CRLF', 'a: "x \\\r\n  y\r\n  z"\r\n'],
]

it.each(blocks)('%s: value and places are those of the file', (_, text) => {
  const scalar = scalarOf(text)
  expect(scalar?.text.text).toBe(parse(text).a)
  expectPlaces(text, scalar!)
})

/** Each character that the file has as it is maps to itself; offsets never go back. */
function expectPlaces(text: string, scalar: YamlScalar): void {
  let last = -1
  for (let i = 0; i <= scalar.text.text.length; i++) {
    const at = scalar.text.toFile(i)
    expect(at).toBeGreaterThanOrEqual(last)
    expect(at).toBeLessThanOrEqual(text.length)
    last = at
    const character = scalar.text.text[i]
    if (character !== undefined && /[a-z]/.test(character) && !'\\"'.includes(text[at]!))
      expect(text[at]).toBe(character)
  }
}

it('a range in a block points at the same word in the file, over its indentation', () => {
  const text = 'forward: |\n    x = 1\n    return relu(x)\n'
  const scalar = scalarOf(text)!
  const start = scalar.text.text.indexOf('relu')
  const range = fileRange(scalar.text, start, start + 4)
  expect(text.slice(range.start, range.end)).toBe('relu')
  expect(range.start).toBe(text.indexOf('relu'))
})

it('any text in any style has the value that the yaml package gives it', () => {
  const word = fc.stringMatching(/^[a-z0-9 ,.'"\\\t()=+-]{0,12}$/)
  const lines = fc.array(word, { minLength: 1, maxLength: 6 })
  const breaks = fc.constantFrom('\n', '\r\n')
  const style = fc.constantFrom('|', '|-', '|+', '>', '>-', '>+', '"', "'", '')
  fc.assert(
    fc.property(lines, breaks, style, fc.integer({ min: 1, max: 4 }), (body, end, mark, indent) => {
      const pad = ' '.repeat(indent)
      const isBlock = mark.startsWith('|') || mark.startsWith('>')
      const text = isBlock
        ? `a: ${mark}${end}${body.map(line => pad + line).join(end)}${end}`
        : `a: ${mark}${body.join(`${end}${pad}`)}${mark}${end}`
      // Blank lines after an escaped line break are line feeds in YAML's grammar, a space in the package.
      if (mark === '"' && /\\\r?\n[ \t]*\r?\n/.test(text)) return
      let expected: unknown
      try {
        expected = parse(text, { schema: 'failsafe' }).a
      } catch {
        return
      }
      const scalar = scalarOf(text)
      if (scalar === null || typeof expected !== 'string') return
      expect(scalar.text.text).toBe(expected)
      expectPlaces(text, scalar)
    }),
    { seed: 1, numRuns: 3000 },
  )
})
