/** Types of options: as their params declare them, else as evaluation saw them. */
import type { ClassPlan } from '../class-plan.ts'
import { join, typeOf } from '../observed-type.ts'
import { type Code, code } from './code.ts'
import { type ClassNamer, observedType, paramType } from './types.ts'

/** The type of a param, let or captured name of a class. */
export function observedOptionType(plan: ClassPlan, name: string, className: ClassNamer): Code {
  const declared = plan.options.find(o => o.name === name)?.decl
  if (declared != null) return paramType(declared)
  const seen = plan.instances
    .map(i => i.scope.get(name))
    .map(v => (v === undefined ? null : typeOf(v)))
    .reduce(join, null)
  return seen === null ? code`unknown` : observedType(seen, className)
}
