/** Evaluation of statements: straight-line Python with static control flow. */

import { type Condition, isSym, printCondition, printDim } from '../../runtime/ops/dim.ts'
import { pythonMethods } from '../../runtime/ops/functions/index.ts'
import {
  badIndex,
  branchOnSize,
  frozenAttribute,
  notIndexable,
  raised,
  unpackCount,
  wrongKind,
} from '../diagnostics/catalogue/evaluate.ts'
import type { TensorInstance } from '../ir/module.ts'
import type {
  Assert,
  AugAssign,
  Block,
  Expression,
  For,
  If,
  Node,
  Statement,
  Subscript,
  Target,
} from '../parse/python/ast.ts'
import { withoutData } from '../parse/python/in-place-name.ts'
import { className, isinstanceCall } from '../parse/python/introspection.ts'
import { isRefusal, raiseMessage } from '../parse/python/raise.ts'
import { torchAssert } from '../parse/python/torch-assert.ts'
import { children } from '../parse/python/visit.ts'
import { isWithoutEffect } from '../parse/python/without-effect.ts'
import { checkInPlace } from './alias.ts'
import { evaluate } from './expression.ts'
import { isInstance } from './instance-of.ts'
import { iterate } from './iterate.ts'
import type { Machine } from './machine.ts'
import { binary } from './operators.ts'
import type { Frame } from './scope.ts'
import { position, tensorIndex } from './subscript.ts'
import { truth } from './truth.ts'
import { describeKind, ERROR, list, NONE, type Value } from './value.ts'

/** How a block ended. `failed`: an error left it open what is done; it has been reported. */
export type Outcome =
  | { readonly kind: 'next' | 'break' | 'continue' | 'failed' }
  | { readonly kind: 'return'; readonly value: Value }

const NEXT: Outcome = { kind: 'next' }
const FAILED: Outcome = { kind: 'failed' }

export function runBlock(block: Block, frame: Frame, machine: Machine): Outcome {
  let failed = false
  for (const [at, statement] of block.body.entries()) {
    machine.step(statement, frame)
    const outcome = runStatement(statement, frame, machine)
    // After an error the rest is still looked at, for further errors; what it returns is not known to be right.
    if (outcome.kind === 'failed') failed = true
    else if (outcome.kind !== 'next') {
      // `if flag: return a` and then `return b`: what stands behind is the other branch.
      if (statement.kind === 'If')
        observeBlock({ ...block, body: block.body.slice(at + 1) }, frame, machine, block.body[at + 1])
      return outcome
    }
  }
  return failed ? FAILED : NEXT
}

function runStatement(statement: Statement, frame: Frame, machine: Machine): Outcome {
  switch (statement.kind) {
    case 'Assign': {
      const value = evaluate(statement.value, frame, machine)
      for (const target of statement.targets) assignTarget(target, value, frame, machine)
      return NEXT
    }
    case 'AugAssign':
      augmentedAssign(statement, frame, machine)
      return NEXT
    case 'Return': {
      const value = statement.value === undefined ? NONE : evaluate(statement.value, frame, machine)
      if (machine.shadow > 0 && frame.body !== null) machine.observe(frame.body, value)
      return { kind: 'return', value }
    }
    case 'If':
      return runIf(statement, frame, machine)
    case 'For':
      return runFor(statement, frame, machine)
    case 'Expr': {
      if (isWithoutEffect(statement)) return NEXT
      const assertion = torchAssert(statement)
      if (assertion !== null) assume(assertion, frame, machine)
      else if (statement.value.kind !== 'Str') evaluate(statement.value, frame, machine)
      return NEXT
    }
    case 'Assert':
      assume(statement, frame, machine)
      return NEXT
    case 'Raise':
      machine.report(raised(machine.place(statement, frame), raiseMessage(statement)))
      return { kind: 'return', value: ERROR }
    case 'Delete':
      for (const name of statement.names) frame.locals.delete(name.id)
      return NEXT
    case 'Pass':
      return NEXT
    case 'Break':
      return { kind: 'break' }
    case 'Continue':
      return { kind: 'continue' }
    case 'Error':
      for (const name of statement.binds) frame.locals.set(name, ERROR)
      return FAILED
  }
}

