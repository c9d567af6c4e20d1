/** Values of the forward language while it is evaluated: Python's, with tensors and sizes that may be symbolic. */
import type { Condition, Dim } from '../../runtime/ops/dim.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import type { FunctionRow } from '../../runtime/ops/function.ts'
import type { GraphValue } from '../ir/graph.ts'
import type { ModuleInstance, TensorInstance } from '../ir/module.ts'
import type { FunctionDef } from '../parse/python/ast.ts'
import type { Definition, SpecFile } from '../spec/spec.ts'

export type Value =
  | { readonly kind: 'int'; readonly value: Dim }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** A comparison of symbolic sizes: true for some. */
  | { readonly kind: 'condition'; readonly value: Condition }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ellipsis' }
  | { readonly kind: 'dtype'; readonly value: DType }
  /** `x.device`, `"cpu"` given as device=: without meaning here. */
  | { readonly kind: 'device' }
  | { readonly kind: 'slice'; readonly lower: Value; readonly upper: Value; readonly step: Value }
  /** Lists are shared and change in place, as in Python. */
  | { readonly kind: 'list'; readonly items: Value[] }
  | { readonly kind: 'tuple'; readonly items: readonly Value[]; readonly fields?: readonly string[] }
  | { readonly kind: 'dict'; readonly entries: Map<string | number, Value> }
  /** `state` where it is a parameter or buffer itself. */
  | { readonly kind: 'tensor'; readonly value: GraphValue; readonly state?: TensorInstance }
  | { readonly kind: 'module'; readonly module: ModuleInstance }
  /** `torch`, `F`, `math`, ... */
  | { readonly kind: 'namespace'; readonly name: string }
  /** `self`, of the module whose forward runs. */
  | { readonly kind: 'self'; readonly module: ModuleInstance }
  | { readonly kind: 'builtin'; readonly name: string }
  /** A function of the op table, by its overloads; `receiver` where it is a tensor's method. */
  | {
      readonly kind: 'op'
      readonly name: string
      readonly rows: readonly FunctionRow[]
      readonly receiver?: Value
    }
  /** A method of a list, dict, string, tensor or module that is no row of a table. */
  | { readonly kind: 'bound'; readonly name: string; readonly receiver: Value }
  /** A `def` of `functions:` (owner null) or `methods:`. */
  | {
      readonly kind: 'function'
      readonly def: FunctionDef
      readonly file: SpecFile
      readonly owner: ModuleInstance | null
    }
  /** A module type, the value of a param of type `module`. */
  | { readonly kind: 'type'; readonly name: string; readonly definition: Definition | null }
  /** What stands for a value after an error has been reported; everything done with it is silent. */
  | { readonly kind: 'error' }

export const ERROR: Value = { kind: 'error' }
export const NONE: Value = { kind: 'none' }
export const int = (value: Dim): Value => ({ kind: 'int', value })
export const floating = (value: number): Value => ({ kind: 'float', value })
export const bool = (value: boolean): Value => ({ kind: 'bool', value })
export const str = (value: string): Value => ({ kind: 'str', value })
export const list = (items: Value[]): Value => ({ kind: 'list', items })
export const tuple = (items: readonly Value[], fields?: readonly string[]): Value =>
  fields ? { kind: 'tuple', items, fields } : { kind: 'tuple', items }
export const conditional = (value: Condition | boolean): Value =>
  typeof value === 'boolean' ? bool(value) : { kind: 'condition', value }

/** Whether an error stands anywhere in a value: whatever is done with it stays silent. */
export function hasError(value: Value): boolean {
  if (value.kind === 'list' || value.kind === 'tuple') {
    const items: readonly Value[] = value.items
    return items.some(hasError)
  }
  if (value.kind === 'slice') return hasError(value.lower) || hasError(value.upper) || hasError(value.step)
  return value.kind === 'error'
}

/** What a person calls a value's kind in a message. */
export function describeKind(value: Value): string {
  switch (value.kind) {
    case 'int':
      return 'an int'
    case 'float':
      return 'a float'
    case 'bool':
    case 'condition':
      return 'a bool'
    case 'str':
      return 'a string'
    case 'none':
      return 'None'
    case 'ellipsis':
      return '...'
    case 'dtype':
      return `the dtype ${value.value}`
    case 'device':
      return 'a device'
    case 'slice':
      return 'a slice'
    case 'list':
    case 'tuple':
    case 'dict':
      return `a ${value.kind}`
    case 'tensor':
      return 'a tensor'
    case 'self':
    case 'module':
      return 'a module'
    case 'namespace':
      return `the module ${value.name}`
    case 'builtin':
    case 'op':
    case 'bound':
      return `the function ${value.name}`
    case 'function':
      return `the function ${value.def.header.name}`
    case 'type':
      return `the module type ${value.name}`
    case 'error':
      return 'an unknown value'
  }
}

/** Plain Python data (numbers, strings, lists) as an author would write it; tensors by shape. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case 'int':
      return `${value.value}`
    case 'float':
      return pythonFloat(value.value)
    case 'bool':
      return value.value ? 'True' : 'False'
    case 'str':
      return JSON.stringify(value.value)
    case 'list':
      return `[${value.items.map(printValue).join(', ')}]`
    case 'tuple':
      return value.items.length === 1
        ? `(${printValue(value.items[0]!)},)`
        : `(${value.items.map(printValue).join(', ')})`
    case 'dict':
      return `{${[...value.entries].map(([k, v]) => `${JSON.stringify(k)}: ${printValue(v)}`).join(', ')}}`
    case 'tensor':
      return `${value.value.aval.dtype}[${value.value.aval.shape.join(', ')}]`
    default:
      return describeKind(value)
  }
}

/** As Python's repr: `1.0`, `1e-05`, `1e+16`, `inf`. */
function pythonFloat(n: number): string {
  if (Number.isNaN(n)) return 'nan'
  if (!Number.isFinite(n)) return n > 0 ? 'inf' : '-inf'
  if (n === 0) return Object.is(n, -0) ? '-0.0' : '0.0'
  const [digits, exponent] = n.toExponential().split('e') as [string, string]
  const power = Number(exponent)
  if (power < -4 || power >= 16)
    return `${digits}e${power < 0 ? '-' : '+'}${`${Math.abs(power)}`.padStart(2, '0')}`
  return Number.isInteger(n) ? `${n}.0` : `${n}`
}
