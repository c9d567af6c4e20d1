/** Python's built-in functions and math, on values that may hold symbolic sizes. */

import {
  add,
  condition,
  type Dim,
  isSym,
  max as maxDim,
  min as minDim,
  neg,
  printDim,
  select,
} from '../../runtime/ops/dim.ts'
import { isFloat } from '../../runtime/ops/dtype.ts'
import { badCall, badValue, loopOnSize, notIterable, wrongKind } from '../diagnostics/catalogue/evaluate.ts'
import type { Node } from '../parse/python/ast.ts'
import { iterate } from './iterate.ts'
import type { CallArgument, Machine } from './machine.ts'
import { functionRows } from './names.ts'
import { binary, compareValues } from './operators.ts'
import type { Frame } from './scope.ts'
import { decide } from './truth.ts'
import {
  bool,
  describeKind,
  ERROR,
  floating,
  int,
  list,
  printValue,
  str,
  tuple,
  type Value,
} from './value.ts'

export const BUILTINS: ReadonlySet<string> = new Set([
  'len',
  'range',
  'enumerate',
  'zip',
  'reversed',
  'min',
  'max',
  'sum',
  'abs',
  'int',
  'float',
  'bool',
  'str',
  'list',
  'tuple',
  'dict',
  'OrderedDict',
  'sorted',
  'round',
  'any',
  'all',
  'divmod',
  'pow',
  'slice',
  'getattr',
])

export const MATH_CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  e: Math.E,
  tau: 2 * Math.PI,
  inf: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
}

const MATH: Readonly<Record<string, (...x: number[]) => number>> = {
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: (x, base) => (base === undefined ? Math.log(x!) : Math.log(x!) / Math.log(base)),
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  atan: Math.atan,
  atan2: Math.atan2,
  tanh: Math.tanh,
  fabs: Math.abs,
  pow: Math.pow,
  hypot: Math.hypot,
}

/** Of math, what gives ints. */
const MATH_INTS: Readonly<Record<string, (x: number) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
}

export const MATH_FUNCTIONS: ReadonlySet<string> = new Set([
  ...Object.keys(MATH),
  ...Object.keys(MATH_INTS),
  'prod',
  'gcd',
  'isinf',
  'isnan',
])

/** torch.finfo of the float dtypes: smallest and greatest finite number, epsilon. */
const FINFO: Readonly<Record<string, { min: number; max: number; eps: number }>> = {
  float16: { min: -65504, max: 65504, eps: 2 ** -10 },
  bfloat16: { min: -3.3895313892515355e38, max: 3.3895313892515355e38, eps: 2 ** -7 },
  float32: { min: -3.4028234663852886e38, max: 3.4028234663852886e38, eps: 2 ** -23 },
  float64: { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, eps: 2 ** -52 },
}

