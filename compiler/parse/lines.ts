/** Lines and columns of a source. Both count from 1; columns in UTF-16 code units. */
import type { Source } from './source.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

const starts = new WeakMap<Source, readonly number[]>()

function lineStarts(source: Source): readonly number[] {
  const known = starts.get(source)
  if (known !== undefined) return known
  const found = [0]
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1))
    found.push(at + 1)
  starts.set(source, found)
  return found
}

/** Offsets beyond the text stand at its end. */
export function positionAt(source: Source, offset: number): Position {
  const at = Math.min(Math.max(offset, 0), source.text.length)
  const lines = lineStarts(source)
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lines[middle]! <= at) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: at - lines[low]! + 1 }
}

/** The text of a line without its line break; empty for lines that do not exist. */
export function lineText(source: Source, line: number): string {
  const lines = lineStarts(source)
  const start = lines[line - 1]
  if (start === undefined) return ''
  const next = lines[line]
  const text = source.text.slice(start, next === undefined ? source.text.length : next - 1)
  return text.endsWith('\r') ? text.slice(0, -1) : text
}