function runIf(statement: If, frame: Frame, machine: Machine): Outcome {
  let outcome: Outcome | undefined
  const before: [Expression, boolean][] = []
  const observe = (block: Block, test: Expression | null): void =>
    observeBlock(block, frame, machine, block, test === null ? before : [...before, [test, true]])
  for (const { test, body } of statement.branches) {
    if (outcome !== undefined) {
      observe(body, test)
      before.push([test, false])
      continue
    }
    const value = evaluate(test, frame, machine)
    // `if h % 2 != 0: raise ...`: what it asks of sizes becomes a guard, what it asks of data is left out, as in assertions.
    if (isRefusal(body) && (value.kind === 'tensor' || value.kind === 'condition')) {
      if (value.kind === 'condition') assumeNot(value.value, test, frame, machine)
      continue
    }
    const known = truth(value, test, frame, machine)
    if (known === true) outcome = runBlock(body, frame, machine)
    else {
      if (known !== undefined && known !== false)
        machine.report(branchOnSize(machine.place(test, frame), printCondition(known)))
      if (known !== false) {
        forget(statement, frame)
        outcome = FAILED
      }
      observe(body, test)
    }
    before.push([test, false])
  }
  if (statement.orelse !== undefined) {
    if (outcome === undefined) return runBlock(statement.orelse, frame, machine)
    observe(statement.orelse, null)
  }
  return outcome ?? NEXT
}

/** Of a condition that must not hold, what says that sizes are equal. */
function assumeNot(known: Condition, node: Node, frame: Frame, machine: Machine): void {
  if (known.kind === 'compare') {
    if (known.op === '!=') machine.tensors.assume(known.a, known.b, node, frame)
  } else if (known.kind === 'or') {
    assumeNot(known.a, node, frame, machine)
    assumeNot(known.b, node, frame, machine)
  } else if (known.kind === 'not' && known.a.kind === 'compare' && known.a.op === '==')
    machine.tensors.assume(known.a.a, known.a.b, node, frame)
}

/** What an undecidable `if` or loop assigns or appends to has no known value after it. */
function forget(node: Node, frame: Frame): void {
  if (node.kind === 'Assign') for (const t of node.targets) forgetTarget(t, frame)
  else if (node.kind === 'AugAssign' || node.kind === 'For') forgetTarget(node.target, frame)
  else if (node.kind === 'Call' && node.func.kind === 'Attribute' && node.func.value.kind === 'Name') {
    const { id } = node.func.value
    if (frame.locals.get(id)?.kind === 'list') frame.locals.set(id, ERROR)
  }
  for (const child of children(node)) forget(child, frame)
}

function forgetTarget(target: Target, frame: Frame): void {
  if (target.kind === 'Name') frame.locals.set(target.id, ERROR)
  else if (target.kind === 'Tuple' || target.kind === 'List') {
    for (const t of target.elements) forgetTarget(t as Target, frame)
  }
}

/** Evaluates a branch that is not taken, so that targets know the kinds of its values. Nothing is reported or changed. */
function observeBlock(
  block: Block,
  frame: Frame,
  machine: Machine,
  known: Node | undefined = block,
  tests: readonly (readonly [Expression, boolean])[] = [],
): void {
  if (known === undefined || machine.observer?.wants(known, machine.shadow) !== true) return
  machine.shadow++
  try {
    const copies = new Map<Value, Value>()
    const copy = (v: Value): Value => {
      if (v.kind !== 'list') return v
      const known = copies.get(v)
      if (known !== undefined) return known
      const fresh = list(v.items.map(copy))
      copies.set(v, fresh)
      return fresh
    }
    const locals = new Map([...frame.locals].map(([name, value]) => [name, copy(value)]))
    for (const [test, outcome] of tests) contradict(test, outcome, locals, frame)
    runBlock(block, { ...frame, locals }, machine)
  } finally {
    machine.shadow--
  }
}

/**
 * A branch behind `x is not None` says nothing of an x that is None: there it is something unknown, and the other way round. So is
 * one behind `isinstance(x, A)` of what is no A.
 */
function contradict(test: Expression, outcome: boolean, locals: Map<string, Value>, frame: Frame): void {
  const asked = isinstanceCall(test)
  if (asked !== null && asked.value.kind === 'Name') {
    const { id } = asked.value
    const value = locals.get(id)
    if (value === undefined || value.kind === 'error') return
    const names = asked.classes.map(className)
    const holds = names.some(name => name !== null && isInstance(value, name, frame.scope.file) === true)
    if (holds !== outcome) locals.set(id, ERROR)
  } else if (test.kind === 'Unary' && test.op === 'not') contradict(test.operand, !outcome, locals, frame)
  else if (test.kind === 'BoolOp') {
    if ((test.op === 'and') === outcome) for (const v of test.values) contradict(v, outcome, locals, frame)
  } else if (test.kind === 'Compare' && test.left.kind === 'Name' && test.comparators[0]?.kind === 'None') {
    const isNone = (test.ops[0] === 'is' || test.ops[0] === '==') === outcome
    const value = locals.get(test.left.id)
    if (value !== undefined && (value.kind === 'none') !== isNone)
      locals.set(test.left.id, isNone ? NONE : ERROR)
  } else if (test.kind === 'Name' && locals.get(test.id)?.kind === 'none' && outcome)
    locals.set(test.id, ERROR)
}

