/** The steps of a migration for one member of the family: its expressions evaluated with that member's params. */
import type { Step } from '../../runtime/keys/step.ts'
import { isSym } from '../../runtime/ops/dim.ts'
import { stepValue } from '../diagnostics/catalogue/keys.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { evaluate } from '../eval/expression.ts'
import { Machine } from '../eval/machine.ts'
import { expressionFrame, type Scope } from '../eval/scope.ts'
import { describeKind } from '../eval/value.ts'
import { type StepFieldForm, stepForms } from '../schema/step-form.ts'
import type { SpecExpr, StepDecl } from '../spec/spec.ts'
import { GraphBuilder } from '../trace/graph-builder.ts'

/** A step with the place of its declaration, where what is wrong with it is reported. */
export interface PlacedStep {
  readonly step: Step
  readonly place: Place
}

/** Null after errors, which are in `diagnostics`. */
export function evaluateSteps(
  decls: readonly StepDecl[],
  scope: Scope,
  diagnostics: Diagnostics,
): readonly PlacedStep[] | null {
  const builder = new GraphBuilder()
  const machine = new Machine(diagnostics, builder, { training: false, observer: null })
  builder.machine = machine
  const steps = decls.map(decl => evaluateStep(decl, scope, machine))
  return steps.includes(null) ? null : (steps as readonly PlacedStep[])
}

function evaluateStep({ kind, place, fields }: StepDecl, scope: Scope, machine: Machine): PlacedStep | null {
  const step: Record<string, unknown> = { kind }
  const forms: Readonly<Record<string, StepFieldForm>> = stepForms[kind].fields
  for (const [name, form] of Object.entries(forms)) {
    const given = fields.get(name)
    const values = given?.values.map(value => fieldValue(name, form, value, scope, machine))
    if (values?.includes(undefined)) return null
    const isList = form.kind === 'keys' || form.kind === 'ints'
    step[name] = values === undefined ? form.default : isList ? values : values[0]
  }
  const { dims } = step
  if (kind === 'transpose' && Array.isArray(dims) && dims.length !== 2) {
    machine.report(
      stepValue(fields.get('dims')!.place, 'dims', 'a list of two dims', `one of ${dims.length}`),
    )
    return null
  }
  return { step: step as unknown as Step, place }
}

/** Undefined after a report. */
function fieldValue(
  name: string,
  { kind }: StepFieldForm,
  value: SpecExpr,
  scope: Scope,
  machine: Machine,
): string | number | undefined {
  const isNumber = kind === 'int' || kind === 'ints' || kind === 'number' || kind === 'init'
  if (value.expr.kind === 'Str' && (!isNumber || value.expr.value === 'default')) return value.expr.value
  const found = evaluate(value.expr, expressionFrame(scope), machine)
  if (found.kind === 'error') return undefined
  const whole = kind === 'int' || kind === 'ints'
  if ((found.kind === 'int' && !isSym(found.value)) || (!whole && found.kind === 'float'))
    return found.value as number
  machine.report(stepValue(value.place, name, whole ? 'an int' : 'a number', describeKind(found)))
  return undefined
}
