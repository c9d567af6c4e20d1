/** A graph as a program: groups, their kernels, and memory for what lies between. */
import type { Device, Dispatch, Program, Slot } from '../devices/device.ts'
import type { Kernel, Limits } from '../kernels/ir.ts'
import { hasWorkgroups } from '../kernels/templates/rules.ts'
import { kernelKey } from '../kernels/text.ts'
import { bindingCount } from '../kernels/windows.ts'
import { ITEM_SIZE } from '../ops/dtype.ts'
import { type Check, checksAlone, withChecks } from './checks.ts'
import { fuse, type Group, MOST_READS, type Schedule } from './fuse.ts'
import { type Rewrite, reuseInputs } from './in-place.ts'
import { lowerGroup } from './lower/lower.ts'
import type { Binding, Lowered } from './lower/step.ts'
import { type Lifetime, planMemory } from './memory-plan.ts'
import { spelledOut } from './spelled-out.ts'
import { operationKey } from './trace.ts'
import { elementCount, type Graph, type Value } from './value.ts'

export interface Plan {
  /** Its outputs are those of the graph, then one int64 per check. */
  readonly program: Program
  readonly checks: readonly Check[]
  /** The rewrites whose output may be given the memory of their input. */
  readonly inPlace: ReadonlySet<Rewrite>
}

/** What a plan depends on besides the graph. */
export type Target = Pick<Device, 'limits' | 'readsWhatItWrites'>

/** What becomes of the memory of a graph's inputs, by their positions. */
export interface InputUse {
  /** Other elements in each run, though the memory may be the same. */
  readonly changing: ReadonlySet<number>
  readonly rewrites: readonly Rewrite[]
}

/** Larger values are computed in each run, from inputs that stay as from others: memory is not kept for them. */
const MOST_PREPARED_BYTES = 65536

/**
 * Schedules and lowers a graph.
 * @param use null where nothing is known of the inputs: each run may be given others
 */
export function planGraph(original: Graph, target: Target, use: InputUse | null = null): Plan {
  const { graph, checks } = withChecks(original)
  return planChecked(graph, checks, target, use)
}

/**
 * Schedules and lowers a graph whose indices are checked by a plan of their own, to be run before. Null where there is nothing
 * to check, or nothing that can be checked before; `later` are inputs that are not there yet at that time.
 */
export function planApart(
  graph: Graph,
  target: Target,
  use: InputUse,
  later: ReadonlySet<Value>,
): { before: Plan; plan: Plan } | null {
  const apart = checksAlone(graph, later)
  if (apart === null) return null
  return {
    before: planChecked(apart.graph, apart.checks, target, { changing: use.changing, rewrites: [] }),
    plan: planChecked(graph, [], target, use),
  }
}

/** Schedules and lowers a graph that has all the checks it needs, as outputs that the caller knows. */
export const planAsIs = (graph: Graph, target: Target, use: InputUse): Plan =>
  planChecked(graph, [], target, use)

function planChecked(given: Graph, checks: readonly Check[], target: Target, use: InputUse | null): Plan {
  const { limits } = target
  const graph = hasWorkgroups(limits) ? spelledOut(given, limits) : given
  for (let mostReads = MOST_READS; ; mostReads--) {
    const schedule = fuse(graph, limits, mostReads)
    const reuse = reuseInputs(graph, schedule, use?.rewrites ?? [], target.readsWhatItWrites === true)
    const { program, single } = assemble(graph, schedule, reuse.groups, limits, use)
    // A device binds a few buffers only: then less is fused.
    const fits = program.kernels.every(k => bindingCount(k, limits) <= limits.buffers)
    if (!fits && mostReads > 1) continue
    const inPlace = new Set<Rewrite>()
    for (const [rewrite, { writer, reads }] of reuse.inPlace)
      if (!reads || single.has(writer)) inPlace.add(rewrite)
    return { program, checks, inPlace }
  }
}

const bytesOf = (value: Value): number => elementCount(value.shape) * ITEM_SIZE[value.dtype]

/** A dispatch before its buffers have places. */
interface Launch {
  readonly kernel: Kernel
  readonly args: readonly Place[]
  /** What need not be made in each run, if all else that the launch reads stays as it is; null of what must be. */
  readonly keeps: Value | Scratch | null
}

/** Memory from a byte on. */
interface Place {
  readonly of: Value | Scratch
  readonly offset: number
}

/** Scratch memory of one group. */
interface Scratch {
  readonly bytes: number
}

