/** Evaluation of expressions. */

import { type Condition, isSym, printCondition, select } from '../../runtime/ops/dim.ts'
import { badValue, branchOnSize, notIterable, wrongKind } from '../diagnostics/catalogue/evaluate.ts'
import type { Comprehension, Expression, IfExp, ListComp } from '../parse/python/ast.ts'
import { asFormatted } from '../parse/python/string-format.ts'
import { boundNames } from '../parse/python/visit.ts'
import { attribute } from './attribute.ts'
import { call } from './call.ts'
import { iterate } from './iterate.ts'
import type { Machine } from './machine.ts'
import { lookUp } from './names.ts'
import { binary, compareValues, unary } from './operators.ts'
import type { Frame } from './scope.ts'
import { assignTarget } from './statement.ts'
import { subscript } from './subscript.ts'
import { both, equals, truth } from './truth.ts'
import {
  bool,
  conditional,
  describeKind,
  ERROR,
  floating,
  int,
  list,
  NONE,
  printValue,
  str,
  tuple,
  type Value,
} from './value.ts'

export function evaluate(node: Expression, frame: Frame, machine: Machine): Value {
  machine.step(node, frame)
  const value = evaluateNode(node, frame, machine)
  // In a branch that is not taken, a name or member that is None here would not be.
  const isNamed = node.kind === 'Name' || node.kind === 'Attribute'
  if (machine.shadow > 0 && value.kind === 'none' && isNamed) return value
  return machine.observe(node, value)
}

function evaluateNode(node: Expression, frame: Frame, machine: Machine): Value {
  switch (node.kind) {
    case 'Name':
      return lookUp(node.id, node, frame, machine)
    case 'Int':
      return int(node.value)
    case 'Float':
      return floating(node.value)
    case 'Str':
      return str(node.value)
    case 'Bool':
      return bool(node.value)
    case 'None':
      return NONE
    case 'Ellipsis':
      return { kind: 'ellipsis' }
    case 'JoinedStr': {
      let text = ''
      for (const part of node.parts) {
        if (typeof part === 'string') text += part
        else {
          const value = evaluate(part.value, frame, machine)
          if (value.kind === 'error') return ERROR
          if (part.spec !== undefined)
            return machine.report(
              badValue(
                machine.place(part, frame),
                'a value in a text has no format here',
                'write the value alone',
              ),
            )
          text += value.kind === 'str' ? value.value : printValue(value)
        }
      }
      return str(text)
    }
    case 'Tuple':
      return sequence(node.elements, frame, machine, tuple)
    case 'List':
      return sequence(node.elements, frame, machine, items => list([...items]))
    case 'Dict': {
      const entries = new Map<string | number, Value>()
      machine.holding(() => {
        for (const { key, value } of node.entries) {
          const k = evaluate(key, frame, machine)
          const v = evaluate(value, frame, machine)
          machine.held.push(v)
          addEntry(entries, k, v, key, frame, machine)
        }
      })
      return { kind: 'dict', entries }
    }
    case 'Unary':
      return unary(node.op, evaluate(node.operand, frame, machine), node, frame, machine)
    case 'Binary': {
      const formatted = asFormatted(node)
      if (formatted !== null) return evaluate(formatted, frame, machine)
      const left = evaluate(node.left, frame, machine)
      const right = machine.beside(left, () => evaluate(node.right, frame, machine))
      return binary(node.op, left, right, node, frame, machine)
    }
    case 'BoolOp':
      return shortCircuit(node, frame, machine)
    case 'Compare': {
      let left = evaluate(node.left, frame, machine)
      let all: boolean | Condition = true
      for (const [i, op] of node.ops.entries()) {
        const right = machine.beside(left, () => evaluate(node.comparators[i]!, frame, machine))
        const result = compareValues(op, left, right, node, frame, machine)
        if (node.ops.length === 1) return result
        const known = truth(result, node, frame, machine)
        if (known === undefined) return ERROR
        all = both('and', all, known)
        if (all === false) break
        left = right
      }
      return conditional(all)
    }
    case 'IfExp':
      return choose(node, frame, machine)
    case 'Attribute':
      return attribute(node, frame, machine)
    case 'Subscript':
      return subscript(node, frame, machine)
    case 'Slice':
      return {
        kind: 'slice',
        lower: node.lower === undefined ? NONE : evaluate(node.lower, frame, machine),
        upper: node.upper === undefined ? NONE : evaluate(node.upper, frame, machine),
        step: node.step === undefined ? NONE : evaluate(node.step, frame, machine),
      }
    case 'Call':
      return call(node, frame, machine)
    case 'Starred':
      return machine.report(
        notIterable(machine.place(node, frame), 'a starred expression outside of a call or list'),
      )
    case 'ListComp':
      return comprehension(node, frame, machine)
    case 'Error':
      return ERROR
  }
}

function sequence(
  elements: readonly Expression[],
  frame: Frame,
  machine: Machine,
  make: (items: readonly Value[]) => Value,
): Value {
  return machine.holding(() => {
    const items: Value[] = []
    for (const element of elements) {
      const value = evaluate(element.kind === 'Starred' ? element.value : element, frame, machine)
      machine.held.push(value)
      const more = element.kind === 'Starred' ? iterate(value, element, frame, machine) : [value]
      if (more === undefined) return ERROR
      items.push(...more)
    }
    return make(items)
  })
}