export function callBuiltin(
  name: string,
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const place = () => machine.place(node, frame)
  if (args.some(a => a.value.kind === 'error')) return ERROR
  const values = args.filter(a => a.name === null).map(a => a.value)
  const named = new Map(args.filter(a => a.name !== null).map(a => [a.name!, a.value]))
  const [first, second, third] = values
  const count = (min: number, max: number): boolean => values.length >= min && values.length <= max
  const wrongCount = () => machine.report(badCall(place(), name, `does not take ${values.length} arguments`))
  if (name.startsWith('math.')) return callMath(name.slice(5), values, node, frame, machine)
  // Of torch functions that share a name with Python's, torch's serve tensors.
  if (
    (name === 'abs' ||
      name === 'sum' ||
      name === 'max' ||
      name === 'min' ||
      name === 'round' ||
      name === 'pow' ||
      name === 'any' ||
      name === 'all') &&
    first?.kind === 'tensor'
  ) {
    return machine.tensors.callFunction(functionRows(name), name, args, node, frame)
  }
  switch (name) {
    case 'len': {
      if (!count(1, 1)) return wrongCount()
      return length(first!, node, frame, machine)
    }
    case 'range': {
      if (!count(1, 3)) return wrongCount()
      const bounds: number[] = []
      for (const v of values) {
        if (v.kind !== 'int')
          return machine.report(wrongKind(place(), 'range', 'given ints', describeKind(v)))
        if (isSym(v.value)) return machine.report(loopOnSize(place(), printDim(v.value)))
        bounds.push(v.value)
      }
      const [start, stop, step] =
        bounds.length === 1 ? [0, bounds[0]!, 1] : [bounds[0]!, bounds[1]!, bounds[2] ?? 1]
      if (step === 0) return machine.report(badValue(place(), 'range with step 0'))
      const total = Math.max(0, Math.ceil((stop - start) / step))
      if (total > 1e6) return machine.report(badValue(place(), `range of ${total} items is too long`))
      return list(Array.from({ length: total }, (_, i) => int(start + i * step)))
    }
    case 'enumerate': {
      if (!count(1, 2)) return wrongCount()
      const items = iterate(first!, node, frame, machine)
      const start = second ?? named.get('start')
      const base = start?.kind === 'int' ? start.value : 0
      return items === undefined ? ERROR : list(items.map((x, i) => tuple([int(add(base, i)), x])))
    }
    case 'zip': {
      const columns = values.map(v => iterate(v, node, frame, machine))
      if (columns.some(c => c === undefined)) return ERROR
      const rows = columns.length === 0 ? 0 : Math.min(...columns.map(c => c!.length))
      return list(Array.from({ length: rows }, (_, i) => tuple(columns.map(c => c![i]!))))
    }
    case 'reversed': {
      const items = iterate(first!, node, frame, machine)
      return items === undefined ? ERROR : list([...items].reverse())
    }
    case 'list':
    case 'tuple': {
      const items = first === undefined ? [] : iterate(first, node, frame, machine)
      if (items === undefined) return ERROR
      return name === 'list' ? list([...items]) : tuple(items)
    }
    case 'sorted': {
      const items = iterate(first!, node, frame, machine)
      if (items === undefined) return ERROR
      const numbers = items.map(v =>
        (v.kind === 'int' || v.kind === 'float') && typeof v.value === 'number' ? v.value : undefined,
      )
      if (numbers.some(n => n === undefined))
        return machine.report(badCall(place(), name, 'sorts plain numbers only'))
      const order = items.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!)
      const reverse = named.get('reverse')
      if (reverse?.kind === 'bool' && reverse.value) order.reverse()
      return list(order.map(i => items[i]!))
    }
    case 'min':
    case 'max': {
      const items = values.length === 1 ? iterate(first!, node, frame, machine) : values
      if (items === undefined) return ERROR
      if (items.length === 0) return machine.report(badValue(place(), `${name} of nothing`))
      return items.reduce((best, v) => extreme(name, best, v, node, frame, machine))
    }
    case 'sum': {
      const items = iterate(first!, node, frame, machine)
      return items === undefined
        ? ERROR
        : items.reduce((total, v) => binary('+', total, v, node, frame, machine), second ?? int(0))
    }
    case 'abs': {
      if (first?.kind === 'float') return floating(Math.abs(first.value))
      if (first?.kind === 'int')
        return int(
          isSym(first.value)
            ? select(condition('<', first.value, 0), neg(first.value), first.value)
            : Math.abs(first.value),
        )
      break
    }
    case 'int': {
      if (first?.kind === 'int') return first
      if (first?.kind === 'bool') return int(Number(first.value))
      if (first?.kind === 'float' && Number.isFinite(first.value)) return int(Math.trunc(first.value))
      if (first?.kind === 'str' && /^\s*[+-]?\d+\s*$/.test(first.value)) return int(Number(first.value))
      break
    }
    case 'float': {
      if (first?.kind === 'float') return first
      if ((first?.kind === 'int' && typeof first.value === 'number') || first?.kind === 'bool')
        return floating(Number(first.value))
      if (first?.kind === 'str') {
        const text = first.value
          .trim()
          .toLowerCase()
          .replace(/^([+-]?)(inf|infinity)$/, '$1Infinity')
        const number = text === 'nan' ? Number.NaN : Number(text)
        if (text === 'nan' || (!Number.isNaN(number) && text !== '')) return floating(number)
      }
      break
    }
    case 'bool': {
      const known = first === undefined ? false : decide(first, node, frame, machine)
      return known === undefined ? ERROR : bool(known)
    }
    case 'str':
      return str(first === undefined ? '' : first.kind === 'str' ? first.value : printValue(first))
    case 'OrderedDict':
    case 'dict': {
      const entries = new Map<string | number, Value>()
      if (first?.kind === 'dict') for (const [k, v] of first.entries) entries.set(k, v)
      else if (first !== undefined) {
        for (const pair of iterate(first, node, frame, machine) ?? []) {
          const items: readonly Value[] = pair.kind === 'tuple' || pair.kind === 'list' ? pair.items : []
          const [key, value] = items
          const isKey = key?.kind === 'str' || (key?.kind === 'int' && !isSym(key.value))
          if (pair.kind === 'error') return ERROR
          if (!isKey || value === undefined || items.length !== 2)
            return machine.report(badCall(place(), name, 'takes a dict, or pairs of a key and a value'))
          entries.set(key.value as string | number, value)
        }
      }
      for (const [k, v] of named) entries.set(k, v)
      return { kind: 'dict', entries }
    }
    case 'round': {
      if (first?.kind === 'int') return first
      if (first?.kind === 'float') {
        const digits = second?.kind === 'int' && typeof second.value === 'number' ? second.value : undefined
        const scale = 10 ** (digits ?? 0)
        const rounded = roundHalfEven(first.value * scale) / scale
        return digits === undefined ? int(rounded) : floating(rounded)
      }
      break
    }
    case 'any':
    case 'all': {
      const items = iterate(first!, node, frame, machine)
      if (items === undefined) return ERROR
      for (const item of items) {
        const known = decide(item, node, frame, machine)
        if (known === undefined) return ERROR
        if (known === (name === 'any')) return bool(known)
      }
      return bool(name === 'all')
    }
    case 'divmod': {
      if (!count(2, 2)) return wrongCount()
      return tuple([
        binary('//', first!, second!, node, frame, machine),
        binary('%', first!, second!, node, frame, machine),
      ])
    }
    case 'pow':
      return count(2, 2) ? binary('**', first!, second!, node, frame, machine) : wrongCount()
    case 'slice':
      return {
        kind: 'slice',
        lower: count(1, 1) ? { kind: 'none' } : first!,
        upper: count(1, 1) ? first! : second!,
        step: third ?? { kind: 'none' },
      }
    case 'torch.finfo': {
      const facts = first?.kind === 'dtype' && isFloat(first.value) ? FINFO[first.value] : undefined
      if (facts === undefined) break
      return tuple([floating(facts.min), floating(facts.max), floating(facts.eps)], ['min', 'max', 'eps'])
    }
    case 'torch.device':
      return { kind: 'device' }
  }
  return machine.report(
    badCall(place(), name, `does not take ${first === undefined ? 'no arguments' : describeKind(first)}`),
  )
}

