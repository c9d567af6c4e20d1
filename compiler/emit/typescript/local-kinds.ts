/** What the locals of a body hold over time, where the types that TypeScript infers do not say it. */
import type { Observations } from '../observations.ts'
import { join, type ObservedType } from '../observed-type.ts'
import { sees } from './expression.ts'
import type { Variable } from './variables.ts'

export interface LocalKinds {
  /** Local lists that hold several kinds of things. */
  readonly mixed: ReadonlySet<string>
  /** Locals that are None for a while. */
  readonly nullable: ReadonlySet<string>
  /** Locals that hold several kinds of things in turn, in loops or branches, or where isinstance tells which. */
  readonly varying: ReadonlySet<string>
  /** Locals that hold lists, or tuples of several lengths. */
  readonly growing: ReadonlySet<string>
}

/** A parameter of a body, with the type that its function declares for it. */
export interface BodyParam {
  readonly name: string
  readonly type: ObservedType | null
}

/** What a variable is given. */
export const assignedType = ({ targets }: Variable, seen: Observations): ObservedType | null =>
  targets.map(t => seen.typeOf(t)).reduce(join, null)

/** What it is given, and what a list or dict in it comes to hold. */
export const heldType = (variable: Variable, seen: Observations): ObservedType | null =>
  variable.uses.map(t => seen.typeOf(t)).reduce(join, assignedType(variable, seen))

/** `asked` are those whose class isinstance asks for: TypeScript, which compares classes by their shapes, may follow it wrongly. */
export function localKinds(
  params: readonly BodyParam[],
  variables: ReadonlyMap<string, Variable>,
  seen: Observations,
  asked: ReadonlySet<string>,
): LocalKinds {
  const locals = [
    ...params.map(p => ({ ...p, inBranches: true, held: null })),
    ...[...variables].map(([name, v]) => ({
      name,
      type: assignedType(v, seen),
      inBranches: v.inBranches,
      held: heldType(v, seen),
    })),
  ]
  const named = (is: (local: (typeof locals)[number]) => boolean): ReadonlySet<string> =>
    new Set(locals.filter(is).map(l => l.name))
  return {
    mixed: named(({ held }) => held?.kind === 'array' && held.items?.kind === 'union'),
    nullable: named(({ type }) => type?.kind === 'union' && sees(type, 'null')),
    varying: named(
      ({ name, type, inBranches }) =>
        (inBranches || asked.has(name)) &&
        type?.kind === 'union' &&
        type.of.filter(t => t.kind !== 'null').length > 1,
    ),
    growing: named(({ type }) => sees(type, 'array')),
  }
}
