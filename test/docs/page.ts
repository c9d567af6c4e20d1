/** A page of the documentation as its fenced blocks. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '../..')

/** All pages below docs/, by path relative to the project. */
export const pages: readonly string[] = readdirSync(path.join(root, 'docs'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter(name => name.endsWith('.md'))
  .map(name => path.posix.join('docs', name.split(path.sep).join('/')))
  .sort()

export const readPage = (page: string): string => readFileSync(path.join(root, page), 'utf8')

export interface CodeBlock {
  readonly language: string
  /** Words after the language: `error=shape/mismatch`, `file=specs/net.yaml`. */
  readonly info: ReadonlyMap<string, string>
  readonly text: string
  /** Line of the opening fence. */
  readonly line: number
}

export function codeBlocks(page: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: {
    indent: string
    language: string
    info: Map<string, string>
    line: number
    text: string[]
  } | null = null
  for (const [i, line] of readPage(page).split('\n').entries()) {
    const fence = /^(\s*)```(.*)$/.exec(line)
    if (open === null) {
      if (fence === null) continue
      const [language = '', ...words] = fence[2]!.trim().split(/\s+/)
      const info = new Map(words.map(word => word.split('=', 2) as [string, string]))
      open = { indent: fence[1]!, language, info, line: i + 1, text: [] }
    } else if (fence === null)
      open.text.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
    else {
      const { language, info, line: at, text } = open
      blocks.push({ language, info, line: at, text: text.map(l => `${l}\n`).join('') })
      open = null
    }
  }
  if (open !== null) throw new Error(`${page}:${open.line}: the block is never closed`)
  return blocks
}
