import { describe, expect, it } from 'vitest'
import { holdfast } from './captured-terminal.ts'
import { broken, linear, scratchFolder } from './scratch.ts'

const scratch = scratchFolder()
const good = scratch.write('all/good.yaml', linear)
const bad = scratch.write('all/deep/bad.yml', broken)
scratch.write('all/notes.txt', 'no spec')

describe('holdfast check', () => {
  it('sums up a spec that is in order', async () => {
    const { code, out, err } = await holdfast('check', good)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(`${good}: Tiny, 2 keys, 10 parameters\n`)
  })

  it('reports every mistake with a caret frame on stderr, and exit code 1', async () => {
    const { code, out, err } = await holdfast('check', bad)
    expect(code).toBe(1)
    expect(out).toBe(`${bad}: 2 errors\n`)
    expect(err).toContain(`${bad}:6:7`)
    expect(err).toContain(`${bad}:7:21`)
    expect(err).toContain('^^^^^^')
  })

  it('reads all specs of a folder, in order of their paths, and counts those with errors', async () => {
    const { code, out } = await holdfast('check', scratch.path('all'))
    expect(code).toBe(1)
    expect(out).toBe(`${bad}: 2 errors\n${good}: Tiny, 2 keys, 10 parameters\n1 of 2 specs have errors\n`)
  })

  it('prints one JSON object per file with --json, and nothing on stderr', async () => {
    const { code, out, err } = await holdfast('check', good, bad, '--json')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    const [first, second] = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(first).toEqual({ file: good, ok: true, model: 'Tiny', diagnostics: [] })
    expect(second).toMatchObject({ file: bad, ok: false, model: null })
    expect(second.diagnostics).toHaveLength(2)
    expect(second.diagnostics[0]).toMatchObject({
      severity: 'error',
      file: bad,
      line: 6,
      column: 7,
      endLine: 6,
      endColumn: 13,
      message: expect.stringContaining('Linaer'),
      hint: expect.stringContaining('Linear'),
    })
  })

  it('reports a file that is not there, and checks the others all the same', async () => {
    const { code, out, err } = await holdfast('check', 'nowhere.yaml', good)
    expect(code).toBe(1)
    expect(err).toBe('error[spec/unreadable] nowhere.yaml: there is no such file\n')
    expect(out).toContain('Tiny')
  })

  it('takes a file of definitions in a folder as in order, and refuses it by itself', async () => {
    const library = scratch.write(
      'lib/blocks.yaml',
      'holdfast: 1\ndefinitions:\n  Block:\n    modules:\n      fc: Linear(2, 2)\n    forward: return fc(x)\n',
    )
    expect(await holdfast('check', scratch.path('lib'))).toMatchObject({
      code: 0,
      out: `${library}: definitions only\n`,
    })
    expect(await holdfast('check', library)).toMatchObject({
      code: 1,
      err: expect.stringContaining('spec/no-model'),
    })
  })

  it('says so when there is no spec in a folder', async () => {
    scratch.write('empty/readme.md', '')
    const { code, err } = await holdfast('check', scratch.path('empty'))
    expect(code).toBe(1)
    expect(err).toContain('error[spec/none]')
  })

  it('shows no control characters of a spec', async () => {
    const file = scratch.write(
      'escape.yaml',
      'holdfast: 1\nmodel: M\ninputs: { x: "float32[N]" }\n"\\e[31mred": 1\nforward: return x\n',
    )
    const { code, err } = await holdfast('check', file)
    expect(code).toBe(1)
    expect(err).not.toContain('\x1b')
  })
})
