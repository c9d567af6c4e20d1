/** Names, literals, and what stands in brackets of its own. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Diagnostic, Place } from '../../diagnostics/diagnostic.ts'
import type { Dict, Expression } from './ast.ts'
import { comprehensionClauses } from './comprehension.ts'
import type { Cursor } from './cursor.ts'
import type { Inner } from './expression.ts'
import { joinParts, stringValue } from './string-literal.ts'

/** A name, a literal, or something in brackets. */
export function atom(cursor: Cursor, inner: Inner): Expression {
  const { token } = cursor
  switch (token.kind) {
    case 'name':
      cursor.next()
      return { kind: 'Name', range: cursor.rangeOf(token), id: token.text.normalize('NFKC') }
    case 'int':
    case 'float':
      return number(cursor)
    case 'string':
      return strings(cursor, inner)
    case 'error':
      cursor.next()
      return { kind: 'Error', range: cursor.rangeOf(token), children: [], binds: [] }
    case 'op':
    case 'keyword':
      return symbol(cursor, inner) ?? cursor.stop('an expression')
    default:
      return cursor.stop('an expression')
  }
}

function symbol(cursor: Cursor, inner: Inner): Expression | undefined {
  const range = cursor.rangeOf(cursor.token)
  switch (cursor.token.text) {
    case '(':
      return parenthesised(cursor, inner)
    case '[':
      return list(cursor, inner)
    case '{':
      return braces(cursor, inner)
    case '...':
      cursor.next()
      return { kind: 'Ellipsis', range }
    case 'None':
      cursor.next()
      return { kind: 'None', range }
    case 'True':
    case 'False':
      return { kind: 'Bool', range, value: cursor.next().text === 'True' }
    default:
      return undefined
  }
}

function number(cursor: Cursor): Expression {
  const token = cursor.next()
  const range = cursor.rangeOf(token)
  const digits = token.text.replaceAll('_', '')
  const value = Number(digits)
  if (token.kind === 'float') return { kind: 'Float', range, value, text: token.text }
  if (!Number.isSafeInteger(value)) return cursor.refuse(messages.integerTooLarge, range)
  return { kind: 'Int', range, value, text: token.text }
}

function strings(cursor: Cursor, inner: Inner): Expression {
  const first = cursor.token
  const values = []
  while (cursor.isKind('string')) {
    values.push(
      stringValue(cursor, cursor.next(), sub => {
        const value = inner.expressionList(sub)
        if (!sub.isKind('end')) sub.stop("'}'")
        return value
      }),
    )
  }
  const range = cursor.rangeFrom(first)
  if (values.some(value => value.bytes)) return cursor.refuse(messages.bytesLiteral, range)
  const parts = joinParts(values.flatMap(value => value.parts))
  return values.some(value => value.formatted)
    ? { kind: 'JoinedStr', range, parts }
    : { kind: 'Str', range, value: parts.join('') }
}

function parenthesised(cursor: Cursor, inner: Inner): Expression {
  const open = cursor.next()
  if (cursor.take(')')) return { kind: 'Tuple', range: cursor.rangeFrom(open), elements: [] }
  if (cursor.is('yield')) {
    const value = yielded(cursor, inner)
    cursor.expect(')')
    return value
  }
  const first = cursor.token
  const element = inner.starredOrNamed(cursor)
  if (startsComprehension(cursor)) return comprehension(cursor, inner, open, element, ')')
  if (cursor.take(')')) {
    if (element.kind === 'Starred') return cursor.fault(messages.misplacedStar, cursor.rangeOf(first))
    return element
  }
  const elements = rest(cursor, inner, element, ')')
  return { kind: 'Tuple', range: cursor.rangeFrom(open), elements }
}

/** `yield x` and `yield from x`, which are refused. */
export function yielded(cursor: Cursor, inner: Inner): Expression {
  const first = cursor.next()
  cursor.take('from')
  const ends = cursor.isKind('newline') || cursor.isKind('end') || cursor.is(')') || cursor.is(';')
  const children = ends ? [] : [inner.expressionList(cursor)]
  return cursor.refuse(messages.yielding, cursor.rangeOf(first), { range: cursor.rangeFrom(first), children })
}

