/** Blocks and the statements that contain them, with recovery: a broken line never hides the next. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Diagnostic, Place } from '../../diagnostics/diagnostic.ts'
import type { Block, ErrorNode, Expression, If, Statement, Target } from './ast.ts'
import { loopTarget } from './comprehension.ts'
import { type Cursor, isOperatorOrKeyword, SyntaxStop } from './cursor.ts'
import { expressionList, inner, namedExpression } from './expression.ts'
import { limited, simpleStatements } from './simple-statement.ts'
import type { Token } from './token.ts'

/** Statements up to the end of the block or text. */
export function statements(cursor: Cursor): readonly Statement[] {
  const found: Statement[] = []
  while (!cursor.isKind('end') && !cursor.isKind('dedent')) append(found, statement(cursor, found.at(-1)))
  return found
}

/** Adds all; `push(...more)` would put a long body on the stack. */
export function append<T>(list: T[], more: readonly T[]): void {
  for (const item of more) list.push(item)
}

/** The block of statements from `first` on; empty ones have an empty range where they would begin. */
export function blockOf(cursor: Cursor, first: Token, body: readonly Statement[]): Block {
  const start = cursor.rangeOf(first).start
  return {
    kind: 'Block',
    range: { start: body[0]?.range.start ?? start, end: body.at(-1)?.range.end ?? start },
    body,
  }
}

/** ':' and what it introduces: the rest of the line, or an indented block. */
export function suite(cursor: Cursor, opener: Token): Block {
  if (!cursor.take(':')) {
    cursor.unexpected("':'")
    cursor.skipLine()
  }
  const first = cursor.token
  if (!cursor.isKind('newline')) return blockOf(cursor, first, recovering(cursor, simpleStatements))
  cursor.next()
  if (cursor.isKind('indent')) return blockOf(cursor, first, indented(cursor))
  const place = cursor.place(cursor.rangeOf(opener))
  cursor.reportSyntax(messages.missingBlock(place, opener.text), opener.line)
  return blockOf(cursor, first, [])
}

/** The statements of an indented block, at its `indent`. */
function indented(cursor: Cursor): readonly Statement[] {
  const first = cursor.peek(1)
  try {
    return cursor.nested(
      () => {
        cursor.next()
        const body = statements(cursor)
        if (cursor.isKind('dedent')) cursor.next()
        return body
      },
      'block',
      first,
    )
  } catch (stop) {
    if (!(stop instanceof SyntaxStop)) throw stop
    cursor.skipBlock()
    return [{ kind: 'Error', range: cursor.rangeOf(first), children: [], binds: [] }]
  }
}

/** What `parse` gives, or an error node where it stopped; then the line is skipped, with the block below it. */
export function recovering(
  cursor: Cursor,
  parse: (cursor: Cursor) => readonly Statement[],
): readonly Statement[] {
  const first = cursor.token
  try {
    return parse(cursor)
  } catch (stop) {
    if (!(stop instanceof SyntaxStop)) throw stop
    cursor.skipLine()
    const range = cursor.rangeFrom(first)
    if (cursor.isKind('newline')) cursor.next()
    const children = cursor.isKind('indent') ? indented(cursor) : []
    return [{ kind: 'Error', range, children, binds: [] }]
  }
}

/** Parses a part of the line that opens a block; where it is broken, goes to the end of the line, and the block follows. */
function headerPart<T>(cursor: Cursor, parse: () => T): T | ErrorNode {
  const first = cursor.token
  try {
    return parse()
  } catch (stop) {
    if (!(stop instanceof SyntaxStop)) throw stop
    cursor.skipLine()
    return { kind: 'Error', range: cursor.rangeFrom(first), children: [], binds: [] }
  }
}

