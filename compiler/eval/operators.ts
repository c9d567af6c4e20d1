/** Python's operators on plain values; those with a tensor are functions of the op table. */

import {
  add,
  condition,
  type Dim,
  floordiv,
  isSym,
  mod,
  mul,
  neg,
  printDim,
  sub,
} from '../../runtime/ops/dim.ts'
import { operators } from '../../runtime/ops/functions/index.ts'
import { badOperand, badValue } from '../diagnostics/catalogue/evaluate.ts'
import type { BinaryOperator, CompareOperator, Node, UnaryOperator } from '../parse/python/ast.ts'
import type { Machine } from './machine.ts'
import { functionRows } from './names.ts'
import type { Frame } from './scope.ts'
import { both, equals, negate, truth } from './truth.ts'
import {
  bool,
  conditional,
  describeKind,
  ERROR,
  floating,
  int,
  list,
  str,
  tuple,
  type Value,
} from './value.ts'

type Numeric = Value & { kind: 'int' | 'float' | 'bool' }

const isNumeric = (v: Value): v is Numeric => v.kind === 'int' || v.kind === 'float' || v.kind === 'bool'
const asDim = (v: Numeric): Dim => (v.kind === 'bool' ? Number(v.value) : v.value)

export function binary(
  op: BinaryOperator,
  a: Value,
  b: Value,
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  if (a.kind === 'error' || b.kind === 'error') return ERROR
  if (a.kind === 'tensor' || b.kind === 'tensor') return tensorOperator(op, [a, b], node, frame, machine)
  const place = () => machine.place(node, frame)
  if (isNumeric(a) && isNumeric(b)) {
    if (a.kind === 'bool' && b.kind === 'bool' && (op === '&' || op === '|' || op === '^')) {
      return bool(op === '&' ? a.value && b.value : op === '|' ? a.value || b.value : a.value !== b.value)
    }
    try {
      const result = arithmetic(op, asDim(a), asDim(b), a.kind === 'float' || b.kind === 'float')
      if (result !== undefined) return result
    } catch (error) {
      if (error instanceof RangeError) return machine.report(badValue(place(), error.message))
      throw error
    }
    if (isSym(asDim(a)) || isSym(asDim(b))) {
      return machine.report(
        badValue(
          place(),
          `'${op}' of the size ${printDim(asDim(isSym(asDim(a)) ? a : b))} is not supported: sizes are ints (+, -, *, //, %, min, max)`,
          'compute it on tensors, or fix the size with a param',
        ),
      )
    }
  }
  if (op === '+') {
    if (a.kind === 'str' && b.kind === 'str') return str(a.value + b.value)
    if (a.kind === 'list' && b.kind === 'list') return list([...a.items, ...b.items])
    if (a.kind === 'tuple' && b.kind === 'tuple') return tuple([...a.items, ...b.items])
  }
  if (op === '*') {
    const [sequence, count] = a.kind === 'int' ? [b, a] : [a, b]
    if (count.kind === 'int' && typeof count.value === 'number' && count.value < 1e6) {
      const times = Math.max(0, count.value)
      if (sequence.kind === 'list') return list(Array.from({ length: times }, () => sequence.items).flat())
      if (sequence.kind === 'tuple') return tuple(Array.from({ length: times }, () => sequence.items).flat())
      if (sequence.kind === 'str') return str(sequence.value.repeat(times))
    }
  }
  return machine.report(badOperand(place(), op, describeKind(a), describeKind(b)))
}

/** undefined where the operator does not apply to numbers, or not to symbolic ones. Throws RangeError. */
function arithmetic(op: BinaryOperator, a: Dim, b: Dim, anyFloat: boolean): Value | undefined {
  if (!anyFloat) {
    switch (op) {
      case '+':
        return int(add(a, b))
      case '-':
        return int(sub(a, b))
      case '*':
        return int(mul(a, b))
      case '//':
        return int(floordiv(a, b))
      case '%':
        return int(mod(a, b))
      case '**':
        if (typeof b === 'number' && b >= 0 && (typeof a === 'number' || b <= 8)) {
          if (typeof a === 'number') return int(a ** b)
          return int(Array.from({ length: b }, () => a).reduce<Dim>(mul, 1))
        }
    }
  }
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  switch (op) {
    case '+':
      return floating(a + b)
    case '-':
      return floating(a - b)
    case '*':
      return floating(a * b)
    case '/':
      if (b === 0) throw new RangeError('division by zero')
      return floating(a / b)
    case '//':
      return floating(floordiv(a, b) as number)
    case '%':
      return floating(mod(a, b) as number)
    case '**':
      if (a === 0 && b < 0) throw new RangeError('zero to a negative power')
      return floating(a ** b)
  }
  if (anyFloat) return undefined
  switch (op) {
    case '&':
      return int(Number(BigInt(a) & BigInt(b)))
    case '|':
      return int(Number(BigInt(a) | BigInt(b)))
    case '^':
      return int(Number(BigInt(a) ^ BigInt(b)))
    case '<<':
      if (b < 0 || b > 62) throw new RangeError(`shift by ${b}`)
      return int(a * 2 ** b)
    case '>>':
      if (b < 0) throw new RangeError(`shift by ${b}`)
      return int(Math.floor(a / 2 ** b))
  }
  return undefined
}

