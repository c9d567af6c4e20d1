import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { holdfast } from './captured-terminal.ts'
import { scratchFolder } from './scratch.ts'

const scratch = scratchFolder()
const specs = scratch.path('specs')

describe('holdfast init', () => {
  it('writes a commented spec that is in order', async () => {
    const file = `${specs}/word-tagger.yaml`
    const { code, out } = await holdfast('init', 'WordTagger', '--specs', specs)
    expect(code).toBe(0)
    expect(out).toContain(`wrote ${file}`)
    expect(readFileSync(file, 'utf8')).toMatch(/^# .*\nholdfast: 1\nmodel: WordTagger\n/)
    expect(await holdfast('check', file)).toMatchObject({ code: 0, err: '' })
    const { out: keys } = await holdfast('keys', file, '--json')
    expect(JSON.parse(keys)).toHaveLength(11)
  })

  it('refuses to overwrite', async () => {
    const file = scratch.write('specs/mine.yaml', 'precious')
    const { code, err } = await holdfast('init', 'mine', '--specs', specs)
    expect(code).toBe(1)
    expect(err).toContain('error[init/exists]')
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })

  it.each(['../escape', 'a b', '1st', '', 'x/y'])('refuses the name %j as wrong usage', async name => {
    expect((await holdfast('init', name, '--specs', specs)).code).toBe(2)
    expect(existsSync(scratch.path('escape.yaml'))).toBe(false)
  })
})
