/** What a name means in a body, from the nearest: locals, members, params and lets, functions, Python, torch. */

import { isModuleName } from '../../runtime/nn/table/index.ts'
import { isDType } from '../../runtime/ops/dtype.ts'
import type { FunctionRow } from '../../runtime/ops/function.ts'
import { nameIn, pythonFunctions, SUBMODULES } from '../../runtime/ops/functions/index.ts'
import {
  classAsValue,
  introspection,
  outsidePackage,
  packedSequence,
  unboundLocal,
  unknownAttribute,
  unknownName,
} from '../diagnostics/catalogue/evaluate.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { Member, ModuleInstance } from '../ir/module.ts'
import type { Node } from '../parse/python/ast.ts'
import { BUILTINS, MATH_CONSTANTS, MATH_FUNCTIONS } from './builtins.ts'
import type { Machine } from './machine.ts'
import { refusedFunction } from './refused-functions.ts'
import type { Frame } from './scope.ts'
import { bool, ERROR, floating, NONE, type Value } from './value.ts'

/** Overloads of a function of the op table; empty where there is none. */
export const functionRows = (name: string): readonly FunctionRow[] => pythonFunctions.get(name) ?? []

const NAMESPACES: ReadonlySet<string> = new Set(['torch', 'F', 'nn', 'math', 'functional'])

/** Python's and torch's short names of dtypes. */
const DTYPE_NAMES: Readonly<Record<string, string>> = {
  float: 'float32',
  half: 'float16',
  double: 'float64',
  long: 'int64',
  int: 'int32',
  short: 'int16',
}

const INTROSPECTION: ReadonlySet<string> = new Set([
  'isinstance',
  'hasattr',
  'type',
  'callable',
  'setattr',
  'print',
  'id',
  'super',
])
const PACKED: ReadonlySet<string> = new Set([
  'pack_padded_sequence',
  'pad_packed_sequence',
  'pack_sequence',
  'PackedSequence',
])
const PACKAGES: ReadonlySet<string> = new Set([
  'np',
  'numpy',
  'os',
  'sys',
  'random',
  'copy',
  'warnings',
  'logging',
  'einops',
  'rearrange',
  'repeat',
  'reduce',
  'logger',
  'torchvision',
])

export function lookUp(name: string, node: Node, frame: Frame, machine: Machine): Value {
  const local = frame.locals.get(name)
  if (local !== undefined) return local
  if (frame.localNames.has(name)) return machine.report(unboundLocal(machine.place(node, frame), name))
  if (name === 'self' && frame.owner !== null) return { kind: 'self', module: frame.owner }
  const member = frame.owner?.members.get(name)
  if (member !== undefined) return memberValue(member, machine)
  const param = frame.scope.get(name)
  if (param !== undefined) return param
  if (name === 'training' && frame.owner !== null) return bool(machine.training)
  const found = methodOf(frame.owner, name) ?? fileFunction(frame, name)
  if (found !== undefined) return found
  if (BUILTINS.has(name)) return { kind: 'builtin', name }
  if (NAMESPACES.has(name)) return { kind: 'namespace', name }
  const torch = torchName(name)
  if (torch !== undefined) return torch
  if (isDType(name)) return { kind: 'dtype', value: name }
  if (MATH_FUNCTIONS.has(name)) return { kind: 'builtin', name: `math.${name}` }
  // A global of scripts: where a model runs is chosen when it runs.
  if (name === 'device') return { kind: 'device' }
  const place = machine.place(node, frame)
  if (INTROSPECTION.has(name)) return machine.report(introspection(place, name))
  if (PACKED.has(name)) return machine.report(packedSequence(place, name))
  if (PACKAGES.has(name)) return machine.report(outsidePackage(place, name))
  if (isModuleName(name)) return machine.report(classAsValue(place, name))
  return machine.report(unknownName(place, name, didYouMean(name, visibleNames(frame))))
}

/** A member's value: absent modules and tensors (`when` is false) are None. */
export function memberValue(member: Member, machine: Machine): Value {
  if (member.kind === 'failed') return ERROR
  if (member.kind === 'module')
    return member.module === null ? NONE : { kind: 'module', module: member.module }
  return member.tensor === null ? NONE : machine.tensors.state(member.tensor)
}

/** A `def` of `methods:` as a bound function. */
export function methodOf(owner: ModuleInstance | null, name: string): Value | undefined {
  const def = owner?.definition?.methods.get(name)
  return def === undefined ? undefined : { kind: 'function', def, file: owner!.definition!.file(), owner }
}

function fileFunction(frame: Frame, name: string): Value | undefined {
  const def = frame.scope.file.functions.get(name)
  return def === undefined ? undefined : { kind: 'function', def, file: frame.scope.file, owner: null }
}

const torchName = (name: string): Value | undefined => {
  const rows = functionRows(name)
  return rows.length === 0 ? undefined : { kind: 'op', name, rows }
}

function visibleNames(frame: Frame): string[] {
  return [
    ...frame.locals.keys(),
    ...(frame.owner?.members.keys() ?? []),
    ...(frame.owner?.definition?.methods.keys() ?? []),
    ...frame.scope.names(),
    ...frame.scope.file.functions.keys(),
    ...BUILTINS,
    ...pythonFunctions.keys(),
  ]
}

/** `torch.x`, `F.x`, `nn.x`, `math.x`. */
export function namespaceAttribute(
  namespace: string,
  name: string,
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const place = () => machine.place(node, frame)
  if (namespace === 'math') {
    const constant = MATH_CONSTANTS[name]
    if (constant !== undefined) return floating(constant)
    if (MATH_FUNCTIONS.has(name)) return { kind: 'builtin', name: `math.${name}` }
    return machine.report(unknownAttribute(place(), 'math', name, didYouMean(name, MATH_FUNCTIONS)))
  }
  if (namespace === 'nn') {
    if (name === 'utils' || name === 'rnn') return { kind: 'namespace', name: 'nn' }
    if (PACKED.has(name)) return machine.report(packedSequence(place(), name))
    if (name === 'functional') return { kind: 'namespace', name: 'F' }
    if (isModuleName(name)) return { kind: 'type', name, definition: null }
  }
  if (namespace === 'torch') {
    if (name === 'nn') return { kind: 'namespace', name: 'nn' }
    if (name === 'functional') return { kind: 'namespace', name: 'F' }
    if (SUBMODULES.has(name)) return { kind: 'namespace', name }
    const dtype = DTYPE_NAMES[name] ?? name
    if (isDType(dtype)) return { kind: 'dtype', value: dtype }
    const constant = MATH_CONSTANTS[name]
    if (constant !== undefined) return floating(constant)
    if (name === 'finfo') return { kind: 'builtin', name: 'torch.finfo' }
    if (name === 'Size') return { kind: 'builtin', name: 'tuple' }
    if (name === 'device') return { kind: 'builtin', name: 'torch.device' }
  }
  const rows = functionRows(SUBMODULES.has(namespace) ? nameIn(namespace, name) : name)
  if (rows.length > 0) return { kind: 'op', name, rows }
  const refused = refusedFunction(
    place(),
    name,
    `${SUBMODULES.has(namespace) ? 'torch.' : ''}${namespace}.${name}`,
  )
  if (refused !== null) return machine.report(refused)
  return machine.report(
    unknownAttribute(place(), namespace, name, didYouMean(name, [...pythonFunctions.keys()])),
  )
}
