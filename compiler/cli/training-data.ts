/** The samples of a configuration's data, as the model and the loss take them. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { CheckpointError } from '../../runtime/checkpoint/index.ts'
import { type DType, data, type Tensor } from '../../runtime/index.ts'
import { type Dim, printShape, product } from '../../runtime/ops/dim.ts'
import type { Model } from '../compile.ts'
import * as messages from '../diagnostics/catalogue/train.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import { LOSSES_OF_CLASSES } from '../train/choices.ts'
import type { DataSource, Selection, TrainConfig } from '../train/train-config.ts'
import { type DataFile, openDataFile } from './data-file.ts'
import { isSystemError, systemReason } from './failure.ts'
import { readImages } from './training-images.ts'

/** The model's inputs in its order, then the target. */
export type Samples = data.Dataset<Tensor[]>

/** A tensor that every sample has a row of. */
export interface Column {
  /** Its name in the file, or columns of a table. */
  readonly from: Selection
  readonly dtype: DType
  /** The sizes of a row, as far as they are declared; null for the target, which the loss may take in several. */
  readonly sizes: readonly Dim[] | null
}

/** Inputs by name, and the target, with the dtypes that they must have. Reports inputs that the model does not have. */
export function columnsOf(
  config: TrainConfig,
  model: Model,
  diagnostics: Diagnostics,
): { readonly inputs: readonly string[]; readonly columns: readonly Column[] } {
  const declared = model.graph.nodes.flatMap(n => (n.kind === 'input' ? [n] : []))
  const { inputs: named, target, train } = config.data
  const known = declared.map(d => d.name)
  for (const [input, { place }] of named)
    if (!known.includes(input)) diagnostics.add(messages.notInput(place, input, known))
  const inputs = declared.map(({ name, result }): Column => {
    const given = named.find(([input]) => input === name)?.[1]
    const from = given ?? { value: { texts: [name], isList: false }, place: train.place }
    return { from, dtype: result.aval.dtype, sizes: result.aval.shape.slice(1) }
  })
  const dtype = LOSSES_OF_CLASSES.includes(config.loss.type) ? 'int64' : 'float32'
  return { inputs: known, columns: [...inputs, { from: target, dtype, sizes: null }] }
}

/** The samples of a source; null after diagnostics. `folder` is what its paths are relative to. */
export async function readSamples(
  source: DataSource,
  folder: string,
  columns: readonly Column[],
  imageSize: readonly [number, number] | null,
  diagnostics: Diagnostics,
): Promise<Samples | null> {
  const within = (file: string): string => (path.isAbsolute(file) ? file : path.join(folder, file))
  const { files, place } = source
  if (typeof files === 'string') {
    const whole = within(files)
    if (isFolder(whole)) return readImages({ path: whole, place }, columns, imageSize, diagnostics)
    return readColumns(
      columns.map(column => ({ column, name: null, path: whole, place })),
      place,
      diagnostics,
    )
  }
  const names = files.map(([name]) => name)
  const parts = columns.flatMap((column): Part[] => {
    const name = column.from.value.texts[0]!
    const file = files.find(([tensor]) => tensor === name)?.[1]
    if (file !== undefined) return [{ column, name, path: within(file.value), place: file.place }]
    diagnostics.add(messages.noFileFor(column.from.place, name, names, didYouMean(name, names)))
    return []
  })
  return parts.length < columns.length ? null : readColumns(parts, place, diagnostics)
}

const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() === true

/** Where a column is. `name` is null where the file was not given for this tensor alone. */
interface Part {
  readonly column: Column
  readonly name: string | null
  readonly path: string
  readonly place: Place
}

