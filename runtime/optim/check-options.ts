/** The checks of PyTorch's constructors, with its text. */
import type { ParamGroup } from './param-group.ts'
import { refused } from './refused.ts'

/** What PyTorch calls an option in its message; for most `Invalid <name> value`. */
const LABELS: Readonly<Record<string, string>> = { lr: 'learning rate', eps: 'epsilon value' }

/** Refuses options below 0, and those that are no numbers, by OpError. */
export function checkNotNegative(group: ParamGroup, names: readonly string[]): void {
  for (const name of names) {
    const value = group.number(name)
    if (!(value >= 0)) throw refused(`Invalid ${LABELS[name] ?? `${name} value`}: ${value}`)
  }
}

/** Refuses betas outside [0, 1), by OpError. */
export function checkBetas(group: ParamGroup): void {
  for (const [i, beta] of group.pair('betas').entries())
    if (!(beta >= 0 && beta < 1)) throw refused(`Invalid beta parameter at index ${i}: ${beta}`)
}

/**
 * Refuses what names a way of computing that there is not, by OpError: gradients through a step. `foreach`, `fused` and
 * `capturable` choose among PyTorch's kernels; here every step is one plan, and they stand in the dictionary only.
 */
export function checkWays(group: ParamGroup): void {
  const [foreach, fused, differentiable] = ['foreach', 'fused', 'differentiable'].map(n => group.flag(n))
  if (fused && differentiable) throw refused('`fused` does not support `differentiable`')
  if (fused && foreach) throw refused('`fused` and `foreach` cannot be `True` together.')
  if (differentiable)
    throw refused(
      'steps of optimizers have no gradients',
      'leave out differentiable, or compute the step by F',
    )
}
