/** The tensors of a configuration's data files, as the model and the loss take them. */
import { type Checkpoint, openPath, type StoredTensor, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { type DType, data, nn, type Tensor } from '../../runtime/index.ts'
import type { Model } from '../compile.ts'
import * as messages from '../diagnostics/catalogue/train.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import { LOSSES_OF_CLASSES } from '../train/choices.ts'
import type { Placed } from '../train/config-fields.ts'
import type { DataConfig, TrainConfig } from '../train/train-config.ts'
import { isSystemError, systemReason } from './failure.ts'

/** The model's inputs in its order, then the target. */
export type Samples = data.TensorDataset<Tensor[]>

/** A tensor that every sample has a row of. */
interface Column {
  /** The name in the file. */
  readonly name: Placed<string>
  readonly dtype: DType
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
    return { name: given ?? { value: name, place: train.place }, dtype: result.aval.dtype }
  })
  const dtype = LOSSES_OF_CLASSES.includes(config.loss.type) ? 'int64' : 'float32'
  return { inputs: known, columns: [...inputs, { name: target, dtype }] }
}

/** The rows of a file; null after diagnostics. `path` is where the file is, as seen from here. */
export async function readSamples(
  { place }: Placed<string>,
  path: string,
  columns: readonly Column[],
  diagnostics: Diagnostics,
): Promise<Samples | null> {
  const checkpoint = await openData(path, place, diagnostics)
  if (checkpoint === null) return null
  try {
    const stored = new Map<string, StoredTensor>(
      stateDictsOf(checkpoint).flatMap(({ prefix, tensors }) =>
        [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const),
      ),
    )
    const found: StoredTensor[] = []
    for (const { name } of columns) {
      const tensor = stored.get(name.value)
      if (tensor !== undefined) found.push(tensor)
      else {
        const known = [...stored.keys()]
        const suggestion = didYouMean(name.value, known)
        diagnostics.add(messages.tensorMissing(name.place, path, name.value, known, suggestion))
      }
    }
    if (found.length < columns.length) return null
    const isEven = checkRows(
      columns.map(({ name }, i) => ({ name: name.value, rows: found[i]!.shape[0] })),
      place,
      path,
      diagnostics,
    )
    if (!isEven) return null
    const state = await nn.stateDictFromStored(found.map((tensor, i) => [String(i), tensor] as const))
    return new data.TensorDataset(...columns.map(({ dtype }, i) => state.get(String(i)).to(dtype)))
  } finally {
    await checkpoint.close()
  }
}

/** False after a diagnostic. A scalar has no rows. */
function checkRows(
  columns: readonly { readonly name: string; readonly rows: number | undefined }[],
  place: Place,
  path: string,
  diagnostics: Diagnostics,
): boolean {
  const [first] = columns
  const empty = columns.find(({ rows }) => rows === undefined || rows === 0)
  const other = columns.find(({ rows }) => rows !== first?.rows)
  if (empty !== undefined) diagnostics.add(messages.noRows(place, path, empty.name))
  else if (first !== undefined && other !== undefined)
    diagnostics.add(messages.rowsDiffer(place, path, first.name, first.rows!, other.name, other.rows!))
  return empty === undefined && other === undefined
}

async function openData(
  path: string,
  place: DataConfig['place'],
  diagnostics: Diagnostics,
): Promise<Checkpoint | null> {
  try {
    return await openPath(path)
  } catch (error) {
    const isFile = error instanceof Error && 'code' in error
    if (!isFile) throw error
    const reason = isSystemError(error) ? systemReason(error).replace(`${path}: `, '') : error.message
    const rest = reason.replace(`${path} cannot be read: `, '').replace(`${path} is`, 'it is')
    diagnostics.add(messages.fileMissing(place, path, rest))
    return null
  }
}
