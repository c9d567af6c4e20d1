/**
 * In-place operations. The language rebinds where PyTorch overwrites memory; the two differ when the memory is seen elsewhere
 * later. This finds such uses, conservatively, from the variables and waiting operands that hold the tensor or a view of it.
 */
import { frozenAttribute, inPlaceAlias } from '../diagnostics/catalogue/evaluate.ts'
import type { GraphValue } from '../ir/graph.ts'
import type { TensorInstance } from '../ir/module.ts'
import type { Node } from '../parse/python/ast.ts'
import { inPlaceName, withoutData } from '../parse/python/in-place-name.ts'
import { isReadLater } from './liveness.ts'
import type { Machine } from './machine.ts'
import type { Frame } from './scope.ts'
import type { Value } from './value.ts'

const bases = new WeakMap<GraphValue, GraphValue>()
const owners = new WeakMap<GraphValue, TensorInstance>()

/** The tensor whose memory a value shares: itself, unless it is a view. */
const baseOf = (value: GraphValue): GraphValue => bases.get(value) ?? value

/** Records that `view` may share the memory of `source`. */
export function recordView(view: GraphValue, source: GraphValue): void {
  if (view !== source) bases.set(view, baseOf(source))
}

/** Records that the memory of `value` is that of a parameter or buffer; null: no more, since it has another value. */
export function recordState(value: GraphValue, owner: TensorInstance | null): void {
  if (owner === null) owners.delete(baseOf(value))
  else owners.set(baseOf(value), owner)
}

function holds(value: Value, base: GraphValue): boolean {
  if (value.kind === 'tensor') return baseOf(value.value) === base
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.some(v => holds(v, base))
  // `y.view(-1).add` of a call whose arguments are evaluated yet.
  if (value.kind === 'op' || value.kind === 'bound')
    return value.receiver !== undefined && holds(value.receiver, base)
  return value.kind === 'dict' && [...value.entries.values()].some(v => holds(v, base))
}

/**
 * Reports when the memory of `value`, changed at `node`, is a parameter's or is read later under another name.
 * @param writes the caller gives a mutable buffer that `value` is the new value: `self.ema.mul_(d)`
 */
export function checkInPlace(
  value: Value,
  node: Node,
  frame: Frame,
  machine: Machine,
  writes: boolean,
): void {
  if (value.kind !== 'tensor' || machine.shadow > 0) return
  const base = baseOf(value.value)
  const rebound = reboundName(node)
  const owner = value.state ?? owners.get(base)
  if (owner !== undefined && !(writes && owner.mutable && value.state === owner)) {
    const place = machine.place(node, frame)
    const member = owner.id.split('.').at(-1)!
    // The next call of the model reads it.
    machine.report(
      owner.mutable
        ? inPlaceAlias(place, rebound ?? operandName(node), `self.${member}`)
        : frozenAttribute(place, member),
    )
    return
  }
  if (machine.held.some(operand => holds(operand, base))) {
    const name = rebound ?? operandName(node)
    machine.report(inPlaceAlias(machine.place(node, frame), name, name))
    return
  }
  let at: Node = node
  for (let f: Frame | null = frame; f !== null; f = f.caller) {
    for (const [name, held] of f.locals) {
      if ((f === frame && name === rebound) || !holds(held, base)) continue
      if (f.body !== null && isReadLater(f.body, name, at, item => isOtherItem(held, item, base))) {
        machine.report(inPlaceAlias(machine.place(node, frame), rebound ?? operandName(node), name))
        return
      }
    }
    if (f.site === null) return
    at = f.site
  }
}

/** Whether an item of a list, tuple or dict has other memory. */
function isOtherItem(of: Value, item: string | number, base: GraphValue): boolean {
  const found =
    of.kind === 'dict'
      ? of.entries.get(item)
      : of.kind === 'list' || of.kind === 'tuple'
        ? of.items[item as number]
        : undefined
  return found !== undefined && !holds(found, base)
}

/** The variable that the operation gives its result to: of `x += y`, `x[i] = y` and `x.add_(y)`, x. */
function reboundName(node: Node): string | null {
  if (node.kind === 'AugAssign')
    return node.target.kind === 'Name' ? node.target.id : reboundName(node.target)
  if (node.kind === 'Subscript') {
    const owner = withoutData(node.value)
    return owner.kind === 'Name' ? owner.id : null
  }
  return node.kind === 'Call' ? inPlaceName(node) : null
}

/** What the author calls the tensor that a call such as `self.relu(x)` changes. */
function operandName(node: Node): string {
  const first = node.kind === 'Call' ? node.args[0] : undefined
  return first?.kind === 'Name' ? first.id : 'it'
}
