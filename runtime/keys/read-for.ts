/**
 * What a checkpoint holds for a model: which state_dict it is, which generation or layout that is of, and the tensor for each of
 * the model's keys, or none. Nothing is an error here that a caller may allow; loading decides what is.
 */
import type { Checkpoint } from '../checkpoint/open.ts'
import { PyDict } from '../checkpoint/py-dict.ts'
import { stateDictsOf } from '../checkpoint/state-dicts.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { applyExact } from './apply.ts'
import type { ArrayType } from './arrays.ts'
import type { KeyContract } from './contract.ts'
import { fittingPlaces, identify, isImplied, misfitOf, misfitSize, withTiedNames } from './identify.ts'
import { KeysError } from './keys-error.ts'
import { originArrays } from './origin-arrays.ts'
import { type Maybe, partialArrays, presentChecks } from './partial-arrays.ts'
import { currentGeneration, generationOf, type Place, placeName, routeBetween } from './route.ts'
import { typesOfFile } from './shape-arrays.ts'
import { runChecks, storedArrays } from './stored-arrays.ts'
import { unwrap } from './wrappers.ts'

export interface ReadOptions {
  /** The generation of the file, where its stamp or its keys do not say it. */
  readonly generation?: number
  /** The layout of the file, by its name in the spec. */
  readonly layout?: string
  /** Which state_dict of a nested checkpoint: keys that lead to it, joined by dots; empty for the root. */
  readonly path?: string
}

export interface ReadTensor {
  /** null where the file does not have it, or has it in another shape. */
  readonly tensor: StoredTensor | null
  /** Keys in the file that it is made of. */
  readonly from: readonly string[]
}

export interface ReadState {
  readonly place: Place
  /** Keys that lead to the state_dict, joined by dots. */
  readonly path: string
  /** What a wrapper had put before the keys. */
  readonly prefix: string
  /** By key of the current generation, in its order. */
  readonly tensors: ReadonlyMap<string, ReadTensor>
  /** Keys that are new since, and start as the model initialises them. */
  readonly initialised: ReadonlySet<string>
  /** Bare keys of the file that the place does not have. */
  readonly unexpected: readonly string[]
  /** Keys whose shape is another: in the file, at the place. */
  readonly mismatched: readonly {
    readonly key: string
    readonly given: readonly number[]
    readonly expected: readonly number[]
  }[]
  /** Types of what the file holds, by bare key in its order; names of one tensor have one object. */
  readonly given: ReadonlyMap<string, ArrayType>
}

type Tensors = ReadonlyMap<string, StoredTensor>

interface Candidate {
  readonly path: string
  /** PyTorch's `_metadata`. */
  readonly metadata: PyDict | null
  readonly prefix: string
  readonly tensors: Tensors
  readonly place: Place
  readonly isFit: boolean
}

/** `stamped` is what the file says that it is of. Throws KeysError where no state_dict, or no one of several, is meant. */
export async function readFor(
  contract: KeyContract,
  checkpoint: Pick<Checkpoint, 'value' | 'stateDict'>,
  options: ReadOptions,
  stamped: Place | null,
): Promise<ReadState> {
  const { path, prefix, metadata, tensors, place } = choose(contract, checkpoint, options, stamped)
  const current = currentGeneration(contract)
  const to: Place = { generation: current.generation }
  const source = new Map<string, Maybe<StoredTensor>>()
  const mismatched: ReadState['mismatched'][number][] = []
  const known = 'generation' in place ? generationOf(contract, place.generation) : null
  const whole = known === null ? tensors : withTiedNames(known, tensors)
  for (const tensor of known?.tensors ?? []) {
    const { key, shape, dtype } = tensor
    const isAbsent = isImplied(tensor) && !hasCounters(metadata, prefix + key)
    const implied = isAbsent ? storedArrays.full({ shape, dtype }, 0, null) : undefined
    const value = asScalar(whole.get(key), shape) ?? implied
    const fits = value?.shape.join() === shape.join()
    if (value !== undefined && !fits) mismatched.push({ key, given: value.shape, expected: shape })
    source.set(key, { type: fits ? value! : { shape, dtype }, value: fits ? value! : null })
  }
  if (known === null) for (const [key, value] of tensors) source.set(key, { type: value, value })
  const steps = routeBetween(contract, place, to, whole)
  const initialised = new Set<string>()
  const { state, checks } = applyExact(steps, source, partialArrays(storedArrays), {
    initial: (key, type) => {
      initialised.add(key)
      return { type, value: null }
    },
  })
  await runChecks(presentChecks(checks))
  const origins = new Map([...source].map(([key, { type }]) => [key, { type, from: [key] }]))
  const { state: from } = applyExact(steps, origins, originArrays, {
    initial: (_, type) => ({ type, from: [] }),
  })
  const [made, origin] = [withTiedNames(current, state), withTiedNames(current, from)]
  const read = current.tensors.map(({ key }) => {
    const keys = origin.get(key)?.from ?? []
    return [key, { tensor: made.get(key)?.value ?? null, from: keys.map(k => prefix + k) }] as const
  })
  const keys = new Set(known === null ? current.tensors.map(t => t.key) : source.keys())
  const held = known === null ? state : tensors
  return {
    place,
    path,
    prefix,
    tensors: new Map(read),
    initialised,
    mismatched,
    unexpected: [...held.keys()].filter(key => !keys.has(key)),
    given: typesOfFile(tensors),
  }
}

