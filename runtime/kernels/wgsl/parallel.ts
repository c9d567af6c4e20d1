/**
 * How a kernel's loops become invocations. A kernel that names its invocations ('local' loops) is taken as it is written.
 * One whose grid iterations have long vector loops inside runs each on a workgroup (`cooperate.ts`).
 * Any other is spread: the outermost loops whose iterations are independent, 'grid' or 'vector', are one range, an invocation
 * for each of its elements, neighbours along the innermost loop; what is inside runs in order. A kernel of several such nests
 * is several launches, one after the other.
 */
import type { For, LocalArray, Stmt } from '../ir.ts'
import { KernelError } from '../ir.ts'
import { cooperating } from '../templates/rules.ts'
import { stmtBody, visitStmts } from '../traverse.ts'
import { cooperate, longestVector } from './cooperate.ts'
import type { WgslTarget } from './target.ts'

/** One launch: all invocations run the same body. */
export interface Launch {
  /** Loops over workgroups, outermost first. None for spread kernels. */
  readonly groups: readonly For[]
  /** Loops over all invocations together, outermost first: of spread kernels. */
  readonly spread: readonly For[]
  readonly shared: readonly { readonly array: LocalArray; readonly init: Stmt | null }[]
  /** Nests of local loops over the same invocations, one after the other; none for spread kernels. */
  readonly locals: readonly { readonly loops: readonly For[]; readonly body: readonly Stmt[] }[]
  /** The body of a spread kernel. */
  readonly body: readonly Stmt[]
  /** Invocations of one workgroup. */
  readonly size: number
  readonly workgroups: number
}

/** Invocations of a workgroup where the kernel does not say it: enough for the widest hardware, a whole number of its waves. */
const SPREAD_SIZE = 64

export const extentOf = (loops: readonly For[]): number => loops.reduce((n, l) => n * l.extent, 1)

/** The launches of a kernel's body. */
export function launches(body: readonly Stmt[], limits: WgslTarget): readonly Launch[] {
  if (contains(body, s => s.kind === 'for' && s.bind === 'local')) return body.map(s => workgroups([s]))
  const together = cooperative(body, limits)
  if (together !== null) return [workgroups(together)]
  const separate = body.every(s => s.kind === 'for' && isParallel(s))
  return (separate ? body.map(s => [s]) : [body]).map(spread)
}

/** The body with its grid iterations as workgroups, where that is better than an invocation for each; else null. */
function cooperative(body: readonly Stmt[], limits: WgslTarget): readonly Stmt[] | null {
  const { loops, body: inner } = peel(body, s => s.bind === 'grid')
  // Vector loops that are all there is inside are spread like the grid.
  if (peel(inner, isParallel).loops.length > 0) return null
  const shares = contains(inner, s => s.kind === 'alloc' && s.array.space === 'shared')
  const invocations = cooperating(extentOf(loops), longestVector(inner), shares, limits)
  return invocations > 1 ? cooperate(body, invocations, limits.subgroups) : null
}

function contains(body: readonly Stmt[], is: (s: Stmt) => boolean): boolean {
  let found = false
  visitStmts(body, s => {
    found ||= is(s)
  })
  return found
}

const isParallel = (s: For): boolean => s.bind === 'grid' || s.bind === 'vector'

/** Takes perfectly nested loops off a body, as long as they are of the kind. */
function peel(body: readonly Stmt[], is: (s: For) => boolean): { loops: For[]; body: readonly Stmt[] } {
  const loops: For[] = []
  for (;;) {
    const [only, ...rest] = body
    if (rest.length > 0 || only?.kind !== 'for' || !is(only)) return { loops, body }
    loops.push(only)
    body = only.body
  }
}

function spread(body: readonly Stmt[]): Launch {
  const nest = peel(body, isParallel)
  const shared = contains(nest.body, s => s.kind === 'alloc' && s.array.space === 'shared')
  const total = extentOf(nest.loops)
  // Memory that a grid iteration has for itself: then each is a workgroup of one.
  const size = shared || total === 1 ? 1 : SPREAD_SIZE
  return {
    groups: [],
    spread: nest.loops,
    shared: [],
    locals: [],
    body: nest.body,
    size,
    workgroups: Math.ceil(total / size),
  }
}

function workgroups(body: readonly Stmt[]): Launch {
  const nest = peel(body, l => l.bind === 'grid')
  const shared: { array: LocalArray; init: Stmt | null }[] = []
  const locals: { loops: readonly For[]; body: readonly Stmt[] }[] = []
  for (const inner of nest.body) {
    if (inner.kind === 'alloc' && inner.array.space === 'shared')
      shared.push({ array: inner.array, init: inner.init === null ? null : inner })
    else if (inner.kind === 'for' && inner.bind === 'local')
      locals.push(peel([inner], l => l.bind === 'local'))
    else throw new KernelError('kernel/structure', 'only shared arrays may stand beside local loops')
  }
  const size = extentOf(locals[0]?.loops ?? [])
  if (locals.some(l => extentOf(l.loops) !== size))
    throw new KernelError('kernel/structure', 'local loops of one workgroup differ in their extent')
  return { groups: nest.loops, spread: [], shared, locals, body: [], size, workgroups: extentOf(nest.loops) }
}

/** Loops that are left inside of an invocation run in order. */
export function inOrder(body: readonly Stmt[]): readonly Stmt[] {
  return body.map(s => {
    if (s.kind === 'for')
      return { ...s, bind: s.bind === 'unroll' ? s.bind : ('seq' as const), body: inOrder(s.body) }
    return s.kind === 'if' ? { ...s, body: inOrder(stmtBody(s)) } : s
  })
}
