/** Text that may stand in a Markdown file. Text of a spec becomes Markdown only here, as itself and nothing more. */

declare const brand: unique symbol

export type Markdown = string & { readonly [brand]: 'markdown' }

/** Markdown that this compiler wrote. */
export const written = (text: string): Markdown => text as Markdown

const visible = (character: string): string =>
  /^[^\p{C}\p{Zl}\p{Zp}]$/u.test(character)
    ? character
    : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** Characters that mean something to Markdown anywhere, GitHub's included, and beginnings of a line that do. */
const special = /[\\`*_[\]<>|~&$@]/g
const beginning = /^(?:[#+=-]|\d+[.)])/

function inline(text: string): string {
  const escaped = Array.from(text, visible).join('').replace(special, '\\$&')
  return escaped.replace(beginning, found => `${found.slice(0, -1)}\\${found.slice(-1)}`)
}

/** Words on one line: line breaks are spaces. */
export const words = (text: string): Markdown => inline(text.trim().split(/\s+/).join(' ')) as Markdown

/** Paragraphs, parted by empty lines. */
export const paragraphs = (text: string): readonly Markdown[] =>
  text
    .split(/\n[ \t]*\n/)
    .map(words)
    .filter(paragraph => paragraph !== '')

/** Code within a line, for tables too: their bars are escaped even in code. */
export function code(text: string): Markdown {
  const flat = Array.from(text.trim().split(/\s+/).join(' '), visible).join('')
  if (flat === '') return '' as Markdown
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${flat.replaceAll('|', '\\|')}${pad}${fence}` as Markdown
}

/** 1234567 as 1,234,567. */
export const count = (n: number): Markdown => String(n).replace(/\B(?=(\d{3})+$)/g, ',') as Markdown

/** One line of a comment that readers do not see. */
export const hidden = (text: string): Markdown =>
  `<!-- ${Array.from(text, visible).join('').replaceAll('--', '- -').replaceAll('>', '')} -->` as Markdown
