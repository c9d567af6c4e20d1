/** Starting from another model's weights: a part of a checkpoint, some of it frozen, heads of another width new. */
import type { Checkpoint } from '../checkpoint/open.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { KeysError } from '../keys/keys-error.ts'
import { nearestPath } from '../keys/nearest-key.ts'
import { matchPath, parsePattern } from '../keys/pattern.ts'
import { type LoadCheckpointOptions, place, readForModule } from './load-checkpoint.ts'
import type { Module } from './module.ts'

export interface WarmStartOptions extends Omit<LoadCheckpointOptions, 'strict'> {
  /** Keys, paths or patterns of what is to be loaded; default everything. */
  readonly only?: readonly string[]
  /** Keys, paths or patterns of what stays as the model initialised it, though it is selected: heads of another width. */
  readonly reinit?: readonly string[]
  /** Keys, paths or patterns of parameters that are not to be trained; `true`: all that were loaded. */
  readonly freeze?: readonly string[] | true
}

/** What came from where. */
export interface WarmStartReport {
  /** For each key that was loaded, the keys of the file that it is made of. */
  readonly loaded: ReadonlyMap<string, readonly string[]>
  /** Keys that were left as the model initialised them because `reinit` says so. */
  readonly reinitialised: readonly string[]
  /** Keys of the model that were not selected. */
  readonly untouched: readonly string[]
  readonly frozen: readonly string[]
  /** Keys of the file that nothing was made of. */
  readonly unused: readonly string[]
}

/**
 * Loads the selected part of a checkpoint, whatever its generation or layout. Everything selected must be in the file with the shape
 * that the model has, unless `reinit` names it; every pattern must match something.
 * @throws KeysError, and leaves the module as it was then
 */
export async function warmStart(
  module: Module,
  checkpoint: Pick<Checkpoint, 'value' | 'stateDict' | 'attachment'>,
  options: WarmStartOptions = {},
): Promise<WarmStartReport> {
  const { read } = await readForModule(module, checkpoint, options)
  const keys = [...read.tensors.keys()]
  const selected = options.only === undefined ? new Set(keys) : select(options.only, keys, 'only')
  const fresh = select(options.reinit ?? [], keys, 'reinit')
  const loaded = new Map<string, StoredTensor>()
  for (const key of selected) {
    if (fresh.has(key)) continue
    const { tensor } = read.tensors.get(key)!
    if (tensor === null)
      throw missing(
        key,
        read.mismatched.find(m => read.prefix + m.key === read.tensors.get(key)!.from[0]),
      )
    loaded.set(key, tensor)
  }
  if (loaded.size === 0)
    throw new KeysError('keys/nothing', 'nothing is selected: the model would stay as it is')
  const parameters = new Map(module.namedParameters())
  const frozen =
    options.freeze === true
      ? [...loaded.keys()].filter(key => parameters.has(key))
      : [...select(options.freeze ?? [], [...parameters.keys()], 'freeze')]
  await place(module, loaded, options.onProgress)
  for (const key of frozen) parameters.get(key)!.requiresGrad = false
  const from = new Map([...loaded.keys()].map(key => [key, read.tensors.get(key)!.from]))
  const used = new Set([...from.values()].flat())
  return {
    loaded: from,
    reinitialised: keys.filter(key => selected.has(key) && fresh.has(key)),
    untouched: keys.filter(key => !selected.has(key)),
    frozen,
    unused: [...read.given.keys()].map(key => read.prefix + key).filter(key => !used.has(key)),
  }
}

function select(patterns: readonly string[], keys: readonly string[], option: string): Set<string> {
  const found = new Set<string>()
  for (const text of patterns) {
    const pattern = parsePattern(text)
    const matched = keys.filter(key => matchPath(pattern, key) !== null)
    if (matched.length === 0) {
      const near = nearestPath(text, keys)
      throw new KeysError('keys/missing', `${option}: no key of the model matches '${text}'`, {
        key: text,
        ...(near === null ? {} : { hint: `the nearest is '${near}'` }),
      })
    }
    for (const key of matched) found.add(key)
  }
  return found
}

function missing(
  key: string,
  other: { readonly given: readonly number[]; readonly expected: readonly number[] } | undefined,
): KeysError {
  const message =
    other === undefined
      ? `the file has nothing for '${key}'`
      : `'${key}' has shape [${other.given}] in the file, [${other.expected}] in the model`
  return new KeysError(other === undefined ? 'keys/missing' : 'keys/shape', message, {
    key,
    hint: `name it under reinit to keep it as the model initialised it, or leave it out of only`,
  })
}
