/** `value[index]`. */

import { isSym } from '../../runtime/ops/dim.ts'
import { pythonFunctions, pythonMethods } from '../../runtime/ops/functions/index.ts'
import { badIndex, maskedSelect, notIndexable, wrongKind } from '../diagnostics/catalogue/evaluate.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { Node, Subscript } from '../parse/python/ast.ts'
import { evaluate } from './expression.ts'
import { modulesOf } from './iterate.ts'
import type { Machine } from './machine.ts'
import type { Frame } from './scope.ts'
import { describeKind, ERROR, list, str, tuple, type Value } from './value.ts'

export function subscript(node: Subscript, frame: Frame, machine: Machine): Value {
  const value = evaluate(node.value, frame, machine)
  const index = machine.beside(value, () => evaluate(node.index, frame, machine))
  return subscriptOf(value, index, node, frame, machine)
}

function subscriptOf(value: Value, index: Value, node: Subscript, frame: Frame, machine: Machine): Value {
  const place = () => machine.place(node.index, frame)
  if (value.kind === 'error' || index.kind === 'error') return ERROR
  switch (value.kind) {
    case 'tensor': {
      if (hasMask(index)) return machine.report(maskedSelect(place()))
      const args = [
        { name: null, value, node: node.value },
        { name: null, value: tensorIndex(index, node.index, frame, machine), node: node.index },
      ]
      return machine.tensors.callFunction(pythonMethods.get('getitem') ?? [], 'indexing', args, node, frame)
    }
    case 'list':
    case 'tuple': {
      if (index.kind === 'slice') {
        const picked = sliceOf(value.items, index, node.index, frame, machine)
        return picked === undefined ? ERROR : value.kind === 'list' ? list(picked) : tuple(picked)
      }
      const at = position(value.items.length, index, node.index, frame, machine)
      return at === undefined ? ERROR : value.items[at]!
    }
    case 'str': {
      const at = position(value.value.length, index, node.index, frame, machine)
      return at === undefined ? ERROR : str(value.value[at]!)
    }
    case 'dict': {
      const found =
        index.kind === 'str' || (index.kind === 'int' && !isSym(index.value))
          ? value.entries.get(index.value as string | number)
          : undefined
      return (
        found ??
        machine.report(
          badIndex(
            place(),
            `the dict has no key ${index.kind === 'str' ? JSON.stringify(index.value) : describeKind(index)}`,
          ),
        )
      )
    }
    case 'module':
      return moduleItem(value, index, node, frame, machine)
    default:
      return machine.report(notIndexable(machine.place(node.value, frame), describeKind(value)))
  }
}

/** What stands between the brackets of a tensor, as a tuple: a list of ints is a tensor of them. */
export function tensorIndex(index: Value, node: Node, frame: Frame, machine: Machine): Value {
  const items = index.kind === 'tuple' ? index.items : [index]
  return tuple(
    items.map(item =>
      item.kind === 'list'
        ? machine.tensors.callFunction(
            pythonFunctions.get('tensor') ?? [],
            'tensor',
            [{ name: null, value: item, node }],
            node,
            frame,
          )
        : item,
    ),
  )
}

const hasMask = (index: Value): boolean =>
  index.kind === 'tensor'
    ? index.value.aval.dtype === 'bool'
    : index.kind === 'tuple' && index.items.some(i => i.kind === 'tensor' && i.value.aval.dtype === 'bool')

/** Index of an item, from the end where negative; undefined after an error. */
export function position(
  length: number,
  index: Value,
  node: Node,
  frame: Frame,
  machine: Machine,
): number | undefined {
  const place = machine.place(node, frame)
  const n = index.kind === 'bool' ? Number(index.value) : index.kind === 'int' ? index.value : undefined
  if (n === undefined) {
    machine.report(wrongKind(place, 'an index', 'an int', describeKind(index)))
    return undefined
  }
  if (isSym(n)) {
    machine.report(badIndex(place, `the index ${n} depends on the sizes of the inputs`))
    return undefined
  }
  const at = n < 0 ? n + length : n
  if (at < 0 || at >= length) {
    machine.report(badIndex(place, `index ${n} is out of range for ${length} item${length === 1 ? '' : 's'}`))
    return undefined
  }
  return at
}

/** Python's slice of a sequence; undefined after an error. */
export function sliceOf<T>(
  items: readonly T[],
  slice: Value & { kind: 'slice' },
  node: Node,
  frame: Frame,
  machine: Machine,
): T[] | undefined {
  const bound = (v: Value): number | null | undefined => {
    if (v.kind === 'none') return null
    if (v.kind === 'int' && !isSym(v.value)) return v.value
    if (v.kind !== 'error')
      machine.report(
        wrongKind(machine.place(node, frame), 'a slice of a list', 'between ints', describeKind(v)),
      )
    return undefined
  }
  const step = bound(slice.step)
  const lower = bound(slice.lower)
  const upper = bound(slice.upper)
  if (step === undefined || lower === undefined || upper === undefined) return undefined
  const stride = step ?? 1
  if (stride === 0) {
    machine.report(badIndex(machine.place(node, frame), 'a slice with step 0'))
    return undefined
  }
  const n = items.length
  const clamp = (i: number, low: number, high: number) => Math.min(Math.max(i < 0 ? i + n : i, low), high)
  const start =
    lower === null ? (stride > 0 ? 0 : n - 1) : clamp(lower, stride > 0 ? 0 : -1, stride > 0 ? n : n - 1)
  const stop =
    upper === null ? (stride > 0 ? n : -1) : clamp(upper, stride > 0 ? 0 : -1, stride > 0 ? n : n - 1)
  const picked: T[] = []
  for (let i = start; stride > 0 ? i < stop : i > stop; i += stride) picked.push(items[i]!)
  return picked
}

function moduleItem(
  value: Value & { kind: 'module' },
  index: Value,
  node: Subscript,
  frame: Frame,
  machine: Machine,
): Value {
  const { module } = value
  if (module.kind === 'ModuleDict') {
    const member = index.kind === 'str' ? module.members.get(index.value) : undefined
    if (member?.kind === 'module' && member.module !== null) return { kind: 'module', module: member.module }
    return machine.report(badIndex(machine.place(node.index, frame), `'${module.path}' has no such item`))
  }
  if (module.kind !== 'Sequential' && module.kind !== 'ModuleList') {
    return machine.report(notIndexable(machine.place(node.value, frame), `the module '${module.path}'`))
  }
  const items = modulesOf(value)
  if (index.kind === 'slice') {
    const names = [...module.members.keys()]
    const picked = sliceOf(names, index, node.index, frame, machine)
    if (picked === undefined) return ERROR
    const part: ModuleInstance = {
      ...module,
      members: new Map(picked.map(name => [name, module.members.get(name)!])),
    }
    return { kind: 'module', module: part }
  }
  const at = position(items.length, index, node.index, frame, machine)
  return at === undefined ? ERROR : items[at]!
}
