/** Links resolve, and paths that the documentation names exist. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { anchor } from '../../scripts/docs/markdown.ts'
import { codeBlocks, pages, readPage, root } from './page.ts'

/** The text of a page without its blocks. */
const proseOf = (text: string): string => text.replace(/^(\s*)```.*\n[\s\S]*?^\1```$/gm, '')

function headingsOf(file: string): ReadonlySet<string> {
  const lines = proseOf(readFileSync(file, 'utf8')).split('\n')
  const ids = lines.flatMap(line => {
    const heading = /^#+ (.*)$/.exec(line)
    return heading === null ? [] : [anchor(heading[1]!.replaceAll('`', ''))]
  })
  return new Set(ids)
}

it.each(pages)('%s: every link leads to a file and a heading that are there', page => {
  const links = [...proseOf(readPage(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(match => match[1]!)
  const broken = links.filter(link => {
    if (/^https?:/.test(link)) return false
    const [target = '', id] = link.split('#')
    const file = target === '' ? path.join(root, page) : path.join(root, path.dirname(page), target)
    return !existsSync(file) || (id !== undefined && !headingsOf(file).has(id))
  })
  expect(broken).toEqual([])
})

it.each(pages)('%s: every path of the project that it names is there', page => {
  // The reader's own files are those that the page's blocks make; NAME stands for any.
  const own = codeBlocks(page)
    .flatMap(block => [block.info.get('file') ?? '', block.text])
    .join('\n')
  const named = [...proseOf(readPage(page)).matchAll(/`((?:\.\/)?(?:[\w-]+\/)+[\w.-]*\.\w+)`/g)].map(
    m => m[1]!,
  )
  expect(
    named.filter(name => !existsSync(path.join(root, name)) && !own.includes(name) && !name.includes('NAME')),
  ).toEqual([])
})

it.each(pages)('%s: every diagnostic that it names is in the catalogue', page => {
  const known = readPage('docs/reference/diagnostics.md')
  const named = [...proseOf(readPage(page)).matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(m => m[1]!)
  // Other things with a slash: entry points of the package.
  const codes = named.filter(name => !name.startsWith('holdfast/'))
  expect(codes.filter(code => !known.includes(`\`${code}\``))).toEqual([])
})