/** `and`, `or`: the value that decides, as in Python; conditions on sizes are joined. */
function shortCircuit(node: Expression & { kind: 'BoolOp' }, frame: Frame, machine: Machine): Value {
  let open: Condition | undefined
  let last: Value = ERROR
  for (const [i, expression] of node.values.entries()) {
    last = evaluate(expression, frame, machine)
    const final = i === node.values.length - 1
    const known = truth(last, expression, frame, machine)
    if (known === undefined) return ERROR
    if (typeof known === 'boolean' && open === undefined) {
      if (final || known === (node.op === 'or')) {
        for (const rest of node.values.slice(i + 1)) observeOnly(rest, frame, machine)
        return last
      }
    } else {
      const joined = both(node.op, open ?? node.op === 'and', known)
      if (typeof joined === 'boolean') return bool(joined)
      open = joined
    }
  }
  return open === undefined ? last : conditional(open)
}

function choose(node: IfExp, frame: Frame, machine: Machine): Value {
  const test = evaluate(node.test, frame, machine)
  const known = truth(test, node.test, frame, machine)
  if (known === undefined) {
    observeOnly(node.body, frame, machine)
    observeOnly(node.orelse, frame, machine)
    return ERROR
  }
  if (typeof known === 'boolean') {
    observeOnly(known ? node.orelse : node.body, frame, machine)
    return evaluate(known ? node.body : node.orelse, frame, machine)
  }
  const a = evaluate(node.body, frame, machine)
  const b = evaluate(node.orelse, frame, machine)
  if (a.kind === 'error' || b.kind === 'error') return ERROR
  if (a.kind === 'int' && b.kind === 'int') return int(select(known, a.value, b.value))
  if (equals(a, b) === true) return a
  if (a.kind === 'bool' && b.kind === 'bool') return conditional(a.value ? known : { kind: 'not', a: known })
  return machine.report(branchOnSize(machine.place(node.test, frame), printCondition(known)))
}

/** Evaluates what is not taken, so that targets know the kinds of its values. Nothing is reported or changed. */
export function observeOnly(node: Expression, frame: Frame, machine: Machine): void {
  if (machine.observer?.wants(node, machine.shadow) !== true) return
  machine.shadow++
  try {
    evaluate(node, { ...frame, locals: new Map(frame.locals) }, machine)
  } finally {
    machine.shadow--
  }
}

function addEntry(
  entries: Map<string | number, Value>,
  key: Value,
  value: Value,
  node: Expression,
  frame: Frame,
  machine: Machine,
): boolean {
  const isKey = key.kind === 'str' || (key.kind === 'int' && !isSym(key.value))
  if (isKey) entries.set(key.value as string | number, value)
  else if (key.kind !== 'error')
    machine.report(wrongKind(machine.place(node, frame), 'a key', 'a string or an int', describeKind(key)))
  return isKey
}

const COMPREHENSION_LIMIT = 1e5

/** `items` are what it adds to. */
export function comprehension(node: ListComp, frame: Frame, machine: Machine, items: Value[] = []): Value {
  const inner: Frame = { ...frame, locals: new Map(frame.locals) }
  const entries = new Map<string | number, Value>()
  const run = (generators: readonly Comprehension[]): boolean => {
    const [first, ...rest] = generators
    if (first === undefined) {
      const key = node.key === undefined ? undefined : evaluate(node.key, inner, machine)
      const item = evaluate(node.element, inner, machine)
      items.push(item)
      machine.held.push(item)
      if (key !== undefined && !addEntry(entries, key, item, node.key!, inner, machine)) return false
      return items.length < COMPREHENSION_LIMIT
    }
    const source = evaluate(first.iter, inner, machine)
    const values = iterate(source, first.iter, inner, machine)
    if (values === undefined) return false
    for (const value of values) {
      assignTarget(first.target, value, inner, machine)
      let keep = true
      for (const test of first.ifs) {
        const known = truth(evaluate(test, inner, machine), test, inner, machine)
        if (known === undefined) return false
        if (typeof known !== 'boolean') {
          machine.report(branchOnSize(machine.place(test, inner), printCondition(known)))
          return false
        }
        if (!known) {
          keep = false
          break
        }
      }
      if (keep && !run(rest)) return false
    }
    return true
  }
  const whole = machine.holding(() => run(node.generators))
  // What in-place methods have changed is changed for the body around too.
  const own = new Set(node.generators.flatMap(g => boundNames(g.target)))
  for (const [name, value] of inner.locals)
    if (!own.has(name) && frame.locals.has(name)) frame.locals.set(name, value)
  if (whole) return node.key === undefined ? list(items) : { kind: 'dict', entries }
  return items.length >= COMPREHENSION_LIMIT
    ? machine.report(badValue(machine.place(node, frame), `more than ${COMPREHENSION_LIMIT} items`))
    : ERROR
}
