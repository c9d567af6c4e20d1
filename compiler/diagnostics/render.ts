/**
 * Diagnostics as text for people, with the lines they point at, and as data for machines.
 *
 *     error[shape/mismatch] specs/mlp.yaml:12:37
 *      12 |   fc2: { type: Linear, in_features: 784, out_features: 10 }
 *         |                                     ^^^ fc2 expects 784 features; fc1 gives 256
 *     hint: set in_features: 256, or change fc1.out_features
 */
import { lineText, positionAt } from '../parse/lines.ts'
import type { Diagnostic, Severity } from './diagnostic.ts'
import { type Cell, cellsOf, safeText } from './display-text.ts'

export interface RenderOptions {
  /** ANSI colours. */
  readonly color?: boolean
}

/** What `--json` prints for each. Lines and columns count from 1, columns in UTF-16 code units; the end is exclusive. */
export interface JsonDiagnostic {
  readonly code: string
  readonly severity: Severity
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly message: string
  /** null where there is nothing to advise. */
  readonly hint: string | null
}

export function diagnosticJson(diagnostic: Diagnostic): JsonDiagnostic {
  const { code, severity, source, range, message, hint } = diagnostic
  const start = positionAt(source, range.start)
  const end = positionAt(source, Math.max(range.start, range.end))
  return {
    code,
    severity,
    file: source.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    message,
    hint: hint ?? null,
  }
}

/** All of them, an empty line between two. Ends with a line break if there are any. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string {
  return diagnostics.map(diagnostic => renderDiagnostic(diagnostic, options)).join('\n')
}

/** One diagnostic, in several lines, each with its line break. */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const { code, severity, source, range, message, label, hint } = diagnostic
  const paint = painter(options.color === true)
  const start = positionAt(source, range.start)
  const head = `${paint(severity, `${severity}[${code}]`)} ${safeText(source.path)}:${start.line}:${start.column}`
  // The message stands at the carets; a label takes that place and sends it to the head.
  const lines = [label === undefined ? head : `${head} ${safeText(message)}`]
  lines.push(...frame(diagnostic, safeText(label ?? message), paint))
  if (hint !== undefined) lines.push(`${paint('hint', 'hint:')} ${safeText(hint)}`)
  return lines.map(line => `${line.trimEnd()}\n`).join('')
}

type Paint = (style: Severity | 'hint' | 'gutter', text: string) => string

const styles = { error: '1;31', warning: '1;33', note: '1;36', hint: '1;32', gutter: '34' } as const

const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color ? `\x1b[${styles[style]}m${text}\x1b[0m` : text

/** Ranges over more lines are shown by their first and last. */
const maxLines = 4
/** Longer lines are cut around what is marked. */
const maxColumns = 120

function frame({ source, range, severity }: Diagnostic, text: string, paint: Paint): string[] {
  const start = positionAt(source, range.start)
  const end = positionAt(source, Math.max(range.start, range.end))
  // A range that ends with a line break ends in the line before it.
  const endsBefore = end.line > start.line && end.column === 1
  const lastLine = endsBefore ? end.line - 1 : end.line
  const digits = String(lastLine).length
  const gutter = (number: string): string => paint('gutter', ` ${number.padStart(digits)} |`)
  const shown: string[] = []
  const isLong = lastLine - start.line >= maxLines
  for (let line = start.line; line <= lastLine; line++) {
    if (isLong && line > start.line && line < lastLine) {
      shown.push(paint('gutter', ` ${'.'.repeat(Math.max(3, digits))}`))
      line = lastLine
    }
    const content = lineText(source, line)
    const indent = content.length - content.trimStart().length
    const from = line === start.line ? start.column - 1 : indent
    const to = line === end.line ? end.column - 1 : content.trimEnd().length
    const { text: view, column, width } = cut(content, from, to)
    shown.push(`${gutter(String(line))} ${view}`)
    const carets = paint(severity, '^'.repeat(width) + (line === lastLine ? ` ${text}` : ''))
    shown.push(`${gutter('')} ${' '.repeat(column)}${carets}`)
  }
  return shown
}

interface View {
  readonly text: string
  /** Where the carets begin, and how many there are. */
  readonly column: number
  readonly width: number
}

const ellipsis = '...'

const widthOf = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.width, 0)

/** The line, or the part of it around what is marked. */
function cut(line: string, from: number, to: number): View {
  // Of lines without end, which generated files have, only the neighbourhood is looked at.
  const first = Math.max(0, from - 10 * maxColumns)
  const last = Math.min(line.length, from + 20 * maxColumns)
  const cells = cellsOf(line.slice(first, last)).map(cell => ({ ...cell, offset: cell.offset + first }))
  const isBefore = (offset: number) => (cell: Cell) => cell.offset < offset
  const before = cells.filter(isBefore(from))
  const marked = cells.filter(isBefore(to)).slice(before.length)
  const after = cells.slice(before.length + marked.length)
  if (widthOf(cells) <= maxColumns) {
    const text = cells.map(cell => cell.text).join('')
    return { text, column: widthOf(before), width: Math.max(1, widthOf(marked)) }
  }
  const middle = within(marked, maxColumns - 40)
  const rest = maxColumns - widthOf(middle)
  const left = within([...before].reverse(), Math.floor(rest / 2)).reverse()
  const right = middle.length < marked.length ? [] : within(after, rest - widthOf(left))
  const head = left.length < before.length ? ellipsis : ''
  const tail = middle.length + right.length < marked.length + after.length ? ellipsis : ''
  const text = head + [...left, ...middle, ...right].map(cell => cell.text).join('') + tail
  return { text, column: head.length + widthOf(left), width: Math.max(1, widthOf(middle)) }
}

/** As many of the first cells as there is room for. */
function within(cells: readonly Cell[], room: number): Cell[] {
  let width = 0
  const end = cells.findIndex(cell => {
    width += cell.width
    return width > room
  })
  return end === -1 ? [...cells] : cells.slice(0, end)
}
