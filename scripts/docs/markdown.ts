/** Markdown of the generated reference pages. */

/** The first lines of every generated page. */
export const pageHead = (title: string, text: string): string =>
  `# ${title}\n\n<!-- Made by scripts/build-docs.ts; do not edit: run npm run build:docs. -->\n\n${text}\n`

/** A cell of a table: no line breaks, no bars. */
const cell = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|')

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`
  return `${line(head)}|${' --- |'.repeat(head.length)}\n${rows.map(line).join('')}`
}

/** Text that Markdown shows as it is, but for what it marks as code. */
export const plain = (text: string): string =>
  text.replace(/`[^`]*`|[\\*_<]/g, found => (found.length > 1 ? found : `\\${found}`))

/** Text as code. */
export const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

/** The id that a heading has in a page, as GitHub makes it. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
