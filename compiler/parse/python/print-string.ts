/** Strings and f-strings to Python source. */
import type { Expression, JoinedStr } from './ast.ts'

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const isPlain = (character: string): boolean => /^[^\p{C}\p{Zl}\p{Zp}]$/u.test(character)

/** The text with everything escaped that cannot stand between `quote`s as it is. */
function escaped(text: string, quote: string): string {
  return Array.from(text, character => {
    if (escapes[character] !== undefined) return escapes[character]
    if (character === quote) return `\\${character}`
    if (isPlain(character)) return character
    const code = character.codePointAt(0) ?? 0
    const hex = code.toString(16)
    return code < 0x100
      ? `\\x${hex.padStart(2, '0')}`
      : code < 0x10000
        ? `\\u${hex.padStart(4, '0')}`
        : `\\U${hex.padStart(8, '0')}`
  }).join('')
}

/** A string literal, in double quotes unless single ones save escapes. */
export function quoted(text: string): string {
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"'
  return quote + escaped(text, quote) + quote
}

/**
 * An f-string. Inside braces neither a backslash nor the outer quotes can stand (before Python 3.12), so the outer quotes
 * are chosen by what the expressions contain.
 */
export function quotedFormat(node: JoinedStr, print: (value: Expression) => string): string {
  const fields = fieldTexts(node, print).join('')
  const quote = ['"', "'", '"""', "'''"].find(candidate => !fields.includes(candidate)) ?? '"'
  return `f${quote}${formatted(node, quote, print, false)}${quote}`
}

function fieldTexts(node: JoinedStr, print: (value: Expression) => string): readonly string[] {
  return node.parts.flatMap(part =>
    typeof part === 'string'
      ? []
      : [print(part.value), ...(part.spec === undefined ? [] : fieldTexts(part.spec, print))],
  )
}

function formatted(
  node: JoinedStr,
  quote: string,
  print: (value: Expression) => string,
  isSpec: boolean,
): string {
  return node.parts
    .map(part => {
      if (typeof part === 'string') {
        const text = escaped(part, quote[0] ?? '"')
        return isSpec ? text : text.replace(/[{}]/g, '$&$&')
      }
      const value = print(part.value)
      const conversion = part.conversion === undefined ? '' : `!${part.conversion}`
      const spec = part.spec === undefined ? '' : `:${formatted(part.spec, quote, print, true)}`
      // A brace after the opening one would be read as a literal brace.
      return `{${value.startsWith('{') ? ' ' : ''}${value}${conversion}${spec}}`
    })
    .join('')
}
