/** Random damage to real specs: everything is reported or read, nothing is thrown, nothing hangs. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { diagnosticJson, renderDiagnostics } from '../../compiler/diagnostics/render.ts'
import { loadText } from './load.ts'

const root = path.join(import.meta.dirname, '../..')
const folders = ['../shared/examples', 'specs/tutorial', 'specs/zoo', 'test/fixtures/front/bad']

const texts = folders.flatMap(folder => {
  try {
    const full = path.join(root, folder)
    return readdirSync(full)
      .filter(file => file.endsWith('.yaml'))
      .sort()
      .map(file => readFileSync(path.join(full, file), 'utf8'))
  } catch {
    return []
  }
})

const pieces =
  '{ } [ ] ( ) : , " \' # \n \t - ? & &a *a !x | > % @ \\ << --- ... \r \u0000 \u2028 \ufeff \ud800 漢 0 1.0 null type: for |2 >- |+ .inf = !!str {{ }}'
    .split(' ')
    .concat([' ', ': ', ', ', ' #', '\n  ', '\r\n', '---\n'])

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
  insert: fc.oneof(
    fc.constantFrom(...pieces),
    fc.constant(''),
    fc
      .record({ text: fc.constantFrom(...texts), at: fc.nat(3000), length: fc.nat(80) })
      .map(from => from.text.slice(from.at, from.at + from.length)),
  ),
})

function damage(text: string, edits: readonly { at: number; length: number; insert: string }[]): string {
  return edits.reduce((result, { at, length, insert }) => {
    const start = Math.floor(at * result.length)
    return result.slice(0, start) + insert + result.slice(start + length)
  }, text)
}

it('a damaged spec is never an exception, and every range lies in the file', () => {
  expect(texts.length).toBeGreaterThan(0)
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
      const damaged = damage(text, edits)
      const { spec, diagnostics } = loadText(damaged, path.join(root, 'test/fixtures/front/bad/fuzz.yaml'))
      if (spec === null) expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true)
      for (const { range, source } of diagnostics) {
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeGreaterThanOrEqual(range.start)
        expect(range.end).toBeLessThanOrEqual(source.text.length)
      }
      expect(diagnostics.map(diagnosticJson)).toHaveLength(diagnostics.length)
      renderDiagnostics(diagnostics.slice(0, 10))
    }),
    { seed: 1, numRuns: 2000 },
  )
})

const head = 'holdfast: 1\nmodel: Net\ninputs: { x: tensor }\n'
const hostile: [string, string][] = [
  ['brackets', '['.repeat(100_000)],
  ['braces with keys', '{a: '.repeat(100_000)],
  ['lists in lists', '- '.repeat(100_000)],
  ['keys in keys', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['parentheses', `${head}let:\n  a: ${'('.repeat(100_000)}\nforward: return x\n`],
  ['a long sum', `${head}let: { a: "${'x + '.repeat(100_000)}x" }\nforward: return x\n`],
  ['backslashes in a quote', `a: "${'\\'.repeat(100_000)}`],
  ['anchors', `a: ${'&a '.repeat(5000)}`],
  ['empty lines', '\n'.repeat(1_000_000)],
  ['a huge word', 'x'.repeat(5_000_000)],
  ['commas', `[${','.repeat(100_000)}]`],
  [
    'cut values',
    `${head}let: {${Array.from({ length: 5000 }, (_, i) => `a${i}: x[0]`).join(', ')}}\nforward: return x\n`,
  ],
  [
    'a chain of definitions',
    `${head}forward: return x\ndefinitions:\n${Array.from({ length: 3000 }, (_, i) => `  D${i}: { modules: { a: { type: D${i + 1} } }, forward: return a(x) }`).join('\n')}\n`,
  ],
]

it.each(hostile)('%s without end give an error, and soon', (_, text) => {
  const start = performance.now()
  expect(loadText(text).diagnostics.some(({ severity }) => severity === 'error')).toBe(true)
  expect(performance.now() - start).toBeLessThan(10_000)
})

it('a large but sound spec is read', () => {
  const entries = Array.from({ length: 5000 }, (_, i) => `  a${i}: Linear(1, 2)`).join('\n')
  const { spec, diagnostics } = loadText(`${head}modules:\n${entries}\nforward: return x\n`)
  expect(diagnostics).toEqual([])
  expect(spec!.root.body.modules).toHaveLength(5000)
})
