/** `save`: a state_dict or any value into a file, in Node and in browsers; the old file stays until the new one is whole. */

import { writeFileAtomically } from './atomic-file.ts'
import { ATTACHMENT_FIELD } from './attachment.ts'
import type { ByteSink } from './byte-sink.ts'
import { CheckpointError, quoted } from './checkpoint-error.ts'
import { type BrowserFileHandle, writeHandle } from './file-handle.ts'
import { lateTensor, type ReadableTensor } from './late-tensor.ts'
import { isNode } from './open-input.ts'
import { PyDict } from './py-dict.ts'
import type { PyValue } from './python-value.ts'
import { isShardIndex, writeShardedSafetensors } from './safetensors/sharded.ts'
import { writeSafetensors } from './safetensors/write-safetensors.ts'
import { StoredTensor } from './stored-tensor.ts'
import { writeTorch } from './torch/save-torch.ts'

/** Tensors by key, in order: the runtime's StateDict, a Map, the `state` of an opened checkpoint. */
export interface SavedState {
  /** PyTorch's `_metadata`: the version of every module's class. */
  readonly metadata?: ReadonlyMap<string, { readonly version?: number }> | null
  [Symbol.iterator](): Iterator<readonly [string, StoredTensor | ReadableTensor]>
}

/** A path (Node), a `file:` URL, a handle of a browser's file system, or a sink. */
export type SaveTarget = string | URL | BrowserFileHandle | ByteSink

export interface SaveOptions {
  /**
   * Default: safetensors where the name of the target ends so, else PyTorch's zip format. A path that ends with
   * `.safetensors.index.json` is the index of a model in several files, which are put beside it.
   */
  readonly format?: 'zip' | 'legacy' | 'safetensors'
  /** Of a model in several files: most bytes of tensors in one; default 5 GB. */
  readonly maxShardBytes?: number
  /** Text metadata of a safetensors file; default `format: pt`. */
  readonly metadata?: Iterable<readonly [string, string]>
  /** A text that the file carries beside its tensors. */
  readonly attachment?: string
  /** Called with the bytes of tensors written so far and in all. */
  readonly onProgress?: (written: number, total: number) => void
}

/**
 * Saves a state_dict, or any value that torch.load(weights_only=True) reads. Files are replaced whole or not at all, whatever
 * happens meanwhile. The same value gives the same bytes. Tensors that are one object stay shared, except in safetensors.
 * Throws write/unsupported for what the format cannot hold.
 */
export async function save(
  value: PyValue | SavedState,
  target: SaveTarget,
  options: SaveOptions = {},
): Promise<void> {
  const name = nameOf(target)
  const format = options.format ?? (/\.safetensors(\.index\.json)?$/i.test(name) ? 'safetensors' : 'zip')
  const tree = isState(value) ? dictOf(value) : value
  const progress = options.onProgress === undefined ? {} : { onProgress: options.onProgress }
  if (format === 'safetensors' && isShardIndex(name)) return saveShards(tree, target, name, options)
  await writeTo(target, sink => {
    if (format === 'safetensors') {
      const fields = [...(options.metadata ?? [['format', 'pt'] as const])]
      const own = options.attachment === undefined ? [] : [[ATTACHMENT_FIELD, options.attachment] as const]
      return writeSafetensors(tensorsOf(tree), sink, { metadata: [...fields, ...own], ...progress })
    }
    const stem = name.replace(/\.[^.]*$/, '')
    const attached = options.attachment === undefined ? {} : { attachment: options.attachment }
    return writeTorch(tree, sink, {
      format,
      ...(stem === '' ? {} : { name: stem }),
      ...attached,
      ...progress,
    })
  })
}

/** Shards of an older model under the same names would end up under its index: an index is never replaced. */
async function saveShards(
  tree: PyValue,
  target: SaveTarget,
  index: string,
  { metadata = [['format', 'pt']], maxShardBytes, attachment, onProgress }: SaveOptions,
): Promise<void> {
  const path = await pathOf(target)
  const { stat } = await import('node:fs/promises')
  if (await stat(path).then(Boolean, () => false)) {
    throw new CheckpointError('write/exists', `${quoted(path)} is there already`, {
      hint: 'the files of a sharded model cannot be replaced as one: save into another folder, or remove it first',
    })
  }
  const folder = path.slice(0, path.length - index.length)
  await writeShardedSafetensors(
    tensorsOf(tree),
    (file, content) => writeFileAtomically(folder + file, content),
    {
      index,
      metadata,
      ...(attachment !== undefined && { attachment }),
      ...(maxShardBytes && { maxShardBytes }),
      ...(onProgress && { onProgress }),
    },
  )
}

async function writeTo(target: SaveTarget, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  if (typeof target === 'string' || target instanceof URL)
    return writeFileAtomically(await pathOf(target), write)
  return 'getFile' in target ? writeHandle(target, write) : write(target)
}

/** The path that a target names. Throws write/unsupported where it names no file of this platform. */
async function pathOf(target: SaveTarget): Promise<string> {
  if (isNode() && typeof target === 'string') return target
  if (isNode() && target instanceof URL && target.protocol === 'file:')
    return (await import('node:url')).fileURLToPath(target)
  const name = target instanceof URL || typeof target === 'string' ? String(target) : nameOf(target)
  throw new CheckpointError('write/unsupported', `${quoted(name)} is no file that can be written`, {
    hint: 'a browser saves one file to a FileSystemFileHandle, such as those of navigator.storage.getDirectory()',
  })
}

/** The last part of a path; empty for a sink. */
function nameOf(target: SaveTarget): string {
  if (typeof target !== 'string' && !(target instanceof URL)) return 'name' in target ? target.name : ''
  const path = typeof target === 'string' ? target : target.pathname
  return path.split(/[\\/]/).at(-1) ?? ''
}

function isState(value: PyValue | SavedState): value is SavedState {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return false
  return !(value instanceof PyDict || value instanceof Uint8Array || Array.isArray(value))
}

/** An OrderedDict as `state_dict()` of PyTorch makes it. */
function dictOf(state: SavedState): PyDict {
  const dict = new PyDict('OrderedDict')
  const stored = new Map<StoredTensor | ReadableTensor, StoredTensor>()
  for (const [key, tensor] of state) {
    const known = stored.get(tensor) ?? (tensor instanceof StoredTensor ? tensor : lateTensor(tensor))
    stored.set(tensor, known)
    dict.set(key, known)
  }
  if (
    state.metadata instanceof Map &&
    [...state.metadata.values()].every(entry => typeof entry === 'object')
  ) {
    const versions = [...state.metadata].map(
      ([path, { version }]) =>
        [path, new PyDict('dict', version === undefined ? [] : [['version', version]])] as const,
    )
    dict.attrs = new PyDict('dict', [['_metadata', new PyDict('OrderedDict', versions)]])
  }
  return dict
}

function tensorsOf(tree: PyValue): [string, StoredTensor][] {
  const entries = tree instanceof PyDict ? tree.entries() : []
  const tensors = entries.filter(
    (entry): entry is [string, StoredTensor] =>
      typeof entry[0] === 'string' && entry[1] instanceof StoredTensor,
  )
  if (!(tree instanceof PyDict) || tensors.length !== entries.length) {
    throw new CheckpointError(
      'write/unsupported',
      'safetensors holds tensors under text keys, and nothing else',
      {
        hint: 'save one state_dict, or save as .pt',
      },
    )
  }
  return tensors
}
