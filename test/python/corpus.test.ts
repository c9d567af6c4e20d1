/**
 * Real functions of PyTorch packages against CPython's `ast`. The corpus holds other people's code and is not in the
 * repository: test/oracle/python/dump_corpus.py makes it, HOLDFAST_PYTHON_CORPUS names it.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import type { Block, FunctionDef } from '../../compiler/parse/python/ast.ts'
import { parseForward, parseFunctions } from '../../compiler/parse/python/parse.ts'
import { printBlock, printFunction, printHeader } from '../../compiler/parse/python/print.ts'
import { wholeText } from '../../compiler/parse/source.ts'
import { block, type Canonical, functionDef } from './canonical.ts'
import { expressionRanges } from './expression-ranges.ts'
import { forward } from './parsed.ts'

interface Mutant {
  kind: 'mutant'
  text: string
  valid: boolean
}

interface Case {
  package: string
  name: string
  kind: 'function' | 'body'
  text: string
  tree: Canonical
  refused: string[]
  ranges: [number, number, string][]
}

/** Codes that valid Python can have: constructs, not broken syntax. */
const constructs = new Set(
  `while with try lambda walrus yield async nested-def class import global for-else match decorator kwargs varargs
  positional-only set dict-unpacking bytes imaginary integer annotation delete format-debug`
    .split(/\s+/)
    .map(code => `python/${code}`),
)

function parse(item: Case): { codes: string[]; tree: Canonical; node: Block | FunctionDef | undefined } {
  const diagnostics = new Diagnostics()
  const text = wholeText({ path: 'snippet.py', text: item.text })
  const isForward = item.kind === 'function' && item.name === 'forward'
  let node: Block | FunctionDef | undefined
  let tree: Canonical = null
  if (item.kind === 'body' || isForward) {
    const found = parseForward(text, diagnostics)
    const { header } = found
    node = found
    tree = header
      ? functionDef({ kind: 'FunctionDef', range: found.range, header, body: found })
      : block(found)
  } else {
    node = parseFunctions(text, diagnostics)[0]
    if (node !== undefined) tree = functionDef(node)
  }
  return { codes: diagnostics.sorted().map(d => d.code), tree, node }
}

const path = process.env.HOLDFAST_PYTHON_CORPUS
if (path === undefined) console.log('corpus of real functions skipped: HOLDFAST_PYTHON_CORPUS is not set')

test.skipIf(path === undefined)(
  'every real function gives the tree of CPython or the diagnostic of a construct outside the subset',
  async () => {
    const counts = new Map<string, number>()
    const clean = new Map<string, { total: number; clean: number }>()
    const wrong: string[] = []
    let long = 0
    let printedLines = 0
    for await (const line of createInterface({ input: createReadStream(path ?? '') })) {
      const item = JSON.parse(line) as Case | Mutant
      if (item.kind === 'mutant') continue
      const { codes, tree, node } = parse(item)
      const where = `${item.package} ${item.kind} ${item.name}\n${item.text.slice(0, 1500)}`
      for (const code of new Set(codes)) counts.set(code, (counts.get(code) ?? 0) + 1)
      if (item.name === 'forward') {
        const key = `${item.package} ${item.kind}`
        const row = clean.get(key) ?? { total: 0, clean: 0 }
        clean.set(key, { total: row.total + 1, clean: row.clean + (codes.length === 0 ? 1 : 0) })
      }
      if (codes.length === 0 && node !== undefined) {
        const printed =
          node.kind === 'Block' && node.header
            ? printHeader(node.header) + printBlock(node, '    ')
            : node.kind === 'Block'
              ? printBlock(node)
              : printFunction(node)
        const again = parse({ ...item, text: printed })
        if (again.codes.length > 0 || JSON.stringify(again.tree) !== JSON.stringify(tree))
          wrong.push(`printed differently: ${again.codes} ${printed}\n${where}`)
        const lines = printed.split('\n').filter(text => !text.includes('"'))
        long += lines.filter(text => text.length > 100).length
        printedLines += lines.length
      }
      const broken = codes.filter(code => !constructs.has(code))
      if (broken.length > 0) wrong.push(`${broken} for valid Python: ${where}`)
      else if (codes.every(code => code === 'python/format-debug') && codes.length > 0) continue
      else if (codes.length > 0 && item.refused.length === 0) wrong.push(`${codes} refused: ${where}`)
      else if (codes.length === 0 && item.refused.length > 0)
        wrong.push(`${item.refused} not refused: ${where}`)
      else if (codes.length === 0 && JSON.stringify(tree) !== JSON.stringify(item.tree))
        wrong.push(`${JSON.stringify(tree)}\n${JSON.stringify(item.tree)}\n${where}`)
      else if (codes.length === 0 && item.ranges.length > 0 && node !== undefined) {
        const ours = new Set(expressionRanges(node))
        const missing = item.ranges.filter(([start, end, name]) => !ours.has(`${start}-${end}-${name}`))
        if (missing.length > 0) wrong.push(`ranges ${JSON.stringify(missing.slice(0, 5))}: ${where}`)
      }
    }
    console.log(
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([code, n]) => `${n} ${code}`)
        .join('\n'),
    )
    console.log(`${long} of ${printedLines} printed lines are longer than 100 columns`)
    for (const [key, row] of clean)
      console.log(key, `${row.clean}/${row.total}`, ((100 * row.clean) / row.total).toFixed(1))
    expect(wrong.slice(0, 5).join('\n\n'), `${wrong.length} differ`).toBe('')
  },
  600_000,
)

test.skipIf(path === undefined)(
  'what CPython does not compile is reported, what it does gives no error but that of a construct',
  async () => {
    const wrong: string[] = []
    let count = 0
    for await (const line of createInterface({ input: createReadStream(path ?? '') })) {
      const item = JSON.parse(line) as Case | Mutant
      if (item.kind !== 'mutant') continue
      count++
      const codes = forward(item.text).found.map(found => found.code)
      const isFine = item.valid ? codes.every(code => constructs.has(code)) : codes.length > 0
      if (!isFine) wrong.push(`${codes} ${item.valid ? 'for valid' : 'for broken'} Python:\n${item.text}`)
    }
    console.log(`${count} changed bodies`)
    expect(wrong.slice(0, 5).join('\n\n'), `${wrong.length} of ${count} differ`).toBe('')
  },
  600_000,
)
