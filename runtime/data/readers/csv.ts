/** Tables as text, read strictly by RFC 4180: https://www.rfc-editor.org/rfc/rfc4180 */
import type { DType } from '../../ops/dtype.ts'
import { tensor } from '../../tensor/create.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { DataError } from '../data-error.ts'
import type { Dataset } from '../dataset.ts'
import { type DataInput, fileBytes, type ReadOptions } from './file-bytes.ts'

export interface CsvOptions extends ReadOptions {
  /** One character; a comma unless given. */
  readonly delimiter?: string
  /** Whether the first row has the names of the columns; they are `0`, `1`, ... otherwise. True unless given. */
  readonly header?: boolean
}

/** A table of texts; a sample is a row by the names of the columns. */
export class CsvTable implements Dataset<Record<string, string>> {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly #lines: readonly number[]

  /** `lines` are where the rows begin in the file. `readCsv` makes tables. */
  constructor(columns: readonly string[], rows: readonly (readonly string[])[], lines: readonly number[]) {
    this.columns = columns
    this.rows = rows
    this.#lines = lines
  }

  get length(): number {
    return this.rows.length
  }

  at(index: number): Record<string, string> | undefined {
    const row = this.rows[index]
    return row && Object.fromEntries(this.columns.map((name, i) => [name, row[i]!]))
  }

  /**
   * The numbers of columns, [rows, columns]; of one column given by its name alone, [rows].
   * @throws DataError for columns that there are not, and for the first text that is no number, with its line
   */
  tensor(columns: string | readonly string[], options: { readonly dtype?: DType } = {}): Tensor {
    const names = typeof columns === 'string' ? [columns] : columns
    const places = names.map(name => {
      const place = this.columns.indexOf(name)
      if (place >= 0) return place
      throw new DataError('data/sample', `there is no column '${name}'`, { hint: this.columns.join(', ') })
    })
    const values = new Float64Array(this.length * names.length)
    let at = 0
    for (const [i, row] of this.rows.entries())
      for (const place of places) values[at++] = this.#number(row[place]!, place, i)
    const shape = typeof columns === 'string' ? [this.length] : [this.length, names.length]
    return tensor(values, { shape, dtype: options.dtype ?? 'float32' })
  }

  #number(text: string, column: number, row: number): number {
    const trimmed = text.trim()
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed)
    if (/^nan$/i.test(trimmed)) return Number.NaN
    if (/^[+-]?inf(inity)?$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity
    throw new DataError(
      'data/malformed',
      `${JSON.stringify(text.slice(0, 40))} in the column '${this.columns[column]}' is no number`,
      { line: this.#lines[row]! },
    )
  }
}

/** A CSV file, UTF-8, compressed by gzip or not. Throws DataError with line and column for what RFC 4180 does not allow. */
export async function readCsv(input: DataInput, options: CsvOptions = {}): Promise<CsvTable> {
  const { delimiter = ',', header = true } = options
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw new DataError('data/option', `${JSON.stringify(delimiter)} is no delimiter`)
  const { rows, lines } = parse(textOf(await fileBytes(input, options)), delimiter)
  const width = rows[0]?.length ?? 0
  for (const [i, row] of rows.entries()) {
    if (row.length !== width) {
      const text = `there are ${row.length} fields, and ${width} in the first row`
      throw new DataError('data/malformed', text, { line: lines[i]! })
    }
  }
  if (!header)
    return new CsvTable(
      Array.from({ length: width }, (_, i) => String(i)),
      rows,
      lines,
    )
  const [names = [], ...rest] = rows
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new DataError('data/malformed', `two columns are named '${twice}'`, { line: 1 })
  return new CsvTable(names, rest, lines.slice(1))
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new DataError('data/malformed', 'this is no text in UTF-8')
  }
}

function parse(text: string, delimiter: string): { rows: string[][]; lines: number[] } {
  const rows: string[][] = []
  const lines: number[] = []
  let at = 0
  let line = 1
  let lineStart = 0
  const bad = (message: string, where: number): DataError =>
    new DataError('data/malformed', message, { line, column: where - lineStart + 1 })
  const isBreak = (c: string | undefined): boolean => c === '\n' || c === '\r'
  const quoted = (): string => {
    const [openLine, openColumn] = [line, at - lineStart + 1]
    let value = ''
    for (at++; ; ) {
      const close = text.indexOf('"', at)
      if (close === -1) {
        throw new DataError('data/malformed', 'a quote is never closed', {
          line: openLine,
          column: openColumn,
        })
      }
      const part = text.slice(at, close)
      for (let b = part.indexOf('\n'); b !== -1; b = part.indexOf('\n', b + 1)) {
        line++
        lineStart = at + b + 1
      }
      value += part
      at = close + 1
      if (text[at] !== '"') break
      value += '"'
      at++
    }
    if (at < text.length && text[at] !== delimiter && !isBreak(text[at]))
      throw bad('a closing quote is followed by something else', at)
    return value
  }
  const bare = (): string => {
    const start = at
    while (at < text.length && text[at] !== delimiter && !isBreak(text[at])) {
      if (text[at] === '"') throw bad('a quote stands within a field that does not begin with one', at)
      at++
    }
    return text.slice(start, at)
  }
  while (at < text.length) {
    const row: string[] = []
    lines.push(line)
    for (;;) {
      row.push(text[at] === '"' ? quoted() : bare())
      if (text[at] !== delimiter) break
      at++
    }
    rows.push(row)
    if (text[at] === '\r' && text[at + 1] !== '\n')
      throw bad('a carriage return is not followed by a line feed', at)
    at += text[at] === '\r' ? 2 : 1
    line++
    lineStart = at
  }
  return { rows, lines }
}
