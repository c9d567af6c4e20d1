/** What must hold of any bytes: they open, or a CheckpointError says why not; what opened can be shown and saved. */
import { checkpointTable } from '../../compiler/cli/checkpoint-table.ts'
import {
  bytesSource,
  type Checkpoint,
  CheckpointError,
  describe,
  describeCheckpoint,
  open,
  type PyValue,
  saveTorch,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import { readShardedSafetensors } from '../../runtime/checkpoint/safetensors/sharded.ts'
import { readDistributed } from '../../runtime/checkpoint/torch/distributed.ts'

/** How an input is read: as a file, as `.metadata` of a folder, or as the index of shards; both with real parts. */
export type Reading = 'file' | 'distributed' | 'sharded'

/** True when it opened. Throws what is a finding: anything that is no CheckpointError. */
export async function probe(
  bytes: Uint8Array,
  reading: Reading,
  parts: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  const source = bytesSource(bytes)
  const openPart = async (name: string) => {
    const part = parts.get(name)
    if (part === undefined) throw new CheckpointError('file/read', `no ${name}`)
    return bytesSource(part, name)
  }
  if (reading === 'distributed') {
    return accepted(async () => void (await describe((await readDistributed(source, openPart)).value)))
  }
  if (reading === 'sharded')
    return accepted(async () => void (await readShardedSafetensors(source, openPart)))
  await accepted(async () => show(await open(source, { full: true })))
  return accepted(async () => {
    const checkpoint = await open(source)
    await show(checkpoint)
    if (checkpoint.format === 'zip' || checkpoint.format === 'legacy') await saveAgain(checkpoint)
  })
}

async function accepted(read: () => Promise<void>): Promise<boolean> {
  try {
    await read()
    return true
  } catch (error) {
    if (error instanceof CheckpointError) return false
    throw error
  }
}

async function show(checkpoint: Checkpoint): Promise<void> {
  await checkpointTable('file', checkpoint, true)
  stateDictsOf(checkpoint)
  await describeCheckpoint(checkpoint)
}

/** What the writer takes, the reader reads back as the same. */
async function saveAgain({ value }: Checkpoint): Promise<void> {
  const saved = await saveTorch(value)
  let again: Checkpoint
  try {
    again = await open(bytesSource(saved))
  } catch (error) {
    throw new Error(`saved, but not read again: ${error instanceof Error ? error.message : String(error)}`)
  }
  if ((await comparable(value)) !== (await comparable(again.value))) {
    throw new Error('saved and read again, it differs')
  }
}

/** torch's weights-only reader refuses a defaultdict, so the writer makes it a dict. */
async function comparable(value: PyValue): Promise<string> {
  return JSON.stringify(await describe(value)).replaceAll('{"t":"defaultdict"', '{"t":"dict"')
}