function assemble(
  graph: Graph,
  { partOf }: Schedule,
  groups: readonly Group[],
  limits: Limits,
  use: InputUse | null,
): { program: Program; single: ReadonlySet<Group> } {
  const launches: Launch[] = []
  /** What was brought into another order, by what it was made of: the steps of a recurrent net share their packed weights. */
  const arranged = new Map<string, Scratch>()
  /** Groups of one kernel. */
  const single = new Set<Group>()
  for (const group of groups) {
    if (elementCount(group.root.shape) === 0) continue
    const { steps, scratch } = lowerOnce(group, limits)
    if (steps.length === 1) single.add(group)
    const pieces: Scratch[] = scratch.map(bytes => ({ bytes }))
    const bound = (b: Binding): Place => {
      if (b.kind === 'scratch') return { of: pieces[b.index]!, offset: 0 }
      const { root } = group
      if (b.kind === 'root') return { of: root, offset: (b.offset ?? 0) * ITEM_SIZE[root.dtype] }
      const { base, offset } = partOf(group.reads[b.index]!)
      return { of: base, offset: offset * ITEM_SIZE[base.dtype] }
    }
    const whole = steps.length === 1 && pieces.length === 0 && use !== null && isKept(group.root, graph)
    for (const { kernel, bindings, prepares } of steps) {
      const packed = prepares ? bindings.find(b => b.kind === 'scratch') : undefined
      if (packed?.kind === 'scratch') {
        const key = arrangement(kernel, bindings.filter(b => b !== packed).map(bound))
        const known = key === null ? undefined : arranged.get(key)
        if (known !== undefined) {
          pieces[packed.index] = known
          continue
        }
        if (key !== null) arranged.set(key, pieces[packed.index]!)
      }
      const keeps = packed !== undefined ? bound(packed).of : whole ? group.root : null
      launches.push({ kernel, args: bindings.map(bound), keeps })
    }
  }
  const prepared = preparations(
    launches,
    graph.inputs.filter((_, i) => !use?.changing.has(i)),
  )
  const { slotOf, slots, scratchBytes } = placeMemory(graph, launches, new Set(prepared.values()))
  const kernels = new Map<Kernel, number>()
  const dispatches: Dispatch[] = launches.map(launch => {
    const { kernel, args } = launch
    const index = kernels.get(kernel) ?? kernels.size
    kernels.set(kernel, index)
    const prepares = prepared.get(launch)
    return {
      kernel: index,
      args: args.map(({ of, offset }) => ({ slot: slotOf.get(of)!, offset })),
      ...(prepares !== undefined && { prepares: slotOf.get(prepares)! }),
    }
  })
  const name = groups
    .map(g => (g.fold ?? g.root).operation!.op)
    .join('+')
    .slice(0, 80)
  const program: Program = {
    name,
    kernels: [...kernels.keys()],
    slots,
    dispatches,
    inputs: graph.inputs.map(bytesOf),
    outputs: graph.outputs.map(bytesOf),
    scratchBytes,
  }
  return { program, single }
}

/** What a kernel makes of values, as text; null if it reads what only a group knows. */
function arrangement(kernel: Kernel, from: readonly Place[]): string | null {
  const sources = from.map(({ of, offset }) => ('id' in of ? `${of.id}+${offset}` : null))
  return sources.includes(null) ? null : `${sources.join()} ${kernelKey(kernel)}`
}

/** True of values that may be kept from run to run: the scale of a norm, tables, masks. */
const isKept = (value: Value, graph: Graph): boolean =>
  bytesOf(value) <= MOST_PREPARED_BYTES && !graph.outputs.includes(value)

/** What each launch prepares that reads nothing but inputs whose elements stay, and what was prepared from these. */
function preparations(
  launches: readonly Launch[],
  lasting: readonly Value[],
): ReadonlyMap<Launch, Value | Scratch> {
  const constant = new Set<Value | Scratch>(lasting)
  const found = new Map<Launch, Value | Scratch>()
  for (const launch of launches) {
    const { args, keeps } = launch
    if (keeps === null || !args.every(({ of }) => of === keeps || constant.has(of))) continue
    constant.add(keeps)
    found.set(launch, keeps)
  }
  return found
}

function placeMemory(graph: Graph, launches: readonly Launch[], kept: ReadonlySet<Value | Scratch>) {
  const slots: Slot[] = []
  const slotOf = new Map<Value | Scratch, number>()
  const place = (what: Value | Scratch, slot: Slot): void => {
    slotOf.set(what, slots.length)
    slots.push(slot)
  }
  for (const [index, value] of graph.inputs.entries()) place(value, { kind: 'input', index })
  for (const [index, value] of graph.outputs.entries()) place(value, { kind: 'output', index })
  const size = (what: Value | Scratch): number => ('bytes' in what ? what.bytes : bytesOf(what))
  for (const what of kept) place(what, { kind: 'prepared', bytes: size(what) })
  const lives = new Map<Value | Scratch, { from: number; to: number }>()
  for (const [step, { args }] of launches.entries()) {
    for (const { of } of args) {
      if (slotOf.has(of)) continue
      const life = lives.get(of)
      if (life === undefined) lives.set(of, { from: step, to: step })
      else life.to = step
    }
  }
  const temporaries = [...lives.keys()]
  const { offsets, bytes } = planMemory(
    temporaries.map((what): Lifetime => ({ bytes: size(what), ...lives.get(what)! })),
  )
  for (const [i, what] of temporaries.entries())
    place(what, { kind: 'scratch', offset: offsets[i]!, bytes: size(what) })
  return { slotOf, slots, scratchBytes: bytes }
}

/** Kernels of groups that were lowered before: a network repeats its layers, and plans share them. */
const lowered = new WeakMap<Limits, Map<string, Lowered>>()
const MOST_KEPT = 2048

function lowerOnce(group: Group, limits: Limits): Lowered {
  const known = lowered.get(limits) ?? new Map<string, Lowered>()
  lowered.set(limits, known)
  const key = groupKey(group)
  let found = known.get(key)
  if (found === undefined) {
    found = lowerGroup(group, limits)
    if (known.size >= MOST_KEPT) known.delete(known.keys().next().value!)
    known.set(key, found)
  }
  return found
}

/** Everything that a group's kernels depend on, as text. */
function groupKey({ root, fold, reductions, reads }: Group): string {
  const names = new Map<Value, string>(reads.map((value, i) => [value, `x${i}`]))
  const lines = reads.map(value => `${value.dtype}[${value.shape.join()}]`)
  const inRows = new Set<Value>(reductions)
  const visit = (value: Value): string => {
    const known = names.get(value)
    if (known !== undefined) return known
    const inputs = value.inputs.map(visit)
    const name = `${names.size}`
    names.set(value, name)
    lines.push(
      `${operationKey(value.operation!)}(${inputs.join()})${value === fold || inRows.has(value) ? '*' : ''}`,
    )
    return name
  }
  visit(root)
  return lines.join(';')
}
