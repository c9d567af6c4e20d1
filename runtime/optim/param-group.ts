/** A group of parameters with its options, which have Python's types as PyTorch's dictionary has them. */
import { PyFloat, PyTuple, type PyValue } from '../checkpoint/python-value.ts'
import { FloatScalar } from '../ops/args.ts'
import { OpError } from '../ops/error.ts'
import { Cell } from '../tensor/cell.ts'
import { decided } from '../tensor/recording.ts'
import type { GroupInput } from './optimizer.ts'
import { refused } from './refused.ts'

/** What options are given as: a whole number is an int in Python, `float(1)` a float. */
export type OptionValue = number | FloatScalar | boolean | string | null | readonly [number, number]

/** An option with the type that Python has for it. */
export function toPython(value: OptionValue): PyValue {
  if (value instanceof FloatScalar) return new PyFloat(value.value)
  if (typeof value === 'number') return Number.isInteger(value) ? value : new PyFloat(value)
  return Array.isArray(value) ? new PyTuple(value.map(toPython)) : (value as boolean | string | null)
}

/** Options that schedulers keep in groups, which may be given to go on from a step in the middle. */
const OF_SCHEDULERS = ['initial_lr', 'max_lr', 'min_lr', 'swa_lr', 'max_momentum', 'base_momentum']

/**
 * A group of what was given and, after it, the defaults of what was not: the order of PyTorch's dictionary.
 * @throws OpError for parameters that are in a group already, names for some of them only, and options that there are not
 */
export function newGroup(
  { params, ...given }: GroupInput,
  defaults: ReadonlyMap<string, PyValue>,
  groups: readonly ParamGroup[],
): ParamGroup {
  const listed = [...(params as Iterable<Cell | readonly [string, Cell]>)]
  const cells = listed.map(entry => (entry instanceof Cell ? entry : entry[1]))
  const names = listed.flatMap(entry => (entry instanceof Cell ? [] : [entry[0]]))
  const taken = new Set(groups.flatMap(g => g.params))
  if (new Set(cells).size < cells.length || cells.some(c => taken.has(c)))
    throw refused('some parameters appear in more than one parameter group')
  if (names.length > 0 && names.length < cells.length)
    throw refused('all optimizer params should be with/without names. Some param names are missing')
  const [first] = groups
  if (first !== undefined && first.options.has('param_names') !== names.length > 0) {
    const which = names.length > 0 ? 'with names' : 'without names'
    throw refused(
      `all optimizer param groups should be with/without names. cannot add param group ${which} to the optimizer`,
    )
  }
  const options = new Map<string, PyValue>()
  for (const [name, value] of Object.entries(given as Record<string, OptionValue | undefined>)) {
    if (value === undefined) continue
    if (!defaults.has(name) && !OF_SCHEDULERS.includes(name))
      throw refused(`there is no option '${name}'`, [...defaults.keys()].join(', '))
    options.set(name, toPython(value))
  }
  const own = [...options.keys()]
  if (names.length > 0) options.set('param_names', names)
  for (const [name, value] of defaults) if (!options.has(name)) options.set(name, value)
  return new ParamGroup(cells, options, own)
}

/** An option's default into a group that lacks it, as older dictionaries do. */
export function setDefault(group: ParamGroup, name: string, value: OptionValue): void {
  if (!group.options.has(name)) group.set(name, value)
}

/** The number that a Python number is; null for everything else. */
export function numberOf(value: PyValue | undefined): number | null {
  if (value instanceof PyFloat) return value.value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : null
}

/** What reads an option decides by it: a captured step is captured anew where it changes, unless only feeds read it. */
export class ParamGroup {
  readonly params: readonly Cell[]
  /** By PyTorch's names, in its order; what a loaded dictionary has beyond them stays. */
  options: Map<string, PyValue>

  /** The options that were given to the group itself: they stand first in its dictionary. */
  readonly given: readonly string[]

  constructor(params: readonly Cell[], options: Map<string, PyValue>, given: readonly string[] = []) {
    this.params = params
    this.options = options
    this.given = given
  }

  /** The learning rate; schedulers set it. */
  get lr(): number {
    return this.number('lr')
  }

  set lr(lr: number) {
    this.options.set('lr', toPython(lr))
  }

  /** A number among the options. Throws OpError where there is none. */
  number(name: string): number {
    const found = decided(() => numberOf(this.options.get(name)))
    if (found !== null) return found
    throw new OpError('argument/value', `the option '${name}' of a parameter group is no number`)
  }

  /** A flag among the options; false where it is missing. */
  flag(name: string): boolean {
    return decided(() => this.options.get(name) === true)
  }

  /** A pair of numbers among the options. Throws OpError where there is none. */
  pair(name: string): readonly [number, number] {
    const items = (): readonly PyValue[] => {
      const value = this.options.get(name)
      return value instanceof PyTuple ? value.items : Array.isArray(value) ? value : []
    }
    const [first, second] = [0, 1].map(i => decided(() => numberOf(items()[i])))
    if (items().length === 2 && first != null && second != null) return [first, second]
    throw new OpError('argument/value', `the option '${name}' of a parameter group is no pair of numbers`)
  }

  /** Changes an option. */
  set(name: string, value: OptionValue): void {
    this.options.set(name, toPython(value))
  }
}
