/**
 * Text that may stand in generated TypeScript. Text of a spec becomes Code only through `ident`, `str`, `num` and `comment`,
 * which make anything else impossible; a plain string is no Code.
 */
declare const brand: unique symbol
export type Code = string & { readonly [brand]: true }

const trusted = (text: string): Code => text as Code

/** `code\`a + ${b}\``: literal parts are ours, the others are Code already. */
export function code(parts: TemplateStringsArray, ...values: readonly Code[]): Code {
  return trusted(parts.map((part, i) => part + (values[i] ?? '')).join(''))
}

export const joined = (parts: readonly Code[], separator: Code = code`, `): Code =>
  trusted(parts.join(separator))

/** Words that no variable, parameter or class can be called, in strict mode and in async functions. */
const RESERVED: ReadonlySet<string> = new Set(
  `abstract any arguments as async await boolean break case catch class const constructor continue debugger declare default
   delete do else enum eval export extends false finally for from function get if implements import in infer instanceof
   interface is keyof let module namespace never new null number object of package private protected public readonly
   require return satisfies set static string super switch symbol this throw true try type typeof undefined unique unknown
   using var void while with yield NaN Infinity globalThis Math Array Object`.split(/\s+/),
)

/** Names that the generated file itself uses. */
const OURS: ReadonlySet<string> = new Set([
  'F',
  'nn',
  'py',
  'Cell',
  'Module',
  'Tensor',
  'TypedTensor',
  'options',
  'contracts',
])

/** An identifier; what cannot be one as it stands gets a trailing underscore. `taken` are names in use around it. */
export function ident(name: string, taken: ReadonlySet<string> = OURS): Code {
  if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name))
    throw new TypeError(`${JSON.stringify(name)} is no identifier`)
  return trusted(RESERVED.has(name) || taken.has(name) ? `${name}_` : name)
}

/** A property name after a dot or in an object literal: any identifier is allowed there. */
export const property = (name: string): Code =>
  /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) && name !== '__proto__'
    ? trusted(name)
    : code`[${str(name)}]`

/** A string literal with single quotes. */
export function str(value: string): Code {
  const escaped = value.replace(/[\\'\p{Cc}\u2028\u2029\p{Cs}]/gu, c => {
    if (c === '\\' || c === "'") return `\\${c}`
    if (c === '\n') return '\\n'
    if (c === '\t') return '\\t'
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return trusted(`'${escaped}'`)
}

/** The literal parts of a template string. */
export const templateText = (value: string): Code =>
  trusted(
    str(value)
      .slice(1, -1)
      .replace(/\\'/g, "'")
      .replace(/[`]|\$\{/g, m => `\\${m}`),
  )

export function num(value: number): Code {
  if (Number.isNaN(value)) return code`Number.NaN`
  if (value === Number.POSITIVE_INFINITY) return code`Number.POSITIVE_INFINITY`
  if (value === Number.NEGATIVE_INFINITY) return code`Number.NEGATIVE_INFINITY`
  return trusted(Object.is(value, -0) ? '-0' : `${value}`)
}

/** One or more lines for the inside of a doc comment. */
export const comment = (value: string): Code =>
  trusted(
    value
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      .replace(/\*\//g, '*\u200b/')
      .replace(/[\p{Cc}\p{Cs}]/gu, c => (c === '\n' ? c : ' '))
      .trimEnd(),
  )