function runFor(statement: For, frame: Frame, machine: Machine): Outcome {
  const items = iterate(evaluate(statement.iter, frame, machine), statement.iter, frame, machine)
  if (items === undefined) {
    forget(statement, frame)
    return FAILED
  }
  let failed = false
  machine.loops.push({ node: statement, count: items.length })
  try {
    for (const item of items) {
      assignTarget(statement.target, item, frame, machine)
      const outcome = runBlock(statement.body, frame, machine)
      if (outcome.kind === 'return') return outcome
      if (outcome.kind === 'break') break
      if (outcome.kind === 'failed') failed = true
    }
  } finally {
    machine.loops.pop()
  }
  if (items.length === 0) observeBlock(statement.body, frame, machine)
  return failed ? FAILED : NEXT
}

/** An assertion on sizes becomes a guard; on plain data it must hold. */
function assume(statement: Assert, frame: Frame, machine: Machine): void {
  const { test } = statement
  if (test.kind === 'Compare' && test.ops.length === 1 && test.ops[0] === '==') {
    const a = evaluate(test.left, frame, machine)
    const b = evaluate(test.comparators[0]!, frame, machine)
    if (a.kind === 'int' && b.kind === 'int' && (isSym(a.value) || isSym(b.value))) {
      machine.tensors.assume(a.value, b.value, statement, frame)
      return
    }
  }
  const value = evaluate(test, frame, machine)
  if (value.kind === 'tensor' || value.kind === 'condition' || value.kind === 'error') return
  if (truth(value, test, frame, machine) === false && machine.shadow === 0) {
    machine.report(badIndex(machine.place(test, frame), 'this assertion fails'))
  }
}

export function assignTarget(target: Target, value: Value, frame: Frame, machine: Machine): void {
  machine.observe(target, value)
  switch (target.kind) {
    case 'Name':
      frame.locals.set(target.id, value)
      return
    case 'Tuple':
    case 'List':
      unpack(target, value, frame, machine)
      return
    case 'Attribute':
      assignAttribute(target, value, frame, machine)
      return
    case 'Subscript':
      assignItem(target, value, frame, machine)
      return
    case 'Starred':
    case 'Error':
      return
  }
}

function unpack(
  target: Target & { kind: 'Tuple' | 'List' },
  value: Value,
  frame: Frame,
  machine: Machine,
): void {
  const targets = target.elements as readonly Target[]
  const items = value.kind === 'error' ? undefined : iterate(value, target, frame, machine)
  if (items === undefined) {
    for (const t of targets)
      assignTarget(t.kind === 'Starred' ? (t.value as Target) : t, ERROR, frame, machine)
    return
  }
  const star = targets.findIndex(t => t.kind === 'Starred')
  if (star < 0 ? items.length !== targets.length : items.length < targets.length - 1) {
    const expected = `${star < 0 ? '' : 'at least '}${star < 0 ? targets.length : targets.length - 1} values are`
    machine.report(unpackCount(machine.place(target, frame), expected, items.length))
    for (const t of targets)
      assignTarget(t.kind === 'Starred' ? (t.value as Target) : t, ERROR, frame, machine)
    return
  }
  if (star < 0) {
    for (const [i, t] of targets.entries()) assignTarget(t, items[i]!, frame, machine)
    return
  }
  const after = targets.length - star - 1
  for (const [i, t] of targets.entries()) {
    if (i < star) assignTarget(t, items[i]!, frame, machine)
    else if (t.kind === 'Starred')
      assignTarget(t.value as Target, list(items.slice(star, items.length - after)), frame, machine)
    else assignTarget(t, items[items.length - (targets.length - i)]!, frame, machine)
  }
}

