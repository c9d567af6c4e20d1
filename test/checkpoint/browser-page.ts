/** What the browser test of checkpoints runs in its page: files fetched by ranges, kept in the origin private file system, and replaced. */
import { digestTensorContent } from '../../runtime/checkpoint/digest.ts'
import {
  CheckpointError,
  httpSource,
  load,
  open,
  type PyDict,
  type StoredTensor,
  save,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'

/** What the page reports: digests by key, of one state_dict in several places. */
export interface StorageReport {
  readonly fetched: Readonly<Record<string, string>>
  readonly saved: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** After a save that failed half way. */
  readonly kept: Readonly<Record<string, string>>
  readonly failure: string
}

type Tensors = ReadonlyMap<string, StoredTensor>

async function digests(tensors: Tensors): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [key, tensor] of tensors) found[key] = await digestTensorContent(tensor)
  return found
}

const tensorsOf = (value: unknown): Tensors =>
  new Map((value as PyDict).entries() as [string, StoredTensor][])

export async function run(): Promise<StorageReport> {
  const checkpoint = await open(await httpSource('/examples/digits/digits.pt'))
  const { tensors } = stateDictsOf(checkpoint)[0]!
  const folder = await navigator.storage.getDirectory()
  const saved: Record<string, Record<string, string>> = {}
  for (const name of ['digits.pt', 'digits.safetensors']) {
    const handle = await folder.getFileHandle(name, { create: true })
    await save(tensors, handle)
    // Over itself: what is read lazily from the old file goes into the new one.
    const lazy = await open(handle)
    await save(tensorsOf(lazy.value), handle)
    saved[name] = await digests(tensorsOf((await load(await handle.getFile())).value))
  }
  const handle = await folder.getFileHandle('digits.pt')
  const [first] = [...tensors.values()]
  const broken = {
    *[Symbol.iterator]() {
      yield ['good', first!] as const
      const data = () => Promise.reject(new CheckpointError('file/read', 'the source went away'))
      yield ['bad', { dtype: 'float32' as const, shape: [4], data }] as const
    },
  }
  const failure = await save(broken, handle).then(
    () => 'none',
    (error: Error) => error.message,
  )
  const kept = await digests(tensorsOf((await load(handle)).value))
  return { fetched: await digests(tensors), saved, kept, failure }
}
