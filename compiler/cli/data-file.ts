/** A file of samples of whatever form, as tensors by name. */
import { open } from 'node:fs/promises'
import { openPath, type StoredTensor, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { data, nn, type Tensor } from '../../runtime/index.ts'

export interface DataFile {
  /** Names of the tensors, or of the columns of a table; null where there is one array without a name. */
  readonly names: readonly string[] | null
  /** Whether the names are those of columns, of which several make a tensor. */
  readonly isTable: boolean
  /** A tensor, or columns of a table as one; of an array without a name, that. Throws DataError, CheckpointError. */
  tensor(names: string | readonly string[]): Promise<Tensor>
  close(): Promise<void>
}

/**
 * Opens CSV and TSV, npy, npz, IDX, safetensors and checkpoints; all but the last three are known by their extensions.
 * Throws DataError and CheckpointError for files that are not in order, and the system's errors.
 */
export async function openDataFile(file: string): Promise<DataFile> {
  const plain = file.toLowerCase().replace(/\.gz$/, '')
  if (plain.endsWith('.csv')) return ofTable(await data.readCsv(file))
  if (plain.endsWith('.tsv')) return ofTable(await data.readCsv(file, { delimiter: '\t' }))
  if (plain.endsWith('.npy')) return ofArray(await data.readNpy(file))
  if (plain.endsWith('.npz')) return ofArrays(await data.readNpz(file))
  if (await isIdx(file)) return ofArray(await data.readIdx(file))
  return ofCheckpoint(file)
}

const nothing = async (): Promise<void> => undefined

const ofTable = (table: data.CsvTable): DataFile => ({
  names: table.columns,
  isTable: true,
  tensor: async names => table.tensor(names, { dtype: 'float64' }),
  close: nothing,
})

const ofArray = (array: Tensor): DataFile => ({
  names: null,
  isTable: false,
  tensor: async () => array,
  close: nothing,
})

const ofArrays = (arrays: Readonly<Record<string, Tensor>>): DataFile => ({
  names: Object.keys(arrays),
  isTable: false,
  tensor: async name => arrays[name as string]!,
  close: nothing,
})

/** Two zeros, a type, and how many dimensions; or what gzip makes of it, as no checkpoint is compressed so. */
async function isIdx(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const head = new Uint8Array(4)
    await handle.read(head, 0, 4, 0)
    const [a, b, type, rank] = head
    if (a === 0x1f && b === 0x8b) return true
    return a === 0 && b === 0 && type! >= 8 && type! <= 14 && rank! > 0 && !file.endsWith('.safetensors')
  } finally {
    await handle.close()
  }
}

async function ofCheckpoint(file: string): Promise<DataFile> {
  const checkpoint = await openPath(file)
  const stored = new Map<string, StoredTensor>(
    stateDictsOf(checkpoint).flatMap(({ prefix, tensors }) =>
      [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const),
    ),
  )
  return {
    names: [...stored.keys()],
    isTable: false,
    async tensor(name) {
      const state = await nn.stateDictFromStored([['it', stored.get(name as string)!]])
      return state.get('it')
    },
    close: () => checkpoint.close(),
  }
}
