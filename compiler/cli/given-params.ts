/** `--param k=v`: values for the params of a spec, written as in the spec. */
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import type { GivenParam } from '../elaborate/params.ts'
import { Scope } from '../eval/scope.ts'
import { bool, NONE, str, type Value } from '../eval/value.ts'
import { parseExpression } from '../parse/python/parse.ts'
import type { EmbeddedText, Source } from '../parse/source.ts'
import type { ParamDecl, SpecFile } from '../spec/spec.ts'
import { UsageError } from './failure.ts'

/**
 * Each value is an expression (`layers=[2, 2]`, `width=2 * 16`); for a param of type str or module a bare word stands for
 * itself (`act=relu`), and YAML's `true`, `false` and `null` are understood. Mistakes in values become diagnostics that
 * point into the option; an option without `=`, or given twice, throws UsageError.
 */
export function givenParams(
  options: readonly string[],
  file: SpecFile,
  diagnostics: Diagnostics,
): readonly GivenParam[] {
  const seen = new Set<string>()
  return options.map(option => {
    const at = option.indexOf('=')
    if (at < 1) throw new UsageError(`--param ${option}: a param is given as NAME=VALUE`)
    const name = option.slice(0, at).trim()
    if (seen.has(name)) throw new UsageError(`--param ${name} is given twice`)
    seen.add(name)
    const source: Source = { path: '--param', text: option }
    const place = { source, range: { start: at + 1, end: option.length } }
    // Errors in the expression point into the option.
    const text = { source, text: option.slice(at + 1), toFile: (offset: number) => offset + at + 1 }
    return givenParam(name, place, text, file, diagnostics)
  })
}

/** A value for a param, written as in the spec. Mistakes become diagnostics that point into the text's source. */
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

const WORDS: Readonly<Record<string, Value>> = { true: bool(true), false: bool(false), null: NONE }

function literalValue(text: string, decl: ParamDecl | undefined): Value | null {
  const isString = decl?.type.kind === 'TypeExpr' && decl.type.name === 'str'
  if (isString) return /^\s*[rRbBuU]?["']/.test(text) ? null : str(text)
  return WORDS[text.trim()] ?? null
}
