/** `--param k=v`: values for the params of a spec, written as in the spec. */
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import { givenParam } from '../elaborate/param-text.ts'
import type { GivenParam } from '../elaborate/params.ts'
import type { Source } from '../parse/source.ts'
import type { SpecFile } from '../spec/spec.ts'
import { UsageError } from './failure.ts'

/**
 * Each value is read as {@link givenParam} says. Mistakes in values become diagnostics that point into the option; an option
 * without `=`, or given twice, throws UsageError.
 */
export function givenParams(
  options: readonly string[],
  file: SpecFile,
  diagnostics: Diagnostics,
): readonly GivenParam[] {
  return splitParams(options).map(([name, value], i) => {
    const option = options[i]!
    const start = option.length - value.length
    const source: Source = { path: '--param', text: option }
    const place = { source, range: { start, end: option.length } }
    // Errors in the expression point into the option.
    const text = { source, text: value, toFile: (offset: number) => offset + start }
    return givenParam(name, place, text, file, diagnostics)
  })
}

/** Names and texts. Throws UsageError for an option without `=`, or given twice. */
export function splitParams(options: readonly string[]): readonly (readonly [name: string, text: string])[] {
  const seen = new Set<string>()
  return options.map(option => {
    const at = option.indexOf('=')
    if (at < 1) throw new UsageError(`--param ${option}: a param is given as NAME=VALUE`)
    const name = option.slice(0, at).trim()
    if (seen.has(name)) throw new UsageError(`--param ${name} is given twice`)
    seen.add(name)
    return [name, option.slice(at + 1)]
  })
}
