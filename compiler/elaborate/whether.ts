/** `when:` and other flags of the author's: decided for given params. */
import { whenNotBool } from '../diagnostics/catalogue/elaborate.ts'
import { evaluate } from '../eval/expression.ts'
import type { Machine } from '../eval/machine.ts'
import { expressionFrame, type Scope } from '../eval/scope.ts'
import { truth } from '../eval/truth.ts'
import { describeKind } from '../eval/value.ts'
import type { SpecExpr } from '../spec/spec.ts'

/** undefined after an error. */
export function whether(condition: SpecExpr, scope: Scope, machine: Machine): boolean | undefined {
  const frame = expressionFrame(scope)
  const value = evaluate(condition.expr, frame, machine)
  if (value.kind === 'error') return undefined
  const known = truth(value, condition.expr, frame, machine)
  if (typeof known === 'boolean') return known
  if (known !== undefined) machine.report(whenNotBool(condition.place, describeKind(value)))
  return undefined
}
