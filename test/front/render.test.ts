import { expect, it } from 'vitest'
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import { diagnosticJson, renderDiagnostic, renderDiagnostics } from '../../compiler/diagnostics/render.ts'

const text = 'holdfast: 1\nmodules:\n  fc2: { type: Linear, in_features: 784, out_features: 10 }\n'

function at(source: string, marked: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = source.indexOf(marked)
  return {
    code: 'shape/mismatch',
    severity: 'error',
    source: { path: 'specs/mlp.yaml', text: source },
    range: { start, end: start + marked.length },
    message: 'fc2 expects 784 features; fc1 gives 256',
    ...more,
  }
}

it('shows the place, the line, carets with the message, and the hint', () => {
  const hint = 'set in_features: 256, or change fc1.out_features'
  expect(renderDiagnostic(at(text, '784', { hint }))).toBe(
    [
      'error[shape/mismatch] specs/mlp.yaml:3:37',
      ' 3 |   fc2: { type: Linear, in_features: 784, out_features: 10 }',
      '   |                                     ^^^ fc2 expects 784 features; fc1 gives 256',
      'hint: set in_features: 256, or change fc1.out_features',
      '',
    ].join('\n'),
  )
})

it('a label takes the place at the carets, and the message that after the location', () => {
  const lines = renderDiagnostic(at(text, '784', { label: 'here' })).split('\n')
  expect(lines[0]).toBe('error[shape/mismatch] specs/mlp.yaml:3:37 fc2 expects 784 features; fc1 gives 256')
  expect(lines[2]).toMatch(/ \^\^\^ here$/)
})

it('an empty range has one caret, also at the end of the file', () => {
  expect(
    renderDiagnostic(at('a: 1', '', { range: { start: 4, end: 4 } }))
      .split('\n')
      .slice(1, 3),
  ).toEqual([' 1 | a: 1', '   |     ^ fc2 expects 784 features; fc1 gives 256'])
  expect(renderDiagnostic(at('', '', { range: { start: 9, end: 9 } }))).toContain('specs/mlp.yaml:1:1')
})

it('carets stand below tabs, wide characters and combining marks as a terminal shows them', () => {
  const lines = renderDiagnostic(at('a:\t漢字 é🙂 bad', 'bad')).split('\n')
  expect(lines[1]).toBe(' 1 | a:  漢字 é🙂 bad')
  // 4 for `a:` and the tab, 4 for two wide characters, 2, 2 for the emoji, 1.
  expect(lines[2]).toBe(`   | ${' '.repeat(13)}^^^ fc2 expects 784 features; fc1 gives 256`)
})

it('a range over several lines is marked in each, a long one in the first and last', () => {
  const three = 'a: x\n  y\n  z\nb: 1\n'
  expect(renderDiagnostic(at(three, 'x\n  y\n  z')).split('\n').slice(1, 7)).toEqual([
    ' 1 | a: x',
    '   |    ^',
    ' 2 |   y',
    '   |   ^',
    ' 3 |   z',
    '   |   ^ fc2 expects 784 features; fc1 gives 256',
  ])
  const many = Array.from({ length: 12 }, (_, i) => `line${i}`).join('\n')
  expect(renderDiagnostic(at(many, many)).split('\n').slice(1, 6)).toEqual([
    '  1 | line0',
    '    | ^^^^^',
    ' ...',
    ' 12 | line11',
    '    | ^^^^^^ fc2 expects 784 features; fc1 gives 256',
  ])
})

it('a very long line is cut around what is marked', () => {
  const long = `${'a, '.repeat(5000)}bad, ${'b, '.repeat(5000)}`
  const [, line, carets] = renderDiagnostic(at(long, 'bad')).split('\n')
  expect(line!.length).toBeLessThan(140)
  expect(line!.slice(carets!.indexOf('^'), carets!.indexOf('^') + 3)).toBe('bad')
  expect(line).toMatch(/^ 1 \| \.\.\..*\.\.\.$/)
})

it('nothing of the spec can steer the terminal', () => {
  const evil = 'doc: \x1b[2J\x9b31m\u202e\u2028bad\r'
  const shown = renderDiagnostic(at(evil, 'bad', { message: 'no \x1b[31m\nsuch thing', hint: '\x07' }))
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
  expect(shown.split('\n')).toHaveLength(5)
})

it('colours are ANSI sequences, and only on demand', () => {
  expect(renderDiagnostic(at(text, '784'), { color: true })).toContain(
    '\x1b[1;31merror[shape/mismatch]\x1b[0m',
  )
  expect(renderDiagnostic(at(text, '784'))).not.toContain('\x1b')
})

it('several are set apart by an empty line', () => {
  const one = at(text, '784')
  expect(renderDiagnostics([one, one])).toBe(`${renderDiagnostic(one)}\n${renderDiagnostic(one)}`)
})

it('as JSON, lines and columns count from 1, columns in UTF-16 code units', () => {
  const source = 'a: 1\r\n🙂: bad\r\n'
  expect(diagnosticJson(at(source, 'bad', { hint: 'fix it' }))).toEqual({
    code: 'shape/mismatch',
    severity: 'error',
    file: 'specs/mlp.yaml',
    line: 2,
    column: 5,
    endLine: 2,
    endColumn: 8,
    message: 'fc2 expects 784 features; fc1 gives 256',
    hint: 'fix it',
  })
})
