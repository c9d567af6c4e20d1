/** What wrappers of PyTorch put into keys: DataParallel and DDP, torch.compile, FSDP, activation checkpointing. */

const FIRST = ['module', '_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module']
/** Those that may stand before any part of a model; `module` is a name that a model may have itself. */
const ANYWHERE = new Set(FIRST.slice(1))

/** The count of updates that torch.optim.swa_utils.AveragedModel has beside `module`. */
const AVERAGED = 'n_averaged'

export interface Unwrapped<V> {
  /** By bare keys. */
  readonly state: ReadonlyMap<string, V>
  /** What stood before every key: `module._orig_mod.`; empty where nothing did. */
  readonly prefix: string
  /** Whether parts of the model were wrapped too, so that the prefix alone does not give the keys back. */
  readonly hasInner: boolean
  /** Entries that are the wrapper's own: `n_averaged`. */
  readonly extras: ReadonlyMap<string, V>
}

/** null where no wrapper shows in the keys, or without its names two keys would be one. */
export function unwrap<V>(state: ReadonlyMap<string, V>): Unwrapped<V> | null {
  const extras = new Map<string, V>()
  let entries = [...state].map(([key, value]) => [key.split('.'), value] as const)
  const own = entries.filter(([segments]) => segments.join('.') !== AVERAGED)
  if (own.length < entries.length && own.every(([[first]]) => first === 'module')) {
    extras.set(AVERAGED, state.get(AVERAGED)!)
    entries = own
  }
  let prefix = ''
  for (;;) {
    const [first] = entries[0]?.[0] ?? []
    if (first === undefined || !FIRST.includes(first)) break
    if (!entries.every(([segments]) => segments[0] === first && segments.length > 1)) break
    prefix += `${first}.`
    entries = entries.map(([segments, value]) => [segments.slice(1), value] as const)
  }
  const bare = new Map(
    entries.map(([segments, value]) => [segments.filter(s => !ANYWHERE.has(s)).join('.'), value]),
  )
  const hasInner = entries.some(([segments]) => segments.some(s => ANYWHERE.has(s)))
  if (bare.size < entries.length || (prefix === '' && !hasInner)) return null
  return { state: bare, prefix, hasInner, extras }
}

/** A key without the names of wrappers, for lists of names. */
export const bareKey = (key: string): string => {
  const segments = key.split('.')
  while (segments.length > 1 && FIRST.includes(segments[0]!)) segments.shift()
  return segments.filter(s => !ANYWHERE.has(s)).join('.')
}