/** Whether the batch norm of a count was saved by a PyTorch that writes it, so that it is missing where it is not there. */
function hasCounters(metadata: PyDict | null, key: string): boolean {
  const facts = metadata?.get(key.split('.').slice(0, -1).join('.'))
  const version = facts instanceof PyDict ? facts.get('version') : null
  return typeof version === 'number' && version >= 2
}

/** Scalars had shape [1] before PyTorch 0.4. */
function asScalar(value: StoredTensor | undefined, shape: readonly number[]): StoredTensor | undefined {
  const isOld = shape.length === 0 && value?.shape.join() === '1'
  return isOld ? value!.with({ shape: [], stride: [] }) : value
}

function choose(
  contract: KeyContract,
  checkpoint: Pick<Checkpoint, 'value' | 'stateDict'>,
  options: ReadOptions,
  stamped: Place | null,
): Candidate {
  const found = stateDictsOf(checkpoint).map(({ path, prefix, metadata, tensors }) => ({
    path: path.join('.'),
    metadata,
    tensors: new Map([...tensors].map(([key, tensor]) => [prefix + key, tensor])),
  }))
  const current = currentGeneration(contract)
  // A model without tensors: there is nothing to have.
  if (found.length === 0 && current.tensors.length === 0)
    found.push({ path: options.path ?? '', metadata: null, tensors: new Map() })
  if (found.length === 0) throw new KeysError('keys/nothing', 'the file holds no tensors under text keys')
  const asked = options.path === undefined ? found : found.filter(c => c.path === options.path)
  const names = (all: readonly { readonly path: string }[]): string =>
    all.map(({ path }) => path || '(the root)').join(', ')
  if (asked.length === 0)
    throw new KeysError('keys/nothing', `the file has no state_dict '${options.path}'`, {
      hint: `it has ${names(found)}`,
    })
  const judged = asked.map(c => judge(contract, c, options, stamped))
  const fitting = judged.filter(c => c.isFit)
  if (fitting.length > 1) {
    throw new KeysError(
      'keys/ambiguous-generation',
      `${names(fitting)} are all state_dicts of ${contract.model}`,
      {
        hint: 'choose one by its path',
      },
    )
  }
  return fitting[0] ?? judged.toSorted((a, b) => distance(contract, a) - distance(contract, b))[0]!
}

function distance(contract: KeyContract, { tensors, place }: Candidate): number {
  if ('layout' in place) return 0
  const generation = generationOf(contract, place.generation)
  return misfitSize(misfitOf(generation, withTiedNames(generation, tensors)))
}

function judge(
  contract: KeyContract,
  { path, metadata, tensors }: Pick<Candidate, 'path' | 'metadata' | 'tensors'>,
  { generation, layout }: ReadOptions,
  stamped: Place | null,
): Candidate {
  const bare = unwrap(tensors)
  const asIs = { path, metadata, prefix: '', tensors }
  const unwrapped = bare === null ? null : { path, metadata, prefix: bare.prefix, tensors: bare.state }
  const given: Place | null =
    layout !== undefined ? { layout } : generation !== undefined ? { generation } : null
  const said = given ?? stamped
  const fits = fittingPlaces(contract, tensors)
  const chosen = fits[0]?.isWrapped ? unwrapped! : asIs
  if (said !== null) {
    const isFit = fits.some(({ place }) => placeName(place) === placeName(said))
    if (isFit || 'layout' in said) return { ...chosen, place: said, isFit }
    return nearestForm([said], contract, asIs, unwrapped)
  }
  if (fits.length > 0) return { ...chosen, place: identify(contract, tensors).place, isFit: true }
  const places = contract.generations.toReversed().map(g => ({ generation: g.generation }))
  return nearestForm(places, contract, asIs, unwrapped)
}

type Form = Omit<Candidate, 'place' | 'isFit'>

/** The generation, and the form of the keys, that the least is wrong with. */
function nearestForm(
  places: readonly Place[],
  contract: KeyContract,
  asIs: Form,
  unwrapped: Form | null,
): Candidate {
  const forms = unwrapped === null ? [asIs] : [asIs, unwrapped]
  const all = forms.flatMap(form => places.map(place => ({ ...form, place, isFit: false })))
  return all.toSorted((a, b) => distance(contract, a) - distance(contract, b))[0]!
}