async function readColumns(
  parts: readonly Part[],
  place: Place,
  diagnostics: Diagnostics,
): Promise<Samples | null> {
  const open = new Map<string, DataFile | null>()
  try {
    const found: { readonly part: Part; readonly rows: Tensor }[] = []
    for (const part of parts) {
      let file = open.get(part.path)
      if (file === undefined) {
        file = await attempt(part, diagnostics, () => openDataFile(part.path))
        open.set(part.path, file)
      }
      const rows = file === null ? null : await readColumn(file, part, diagnostics)
      if (rows !== null) found.push({ part, rows })
    }
    if (found.length < parts.length || !haveEqualRows(found, place, diagnostics)) return null
    return new data.TensorDataset(...found.map(({ part, rows }) => rows.to(part.column.dtype)))
  } finally {
    for (const file of open.values()) await file?.close()
  }
}

/** What a file gives for a column, in the shape that the input has; null after a diagnostic. */
async function readColumn(file: DataFile, part: Part, diagnostics: Diagnostics): Promise<Tensor | null> {
  const { column, path: from, place } = part
  const { texts, isList } = column.from.value
  if (isList && !file.isTable) {
    diagnostics.add(messages.listOfTensors(column.from.place, from))
    return null
  }
  if (file.names === null && part.name === null) {
    diagnostics.add(messages.namelessArray(place, from, texts[0]!))
    return null
  }
  const unknown = file.names === null ? [] : texts.filter(name => !file.names!.includes(name))
  for (const name of unknown) {
    const suggestion = didYouMean(name, file.names!)
    diagnostics.add(messages.tensorMissing(column.from.place, from, name, file.names!, suggestion))
  }
  if (unknown.length > 0) return null
  const rows = await attempt(part, diagnostics, () => file.tensor(isList ? texts : texts[0]!))
  if (rows === null) return null
  const name = texts.join(', ')
  if (rows.shape.length === 0 || rows.shape[0] === 0) {
    diagnostics.add(messages.noRows(place, from, name))
    return null
  }
  if (column.sizes === null) return rows
  const sizes = fittedRow(rows.shape.slice(1), column.sizes)
  if (sizes === null) {
    diagnostics.add(
      messages.rowShape(place, from, name, printShape(rows.shape.slice(1)), printShape(column.sizes)),
    )
    return null
  }
  return rows.reshape([rows.shape[0]!, ...sizes])
}

/**
 * The sizes that a row is brought to for an input: sizes of 1 that the file leaves out are put in, and a flat row is folded where
 * all sizes are known. null where it does not fit.
 */
export function fittedRow(row: readonly number[], sizes: readonly Dim[]): readonly number[] | null {
  const isKnown = (s: Dim): s is number => typeof s === 'number'
  if (row.length < 2 && sizes.every(isKnown) && product(row) === product(sizes)) return sizes
  const fitted: number[] = []
  let at = 0
  for (const [i, size] of sizes.entries()) {
    const isLeftOut = size === 1 && sizes.length - i > row.length - at
    const found = isLeftOut ? 1 : row[at++]
    if (found === undefined || (isKnown(size) && size !== found)) return null
    fitted.push(found)
  }
  return at === row.length ? fitted : null
}

/** False after a diagnostic. */
function haveEqualRows(
  found: readonly { readonly part: Part; readonly rows: Tensor }[],
  place: Place,
  diagnostics: Diagnostics,
): boolean {
  const [first] = found
  const other = found.find(({ rows }) => rows.shape[0] !== first?.rows.shape[0])
  if (first === undefined || other === undefined) return true
  const nameOf = ({ column }: Part): string => column.from.value.texts.join(', ')
  diagnostics.add(
    messages.rowsDiffer(
      place,
      other.part.path,
      nameOf(first.part),
      first.rows.shape[0]!,
      nameOf(other.part),
      other.rows.shape[0]!,
    ),
  )
  return false
}

/** null after a diagnostic for what is wrong with the file. */
async function attempt<T>(
  { path: file, place }: Part,
  diagnostics: Diagnostics,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    const isOfFile =
      error instanceof data.DataError || error instanceof CheckpointError || isSystemError(error)
    if (!isOfFile) throw error
    const reason = isSystemError(error) ? systemReason(error).replace(`${file}: `, '') : error.message
    const rest = reason.replace(`${file} cannot be read: `, '').replace(`${file} is`, 'it is')
    diagnostics.add(messages.fileMissing(place, file, rest))
    return null
  }
}
