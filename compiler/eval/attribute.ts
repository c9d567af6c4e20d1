/** `value.name`. */

import { pythonMethods } from '../../runtime/ops/functions/index.ts'
import { unknownAttribute, unknownMember } from '../diagnostics/catalogue/evaluate.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { Attribute } from '../parse/python/ast.ts'
import { evaluate } from './expression.ts'
import type { Machine } from './machine.ts'
import { functionRows, memberValue, methodOf, namespaceAttribute } from './names.ts'
import { refusedFunction } from './refused-functions.ts'
import type { Frame } from './scope.ts'
import { bool, describeKind, ERROR, int, tuple, type Value } from './value.ts'

/** Methods of lists, dicts and strings. */
const LIST_METHODS = ['append', 'extend', 'insert', 'pop', 'reverse', 'index', 'copy', 'count']
const DICT_METHODS = ['keys', 'values', 'items', 'get', 'update', 'pop', 'copy']
const STR_METHODS = [
  'format',
  'startswith',
  'endswith',
  'split',
  'join',
  'lower',
  'upper',
  'replace',
  'strip',
]

/** Tensor methods without a row: sizes, and what has no meaning here. */
const TENSOR_METHODS = [
  'size',
  'dim',
  'ndimension',
  'numel',
  'nelement',
  'element_size',
  'get_device',
  'is_contiguous',
  'is_floating_point',
  'to',
  'type',
  'cuda',
  'cpu',
  'requires_grad_',
]

export function attribute(node: Attribute, frame: Frame, machine: Machine): Value {
  const value = evaluate(node.value, frame, machine)
  return attributeOf(value, node.attr, node, frame, machine)
}

export function attributeOf(
  value: Value,
  name: string,
  node: Attribute,
  frame: Frame,
  machine: Machine,
): Value {
  const place = () => ({ source: frame.scope.file.source, range: node.attrRange })
  const unknown = (candidates: readonly string[]) =>
    machine.report(unknownAttribute(place(), describeKind(value), name, didYouMean(name, candidates)))
  switch (value.kind) {
    case 'error':
      return ERROR
    case 'namespace':
      return namespaceAttribute(value.name, name, node, frame, machine)
    case 'self':
    case 'module':
      return moduleAttribute(value.module, name, value.kind === 'self', node, frame, machine)
    case 'tensor':
      return tensorAttribute(value, name, node, frame, machine)
    case 'tuple': {
      const at = value.fields?.indexOf(name) ?? -1
      if (at >= 0) return value.items[at]!
      if (name === 'index' || name === 'count') return { kind: 'bound', name, receiver: value }
      if (name === 'numel') return { kind: 'bound', name, receiver: value }
      return unknown([...(value.fields ?? []), 'index', 'count'])
    }
    case 'list':
      return LIST_METHODS.includes(name) ? { kind: 'bound', name, receiver: value } : unknown(LIST_METHODS)
    case 'dict':
      return DICT_METHODS.includes(name) ? { kind: 'bound', name, receiver: value } : unknown(DICT_METHODS)
    case 'str':
      return STR_METHODS.includes(name) ? { kind: 'bound', name, receiver: value } : unknown(STR_METHODS)
    default:
      return unknown([])
  }
}

function moduleAttribute(
  module: ModuleInstance,
  name: string,
  isSelf: boolean,
  node: Attribute,
  frame: Frame,
  machine: Machine,
): Value {
  const place = { source: frame.scope.file.source, range: node.attrRange }
  const member = module.members.get(name)
  if (member !== undefined) return memberValue(member, machine)
  const method = methodOf(module, name)
  if (method !== undefined) return method
  if (name === 'training') return bool(machine.training)
  if (name === 'forward') return { kind: 'module', module }
  // Constructor arguments of torch.nn's classes are attributes in PyTorch: conv.stride, norm.eps.
  const argument = module.row === null ? undefined : plainValue(module.args[name])
  if (argument !== undefined) return argument
  const param = module.definition === null ? undefined : module.scope.get(name)
  if (param !== undefined) return param
  if (name === 'items' || name === 'keys' || name === 'values') {
    if (module.kind === 'ModuleDict') return { kind: 'bound', name, receiver: { kind: 'module', module } }
  }
  if (isSelf && frame.scope.get(name) !== undefined) return frame.scope.get(name)!
  if (name === 'device') return { kind: 'device' }
  const label = isSelf ? 'this module' : module.path === '' ? 'the model' : `'${module.path}'`
  return machine.report(
    unknownMember(
      place,
      label,
      name,
      didYouMean(name, [...module.members.keys(), ...(module.definition?.methods.keys() ?? []), 'training']),
    ),
  )
}

/** Plain data of a module's arguments as a value; undefined where there is none. */
export function plainValue(data: unknown): Value | undefined {
  if (typeof data === 'number') return Number.isInteger(data) ? int(data) : { kind: 'float', value: data }
  if (typeof data === 'boolean') return bool(data)
  if (typeof data === 'string') return { kind: 'str', value: data }
  if (data === null) return { kind: 'none' }
  if (Array.isArray(data)) {
    const items = data.map(plainValue)
    return items.every(v => v !== undefined) ? tuple(items as Value[]) : undefined
  }
  return undefined
}

function tensorAttribute(
  value: Value & { kind: 'tensor' },
  name: string,
  node: Attribute,
  frame: Frame,
  machine: Machine,
): Value {
  const place = { source: frame.scope.file.source, range: node.attrRange }
  const { shape, dtype } = value.value.aval
  const callMethod = (method: string): Value =>
    machine.tensors.callFunction(
      pythonMethods.get(method) ?? [],
      method,
      [{ name: null, value, node: node.value }],
      node,
      frame,
    )
  switch (name) {
    case 'shape':
      return tuple(shape.map(int))
    case 'ndim':
      return int(shape.length)
    case 'dtype':
      return { kind: 'dtype', value: dtype }
    case 'device':
      return { kind: 'device' }
    case 'data':
      return value
    case 'T':
    case 'H':
    case 'mT':
    case 'mH':
      return callMethod(name)
    case 'is_cuda':
    case 'requires_grad':
      return bool(false)
  }
  const refused = refusedFunction(place, name, `.${name}()`)
  if (refused !== null) return machine.report(refused)
  if (TENSOR_METHODS.includes(name)) return { kind: 'bound', name, receiver: value }
  // `x.new(2, 3)`, from before there was `new_empty`.
  if (name === 'new') return { kind: 'op', name, rows: pythonMethods.get('new_empty') ?? [], receiver: value }
  const rows = pythonMethods.get(name) ?? []
  if (rows.length > 0) return { kind: 'op', name, rows, receiver: value }
  // x.add_(y): the caller decides what changes; the value is that of add.
  if (name.endsWith('_') && !name.endsWith('__')) {
    const plain = pythonMethods.get(name.slice(0, -1)) ?? functionRows(name.slice(0, -1))
    if (plain.length > 0) return { kind: 'op', name, rows: plain, receiver: value }
  }
  return machine.report(
    unknownAttribute(
      place,
      'a tensor',
      name,
      didYouMean(name, [...pythonMethods.keys(), ...TENSOR_METHODS, 'shape', 'dtype']),
    ),
  )
}
