/**
 * What a file says of itself beside its tensors: the model, its spec, the generation of its keys and a digest of its content. Text, in
 * the metadata of a safetensors file or in a record of a .pt; PyTorch and safetensors read such files as any other.
 */
import type { Checkpoint } from '../checkpoint/open.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { contentDigest } from './content-digest.ts'
import type { KeyContract } from './contract.ts'
import { KeysError } from './keys-error.ts'
import { readContract } from './read-contract.ts'
import type { Place } from './route.ts'

/** A file of a spec by its path: the spec itself, or what it imports. */
export interface SpecText {
  readonly path: string
  readonly text: string
}

/** What a spec is made of: the part of a model's source that all of its instances share. */
export interface SpecSource {
  readonly model: string
  /** The spec, then everything that it imports. */
  readonly files: readonly SpecText[]
  /** SHA-256 of the files. */
  readonly digest: string
  /** Text of the spec's lock; null where it has none. */
  readonly lock: string | null
}

/** Where a model comes from: enough to make it again. */
export interface ModelSource extends SpecSource {
  /** Params that were given, as a spec writes them (`layers: '[2, 2]'`); the others have their defaults. */
  readonly params: { readonly [name: string]: string }
}

export interface Stamp {
  readonly model: string
  readonly preset: string | null
  /** The generation of the keys; null where the spec has no lock, and for files in a layout. */
  readonly generation: number | null
  /** The layout of another project that the keys are in, by its name in the spec; null where they are the model's own. */
  readonly layout: string | null
  /** The contract of the keys, so that who has the file alone can write it in an earlier generation; null where there is none. */
  readonly contract: KeyContract | null
  readonly source: ModelSource | null
  /** SHA-256 of the tensors, by the paths that lead to them and of all; in whatever order they are written. */
  readonly digest: string
  readonly tensors: { readonly [path: string]: string }
}

const VERSION = 1

export const stampText = (stamp: Stamp): string => JSON.stringify({ holdfast: VERSION, ...stamp })

/** What a file is to say of itself, but for its content. */
export interface StampFacts {
  readonly model: string
  /** null where the keys are not locked. */
  readonly contract: KeyContract | null
  /** What the file is of, where there is a contract. */
  readonly place: Place
  readonly source: ModelSource | null
}

/** The stamp of a tree that is about to be written. Reads the data of its tensors. */
export async function stampFor(
  value: PyValue,
  { model, contract, place, source }: StampFacts,
): Promise<Stamp> {
  return {
    model,
    preset: contract?.preset ?? null,
    generation: contract !== null && 'generation' in place ? place.generation : null,
    layout: 'layout' in place ? place.layout : null,
    contract,
    source,
    ...(await contentDigest(value)),
  }
}

/** What a file of this contract says that it is; null where it does not say it. */
export function stampedPlace(stamp: Stamp | null, contract: KeyContract): Place | null {
  if (stamp === null || stamp.model !== contract.model) return null
  if (stamp.layout !== null) return { layout: stamp.layout }
  return stamp.generation === null ? null : { generation: stamp.generation }
}

/** The stamp of an opened checkpoint; null where it has none. Throws KeysError (`keys/no-source`) for one that is damaged. */
export function stampOf({ attachment }: Pick<Checkpoint, 'attachment'>): Stamp | null {
  if (attachment === null) return null
  let json: unknown
  try {
    json = JSON.parse(attachment)
  } catch {
    throw damaged('it is no JSON')
  }
  if (!isObject(json)) throw damaged('it is no object')
  if (json.holdfast !== VERSION)
    throw damaged(`its version is ${JSON.stringify(json.holdfast)}, not ${VERSION}`)
  const { model, preset, generation, layout = null, contract, source, digest, tensors } = json
  if (typeof model !== 'string' || typeof digest !== 'string') throw damaged('it has no model or no digest')
  if (preset !== null && typeof preset !== 'string') throw damaged('its preset is no text')
  if (generation !== null && !Number.isSafeInteger(generation)) throw damaged('its generation is no int')
  if (layout !== null && typeof layout !== 'string') throw damaged('its layout is no text')
  if (!isObject(tensors) || !Object.values(tensors).every(d => typeof d === 'string'))
    throw damaged('its digests are no texts')
  return {
    model,
    preset,
    generation: generation as number | null,
    layout,
    contract: contract === null ? null : readContract(contract, damaged),
    source: source === null ? null : sourceOf(source),
    digest,
    tensors: tensors as Stamp['tensors'],
  }
}

function sourceOf(json: unknown): ModelSource {
  if (!isObject(json)) throw damaged('its source is no object')
  const { model, files, digest, params, lock } = json
  const isSpec = (file: unknown): file is SpecText =>
    isObject(file) && typeof file.path === 'string' && typeof file.text === 'string'
  if (typeof model !== 'string' || typeof digest !== 'string')
    throw damaged('its source has no model or no digest')
  if (!Array.isArray(files) || files.length === 0 || !files.every(isSpec))
    throw damaged('its source has no files')
  if (!isObject(params) || !Object.values(params).every(p => typeof p === 'string'))
    throw damaged('its params are no texts')
  if (lock !== null && typeof lock !== 'string') throw damaged('its lock is no text')
  return { model, files, digest, params: params as ModelSource['params'], lock }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const damaged = (what: string): KeysError =>
  new KeysError('keys/no-source', `what the file says of its model cannot be read: ${what}`, {
    hint: 'its tensors can be read all the same: open it as any checkpoint',
  })