function assignAttribute(
  target: Target & { kind: 'Attribute' },
  value: Value,
  frame: Frame,
  machine: Machine,
): void {
  const place = machine.place(target, frame)
  const owner = evaluate(target.value, frame, machine)
  if (owner.kind === 'error' || value.kind === 'error') return
  // Whether gradients are wanted is no part of a spec.
  if (owner.kind === 'tensor' && isGradientFlag(target.attr)) return
  const member =
    owner.kind === 'self' || owner.kind === 'module' ? owner.module.members.get(target.attr) : undefined
  if (member?.kind !== 'tensor' || member.tensor === null || !member.tensor.mutable) {
    machine.report(frozenAttribute(place, target.attr))
    return
  }
  writeState(member.tensor, target.attr, value, target, frame, machine)
}

/** Gives a mutable buffer a new value. */
export function writeState(
  declared: TensorInstance,
  name: string,
  value: Value,
  node: Node,
  frame: Frame,
  machine: Machine,
): void {
  const place = machine.place(node, frame)
  if (value.kind !== 'tensor') {
    machine.report(wrongKind(place, `self.${name}`, 'set to a tensor', describeKind(value)))
    return
  }
  const { shape, dtype } = value.value.aval
  const fits =
    dtype === declared.dtype &&
    shape.length === declared.shape.length &&
    shape.every((d, i) => isSym(d) || d === declared.shape[i])
  if (!fits) {
    machine.report(
      wrongKind(
        place,
        `self.${name}`,
        `${declared.dtype}[${declared.shape.join(', ')}], as it is declared`,
        `${dtype}[${shape.map(printDim).join(', ')}]`,
      ),
    )
    return
  }
  machine.tensors.write(declared, value.value, node, frame)
}

/** `pe.requires_grad = False`, and what code that misspells it sets without effect. */
export const isGradientFlag = (attr: string): boolean => /^requires?_grad$/.test(attr)

function assignItem(target: Subscript, value: Value, frame: Frame, machine: Machine): void {
  const container = evaluate(target.value, frame, machine)
  const index = evaluate(target.index, frame, machine)
  if (container.kind === 'error' || index.kind === 'error' || value.kind === 'error') return
  switch (container.kind) {
    case 'list': {
      const at = position(container.items.length, index, target.index, frame, machine)
      if (at !== undefined) container.items[at] = value
      return
    }
    case 'dict': {
      if (index.kind === 'str' || (index.kind === 'int' && !isSym(index.value))) {
        container.entries.set(index.value as string | number, value)
      } else
        machine.report(
          wrongKind(machine.place(target.index, frame), 'a key', 'a string or an int', describeKind(index)),
        )
      return
    }
    case 'tensor': {
      const owner = withoutData(target.value)
      const local = owner.kind === 'Name' && frame.locals.has(owner.id) ? owner.id : null
      const { state } = container
      if (local === null && state === undefined) {
        machine.report(
          notIndexable(
            machine.place(target.value, frame),
            'only a local variable or a buffer: an item of an expression',
          ),
        )
        return
      }
      checkInPlace(container, target, frame, machine, local === null)
      const place = tensorIndex(index, target.index, frame, machine)
      const args = [container, place, value].map((v, i) => ({
        name: null,
        value: v,
        node: i === 1 ? target.index : target.value,
      }))
      const result = machine.tensors.callFunction(
        pythonMethods.get('setitem') ?? [],
        'item assignment',
        args,
        target,
        frame,
      )
      if (local !== null) frame.locals.set(local, result)
      else if (state?.mutable === true && result.kind === 'tensor')
        writeState(state, state.id.split('.').at(-1)!, result, target, frame, machine)
      return
    }
    default:
      machine.report(notIndexable(machine.place(target.value, frame), describeKind(container)))
  }
}

function augmentedAssign(statement: AugAssign, frame: Frame, machine: Machine): void {
  const { target } = statement
  const old = evaluate(target, frame, machine)
  const operand = machine.beside(old, () => evaluate(statement.value, frame, machine))
  // `L += [x]` changes the list that others see too.
  if (statement.op === '+' && old.kind === 'list' && (operand.kind === 'list' || operand.kind === 'tuple')) {
    old.items.push(...operand.items)
    return
  }
  // The assignment of an item to a tensor looks after itself.
  const isItem = target.kind === 'Subscript' && evaluate(target.value, frame, machine).kind === 'tensor'
  if (old.kind === 'tensor' && !isItem)
    checkInPlace(old, statement, frame, machine, target.kind === 'Attribute')
  const value = binary(statement.op, old, operand, statement, frame, machine)
  assignTarget(target, value, frame, machine)
}
