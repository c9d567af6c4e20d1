/** `ties:`: names that share one tensor, or modules that share all of theirs. */
import { tieMismatch, tieUnknown } from '../diagnostics/catalogue/elaborate.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { Machine } from '../eval/machine.ts'
import type { Scope } from '../eval/scope.ts'
import type { Member, ModuleInstance, TensorInstance } from '../ir/module.ts'
import type { Ident, TieDecl } from '../spec/spec.ts'
import { whether } from './whether.ts'

/** Replaces the second and later names of every tie by the tensor of the first. */
export function tieMembers(
  ties: readonly TieDecl[],
  members: Map<string, Member>,
  scope: Scope,
  machine: Machine,
): void {
  for (const tie of ties) {
    if (tie.when !== null && whether(tie.when, scope, machine) !== true) continue
    const [first, ...others] = tie.names
    const source = first === undefined ? undefined : resolve(first, members, machine)
    if (first === undefined || source === undefined) continue
    for (const other of others) {
      const target = resolve(other, members, machine)
      if (target !== undefined) share(source, target, first, other, machine)
    }
  }
}

interface Slot {
  readonly level: Map<string, Member>
  readonly name: string
  readonly member: Member
}

function resolve(name: Ident, members: Map<string, Member>, machine: Machine): Slot | undefined {
  let level = members
  const segments = name.name.split('.')
  for (const [i, segment] of segments.entries()) {
    const member = level.get(segment)
    if (member !== undefined && i === segments.length - 1) return { level, name: segment, member }
    if (member?.kind !== 'module' || member.module === null) {
      if (member?.kind !== 'module')
        machine.report(tieUnknown(name.place, name.name, didYouMean(segment, level.keys())))
      return undefined
    }
    level = member.module.members as Map<string, Member>
  }
  return undefined
}

function share(source: Slot, target: Slot, first: Ident, other: Ident, machine: Machine): void {
  const [a, b] = [source.member, target.member]
  if (a.kind === 'tensor' && b.kind === 'tensor') {
    if (a.tensor === null || b.tensor === null) return
    const mismatch = describe(a.tensor) !== describe(b.tensor)
    if (mismatch)
      machine.report(tieMismatch(other.place, first.name, describe(a.tensor), other.name, describe(b.tensor)))
    else target.level.set(target.name, { ...b, tensor: a.tensor, replaced: b.replaced ?? b.tensor })
    return
  }
  if (a.kind === 'module' && b.kind === 'module' && a.module !== null && b.module !== null) {
    shareModules(a.module, b.module, first, other, machine)
    return
  }
  machine.report(tieMismatch(other.place, first.name, `a ${a.kind}`, other.name, `a ${b.kind}`))
}

function shareModules(
  a: ModuleInstance,
  b: ModuleInstance,
  first: Ident,
  other: Ident,
  machine: Machine,
): void {
  for (const [name, member] of a.members) {
    const twin = b.members.get(name)
    if (twin === undefined) continue
    share(
      { level: a.members as Map<string, Member>, name, member },
      { level: b.members as Map<string, Member>, name, member: twin },
      first,
      other,
      machine,
    )
  }
}

const describe = (t: TensorInstance): string => `${t.dtype}[${t.shape.join(', ')}]`
