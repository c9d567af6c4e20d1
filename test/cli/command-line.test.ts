import { spawn } from 'node:child_process'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { reportFailure } from '../../compiler/cli/failure.ts'
import { InternalError } from '../../compiler/diagnostics/internal-error.ts'
import { CapturedTerminal, holdfast } from './captured-terminal.ts'

describe('the command line', () => {
  it('gives its version and its help with exit code 0', async () => {
    expect(await holdfast('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
    expect(await holdfast('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: holdfast'),
    })
    expect(await holdfast('run', '--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--weights'),
    })
  })

  it.each([
    ['an unknown command', ['chekc'], "unknown command 'chekc'"],
    ['an unknown option', ['check', '--jsno'], "unknown option '--jsno'"],
    ['a missing argument', ['keys'], "missing required argument 'spec'"],
    ['a missing option', ['run', 'x.yaml'], "required option '--inputs"],
    ['no command at all', [], 'Usage: holdfast'],
  ])('refuses %s with exit code 2 and the usage', async (_what, args, message) => {
    const { code, out, err } = await holdfast(...args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err).toContain('Usage: holdfast')
  })

  it('suggests the command that was meant', async () => {
    expect((await holdfast('chekc')).err).toContain('Did you mean check?')
  })
})

describe('an error of our own', () => {
  afterEach(() => {
    delete process.env.HOLDFAST_DEBUG
  })

  it('is reported without a stack trace, with exit code 1', () => {
    const terminal = new CapturedTerminal()
    expect(reportFailure(new InternalError('the impossible'), terminal)).toBe(1)
    expect(terminal.err).toContain('InternalError: the impossible')
    expect(terminal.err).toContain('Please report it')
    expect(terminal.err).not.toMatch(/^\s+at /m)
  })

  it('shows its stack trace under HOLDFAST_DEBUG', () => {
    process.env.HOLDFAST_DEBUG = '1'
    const terminal = new CapturedTerminal()
    reportFailure(new InternalError('the impossible'), terminal)
    expect(terminal.err).toMatch(/^\s+at /m)
  })
})

describe('the process', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  const main = ['--conditions=holdfast-source', '--import', 'tsx', 'compiler/cli/main.ts']

  it('ends with the exit code of the command', async () => {
    const ended = await ending(spawn(process.execPath, [...main, 'keys', 'no-such.yaml'], { cwd: root }))
    expect(ended.code).toBe(1)
    expect(ended.err).toBe('error[spec/unreadable] no-such.yaml: there is no such file\n')
  })

  it('ends quietly when nobody reads its output', async () => {
    const child = spawn(process.execPath, [...main, 'keys', 'specs/zoo/resnet20-cifar10.yaml'], { cwd: root })
    child.stdout.destroy()
    expect(await ending(child)).toEqual({ code: 0, err: '' })
  })
})

function ending(child: ReturnType<typeof spawn>): Promise<{ code: number | null; err: string }> {
  let err = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  return new Promise(resolve => child.on('close', code => resolve({ code, err })))
}
