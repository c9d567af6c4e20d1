/** Methods of lists, dicts and strings, and those of tensors that are no functions of the op table. */

import { isSym, product } from '../../runtime/ops/dim.ts'
import { ITEM_SIZE, isFloat } from '../../runtime/ops/dtype.ts'
import { pythonMethods } from '../../runtime/ops/functions/index.ts'
import { badCall, readsData } from '../diagnostics/catalogue/evaluate.ts'
import type { Node } from '../parse/python/ast.ts'
import { iterate, modulesOf } from './iterate.ts'
import type { CallArgument, Machine } from './machine.ts'
import type { Frame } from './scope.ts'
import { position } from './subscript.ts'
import { equals } from './truth.ts'
import { bool, describeKind, ERROR, int, list, NONE, printValue, str, tuple, type Value } from './value.ts'

export function callBound(
  receiver: Value,
  name: string,
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  // A list keeps what an error left, so that its length is right and later uses stay silent.
  if (receiver.kind !== 'list' && args.some(a => a.value.kind === 'error')) return ERROR
  const values = args.filter(a => a.name === null).map(a => a.value)
  switch (receiver.kind) {
    case 'list':
      return listMethod(receiver, name, values, node, frame, machine)
    case 'tuple':
      if (name === 'numel') return int(product(receiver.items.map(v => (v.kind === 'int' ? v.value : 1))))
      return listMethod(
        list([...receiver.items]) as Value & { kind: 'list' },
        name,
        values,
        node,
        frame,
        machine,
      )
    case 'dict':
      return dictMethod(receiver, name, values, node, frame, machine)
    case 'str':
      return stringMethod(receiver.value, name, args, node, frame, machine)
    case 'module': {
      const names = [...receiver.module.members.keys()].map(str)
      if (name === 'keys') return list(names)
      const modules = modulesOf(receiver)
      return name === 'values'
        ? list([...modules])
        : list(names.map((n, i) => tuple([n, modules[i] ?? NONE])))
    }
    case 'tensor':
      return tensorMethod(receiver, name, args, node, frame, machine)
    default:
      return machine.report(
        badCall(machine.place(node, frame), name, `is no method of ${describeKind(receiver)}`),
      )
  }
}

