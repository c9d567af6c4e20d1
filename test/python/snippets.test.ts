/** Our own snippets against the trees and positions that CPython gave them (test/oracle/python/make_snippets.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { block, type Canonical, expression, functionDef } from './canonical.ts'
import { expressionRanges } from './expression-ranges.ts'
import * as parsed from './parsed.ts'

interface Case {
  mode: 'expression' | 'block' | 'functions'
  text: string
  tree: Canonical
  refused?: string[]
  ranges?: [number, number, string][]
}

const cases = JSON.parse(
  readFileSync(new URL('../fixtures/python/snippets.json', import.meta.url), 'utf8'),
) as Case[]

/** What CPython's parser takes (some of it fails later, when CPython compiles it) and the language does not. */
const stricter: Readonly<Record<string, string>> = {
  'f(key=1, key=2)': 'python/arguments',
  "'\\N{BULLET}'": 'python/escape',
  "f'{x=}'": 'python/format-debug',
  'def f(x, x):\n    return x': 'python/params',
}

function read({ mode, text }: Case): { codes: string[]; tree: Canonical; ranges: string[] } {
  const codes = (found: parsed.Parsed<unknown>) => found.found.map(d => d.code)
  switch (mode) {
    case 'expression': {
      const found = parsed.expression(text)
      return { codes: codes(found), tree: expression(found.node), ranges: expressionRanges(found.node) }
    }
    case 'block': {
      const found = parsed.forward(text)
      return { codes: codes(found), tree: block(found.node), ranges: expressionRanges(found.node) }
    }
    case 'functions': {
      const found = parsed.functions(text)
      const ranges = found.node.flatMap(node => expressionRanges(node))
      return { codes: codes(found), tree: found.node.map(functionDef), ranges }
    }
  }
}

const isStricter = (item: Case): boolean => stricter[item.text] !== undefined

describe.each(['expression', 'block', 'functions'] as const)('%s snippets', mode => {
  const ofMode = cases.filter(item => item.mode === mode)

  test.each(ofMode.filter(item => item.tree !== null && !isStricter(item)))(
    'CPython and we give the same tree and positions for $text',
    item => {
      const found = read(item)
      expect(found.codes).toEqual([])
      expect(found.tree).toEqual(item.tree)
      const missing = (item.ranges ?? []).filter(
        ([start, end, name]) => !found.ranges.includes(`${start}-${end}-${name}`),
      )
      expect(missing).toEqual([])
    },
  )

  test.each(ofMode.filter(item => item.tree === null))('$text is reported', item => {
    expect(read(item).codes).not.toEqual([])
  })
})

test.each(cases.filter(isStricter))('$text is reported though CPython parses it', item => {
  expect(read(item).codes).toEqual([stricter[item.text]])
})