function length(value: Value, node: Node, frame: Frame, machine: Machine): Value {
  if (value.kind === 'list' || value.kind === 'tuple') return int(value.items.length)
  if (value.kind === 'dict') return int(value.entries.size)
  if (value.kind === 'str') return int(value.value.length)
  if (value.kind === 'module')
    return int([...value.module.members.values()].filter(m => m.kind === 'module').length)
  if (value.kind === 'tensor' && value.value.aval.shape.length > 0) return int(value.value.aval.shape[0]!)
  return machine.report(notIterable(machine.place(node, frame), describeKind(value)))
}

function extreme(name: 'min' | 'max', a: Value, b: Value, node: Node, frame: Frame, machine: Machine): Value {
  if (a.kind === 'int' && b.kind === 'int')
    return int(name === 'min' ? minDim(a.value, b.value) : maxDim(a.value, b.value))
  const less = compareValues('<', b, a, node, frame, machine)
  if (less.kind !== 'bool')
    return less.kind === 'error'
      ? ERROR
      : machine.report(badValue(machine.place(node, frame), `${name} of sizes and floats`))
  return less.value === (name === 'min') ? b : a
}

function callMath(name: string, values: readonly Value[], node: Node, frame: Frame, machine: Machine): Value {
  const place = machine.place(node, frame)
  const [first] = values
  if (name === 'prod') {
    const items = iterate(first!, node, frame, machine)
    return items === undefined
      ? ERROR
      : items.reduce((p, v) => binary('*', p, v, node, frame, machine), int(1))
  }
  // ceil, floor and trunc of a size are the size.
  if (first?.kind === 'int' && MATH_INTS[name] !== undefined) return first
  const numbers: number[] = []
  for (const v of values) {
    const n: Dim | undefined =
      v.kind === 'bool' ? Number(v.value) : v.kind === 'int' || v.kind === 'float' ? v.value : undefined
    if (n === undefined)
      return machine.report(wrongKind(place, `math.${name}`, 'given numbers', describeKind(v)))
    if (isSym(n))
      return machine.report(
        badValue(place, `math.${name} of the size ${printDim(n)} is not supported: sizes are ints`),
      )
    numbers.push(n)
  }
  if (numbers.length === 0) return machine.report(badCall(place, `math.${name}`, 'does not take 0 arguments'))
  if (name === 'isinf') return bool(Math.abs(numbers[0]!) === Number.POSITIVE_INFINITY)
  if (name === 'isnan') return bool(Number.isNaN(numbers[0]))
  if (name === 'gcd') {
    const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b))
    return int(numbers.reduce(gcd, 0))
  }
  const whole = MATH_INTS[name]
  if (whole !== undefined) return int(whole(numbers[0]!))
  const result = MATH[name]!(...numbers)
  return Number.isNaN(result)
    ? machine.report(badValue(place, `math.${name}(${numbers.join(', ')}) has no value`))
    : floating(result)
}

/** Python's round: ties to the even neighbour. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  if (rest !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}
