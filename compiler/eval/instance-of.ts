/** `isinstance`: values are of Python's types, modules of torch.nn's classes and of the file's definitions. */
import { isModuleName } from '../../runtime/nn/table/index.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { SpecFile } from '../spec/spec.ts'
import type { Value } from './value.ts'

/** Python's types and torch's, by the kinds of values that they have. Sizes that vary are ints. */
const KINDS: Readonly<Record<string, readonly Value['kind'][]>> = {
  int: ['int', 'bool', 'condition'],
  float: ['float'],
  Number: ['int', 'float', 'bool', 'condition'],
  bool: ['bool', 'condition'],
  str: ['str'],
  list: ['list'],
  tuple: ['tuple'],
  Size: ['tuple'],
  Sequence: ['list', 'tuple', 'str'],
  Iterable: ['list', 'tuple', 'str', 'dict', 'tensor'],
  dict: ['dict'],
  OrderedDict: ['dict'],
  Mapping: ['dict'],
  Tensor: ['tensor'],
  Parameter: ['tensor'],
  Module: ['module', 'self'],
}

/** The kinds of values of one of Python's types; null for classes of modules. */
export const kindsOf = (name: string): readonly Value['kind'][] | null =>
  Object.hasOwn(KINDS, name) ? KINDS[name]! : null

export const isModuleClass = (name: string, file: SpecFile): boolean =>
  file.definitions.has(name) || isModuleName(name) || CONTAINERS.has(name)

const CONTAINERS: ReadonlySet<string> = new Set(['Sequential', 'ModuleList', 'ModuleDict'])

/** Whether a value is of a class; undefined where nothing is called so. */
export function isInstance(value: Value, name: string, file: SpecFile): boolean | undefined {
  const definition = file.definitions.get(name)
  const kinds = definition === undefined ? kindsOf(name) : null
  if (kinds !== null) {
    const isParameter = value.kind === 'tensor' && value.state?.kind === 'parameter'
    return kinds.includes(value.kind) && (name !== 'Parameter' || isParameter)
  }
  if (!isModuleClass(name, file)) return undefined
  if (value.kind !== 'module' && value.kind !== 'self') return false
  const { module }: { readonly module: ModuleInstance } = value
  if (definition !== undefined) return module.definition === definition
  return module.row === null ? module.kind === name : module.row.name === name
}