function statement(cursor: Cursor, before: Statement | undefined): readonly Statement[] {
  if (cursor.isKind('indent')) {
    const place = cursor.place(cursor.rangeOf(cursor.peek(1)))
    cursor.reportSyntax(messages.unexpectedIndent(place), cursor.peek(1).line)
    return indented(cursor)
  }
  const { token } = cursor
  if (isMatch(cursor)) {
    cursor.skipLine()
    cursor.next()
    cursor.skipBlock()
    return [cursor.refuse(messages.matching, cursor.rangeOf(token))]
  }
  if (isOperatorOrKeyword(token, '@') && token.kind === 'op') return decorated(cursor)
  const compound = token.kind === 'keyword' ? compounds[token.text] : undefined
  if (compound !== undefined) return recovering(cursor, () => compound(cursor, cursor.next(), before))
  return recovering(cursor, simpleStatements)
}

type Compound = (cursor: Cursor, keyword: Token, before: Statement | undefined) => readonly Statement[]

const compounds: Readonly<Record<string, Compound>> = {
  if: ifStatement,
  for: forStatement,
  while: (cursor, keyword) => {
    const test = headerPart(cursor, () => limited(cursor, namedExpression(cursor)))
    const header = cursor.rangeFrom(keyword)
    const body = suite(cursor, keyword)
    const orelse = cursor.is('else') ? [suite(cursor, cursor.next())] : []
    return [refusedBlock(cursor, messages.whileLoop, header, [test, body, ...orelse])]
  },
  with: (cursor, keyword) => {
    const binds = skipToColon(cursor)
    const header = cursor.rangeFrom(keyword)
    return [refusedBlock(cursor, messages.withBlock, header, [suite(cursor, keyword)], binds)]
  },
  try: tryStatement,
  def: (cursor, keyword) => {
    const name = cursor.expectName('the name of the function')
    skipDefinition(cursor)
    const range = cursor.place(cursor.rangeOf(name)).range
    const message = (place: Place) => messages.nestedFunction(place, name.text)
    return [
      cursor.refuse(message, range, {
        range: { start: cursor.rangeOf(keyword).start, end: range.end },
        binds: [name.text],
      }),
    ]
  },
  class: (cursor, keyword) => {
    const binds = cursor.isKind('name') ? [cursor.token.text] : []
    skipDefinition(cursor)
    return [cursor.refuse(messages.classDefinition, cursor.rangeOf(keyword), { binds })]
  },
  async: (cursor, keyword) => {
    cursor.report(messages.asynchronous(cursor.place(cursor.rangeOf(keyword)), 'async'))
    if (!cursor.is('for') && !cursor.is('with') && !cursor.is('def')) cursor.stop("'for', 'with' or 'def'")
    return statement(cursor, undefined)
  },
  elif: orphan,
  else: orphan,
  except: orphan,
  finally: orphan,
}

function ifStatement(cursor: Cursor, keyword: Token): readonly Statement[] {
  const branches: If['branches'][number][] = []
  let opener = keyword
  do {
    const test = headerPart(cursor, () => limited(cursor, namedExpression(cursor)))
    if (cursor.is('=')) {
      cursor.reportSyntax(messages.comparisonMeant(cursor.place(cursor.rangeOf(cursor.token))))
      cursor.skipLine()
    }
    branches.push({ test, body: suite(cursor, opener) })
    opener = cursor.token
  } while (cursor.take('elif'))
  const orelse = cursor.is('else') ? suite(cursor, cursor.next()) : undefined
  const end = (orelse ?? branches.at(-1)?.body)?.range.end ?? 0
  return [
    {
      kind: 'If',
      range: { start: cursor.rangeOf(keyword).start, end },
      branches,
      ...(orelse === undefined ? {} : { orelse }),
    },
  ]
}

