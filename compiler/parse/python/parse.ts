/** The forward language, text to tree. Everything that is wrong is reported, and the parser goes on. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Diagnostics } from '../../diagnostics/diagnostic.ts'
import type { EmbeddedText } from '../source.ts'
import type { Block, ErrorNode, Expression, FunctionDef, Statement, TypedName } from './ast.ts'
import { append, blockOf, decorated, recovering, skipDefinition, statements } from './block.ts'
import { Cursor, isOperatorOrKeyword, SyntaxStop } from './cursor.ts'
import { expressionList } from './expression.ts'
import { functionDef } from './function-def.ts'
import { equalsHint, limited } from './simple-statement.ts'
import { typeExpression } from './type-expression.ts'

/**
 * The body of a forward, at any common indentation, or the whole `def forward(self, x):`, whose header is then in
 * `header`. Also for other blocks with `return`, such as the `init` of a buffer.
 */
export function parseForward(text: EmbeddedText, diagnostics: Diagnostics): Block {
  const cursor = new Cursor(text, diagnostics)
  const first = cursor.token
  const body: Statement[] = []
  while (isOperatorOrKeyword(cursor.token, '@')) body.push(...decorated(cursor))
  let ahead = isOperatorOrKeyword(cursor.token, 'async') ? 1 : 0
  if (!isOperatorOrKeyword(cursor.peek(ahead), 'def')) ahead = -1
  if (ahead < 0 || cursor.peek(ahead + 1).text !== 'forward') {
    append(body, outermost(cursor))
    if (body.length === 0)
      cursor.report(messages.emptyText(cursor.place(cursor.rangeOf(first)), 'statements'))
    return blockOf(cursor, first, body)
  }
  if (ahead === 1) cursor.report(messages.asynchronous(cursor.place(cursor.rangeOf(cursor.next())), 'async'))
  const [found] = functionAt(cursor)
  const after = outermost(cursor)
  if (found?.kind !== 'FunctionDef')
    return blockOf(cursor, first, [...body, ...(found ? [found] : []), ...after])
  const whole = blockOf(cursor, first, [...body, ...found.body.body, ...after])
  return {
    ...whole,
    range: { start: found.header.range.start, end: whole.range.end },
    header: found.header,
  }
}

/** One expression, which may run over several lines. */
export function parseExpression(text: EmbeddedText, diagnostics: Diagnostics): Expression {
  return single(text, diagnostics, 'an expression', cursor => limited(cursor, expressionList(cursor)))
}

/** The functions of `functions:` or `methods:`. */
export function parseFunctions(text: EmbeddedText, diagnostics: Diagnostics): readonly FunctionDef[] {
  const cursor = new Cursor(text, diagnostics)
  const found: FunctionDef[] = []
  while (!cursor.isKind('end')) {
    const { token } = cursor
    if (isOperatorOrKeyword(token, '@')) decorated(cursor)
    else if (isOperatorOrKeyword(token, 'def')) {
      found.push(...functionAt(cursor).filter(node => node.kind === 'FunctionDef'))
    } else if (isOperatorOrKeyword(token, 'async') && isOperatorOrKeyword(cursor.peek(1), 'def')) {
      cursor.report(messages.asynchronous(cursor.place(cursor.rangeOf(cursor.next())), 'async'))
    } else if (token.kind === 'string' && cursor.peek(1).kind === 'newline') {
      cursor.skipLine()
      cursor.next()
    } else if (token.kind === 'indent' || token.kind === 'dedent') {
      cursor.next()
    } else {
      cursor.reportSyntax(messages.statementAmongFunctions(cursor.place(cursor.rangeOf(token))))
      skipDefinition(cursor)
    }
  }
  return found
}

/** A declaration without its name: a type, then `= default` or nothing. */
export function parseTypedName(text: EmbeddedText, diagnostics: Diagnostics): TypedName {
  const whole = { start: text.toFile(0), end: text.toFile(text.text.length) }
  const broken: TypedName = {
    kind: 'TypedName',
    range: whole,
    type: { kind: 'Error', range: whole, children: [], binds: [] },
  }
  const found = single(text, diagnostics, 'a type', (cursor): TypedName => {
    const first = cursor.token
    const type = typeExpression(cursor)
    if (!cursor.take('=')) return { kind: 'TypedName', range: cursor.rangeFrom(first), type }
    const value = limited(cursor, expressionList(cursor))
    return { kind: 'TypedName', range: cursor.rangeFrom(first), type, default: value }
  })
  return found.kind === 'Error' ? broken : found
}

/** Parses a text that holds one thing. */
function single<T>(
  text: EmbeddedText,
  diagnostics: Diagnostics,
  expected: string,
  parse: (cursor: Cursor) => T,
): T | ErrorNode {
  const cursor = new Cursor(text, diagnostics, { joined: true })
  const first = cursor.token
  try {
    if (first.kind === 'end') {
      cursor.reportSyntax(messages.emptyText(cursor.place(cursor.rangeOf(first)), expected))
      throw new SyntaxStop()
    }
    const found = parse(cursor)
    if (!cursor.isKind('end'))
      cursor.unexpected(`the end of ${expected.replace(/^an? /, 'the ')}`, equalsHint(cursor))
    return found
  } catch (stop) {
    if (!(stop instanceof SyntaxStop)) throw stop
    return { kind: 'Error', range: cursor.rangeOf(first), children: [], binds: [] }
  }
}

/** The function at its `def`, or what is left of it. */
function functionAt(cursor: Cursor): readonly (FunctionDef | Statement)[] {
  let found: FunctionDef | undefined
  const rest = recovering(cursor, () => {
    found = functionDef(cursor)
    return []
  })
  return found === undefined ? rest : [found]
}

/** All statements to the end of the text, over stray dedents. */
function outermost(cursor: Cursor): readonly Statement[] {
  const found: Statement[] = []
  while (!cursor.isKind('end')) {
    append(found, statements(cursor))
    if (cursor.isKind('dedent')) cursor.next()
  }
  return found
}
