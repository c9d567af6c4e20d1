/** `open` for whatever names a checkpoint, in Node and in browsers. */
import { type ByteSource, blobSource, bytesSource } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { type BrowserFileHandle, handleSource } from './file-handle.ts'
import { httpSource } from './http-source.ts'
import { type Checkpoint, type OpenOptions, openSource } from './open.ts'
import { openSharded } from './open-parts.ts'
import { openPath } from './open-path.ts'
import { type StateLike, type StateShapes, type StoredState, storedState } from './stored-state.ts'

/**
 * A path (Node) or an address (browsers) as text, a URL, a Blob or File, a handle of a browser's file system, bytes, or any
 * other source. The path of a folder is a distributed checkpoint, that of a `.index.json` a sharded model.
 */
export type CheckpointInput = string | URL | Blob | BrowserFileHandle | Uint8Array | ByteSource

export interface LikeOptions<S extends StateShapes> extends OpenOptions {
  /**
   * What the file must hold: keys, dtypes and shapes, such as `model.stateDict()` of a generated class, whose type the
   * checkpoint's `state` then has.
   */
  readonly like: StateLike<S>
}

/** A checkpoint whose state_dict is known to be of type S. */
export type TypedCheckpoint<S extends StateShapes> = Checkpoint & { readonly state: StoredState<S> }

/**
 * Opens a checkpoint by its content, without its tensors: they are read when they are asked for, until it is closed. Throws
 * a CheckpointError that says what the file is when it is none, or names the global that was refused; with `like`, also
 * state-dict/mismatch with every key that differs.
 */
export function open<S extends StateShapes>(
  input: CheckpointInput,
  options: LikeOptions<S>,
): Promise<TypedCheckpoint<S>>
export function open(input: CheckpointInput, options?: OpenOptions): Promise<Checkpoint>
export async function open(
  input: CheckpointInput,
  options: OpenOptions & { readonly like?: StateLike<StateShapes> } = {},
): Promise<Checkpoint | TypedCheckpoint<StateShapes>> {
  const checkpoint = await openAny(input, options)
  if (options.like === undefined) return checkpoint
  try {
    return { ...checkpoint, state: storedState(checkpoint, options.like) }
  } catch (error) {
    await checkpoint.close()
    throw error
  }
}

async function openAny(input: CheckpointInput, options: OpenOptions): Promise<Checkpoint> {
  if (typeof input === 'string') {
    if (/^https?:/i.test(input)) return openUrl(new URL(input), options)
    return isNode() ? openPath(input, options) : openUrl(new URL(input, globalThis.location?.href), options)
  }
  if (input instanceof URL) {
    if (input.protocol !== 'file:') return openUrl(input, options)
    const { fileURLToPath } = await import('node:url')
    return openPath(fileURLToPath(input), options)
  }
  if (input instanceof Uint8Array) return openSource(bytesSource(input), options)
  if (input instanceof Blob) return openSource(blobSource(input), options)
  if ('getFile' in input) return openSource(await handleSource(input), options)
  if (typeof input.read === 'function') return openSource(input, options)
  throw new CheckpointError('file/read', 'open takes a path, a URL, a Blob, a file handle, bytes or a source')
}

async function openUrl(url: URL, options: OpenOptions): Promise<Checkpoint> {
  if (!url.pathname.endsWith('.index.json')) return openSource(await httpSource(url), options)
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
  return openSharded(name, part => httpSource(part === name ? url : new URL(part, url)), options)
}

export function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined
}