function forStatement(cursor: Cursor, keyword: Token): readonly Statement[] {
  const header = headerPart(cursor, () => {
    const target = limited(cursor, loopTarget(cursor, inner))
    cursor.expect('in')
    return { kind: 'Header', target, iter: limited(cursor, expressionList(cursor)) } as const
  })
  const target: Target = header.kind === 'Error' ? header : header.target
  const iter: Expression = header.kind === 'Error' ? header : header.iter
  const body = suite(cursor, keyword)
  const range = { start: cursor.rangeOf(keyword).start, end: body.range.end }
  return [{ kind: 'For', range, target, iter, body }, ...loopElse(cursor)]
}

function loopElse(cursor: Cursor): readonly Statement[] {
  if (!cursor.is('else')) return []
  const keyword = cursor.next()
  const body = suite(cursor, keyword)
  return [refusedBlock(cursor, messages.loopElse, cursor.rangeOf(keyword), [body])]
}

function tryStatement(cursor: Cursor, keyword: Token): readonly Statement[] {
  const parts = [suite(cursor, keyword)]
  const binds: string[] = []
  while (cursor.is('except') || cursor.is('else') || cursor.is('finally')) {
    const clause = cursor.next()
    if (clause.text === 'except') binds.push(...skipToColon(cursor))
    parts.push(suite(cursor, clause))
  }
  return [refusedBlock(cursor, messages.tryBlock, cursor.rangeOf(keyword), parts, binds)]
}

/** A clause with no statement to belong to. Silent where the statement before it is broken. */
function orphan(cursor: Cursor, keyword: Token, before: Statement | undefined): readonly Statement[] {
  if (before?.kind !== 'Error')
    cursor.reportSyntax(messages.orphanClause(cursor.place(cursor.rangeOf(keyword)), keyword.text))
  skipToColon(cursor)
  const body = suite(cursor, keyword)
  return [{ kind: 'Error', range: cursor.rangeOf(keyword), children: [body], binds: [] }]
}

function refusedBlock(
  cursor: Cursor,
  message: (place: Place) => Diagnostic,
  header: ErrorNode['range'],
  children: ErrorNode['children'],
  binds: readonly string[] = [],
): ErrorNode {
  const range = { start: header.start, end: Math.max(header.end, children.at(-1)?.range.end ?? 0) }
  return cursor.refuse(message, header, { range, children, binds })
}

/** Skips to the ':' of the line, which is outside brackets. Gives the names after `as`. */
function skipToColon(cursor: Cursor): readonly string[] {
  const names: string[] = []
  let depth = 0
  while (!cursor.isKind('newline') && !cursor.isKind('end') && !(depth === 0 && cursor.is(':'))) {
    const token = cursor.next()
    if (token.kind === 'op' && '([{'.includes(token.text)) depth++
    if (token.kind === 'op' && ')]}'.includes(token.text)) depth--
    if (isOperatorOrKeyword(token, 'as') && cursor.isKind('name')) names.push(cursor.token.text)
  }
  return names
}

/** Skips a `def` or `class` from its name on, with its block. */
export function skipDefinition(cursor: Cursor): void {
  cursor.skipLine()
  cursor.next()
  cursor.skipBlock()
}

/** Refuses a decorator; the definition below it is a statement of its own. */
export function decorated(cursor: Cursor): readonly Statement[] {
  const at = cursor.next()
  cursor.skipLine()
  const node = cursor.refuse(messages.decorator, cursor.rangeFrom(at))
  cursor.next()
  return [node]
}

/** Whether a `match` statement begins here, rather than an expression with the name `match`. */
function isMatch(cursor: Cursor): boolean {
  const { token } = cursor
  if (token.kind !== 'name' || token.text !== 'match') return false
  let ahead = 1
  while (cursor.peek(ahead).line === token.line && cursor.peek(ahead).kind !== 'newline') {
    if (cursor.peek(ahead).kind === 'end') return false
    ahead++
  }
  const isOpened =
    isOperatorOrKeyword(cursor.peek(ahead - 1), ':') && cursor.peek(ahead + 1).kind === 'indent'
  return isOpened && cursor.peek(ahead + 2).text === 'case'
}