function list(cursor: Cursor, inner: Inner): Expression {
  const open = cursor.next()
  if (cursor.take(']')) return { kind: 'List', range: cursor.rangeFrom(open), elements: [] }
  const element = inner.starredOrNamed(cursor)
  if (startsComprehension(cursor)) return comprehension(cursor, inner, open, element, ']')
  const elements = cursor.take(']') ? [element] : rest(cursor, inner, element, ']')
  return { kind: 'List', range: cursor.rangeFrom(open), elements }
}

/** Further elements up to the closing bracket, which is taken. */
function rest(cursor: Cursor, inner: Inner, element: Expression, close: string): Expression[] {
  const elements = [element]
  while (!cursor.take(close)) {
    if (!cursor.take(',')) cursor.stop(`',' or '${close}'`)
    if (!cursor.is(close)) elements.push(inner.starredOrNamed(cursor))
  }
  return elements
}

function braces(cursor: Cursor, inner: Inner): Expression {
  const open = cursor.next()
  if (cursor.take('}')) return { kind: 'Dict', range: cursor.rangeFrom(open), entries: [] }
  const unpacks = cursor.is('**')
  const key = unpacks ? undefined : inner.starredOrNamed(cursor)
  if (key !== undefined && !cursor.is(':')) return set(cursor, inner, open, key)
  const entries: Dict['entries'][number][] = []
  let pending = key
  do {
    if (cursor.is('}')) break
    if (pending === undefined && cursor.is('**')) {
      const star = cursor.next()
      cursor.nested(() => inner.binary(cursor, 1))
      cursor.report(messages.dictUnpacking(cursor.place(cursor.rangeFrom(star))))
      continue
    }
    const entryKey = pending ?? inner.expression(cursor)
    pending = undefined
    cursor.expect(':')
    const value = inner.expression(cursor)
    if (entries.length === 0 && startsComprehension(cursor)) {
      const generators = comprehensionClauses(cursor, inner)
      cursor.expect('}')
      return { kind: 'ListComp', range: cursor.rangeFrom(open), key: entryKey, element: value, generators }
    }
    entries.push({ key: entryKey, value })
  } while (cursor.take(','))
  if (!cursor.take('}')) cursor.stop("',' or '}'")
  return { kind: 'Dict', range: cursor.rangeFrom(open), entries }
}

/** A set is refused, and read as the list that its hint proposes. */
function set(
  cursor: Cursor,
  inner: Inner,
  open: Parameters<Cursor['rangeFrom']>[0],
  element: Expression,
): Expression {
  if (startsComprehension(cursor))
    return comprehension(cursor, inner, open, element, '}', messages.setLiteral)
  const elements = cursor.take('}') ? [element] : rest(cursor, inner, element, '}')
  const range = cursor.rangeFrom(open)
  cursor.report(messages.setLiteral(cursor.place(range)))
  return { kind: 'List', range, elements }
}

export function startsComprehension(cursor: Cursor): boolean {
  return cursor.is('for') || cursor.is('async')
}

/** The rest of a comprehension after its element. Refused ones (`refusal`) are read as the list that their hint proposes. */
export function comprehension(
  cursor: Cursor,
  inner: Inner,
  open: Parameters<Cursor['rangeFrom']>[0],
  element: Expression,
  close: string,
  refusal?: (place: Place) => Diagnostic,
): Expression {
  const generators = comprehensionClauses(cursor, inner)
  cursor.expect(close)
  const range = cursor.rangeFrom(open)
  if (refusal !== undefined) cursor.report(refusal(cursor.place(range)))
  if (element.kind === 'Starred') return cursor.fault(messages.misplacedStar, element.range)
  return { kind: 'ListComp', range, element, generators, ...(close === ')' && { lazy: true as const }) }
}
