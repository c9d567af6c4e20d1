/** A value of a param from outside of a spec: text, written as in a spec. */
import { isDType } from '../../runtime/ops/dtype.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { Scope } from '../eval/scope.ts'
import { bool, NONE, str, type Value } from '../eval/value.ts'
import { parseExpression } from '../parse/python/parse.ts'
import type { EmbeddedText } from '../parse/source.ts'
import type { ParamDecl, SpecFile } from '../spec/spec.ts'
import type { GivenParam } from './params.ts'

/**
 * An expression (`[2, 2]`, `2 * 16`); for a param of type str, module or dtype a bare word stands for itself (`relu`), and YAML's
 * `true`, `false` and `null` are understood. Mistakes become diagnostics that point into the text's source.
 */
export function givenParam(
  name: string,
  place: Place,
  text: EmbeddedText,
  file: SpecFile,
  diagnostics: Diagnostics,
): GivenParam {
  const decl = file.root.params.find(p => p.name.name === name)
  const literal = literalValue(text.text, decl)
  if (literal !== null) return { name, place, value: literal }
  const expr = { expr: parseExpression(text, diagnostics), text: text.text, place }
  return { name, place, value: { expr, scope: new Scope({ ...file, source: text.source }) } }
}

/** As {@link givenParam}, of a text that stands by itself. */
export function paramFromText(
  name: string,
  text: string,
  file: SpecFile,
  diagnostics: Diagnostics,
): GivenParam {
  const source = { path: `param ${name}`, text }
  const place = { source, range: { start: 0, end: text.length } }
  return givenParam(name, place, { source, text, toFile: offset => offset }, file, diagnostics)
}

const WORDS: Readonly<Record<string, Value>> = { true: bool(true), false: bool(false), null: NONE }

function literalValue(text: string, decl: ParamDecl | undefined): Value | null {
  const type = decl?.type.kind === 'TypeExpr' ? decl.type.name : null
  if (type === 'dtype') {
    const name = text.trim().replace(/^(["'])(.*)\1$/, '$2')
    if (isDType(name)) return { kind: 'dtype', value: name }
  }
  if (type === 'str') return /^\s*[rRbBuU]?["']/.test(text) ? null : str(text)
  return WORDS[text.trim()] ?? null
}
