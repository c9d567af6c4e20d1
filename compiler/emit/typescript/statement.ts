/** Statements of the forward language as lines of TypeScript. */

import { operators } from '../../../runtime/ops/functions/index.ts'
import { isGradientFlag } from '../../eval/statement.ts'
import type {
  Assign,
  AugAssign,
  Block,
  Call,
  Expression,
  For,
  Node,
  Statement,
  Subscript,
  Target,
} from '../../parse/python/ast.ts'
import { inPlaceMember, inPlaceName, withoutData } from '../../parse/python/in-place-name.ts'
import { isinstanceCall } from '../../parse/python/introspection.ts'
import { isRefusal, raiseMessage } from '../../parse/python/raise.ts'
import { torchAssert } from '../../parse/python/torch-assert.ts'
import { children } from '../../parse/python/visit.ts'
import { isWithoutEffect } from '../../parse/python/without-effect.ts'
import { members, type ObservedType } from '../observed-type.ts'
import { type Code, code, ident, joined, str } from './code.ts'
import { condition } from './comparison.ts'
import { iterable, targetCode, targetNames, tupleItems } from './comprehension.ts'
import { type Context, withLocals } from './context.ts'
import { changedCell, expression, receiver, sees, tensorOperation } from './expression.ts'
import { heldIn } from './held-functions.ts'
import { assignedType, type BodyParam, heldType, localKinds } from './local-kinds.ts'
import { meaningOf, thisMember } from './names.ts'
import { narrowedIn } from './narrowing.ts'
import { indexItems } from './subscript.ts'
import { observedType } from './types.ts'
import { type Variable, variablesOf } from './variables.ts'

/** How `return` looks: as it is, or as an object of named outputs. */
export type ReturnStyle = (value: Expression | undefined, cx: Context) => readonly Code[]

export const plainReturn: ReturnStyle = (value, cx) => [
  value === undefined ? code`return null` : code`return ${grown(value, cx)}`,
]

/** A tuple that a loop has put together: evaluation knows how long it has become. */
function grown(value: Expression, cx: Context): Code {
  if (value.kind === 'Tuple' && value.elements.every(e => e.kind !== 'Starred'))
    return code`[${joined(value.elements.map(e => grown(e, cx)))}]`
  const type = cx.seen.typeOf(value)
  const text = expression(value, cx)
  const isGrown = value.kind === 'Name' && cx.growing.has(value.id) && type?.kind === 'tuple'
  return isGrown ? code`${text} as unknown as ${observedType(type, cx.className)}` : text
}

interface Body {
  readonly cx: Context
  readonly variables: ReadonlyMap<string, Variable>
  readonly returns: ReturnStyle
}

/** The locals that a statement gives new values without assigning to them: `x[i] = v` of a tensor, `x.add_(y)`. */
function reboundNames(statement: Statement, cx: Context): readonly string[] {
  const names = inPlaceCalls(statement).flatMap(call => changedName(call, cx) ?? [])
  const targets =
    statement.kind === 'Assign' ? statement.targets : statement.kind === 'AugAssign' ? [statement.target] : []
  for (const target of targets) {
    const owner = target.kind === 'Subscript' ? withoutData(target.value) : target
    if (target.kind !== 'Subscript' || owner.kind !== 'Name') continue
    if (sees(cx.seen.typeOf(target.value), 'tensor')) names.push(owner.id)
  }
  return names
}

/** The in-place calls in the expressions of a statement, without those in blocks of it. */
function inPlaceCalls(node: Node): Call[] {
  const inside = children(node).flatMap(child => (child.kind === 'Block' ? [] : inPlaceCalls(child)))
  return node.kind === 'Call' && inPlaceName(node) !== null ? [node, ...inside] : inside
}

/** The in-place calls that need no assignment of their own: the statement makes it, a longer chain, or nothing comes after. */
function reboundCalls(node: Node): Node[] {
  const own: Node[] = []
  if (node.kind === 'Expr' || node.kind === 'Return')
    own.push(...(node.value === undefined ? [] : [node.value]))
  if (node.kind === 'Assign' && node.targets[0]?.kind === 'Name') own.push(node.value)
  const isChain = inPlaceName(node as Expression) !== null || inPlaceMember(node as Expression) !== null
  if (node.kind === 'Call' && isChain && node.func.kind === 'Attribute') own.push(node.func.value)
  return [...own, ...children(node).flatMap(reboundCalls)]
}

/** The local that an in-place method, or a chain of them, changes; null for anything else. */
const changedName = (value: Expression, cx: Context): string | null =>
  cx.seen.rowOf(value) === null ? null : inPlaceName(value)

/** The locals whose class isinstance asks for. */
function askedNames(node: Node): ReadonlySet<string> {
  const asked = node.kind === 'Call' ? isinstanceCall(node)?.value : undefined
  const own = asked?.kind === 'Name' ? [asked.id] : []
  return new Set([...own, ...children(node).flatMap(child => [...askedNames(child)])])
}

