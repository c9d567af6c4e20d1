import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandsOf, matches } from './console-block.ts'
import { expectAsSaid, wholeSpec, withForward } from './example-spec.ts'
import { type CodeBlock, codeBlocks, pages } from './page.ts'
import { printedBy, typeErrors } from './script.ts'
import { runInTerminal, Workspace } from './workspace.ts'

/** All programs of all pages: checked at the end, together, since a type checker of its own for each takes long. */
const programs: string[] = []
const workspaces: Workspace[] = []
afterAll(() => {
  for (const workspace of workspaces) workspace.remove()
})

const executed = new Set(['yaml', 'python', 'ts', 'console'])
/** Not executed: output, other shells, tables, and files that only Python reads. */
const shown = new Set(['text', 'sh', 'json', 'html', 'py'])

describe.each(pages)('%s', page => {
  const blocks = codeBlocks(page)
  let workspace: Workspace

  beforeAll(() => {
    workspace = new Workspace()
    workspaces.push(workspace)
  })

  it('names the language of every block', () => {
    expect(blocks.filter(b => !executed.has(b.language) && !shown.has(b.language)).map(b => b.line)).toEqual(
      [],
    )
  })

  for (const [i, block] of blocks.entries()) {
    if (!executed.has(block.language)) continue
    it(`line ${block.line}: ${block.language}`, async () => {
      await run(block, i)
    })
  }

  async function run(block: CodeBlock, i: number): Promise<void> {
    switch (block.language) {
      case 'yaml':
        return runYaml(block)
      case 'python':
        return expectAsSaid(block, withForward(contextOf(i), block.text))
      case 'console':
        return runCommands(block)
      case 'ts':
        return runScript(block, blocks[i + 1])
    }
  }

  function runYaml(block: CodeBlock): void {
    const text = wholeSpec(block.text)
    const file = block.info.get('file')
    if (file !== undefined) workspace.write(file, text)
    expectAsSaid(block, text)
  }

  /** The last spec above that stands for the forwards below it. */
  function contextOf(i: number): string {
    const found = blocks.slice(0, i).findLast(b => b.info.get('as') === 'context')
    if (found === undefined) throw new Error('no spec above it is marked as=context')
    return wholeSpec(found.text)
  }

  async function runCommands(block: CodeBlock): Promise<void> {
    let last = 0
    for (const { words, expected } of commandsOf(block.text)) {
      if (words[0] === 'echo') {
        expect(`${last}\n`).toBe(expected)
        continue
      }
      const args = words.slice(words.indexOf('holdfast') + 1)
      expect(words.includes('holdfast'), words.join(' ')).toBe(true)
      const { code, printed } = await runInTerminal(args)
      if (!matches(expected, printed)) expect(printed).toBe(expected)
      last = code
    }
  }

  /** The `text` block right after a program is what it prints. */
  async function runScript(block: CodeBlock, next: CodeBlock | undefined): Promise<void> {
    const name = block.info.get('file') ?? `line-${block.line}.ts`
    const file = workspace.write(name, block.text)
    programs.push(file)
    if (block.info.has('browser')) return
    const printed = await printedBy(file)
    const expected = next?.info.has('printed') ? next.text : ''
    if (!matches(expected, printed)) expect(printed).toBe(expected)
  }
})

it('every program of the documentation passes the type checker', () => {
  expect(programs.length).toBeGreaterThan(0)
  expect(typeErrors(programs)).toEqual([])
})
