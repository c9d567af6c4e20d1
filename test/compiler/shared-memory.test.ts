/** Whose results share memory in PyTorch, and whether an in-place change of them is refused where the operand is read later. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileText, underlined } from './compile-text.ts'

const file = path.join(import.meta.dirname, '../fixtures/compiler/shared-memory.json')
const shares = JSON.parse(readFileSync(file, 'utf8')) as Record<string, boolean>

/** A module of the expression becomes a member, whose evaluation mode is that of the compiler. */
function specOf(expression: string): string {
  const module = /^nn\.(\w+\(.*?\))(?:\.eval\(\))?\(y\)$/.exec(expression)?.[1]
  return `holdfast: 1
model: Probe
inputs: { x: "float32[2, 3, 4, 5]" }
outputs: { y: "tensor", z: "tensor" }
modules: { fc: "Linear(5, 5)"${module === undefined ? '' : `, m: ${JSON.stringify(module)}`} }
forward: |
  y = x + 1
  z = ${module === undefined ? expression : 'self.m(y)'}
  z *= 2
  return y, z
`
}

describe('an in-place change of a result while its operand is read later', () => {
  it.each(Object.entries(shares).filter(([, shared]) => shared))('is refused of %s', expression => {
    const { problems } = compileText(specOf(expression))
    expect(problems.map(underlined)).toEqual(['forward/alias: z *= 2'])
  })

  it.each(Object.entries(shares).filter(([, shared]) => !shared))('is nothing of %s', expression => {
    const { problems } = compileText(specOf(expression))
    expect(problems.map(underlined)).toEqual([])
  })
})
