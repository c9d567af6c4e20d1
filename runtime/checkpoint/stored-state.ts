/** A checkpoint's state_dict under a type: the keys, dtypes and shapes that a generated model declares. */
import { CheckpointError, quoted } from './checkpoint-error.ts'
import type { FileDType } from './file-dtype.ts'
import type { Checkpoint } from './open.ts'
import { type StateDictCandidate, stateDictsOf } from './state-dicts.ts'
import type { StoredTensor } from './stored-tensor.ts'

/** Dtype and shape by key, as the generated `...State` types say them. */
export type StateShapes = Record<string, { readonly dtype: FileDType; readonly shape: readonly number[] }>

/** Says what a state_dict must hold. The runtime's StateDict is one; a Map of `{dtype, shape}` is another. */
export interface StateLike<S extends StateShapes> {
  readonly types?: S
  [Symbol.iterator](): Iterator<
    readonly [string, { readonly dtype: FileDType; readonly shape: readonly number[] }]
  >
}

/** A stored tensor whose dtype and shape are known. */
export type TypedStoredTensor<T extends StateShapes[string]> = StoredTensor & {
  readonly dtype: T['dtype']
  readonly shape: T['shape']
}

/** The tensors by key; iterates `[key, tensor]` in the file's order. */
export class StoredState<S extends StateShapes> {
  readonly #tensors: ReadonlyMap<string, StoredTensor>

  constructor(tensors: ReadonlyMap<string, StoredTensor>) {
    this.#tensors = tensors
  }

  get size(): number {
    return this.#tensors.size
  }

  get<K extends keyof S & string>(key: K): TypedStoredTensor<S[K]> {
    const tensor = this.#tensors.get(key)
    if (tensor === undefined)
      throw new CheckpointError('state-dict/missing', `there is no key ${quoted(key)}`)
    return tensor as TypedStoredTensor<S[K]>
  }

  keys(): IterableIterator<keyof S & string> {
    return this.#tensors.keys() as IterableIterator<keyof S & string>
  }

  [Symbol.iterator](): IterableIterator<[string, StoredTensor]> {
    return this.#tensors.entries()
  }
}

const MAX_LISTED = 10

/**
 * The one state_dict of a checkpoint that has exactly the keys, dtypes and shapes of `like`. Throws state-dict/mismatch
 * with what differs from the nearest one, state-dict/ambiguous where two fit, state-dict/missing where there is none.
 */
export function storedState<S extends StateShapes>(
  checkpoint: Pick<Checkpoint, 'value' | 'stateDict'>,
  like: StateLike<S>,
): StoredState<S> {
  const judged = stateDictsOf(checkpoint).map(candidate => ({ candidate, faults: faultsOf(candidate, like) }))
  const [fitting, other] = judged.filter(({ faults }) => faults.length === 0)
  if (fitting !== undefined && other !== undefined) {
    const places = [fitting, other].map(({ candidate }) => nameOf(candidate)).join(' and ')
    throw new CheckpointError('state-dict/ambiguous', `${places} both have the keys that are wanted`, {
      hint: 'open without "like" and take one of stateDictsOf(checkpoint)',
    })
  }
  if (fitting !== undefined) return new StoredState(fitting.candidate.tensors)
  const [nearest] = judged.sort((a, b) => a.faults.length - b.faults.length)
  if (nearest === undefined) {
    throw new CheckpointError('state-dict/missing', 'the file holds no tensors under text keys')
  }
  const { candidate, faults } = nearest
  const more = faults.length > MAX_LISTED ? `\n  and ${faults.length - MAX_LISTED} more` : ''
  throw new CheckpointError(
    'state-dict/mismatch',
    `${nameOf(candidate)} is not what is wanted:\n  ${faults.slice(0, MAX_LISTED).join('\n  ')}${more}`,
    { hint: 'open without "like" to read it as it is' },
  )
}

function faultsOf<S extends StateShapes>({ tensors }: StateDictCandidate, like: StateLike<S>): string[] {
  const faults: string[] = []
  const wanted = new Set<string>()
  for (const [key, { dtype, shape }] of like) {
    wanted.add(key)
    const tensor = tensors.get(key)
    if (tensor === undefined) faults.push(`${quoted(key)} is missing`)
    else if (tensor.dtype !== dtype || tensor.shape.join() !== shape.join()) {
      faults.push(`${quoted(key)} is ${tensor.dtype}[${tensor.shape}], not ${dtype}[${shape}]`)
    }
  }
  for (const key of tensors.keys()) if (!wanted.has(key)) faults.push(`${quoted(key)} is unexpected`)
  return faults
}

function nameOf({ path }: StateDictCandidate): string {
  return path.length === 0 ? 'the state_dict' : `the state_dict ${path.join('.')}`
}
