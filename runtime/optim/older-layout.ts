/**
 * What the dictionaries of PyTorch 1.13 have instead of 2.13's: fewer options, in another order for some, and steps counted in
 * ints by some. Measured with 1.13.1 (test/oracle/optim/curves.py).
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import type { ParamState } from './dictionary.ts'
import { HostNumber } from './host-number.ts'
import type { ParamGroup } from './param-group.ts'
import { refused } from './refused.ts'

export interface OlderLayout {
  /** The options of a group, in order. */
  readonly options: readonly string[]
  /** Options that it lacks because the class says them. */
  readonly implied?: readonly string[]
  /** Whether steps are counted in Python's ints. */
  readonly intSteps?: boolean
  /** State of parameters that have none in 2.13, by their ids. */
  readonly stateless?: ReadonlyMap<string, PyDict>
}

/** Options whose loss changes what a step does. */
const CHANGING = ['maximize', 'decoupled_weight_decay']

/** A group's options in 1.13's layout. Throws OpError where it has no form for one that is set. */
export function olderOptions(
  { options, given }: ParamGroup,
  { options: known, implied = [] }: OlderLayout,
  defaults: ReadonlyMap<string, PyValue>,
): [string, PyValue][] {
  const names = [...new Set([...given.filter(name => known.includes(name)), ...known])]
  for (const name of CHANGING) {
    if (options.get(name) === true && !names.includes(name) && !implied.includes(name))
      throw refused(`PyTorch 1.13's dictionary of this optimizer has no ${name}`, 'write that of 2.13')
  }
  const written: [string, PyValue][] = names.flatMap(name => {
    const value = options.get(name)
    if (value === undefined) return []
    return [[name, name === 'fused' && value === null ? false : value]]
  })
  const others = [...options].filter(([name]) => !defaults.has(name) && name !== 'param_names')
  return [...written, ...others]
}

/** A parameter's state in 1.13's layout. */
export function olderState(packed: PyDict, parts: ParamState, { intSteps }: OlderLayout): PyDict {
  const step = parts.get('step')
  if (intSteps !== true || !(step instanceof HostNumber)) return packed
  const entries = packed
    .entries()
    .map(([name, value]) => [name, name === 'step' ? step.number : value] as const)
  return new PyDict('dict', entries)
}