export function unary(op: UnaryOperator, a: Value, node: Node, frame: Frame, machine: Machine): Value {
  if (a.kind === 'error') return ERROR
  if (op === 'not') {
    const known = truth(a, node, frame, machine)
    return known === undefined ? ERROR : conditional(negate(known))
  }
  if (a.kind === 'tensor') {
    if (op === '+') return a
    return tensorOperator(op === '-' ? 'neg' : '~', [a], node, frame, machine)
  }
  if (isNumeric(a)) {
    if (op === '-') return a.kind === 'float' ? floating(-a.value) : int(neg(asDim(a)))
    if (op === '+') return a.kind === 'float' ? a : int(asDim(a))
    if (a.kind !== 'float') return int(sub(-1, asDim(a)))
  }
  return machine.report(badOperand(machine.place(node, frame), op, describeKind(a), null))
}

export function compareValues(
  op: CompareOperator,
  a: Value,
  b: Value,
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  if (a.kind === 'error' || b.kind === 'error') return ERROR
  switch (op) {
    case 'is':
    case 'is not': {
      // `is` on anything but None and the like is identity of objects, which the language does not have: equality serves.
      const same = a.kind === 'none' || b.kind === 'none' ? a.kind === b.kind : identical(a, b)
      return conditional(op === 'is' ? same : negate(same))
    }
    case 'in':
    case 'not in': {
      const found = contains(b, a)
      if (found === undefined)
        return machine.report(badOperand(machine.place(node, frame), op, describeKind(a), describeKind(b)))
      return conditional(op === 'in' ? found : negate(found))
    }
  }
  if (a.kind === 'tensor' || b.kind === 'tensor') {
    if (a.kind === 'none' || b.kind === 'none') return bool(op === '!=')
    return tensorOperator(op, [a, b], node, frame, machine)
  }
  if (op === '==' || op === '!=') {
    const same = equals(a, b)
    return conditional(op === '==' ? same : negate(same))
  }
  if (isNumeric(a) && isNumeric(b)) return conditional(condition(op, asDim(a), asDim(b)))
  if (a.kind === 'str' && b.kind === 'str') {
    const order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0
    return bool(op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0)
  }
  if ((a.kind === 'tuple' && b.kind === 'tuple') || (a.kind === 'list' && b.kind === 'list')) {
    const items = b.items
    for (const [i, item] of a.items.entries()) {
      const other = items[i]
      if (other === undefined) break
      if (equals(item, other) !== true) return compareValues(op, item, other, node, frame, machine)
    }
    return conditional(condition(op, a.items.length, items.length))
  }
  return machine.report(badOperand(machine.place(node, frame), op, describeKind(a), describeKind(b)))
}

function identical(a: Value, b: Value): ReturnType<typeof equals> {
  return a.kind === 'tensor' && b.kind === 'tensor' ? a.value === b.value : equals(a, b)
}

function contains(container: Value, item: Value): ReturnType<typeof equals> | undefined {
  if (container.kind === 'list' || container.kind === 'tuple') {
    const items: readonly Value[] = container.items
    return items.reduce<ReturnType<typeof equals>>((any, x) => both('or', any, equals(x, item)), false)
  }
  if (container.kind === 'dict' && (item.kind === 'str' || item.kind === 'int'))
    return container.entries.has(item.value as string | number)
  if (container.kind === 'str' && item.kind === 'str') return container.value.includes(item.value)
  return undefined
}

function tensorOperator(
  op: BinaryOperator | CompareOperator | 'neg' | '~',
  operands: readonly Value[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const name = (operators as Readonly<Record<string, string>>)[op] ?? op
  const args = operands.map(value => ({ name: null, value, node }))
  return machine.tensors.callFunction(functionRows(name), op, args, node, frame)
}
