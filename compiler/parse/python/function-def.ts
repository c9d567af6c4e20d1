/** `def` lines and the functions below them. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Expression, FunctionDef, Header, Param } from './ast.ts'
import { suite } from './block.ts'
import type { Cursor } from './cursor.ts'
import { expression } from './expression.ts'
import { limited } from './simple-statement.ts'

/** A function, at its `def`. */
export function functionDef(cursor: Cursor): FunctionDef {
  const keyword = cursor.token
  const header = functionHeader(cursor)
  const body = suite(cursor, keyword)
  return { kind: 'FunctionDef', range: { start: header.range.start, end: body.range.end }, header, body }
}

function functionHeader(cursor: Cursor): Header {
  const keyword = cursor.expect('def')
  const name = cursor.expectName('the name of the function')
  cursor.expect('(')
  const params = parameters(cursor)
  const returns = cursor.take('->') ? limited(cursor, expression(cursor)) : undefined
  return {
    kind: 'Header',
    range: cursor.rangeFrom(keyword),
    name: name.text.normalize('NFKC'),
    nameRange: cursor.rangeOf(name),
    params,
    ...(returns === undefined ? {} : { returns }),
  }
}

/** Up to the closing bracket, which is taken. `*args` and `**kwargs` are reported and left out. */
function parameters(cursor: Cursor): readonly Param[] {
  const params: Param[] = []
  let keywordOnly = false
  while (!cursor.take(')')) {
    const first = cursor.token
    if (cursor.take('*')) {
      keywordOnly = true
      if (!cursor.is(',')) restParameter(cursor, first, messages.positionalRest)
    } else if (cursor.take('**')) restParameter(cursor, first, messages.keywordRest)
    else if (cursor.take('/')) cursor.report(messages.positionalOnly(cursor.place(cursor.rangeOf(first))))
    else params.push(parameter(cursor, keywordOnly, params))
    if (!cursor.take(',') && !cursor.is(')')) cursor.stop("',' or ')'")
  }
  return params
}

function restParameter(
  cursor: Cursor,
  star: Cursor['token'],
  message: typeof messages.keywordRest | typeof messages.positionalRest,
): void {
  cursor.expectName('the name of a parameter')
  cursor.report(message(cursor.place(cursor.rangeFrom(star))))
  if (cursor.take(':')) {
    cursor.take('*')
    expression(cursor)
  }
}

function parameter(cursor: Cursor, keywordOnly: boolean, earlier: readonly Param[]): Param {
  const first = cursor.expectName('the name of a parameter')
  const name = first.text.normalize('NFKC')
  const annotation = cursor.take(':') ? limited(cursor, expression(cursor)) : undefined
  const value: Expression | undefined = cursor.take('=') ? limited(cursor, expression(cursor)) : undefined
  const place = cursor.place(cursor.rangeOf(first))
  if (earlier.some(param => param.name === name)) cursor.report(messages.repeatedParam(place, name))
  if (value === undefined && !keywordOnly && earlier.at(-1)?.default !== undefined)
    cursor.report(messages.missingDefault(place, name))
  return {
    kind: 'Param',
    range: cursor.rangeFrom(first),
    name,
    nameRange: cursor.rangeOf(first),
    keywordOnly,
    ...(annotation === undefined ? {} : { annotation }),
    ...(value === undefined ? {} : { default: value }),
  }
}
