/** Reads a whole checkpoint into memory, so that its file can be closed. */
import { distinctObjects } from './check-tree.ts'
import { LazyStorage } from './lazy-storage.ts'
import type { Checkpoint, OpenOptions } from './open.ts'
import { type CheckpointInput, type LikeOptions, open, type TypedCheckpoint } from './open-input.ts'
import { type PyValue, StorageRef } from './python-value.ts'
import type { StateLike, StateShapes } from './stored-state.ts'
import { type StoredStorage, StoredTensor } from './stored-tensor.ts'

export interface LoadOptions extends OpenOptions {
  /** Called after each storage with the bytes read so far and in all. */
  readonly onProgress?: (read: number, total: number) => void
}

/**
 * Opens a checkpoint, reads every storage once (checking its CRC), and closes the source. As torch.load(weights_only
 * =True): throws a CheckpointError that names what it refuses. With `like`, the result's `state` has its type; see `open`.
 */
export function load<S extends StateShapes>(
  input: CheckpointInput,
  options: LoadOptions & LikeOptions<S>,
): Promise<TypedCheckpoint<S>>
export function load(input: CheckpointInput, options?: LoadOptions): Promise<Checkpoint>
export async function load(
  input: CheckpointInput,
  options: LoadOptions & { readonly like?: StateLike<StateShapes> } = {},
): Promise<Checkpoint> {
  const { like, ...others } = options
  const checkpoint = await (like === undefined ? open(input, others) : open(input, { ...others, like }))
  try {
    const storages = storagesOf(checkpoint.value)
    for (const extra of checkpoint.stateDict === null ? [] : storagesOf(checkpoint.stateDict))
      storages.add(extra)
    const total = [...storages].reduce((sum, storage) => sum + storage.byteLength, 0)
    let read = 0
    await preloadInTurn([...storages], storage => {
      read += storage.byteLength
      options.onProgress?.(read, total)
    })
  } finally {
    await checkpoint.close()
  }
  return { ...checkpoint, close: async () => undefined }
}

/** How many storages are read at a time: reading goes on while the CRC of one is computed. */
const AT_A_TIME = 4

/** Calls `done` in order. */
async function preloadInTurn(
  storages: readonly StoredStorage[],
  done: (storage: StoredStorage) => void,
): Promise<void> {
  const start = async (storage: StoredStorage) => {
    if (storage instanceof LazyStorage) await storage.preload()
  }
  const begun: Promise<void>[] = []
  let next = 0
  for (const storage of storages) {
    for (const ahead of storages.slice(next, next + AT_A_TIME - begun.length)) {
      const reading = start(ahead)
      // What fails is thrown in its turn.
      reading.catch(() => undefined)
      begun.push(reading)
      next++
    }
    try {
      await begun.shift()
    } catch (error) {
      // The file may be closed when nothing reads it any more.
      await Promise.allSettled(begun)
      throw error
    }
    done(storage)
  }
}

/** Every storage that a tree's tensors look into. */
export function storagesOf(value: PyValue): Set<StoredStorage> {
  const storages = new Set<StoredStorage>()
  for (const object of distinctObjects(value)) {
    if (object instanceof StoredTensor || object instanceof StorageRef) storages.add(object.storage)
  }
  return storages
}