function listMethod(
  receiver: Value & { kind: 'list' },
  name: string,
  values: readonly Value[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const { items } = receiver
  const [first, second] = values
  const wrong = () =>
    machine.report(badCall(machine.place(node, frame), name, `does not take ${values.length} arguments`))
  switch (name) {
    case 'append':
      if (values.length !== 1) return wrong()
      items.push(first!)
      return NONE
    case 'extend': {
      const more = first === undefined ? undefined : iterate(first, node, frame, machine)
      if (more === undefined) return ERROR
      items.push(...more)
      return NONE
    }
    case 'insert':
      if (first?.kind !== 'int' || isSym(first.value) || second === undefined) return wrong()
      items.splice(first.value, 0, second)
      return NONE
    case 'pop': {
      const at = position(items.length, first ?? int(-1), node, frame, machine)
      return at === undefined ? ERROR : items.splice(at, 1)[0]!
    }
    case 'reverse':
      items.reverse()
      return NONE
    case 'copy':
      return list([...items])
    case 'count':
      return int(items.filter(v => first !== undefined && equals(v, first) === true).length)
    case 'index': {
      const at = items.findIndex(v => first !== undefined && equals(v, first) === true)
      return at >= 0
        ? int(at)
        : machine.report(
            badCall(machine.place(node, frame), name, `${printValue(first ?? NONE)} is not in the list`),
          )
    }
    default:
      return wrong()
  }
}

function dictMethod(
  receiver: Value & { kind: 'dict' },
  name: string,
  values: readonly Value[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const { entries } = receiver
  const keyValue = (k: string | number) => (typeof k === 'string' ? str(k) : int(k))
  const [first, second] = values
  const key = first?.kind === 'str' || first?.kind === 'int' ? (first.value as string | number) : undefined
  switch (name) {
    case 'keys':
      return list([...entries.keys()].map(keyValue))
    case 'values':
      return list([...entries.values()])
    case 'items':
      return list([...entries].map(([k, v]) => tuple([keyValue(k), v])))
    case 'get':
      return (key === undefined ? undefined : entries.get(key)) ?? second ?? NONE
    case 'copy':
      return { kind: 'dict', entries: new Map(entries) }
    case 'update':
      if (first?.kind === 'dict') {
        for (const [k, v] of first.entries) entries.set(k, v)
        return NONE
      }
      break
    case 'pop': {
      const found = key === undefined ? undefined : entries.get(key)
      if (found !== undefined) {
        entries.delete(key!)
        return found
      }
      if (second !== undefined) return second
    }
  }
  return machine.report(badCall(machine.place(node, frame), name, 'does not take these arguments'))
}

function stringMethod(
  text: string,
  name: string,
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const values = args.filter(a => a.name === null).map(a => a.value)
  const strings = values.map(v => (v.kind === 'str' ? v.value : printValue(v)))
  const [first, second] = strings
  switch (name) {
    case 'format':
      return machine.report(
        badCall(
          machine.place(node, frame),
          name,
          'takes values for each {} of a text',
          'write an f-string: f"layer{i}"',
        ),
      )
    case 'startswith':
      return bool(text.startsWith(first ?? ''))
    case 'endswith':
      return bool(text.endsWith(first ?? ''))
    case 'split':
      return list((first === undefined ? text.trim().split(/\s+/) : text.split(first)).map(str))
    case 'join': {
      const items = values[0] === undefined ? undefined : iterate(values[0], node, frame, machine)
      return items === undefined
        ? ERROR
        : str(items.map(v => (v.kind === 'str' ? v.value : printValue(v))).join(text))
    }
    case 'lower':
      return str(text.toLowerCase())
    case 'upper':
      return str(text.toUpperCase())
    case 'strip':
      return str(text.trim())
    case 'replace':
      if (first !== undefined && second !== undefined) return str(text.replaceAll(first, second))
  }
  return machine.report(badCall(machine.place(node, frame), name, 'does not take these arguments'))
}

function tensorMethod(
  receiver: Value & { kind: 'tensor' },
  name: string,
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const { shape, dtype } = receiver.value.aval
  const [first] = args
  switch (name) {
    case 'size': {
      if (first === undefined) return tuple(shape.map(int))
      const at = position(shape.length, first.value, node, frame, machine)
      return at === undefined ? ERROR : int(shape[at]!)
    }
    case 'dim':
    case 'ndimension':
      return int(shape.length)
    case 'numel':
    case 'nelement':
      return int(product(shape))
    case 'element_size':
      return int(ITEM_SIZE[dtype])
    case 'is_contiguous':
      return bool(true)
    case 'is_floating_point':
      return bool(isFloat(dtype))
    case 'cuda':
    case 'cpu':
    case 'requires_grad_':
      return receiver
    case 'get_device':
      return machine.report(readsData(machine.place(node, frame), '.get_device()'))
    case 'to':
    case 'type': {
      const target = [...args].map(a => dtypeOf(a.value)).find(v => v !== undefined)
      if (target === undefined) return receiver
      return machine.tensors.callFunction(
        pythonMethods.get('to') ?? [],
        'to',
        [
          { name: null, value: receiver, node },
          { name: null, value: target, node },
        ],
        node,
        frame,
      )
    }
    default:
      return machine.report(badCall(machine.place(node, frame), name, 'is no method of a tensor'))
  }
}

/** The dtype that `.to(...)` names: a dtype, Python's own types, or another tensor's. */
function dtypeOf(value: Value): Value | undefined {
  if (value.kind === 'dtype') return value
  if (value.kind === 'tensor') return { kind: 'dtype', value: value.value.aval.dtype }
  if (value.kind === 'builtin') return pythonType(value.name)
  return undefined
}

/** Python's float, int and bool as dtypes. */
export function pythonType(name: string): Value | undefined {
  if (name === 'float') return { kind: 'dtype', value: 'float64' }
  if (name === 'int') return { kind: 'dtype', value: 'int64' }
  if (name === 'bool') return { kind: 'dtype', value: 'bool' }
  return undefined
}