/** The lines of a body, nested ones indented by two spaces a level. */
export function bodyLines(
  block: Block,
  params: readonly BodyParam[],
  cx: Context,
  returns: ReturnStyle,
): string[] {
  const variables = variablesOf(block, new Set(params.map(p => p.name)), s => reboundNames(s, cx))
  const around = withLocals(cx, [...params.map(p => p.name), ...variables.keys()])
  const isMember = (name: string): boolean => meaningOf(name, around.locals, cx.around) === 'member'
  const kinds = localKinds(params, variables, cx.seen, askedNames(block))
  const narrowed = narrowedIn(block, cx.seen, kinds.nullable, isMember)
  const held = heldIn(block, cx.seen)
  const inner = { ...around, ...kinds, held, narrowed, rebound: new Set(reboundCalls(block)) }
  const body: Body = { cx: inner, variables, returns }
  const hoisted = [...variables]
    .filter(([, v]) => v.declaredBy === null)
    .map(([name, v]) => code`let ${ident(name)}!: ${typeText(v, body)}`)
  return [...hoisted, ...blockLines(block, body)]
}

const typeText = (v: Variable, body: Body): Code => {
  const assigned = assignedType(v, body.cx.seen)
  const isFilledLater =
    assigned !== null && members(assigned).some(t => t.kind === 'array' && t.items === null)
  const type = isFilledLater ? heldType(v, body.cx.seen) : assigned
  return type === null ? code`unknown` : observedType(type, body.cx.className)
}

const blockLines = (block: Block, body: Body): string[] => block.body.flatMap(s => statementLines(s, body))
const indented = (lines: readonly string[]): string[] => lines.map(l => `  ${l.replaceAll('\n', '\n  ')}`)

function statementLines(statement: Statement, body: Body): string[] {
  const { cx } = body
  switch (statement.kind) {
    case 'Assign':
      return assignLines(statement, body)
    case 'AugAssign':
      return augmentedLines(statement, body)
    case 'Return':
      return [...body.returns(statement.value, cx)]
    case 'If': {
      const lines: string[] = []
      // What is asked of data before a `raise` is left out, as in assertions.
      const branches = statement.branches
        .filter(b => !(isRefusal(b.body) && sees(cx.seen.typeOf(b.test), 'tensor')))
        .map(b => ({ test: condition(b.test, cx), body: b.body }))
        .filter(b => b.test !== 'false')
      // What types decide (`isinstance(x, Tensor)`) is no branch.
      const certain = branches.findIndex(b => b.test === 'true')
      const open = certain < 0 ? branches : branches.slice(0, certain)
      const orelse = certain < 0 ? statement.orelse : branches[certain]!.body
      if (open.length === 0) return orelse === undefined ? [] : blockLines(orelse, body)
      for (const [i, { test, body: block }] of open.entries())
        lines.push(`${i === 0 ? '' : '} else '}if (${test}) {`, ...indented(blockLines(block, body)))
      if (orelse !== undefined) lines.push('} else {', ...indented(blockLines(orelse, body)))
      return [...lines, '}']
    }
    case 'For':
      return forLines(statement, body)
    case 'Expr': {
      if (isWithoutEffect(statement)) return []
      const assertion = torchAssert(statement)
      return assertion === null ? expressionLines(statement.value, body) : assertLines(assertion, body)
    }
    case 'Assert':
      return assertLines(statement, body)
    case 'Raise':
      return [code`throw new RangeError(${str(raiseMessage(statement))})`]
    case 'Break':
      return ['break']
    case 'Continue':
      return ['continue']
    case 'Pass':
    case 'Delete':
    case 'Error':
      return []
  }
}

/** Sizes are checked by the ops; what an author asserts beside is checked too, where it is no tensor. */
function assertLines(statement: Statement & { kind: 'Assert' }, { cx }: Body): string[] {
  if (sees(cx.seen.typeOf(statement.test), 'tensor') || cx.seen.typeOf(statement.test) === null) return []
  const message =
    statement.message?.kind === 'Str' ? statement.message.value : 'an assertion of the model fails'
  return [code`py.check(${condition(statement.test, cx)}, ${str(message)})`]
}

