/**
 * An optimizer's dictionary from one generation of keys to another. PyTorch keeps its state by position; which position is which
 * parameter says the source generation's order (or the names, where the file has them), so that reordering never moves a momentum.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { applyExact } from './apply.ts'
import type { Generation } from './contract.ts'
import type { ExactStep } from './exact-step.ts'
import { withTiedNames } from './identify.ts'
import { KeysError } from './keys-error.ts'
import type { OptimizedState } from './layout-generation.ts'
import { matchPositions } from './match-positions.ts'
import { checkScalars, type EqualScalars, type ParamState, paramStateArrays } from './param-state.ts'
import { compacted } from './stored-arrays.ts'
import { bareKey } from './wrappers.ts'

/** Keys of each group's parameters, in the order of the group. */
export type GroupKeys = readonly (readonly string[])[]

export interface OptimizerOptions {
  /** Of the source; needed where neither names nor shapes say which position is which parameter. */
  readonly groups?: GroupKeys
  /** Which group a parameter joins that the source did not have, -1 for none; needed where there are several groups. */
  readonly groupOfAdded?: (key: string) => number
}

/** Whether a value has the form of an optimizer's `state_dict()`. */
export function isOptimizerState(value: PyValue): boolean {
  if (!(value instanceof PyDict)) return false
  return value.get('state') instanceof PyDict && Array.isArray(value.get('param_groups'))
}

/** The group of buffers and frozen parameters. */
const NOT_OPTIMIZED = -1

interface Group {
  readonly options: readonly (readonly [PyValue, PyValue])[]
  /** Positions; in dictionaries of FSDP, names. */
  readonly params: readonly PyValue[]
  readonly names: readonly string[] | null
}

/**
 * The dictionary for the target generation: options of the groups as they were, positions and names new. `steps` lead from the
 * source to the target. Throws KeysError: `keys/optimizer` where it is not known which position is which parameter.
 */
export async function convertOptimizerState(
  dictionary: PyDict,
  source: OptimizedState | Generation,
  target: Generation,
  steps: readonly ExactStep[],
  options: OptimizerOptions = {},
): Promise<PyDict> {
  const groups = readGroups(dictionary)
  const states = dictionary.get('state') as PyDict
  const keys = keysOfGroups(groups, states, source, options)
  const scalars: EqualScalars[] = []
  const before = statesByKey(source, groups, keys, states)
  const inputs = new Set([...before.values()].flatMap(s => tensorsOf(s)))
  const { state: after } = applyExact(steps, before, paramStateArrays(scalars), {
    initial: (_, type) => ({ type, entries: null, groups: [] }),
  })
  await checkScalars(scalars)
  return written(dictionary, groups, target, after, inputs, options)
}

function readGroups(dictionary: PyDict): Group[] {
  return (dictionary.get('param_groups') as PyValue[]).map((group, i) => {
    const params = group instanceof PyDict ? group.get('params') : undefined
    if (!(group instanceof PyDict) || !Array.isArray(params))
      throw new KeysError('keys/optimizer', `group ${i} of the optimizer has no 'params'`)
    const given = group.get('param_names')
    const areNames = Array.isArray(given) && given.length === params.length
    const named = areNames ? given : params.every(p => typeof p === 'string') ? params : null
    return { options: group.entries(), params, names: named?.map(name => bareKey(String(name))) ?? null }
  })
}

/** Which parameter each position is, by key of the source. */
function keysOfGroups(
  groups: readonly Group[],
  states: PyDict,
  source: OptimizedState | Generation,
  options: OptimizerOptions,
): GroupKeys {
  const typeOf = new Map(source.tensors.map(t => [t.id, t]))
  const known = source.parameters.map(id => typeOf.get(id)!)
  const unknown = 'unknown' in source ? source.unknown : []
  const isKnown = new Set([...known.map(t => t.key), ...unknown])
  const areNamed = groups.every(g => g.names !== null)
  const given = options.groups ?? (areNamed ? groups.map(g => g.names!) : null)
  if (given !== null) return checkedKeys(given, groups, isKnown)
  const shapes = groups.map(g => g.params.map(position => shapeOf(states.get(position))))
  const all = source.tensors.filter(t => isKnown.has(t.key))
  const tries = [[known, false] as const, [all, false] as const, [all, true] as const]
  for (const [parameters, skips] of tries) {
    const found = matchPositions(shapes, parameters, skips)
    if (found === 'several') throw unclear(groups, known.length, 'their shapes leave several ways')
    if (found !== 'none') return found
  }
  throw unclear(groups, known.length, 'the shapes of their state do not come in the order of the model')
}

/** State of the parameter's shape, in optimizers of PyTorch. */
const SHAPED = ['exp_avg', 'momentum_buffer', 'exp_avg_sq', 'square_avg', 'sum', 'prev', 'acc_delta', 'ax']

function shapeOf(state: PyValue | undefined): readonly number[] | null {
  if (!(state instanceof PyDict)) return null
  for (const name of SHAPED) {
    const value = state.get(name)
    if (value instanceof StoredTensor) return value.shape
  }
  return null
}

function unclear(groups: readonly Group[], parameters: number, why: string): KeysError {
  const count = groups.reduce((sum, { params }) => sum + params.length, 0)
  const where = groups.length === 1 ? '' : ` in ${groups.length} groups`
  const message = `the optimizer has ${count} parameters without names${where}, the model ${parameters}: which position is which is not known, ${why}`
  return new KeysError('keys/optimizer', message, {
    hint: 'make the optimizer with model.named_parameters(), so that the file has their names, or say them by `groups`',
  })
}

