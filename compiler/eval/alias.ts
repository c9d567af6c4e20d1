/**
 * In-place operations. The language rebinds where PyTorch overwrites memory; the two differ when the memory is seen elsewhere
 * later. This finds such uses, conservatively, from the variables that hold the tensor or a view of it.
 */
import { frozenAttribute, inPlaceAlias } from '../diagnostics/catalogue/evaluate.ts'
import type { GraphValue } from '../ir/graph.ts'
import type { Block, Node } from '../parse/python/ast.ts'
import { children } from '../parse/python/visit.ts'
import type { Machine } from './machine.ts'
import type { Frame } from './scope.ts'
import type { Value } from './value.ts'

const bases = new WeakMap<GraphValue, GraphValue>()

/** The tensor whose memory a value shares: itself, unless it is a view. */
const baseOf = (value: GraphValue): GraphValue => bases.get(value) ?? value

/** Records that `view` may share the memory of `source`. */
export function recordView(view: GraphValue, source: GraphValue): void {
  if (view !== source) bases.set(view, baseOf(source))
}

function holds(value: Value, base: GraphValue): boolean {
  if (value.kind === 'tensor') return baseOf(value.value) === base
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.some(v => holds(v, base))
  return value.kind === 'dict' && [...value.entries.values()].some(v => holds(v, base))
}

/** Reports when the memory of `value`, changed at `node`, is a parameter's or is read later under another name. */
export function checkInPlace(value: Value, node: Node, frame: Frame, machine: Machine): void {
  if (value.kind !== 'tensor' || machine.shadow > 0) return
  if (value.state !== undefined) {
    machine.report(frozenAttribute(machine.place(node, frame), value.state.id.split('.').at(-1)!))
    return
  }
  const base = baseOf(value.value)
  const changed = targetName(node)
  let at: Node = node
  for (let f: Frame | null = frame; f !== null; f = f.caller) {
    for (const [name, held] of f.locals) {
      if ((f === frame && name === changed) || !holds(held, base)) continue
      if (f.body !== null && isReadLater(f.body, name, at)) {
        machine.report(inPlaceAlias(machine.place(node, frame), changed ?? 'it', name))
        return
      }
    }
    if (f.site === null) return
    at = f.site
  }
}

function targetName(node: Node): string | null {
  if (node.kind === 'AugAssign') return node.target.kind === 'Name' ? node.target.id : targetName(node.target)
  if (node.kind === 'Subscript') return node.value.kind === 'Name' ? node.value.id : null
  if (node.kind === 'Call' && node.func.kind === 'Attribute' && node.func.value.kind === 'Name')
    return node.func.value.id
  return null
}

/** Whether a variable is read after `at`: further down, or earlier in a loop that comes round again. */
function isReadLater(body: Block, name: string, at: Node): boolean {
  const reads: Node[] = []
  const assigns: Node[] = []
  const loops: Node[] = []
  const pending: Node[] = [body]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'Assign') {
      for (const target of node.targets) {
        if (target.kind === 'Name') {
          if (target.id === name) assigns.push(target)
        } else pending.push(target)
      }
      pending.push(node.value)
      continue
    }
    if (node.kind === 'For') loops.push(node)
    if (node.kind === 'Name' && node.id === name) reads.push(node)
    pending.push(...children(node))
  }
  const contains = (outer: Node, inner: Node) =>
    outer.range.start <= inner.range.start && inner.range.end <= outer.range.end
  const next = assigns.filter(a => a.range.start >= at.range.end).map(a => a.range.start)
  const overwritten = Math.min(...next, Number.POSITIVE_INFINITY)
  // A new value further down ends the old one's life, unless it is computed from the old one (its right-hand side starts later).
  if (
    reads.some(
      r =>
        r.range.start >= at.range.end && (r.range.start < overwritten || sameLine(r, overwritten, assigns)),
    )
  )
    return true
  return loops.some(
    loop =>
      contains(loop, at) &&
      reads.some(
        r =>
          contains(loop, r) &&
          r.range.end <= at.range.start &&
          !assigns.some(a => contains(loop, a) && a.range.start < r.range.start),
      ),
  )
}

/** A read in the right-hand side of the overwriting assignment `x = f(x)` comes before it in time. */
const sameLine = (read: Node, overwritten: number, assigns: readonly Node[]): boolean =>
  assigns.some(
    a =>
      a.range.start === overwritten && read.range.start > overwritten && read.range.start - a.range.end < 3,
  )
