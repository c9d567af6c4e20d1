/** The momentum that OneCycleLR and CyclicLR move against the rate: `momentum`, or the first of `betas`. */
import { PyFloat, PyTuple, type PyValue } from '../../checkpoint/python-value.ts'
import type { Optimizer } from '../optimizer.ts'
import type { ParamGroup } from '../param-group.ts'
import { refused } from '../refused.ts'
import type { PyNumber } from './scheduler.ts'

/** Whether an optimizer's momentum is the first of its betas. Throws OpError where it has neither. */
export function usesBeta1({ defaults }: Optimizer): boolean {
  if (!defaults.has('momentum') && !defaults.has('betas'))
    throw refused('optimizer must support momentum or beta1 with `cycle_momentum` option enabled')
  return defaults.has('betas')
}

export function setMomentum(group: ParamGroup, isBeta1: boolean, momentum: PyNumber): void {
  const pair = (): PyValue => new PyTuple([momentum, new PyFloat(group.pair('betas')[1])])
  group.options.set(isBeta1 ? 'betas' : 'momentum', isBeta1 ? pair() : momentum)
}

/** Leaves the bounds in the groups, as PyTorch does, and starts from the upper one. */
export function startMomentum(
  { paramGroups }: Optimizer,
  isBeta1: boolean,
  bounds: { readonly lowest: readonly PyNumber[]; readonly highest: readonly PyNumber[] },
): void {
  for (const [i, group] of paramGroups.entries()) {
    setMomentum(group, isBeta1, bounds.highest[i]!)
    group.options.set('max_momentum', bounds.highest[i]!)
    group.options.set('base_momentum', bounds.lowest[i]!)
  }
}
