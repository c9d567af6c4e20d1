/** Texts of tests, parsed. */
import { type Diagnostic, Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import type { Block, Expression, FunctionDef, TypedName } from '../../compiler/parse/python/ast.ts'
import {
  parseExpression,
  parseForward,
  parseFunctions,
  parseTypedName,
} from '../../compiler/parse/python/parse.ts'
import { type EmbeddedText, wholeText } from '../../compiler/parse/source.ts'

export interface Parsed<T> {
  readonly node: T
  readonly found: readonly Diagnostic[]
  /** `code 'text in the range'` of each diagnostic. */
  readonly marked: readonly string[]
}

function parsed<T>(text: string, parse: (text: EmbeddedText, diagnostics: Diagnostics) => T): Parsed<T> {
  const diagnostics = new Diagnostics()
  const node = parse(wholeText({ path: 'model.yaml', text }), diagnostics)
  const found = diagnostics.sorted()
  const marked = found.map(({ code, range }) => `${code} '${text.slice(range.start, range.end)}'`)
  return { node, found, marked }
}

export const forward = (text: string): Parsed<Block> => parsed(text, parseForward)
export const expression = (text: string): Parsed<Expression> => parsed(text, parseExpression)
export const functions = (text: string): Parsed<readonly FunctionDef[]> => parsed(text, parseFunctions)
export const typedName = (text: string): Parsed<TypedName> => parsed(text, parseTypedName)
