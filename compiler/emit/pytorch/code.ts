/** Text that may stand in a Python file. It comes from the printer of syntax trees or from the constructors here. */
declare const brand: unique symbol

/** Python source. A string of the author's is none until it went through a constructor. */
export type Code = string & { readonly [brand]: 'python' }

/** What the printer made of a syntax tree, whose names the parser or this target has checked. */
export const printed = (text: string): Code => text as Code

const plain = (character: string): boolean => /^[^\p{C}\p{Zl}\p{Zp}]$/u.test(character)

const escapeOther = (character: string): string =>
  plain(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** One comment line: whatever would end the line is shown as an escape. */
export const comment = (text: string): Code => `# ${Array.from(text, escapeOther).join('')}`.trimEnd() as Code

/** A docstring whose later lines are indented by `indent`; empty lines have no spaces. */
export function docstring(lines: readonly string[], indent: string): Code {
  const safe = lines.map(line =>
    Array.from(line, c => escapeInDocstring(c))
      .join('')
      .trimEnd(),
  )
  const text = safe.map((line, i) => (i === 0 || line === '' ? line : indent + line)).join('\n')
  // A quote at the end would join the closing ones.
  const last = text.endsWith('"') ? `${text.slice(0, -1)}\\"` : text
  return `"""${last}${safe.length > 1 ? `\n${indent}` : ''}"""` as Code
}

function escapeInDocstring(character: string): string {
  if (character === '\\') return '\\\\'
  if (character === '"') return '\\"'
  if (plain(character)) return character
  const code = character.codePointAt(0) ?? 0
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : code < 0x10000
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`
}