function expressionLines(value: Expression, body: Body): string[] {
  const { cx } = body
  if (value.kind === 'Str') return []
  const changed = changedName(value, cx)
  if (changed !== null && cx.locals.has(changed)) return [code`${ident(changed)} = ${expression(value, cx)}`]
  const cell = changedCell(value, cx)
  if (cell !== null) return [code`${cell}.value = ${expression(value, cx)}`]
  const text = expression(value, cx)
  // Lines end without semicolons: what starts with a bracket would go on with the line before.
  return [/^[[(]/.test(text) ? `;${text}` : text]
}

/** `const`, `let` or nothing for targets that a statement declares; lines that declare what it only partly does. */
function declaration(
  names: readonly string[],
  statement: Statement,
  body: Body,
): { keyword: Code; before: Code[] } {
  const fresh = [...new Set(names)].filter(n => body.variables.get(n)?.declaredBy === statement)
  if (fresh.length === 0) return { keyword: code``, before: [] }
  if (fresh.length === new Set(names).size) {
    const constant = fresh.every(n => body.variables.get(n)!.constant)
    return { keyword: constant ? code`const ` : code`let `, before: [] }
  }
  return {
    keyword: code``,
    before: fresh.map(n => code`let ${ident(n)}!: ${typeText(body.variables.get(n)!, body)}`),
  }
}

function assignLines(statement: Assign, body: Body): string[] {
  const [first, ...others] = statement.targets
  const lines = assignOne(first!, statement.value, statement, body)
  for (const target of others) lines.push(...assignOne(target, first as Expression, statement, body))
  return lines
}

function assignOne(target: Target, value: Expression, statement: Statement, body: Body): string[] {
  const { cx } = body
  switch (target.kind) {
    case 'Name': {
      const { keyword } = declaration([target.id], statement, body)
      // `z = y.add_(1)` changes y too.
      const changed = changedName(value, cx)
      if (changed !== null && changed !== target.id && cx.locals.has(changed)) {
        const name = ident(changed)
        return [code`${name} = ${expression(value, cx)}`, code`${keyword}${ident(target.id)} = ${name}`]
      }
      return [
        code`${keyword}${ident(target.id)}${annotation(target.id, keyword, value, body)} = ${expression(value, cx)}`,
      ]
    }
    case 'Tuple':
    case 'List':
      return unpackLines(target, value, statement, body)
    case 'Attribute':
      if (isGradientFlag(target.attr)) return []
      return [code`${thisMember(target.attr)}.value = ${expression(value, cx)}`]
    case 'Subscript':
      return [itemAssignment(target, expression(value, cx), cx)]
    default:
      return []
  }
}

/** `x[i] = v`, which gives a variable or buffer that holds a tensor a new one. */
function itemAssignment({ value: owner, index }: Subscript, value: Code, cx: Context): Code {
  const base = receiver(owner, cx)
  if (!sees(cx.seen.typeOf(owner), 'tensor')) return code`${base}[${expression(index, cx)}] = ${value}`
  const changed = withoutData(owner)
  const name = changed.kind === 'Attribute' ? changed.attr : changed.kind === 'Name' ? changed.id : null
  const isLocal = changed.kind === 'Name' && cx.locals.has(changed.id)
  const place = name === null ? base : isLocal ? ident(name) : code`${thisMember(name)}.value`
  return code`${place} = ${base}.setitem(${indexItems(index, cx)}, ${value})`
}

/** A type is written where TypeScript would infer too narrow a one. */
function annotation(name: string, keyword: Code, value: Expression, body: Body): Code {
  if (keyword === '') return code``
  const variable = body.variables.get(name)!
  const assigned = assignedType(variable, body.cx.seen)
  const held = heldType(variable, body.cx.seen)
  // Lists and dicts that start empty, or with other things than they come to hold.
  const grows =
    (held?.kind === 'array' && (isEmptyList(value) || held.items?.kind === 'union')) ||
    (held?.kind === 'dict' && value.kind === 'Dict')
  if (grows) {
    const unknown = held.kind === 'array' ? held.items === null : held.values === null
    return unknown ? code`` : code`: ${observedType(held, body.cx.className)}`
  }
  if (holdsTuple(assigned) && isLiteral(value)) return code`: ${typeText(variable, body)}`
  return assigned?.kind === 'union' && !variable.constant ? code`: ${typeText(variable, body)}` : code``
}

/** A tuple of other things than sizes, or lists of them. */
const holdsTuple = (type: ObservedType | null): boolean =>
  type?.kind === 'array'
    ? holdsTuple(type.items)
    : type?.kind === 'tuple' && type.items.some(t => t.kind !== 'number')

/** What TypeScript takes for a list where nothing says that it is a tuple. */
const isLiteral = (value: Expression): boolean =>
  value.kind === 'IfExp'
    ? isLiteral(value.body) || isLiteral(value.orelse)
    : ['Tuple', 'List', 'ListComp', 'Binary'].includes(value.kind)

const isEmptyList = (value: Expression): boolean =>
  (value.kind === 'List' || value.kind === 'Tuple') && value.elements.length === 0

function unpackLines(
  target: Target & { kind: 'Tuple' | 'List' },
  value: Expression,
  statement: Statement,
  body: Body,
): string[] {
  const { cx } = body
  const plain = target.elements.every(t => isPattern(t))
  if (!plain) {
    // Attributes and items among the targets: one by one.
    const parts = value.kind === 'Tuple' || value.kind === 'List' ? value.elements : null
    if (parts !== null && parts.length === target.elements.length) {
      return target.elements.flatMap((t, i) => assignOne(t as Target, parts[i]!, statement, body))
    }
  }
  const { keyword, before } = declaration(targetNames(target), statement, body)
  // `points, strides = [], []`: lists that start empty each have a type of their own.
  const items = value.kind === 'Tuple' ? value.elements : []
  if (keyword !== '' && items.length === target.elements.length && items.every(isEmptyList))
    return target.elements.flatMap((t, i) => assignOne(t as Target, items[i]!, statement, body))
  const assigned = code`${keyword}${targetCode(target)} = ${unpackedValue(target, value, cx)}`
  return [...before, keyword === '' ? `;${assigned}` : assigned]
}

const isPattern = (target: Node): boolean =>
  target.kind === 'Name' ||
  ((target.kind === 'Tuple' || target.kind === 'List') && target.elements.every(isPattern)) ||
  (target.kind === 'Starred' && isPattern(target.value))

/** Lists of unknown length, with the number of items that the author counts on. */
function unpackedValue(target: Target & { kind: 'Tuple' | 'List' }, value: Expression, cx: Context): Code {
  const type = cx.seen.typeOf(value)
  if (value.kind === 'Tuple' || value.kind === 'List') return expression(value, cx)
  const text = sees(type, 'tensor') ? code`${receiver(value, cx)}.unbind()` : expression(value, cx)
  const row = value.kind === 'Call' ? cx.seen.rowOf(value) : null
  const listed =
    sees(type, 'tensor') ||
    row?.returns === 'tensors' ||
    type?.kind === 'array' ||
    (type?.kind === 'tuple' && type.items.every(t => t.kind === 'number'))
  if (!listed) return text
  const item = (t: Node): Code => {
    if (t.kind === 'Starred') return code`...${item(t.value)}`
    const seen = cx.seen.typeOf(t)
    return seen === null ? code`unknown` : observedType(seen, cx.className)
  }
  return code`${text} as [${joined(target.elements.map(item))}]`
}

function augmentedLines(statement: AugAssign, body: Body): string[] {
  const { cx } = body
  const { target, op, value } = statement
  const type = cx.seen.typeOf(target)
  if (op === '+' && sees(type, 'array')) {
    // A tuple that grows is a new one each time.
    if (target.kind === 'Name' && sees(cx.seen.typeOf(value), 'tuple'))
      return [code`${ident(target.id)} = [...${receiver(target, cx)}, ...${iterable(value, cx)}]`]
    return [code`${receiver(target as Expression, cx)}.push(...${iterable(value, cx)})`]
  }
  const row = cx.seen.rowOf(statement)
  const left = target as Expression
  const result =
    row !== null || sees(type, 'tensor')
      ? tensorOperation(operators[op], left, value, cx)
      : expression({ kind: 'Binary', range: statement.range, op, left, right: value }, cx)
  if (target.kind === 'Name') return [code`${ident(target.id)} = ${result}`]
  if (target.kind === 'Attribute') return [code`${thisMember(target.attr)}.value = ${result}`]
  if (target.kind === 'Subscript') return [itemAssignment(target, result, cx)]
  return []
}

function forLines(statement: For, body: Body): string[] {
  const { cx } = body
  const names = targetNames(statement.target)
  const { keyword, before } = declaration(names, statement, body)
  const inner = indented(blockLines(statement.body, body))
  const range = rangeBounds(statement.iter, cx)
  const assignedInside = names.some(n => (body.variables.get(n)?.targets.length ?? 0) > 1)
  if (
    range !== null &&
    names.length === 1 &&
    statement.target.kind === 'Name' &&
    keyword !== '' &&
    !assignedInside
  ) {
    const i = ident(names[0]!)
    return [code`for (let ${i} = ${range[0]}; ${i} < ${range[1]}; ${i}++) {`, ...inner, '}']
  }
  const source = tupleItems(statement.target, statement.iter, cx)
  return [...before, code`for (${keyword}${targetCode(statement.target)} of ${source}) {`, ...inner, '}']
}

/** `range(n)` and `range(a, b)` as bounds of a counting loop. */
function rangeBounds(iter: Expression, cx: Context): readonly [Code, Code] | null {
  if (iter.kind !== 'Call' || iter.func.kind !== 'Name' || iter.func.id !== 'range' || iter.args.length > 2)
    return null
  if (cx.locals.has('range') || iter.args.some(a => a.kind === 'Starred')) return null
  const [a, b] = iter.args
  return b === undefined ? [code`0`, expression(a!, cx)] : [expression(a!, cx), expression(b, cx)]
}