function checkedKeys(keys: GroupKeys, groups: readonly Group[], known: ReadonlySet<string>): GroupKeys {
  for (const [i, { params }] of groups.entries()) {
    const given = keys[i] ?? []
    if (given.length !== params.length || keys.length !== groups.length) {
      const message = `group ${i} of the optimizer has ${params.length} parameters, but ${given.length} are named`
      throw new KeysError('keys/optimizer', message)
    }
    for (const key of given) {
      if (!known.has(key))
        throw new KeysError('keys/optimizer', `'${key}' of the optimizer is no parameter of the model`, {
          key,
        })
    }
  }
  return keys
}

function statesByKey(
  source: Generation,
  groups: readonly Group[],
  keys: GroupKeys,
  states: PyDict,
): Map<string, ParamState> {
  const placed = new Map<string, { readonly group: number; readonly state: PyValue | undefined }>()
  for (const [group, { params }] of groups.entries())
    for (const [i, position] of params.entries())
      placed.set(keys[group]![i]!, { group, state: states.get(position) })
  const byId = new Map<string, ParamState>()
  const result = new Map<string, ParamState>()
  for (const { id, tie, key, shape, dtype } of source.tensors) {
    const owner = tie ?? id
    const place = placed.get(key)
    const known = byId.get(owner)
    const entries = place?.state instanceof PyDict ? place.state.entries() : null
    const state: ParamState = known ?? {
      type: { shape, dtype },
      entries: entries === null ? null : new Map(entries.map(([name, value]) => [String(name), value])),
      groups: [place?.group ?? NOT_OPTIMIZED],
    }
    byId.set(owner, state)
    result.set(key, state)
  }
  return result
}

const tensorsOf = ({ entries }: ParamState): StoredTensor[] =>
  [...(entries?.values() ?? [])].filter(value => value instanceof StoredTensor)

function written(
  dictionary: PyDict,
  groups: readonly Group[],
  target: Generation,
  after: ReadonlyMap<string, ParamState>,
  inputs: ReadonlySet<StoredTensor>,
  options: OptimizerOptions,
): PyDict {
  const whole = withTiedNames(target, after)
  const members = membersOf(groups, target, whole, options)
  const state = new PyDict((dictionary.get('state') as PyDict).kind)
  // Optimizers step their counts in place: what two parameters came to share must become two tensors.
  const free = new Set(inputs)
  const hasNames = groups.some(g => g.params.length > 0 && g.params.every(p => typeof p === 'string'))
  let position = 0
  const newGroups = groups.map((group, i) => {
    const positions = members[i]!.map(key => {
      const id = hasNames ? key : position++
      const entries = whole.get(key)?.entries ?? null
      if (entries !== null) state.set(id, new PyDict('dict', ownTensors(entries, free)))
      return id
    })
    const names: PyValue[] = [...members[i]!]
    return new PyDict(
      'dict',
      group.options.map(([name, value]) => {
        if (name === 'params') return [name, positions]
        return [name, name === 'param_names' ? names : value]
      }),
    )
  })
  const entries = dictionary.entries().map(([name, value]) => {
    if (name === 'state') return [name, state] as const
    return [name, name === 'param_groups' ? newGroups : value] as const
  })
  return new PyDict(dictionary.kind, entries)
}

/** The keys of each group in the target generation, in its order. */
function membersOf(
  groups: readonly Group[],
  target: Generation,
  after: ReadonlyMap<string, ParamState>,
  options: OptimizerOptions,
): string[][] {
  const members: string[][] = groups.map(() => [])
  const keyOf = new Map(target.tensors.map(({ id, key }) => [id, key]))
  for (const id of target.parameters) {
    const key = keyOf.get(id)!
    const state = after.get(key)
    if (state === undefined) throw new KeysError('keys/missing', `no step leads to '${key}'`, { key })
    if (state.groups.length > 1)
      throw new KeysError('keys/optimizer', `'${key}' is made of parameters of different groups`, { key })
    const group = state.groups[0] ?? groupOfAdded(key, groups, options)
    if (group !== NOT_OPTIMIZED) members[group]?.push(key)
  }
  return members
}

function groupOfAdded(key: string, groups: readonly Group[], options: OptimizerOptions): number {
  const given = options.groupOfAdded?.(key)
  if (given !== undefined && (given === NOT_OPTIMIZED || groups[given] !== undefined)) return given
  if (given === undefined && groups.length === 1) return 0
  const message =
    given === undefined
      ? `which group of the optimizer '${key}' joins is not known`
      : `'${key}' is to join group ${given} of the optimizer, which has groups 0 to ${groups.length - 1}`
  throw new KeysError('keys/optimizer', message, {
    key,
    hint: 'say it: groupOfAdded, or holdfast migrate --new-in-group INDEX',
  })
}

/** Tensors of `free` are taken as they are, once; others get storages of their own. */
function ownTensors(entries: ReadonlyMap<string, PyValue>, free: Set<StoredTensor>): [string, PyValue][] {
  const tensors = new Map(
    [...entries].filter((e): e is [string, StoredTensor] => e[1] instanceof StoredTensor),
  )
  const own = compacted(tensors, free)
  for (const tensor of own.values()) free.delete(tensor)
  return [...entries].map(([name, value]) => [name, own.get(name) ?? value])
}
