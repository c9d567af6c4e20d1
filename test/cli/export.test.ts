import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { holdfast } from './captured-terminal.ts'
import { linear, scratchFolder } from './scratch.ts'

const scratch = scratchFolder()
const spec = scratch.write('tiny.yaml', linear)

describe('holdfast export', () => {
  it('prints PyTorch source', async () => {
    const { code, out } = await holdfast('export', spec, '--to', 'pytorch')
    expect(code).toBe(0)
    expect(out).toContain('class Tiny(nn.Module):')
  })

  it('writes a model card to a file, for the params that are given', async () => {
    const file = scratch.path('card.md')
    const { code, out } = await holdfast('export', spec, '--to', 'card', '-o', file, '--param', 'width=5')
    expect({ code, out }).toEqual({ code: 0, out: `wrote ${file}\n` })
    expect(readFileSync(file, 'utf8')).toContain('| `fc.weight` | `[2, 5]` |')
  })

  it.each([[['--to', 'cobol']], [[]]])('refuses the target %j as wrong usage', async to => {
    expect((await holdfast('export', spec, ...to)).code).toBe(2)
  })
})
