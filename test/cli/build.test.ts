import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Ended, holdfast } from './captured-terminal.ts'
import { broken, linear, scratchFolder } from './scratch.ts'

const scratch = scratchFolder()

/** A folder of specs of its own for every test. */
function project(
  name: string,
  specs: Readonly<Record<string, string>>,
): {
  build(...more: readonly string[]): Promise<Ended>
  out(file: string): string
  spec(file: string): string
} {
  for (const [file, text] of Object.entries(specs)) scratch.write(`${name}/specs/${file}`, text)
  const [from, to] = [scratch.path(`${name}/specs`), scratch.path(`${name}/generated`)]
  return {
    build: (...more) => holdfast('build', '--specs', from, '--out', to, ...more),
    out: file => `${to}/${file}`,
    spec: file => `${from}/${file}`,
  }
}

describe('holdfast build', () => {
  it('writes a class for every spec, under its name', async () => {
    const { build, out } = project('plain', { 'tiny-net.yaml': linear, 'deep/other.yml': linear })
    const { code, out: said, err } = await build()
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const files = ['deep/other.ts', 'deep/other.source.ts', 'tiny-net.ts', 'tiny-net.source.ts']
    expect(said).toBe(
      `${files.map(file => `wrote ${out(file)}\n`).join('')}4 written, 0 unchanged, 0 removed\n`,
    )
    const text = readFileSync(out('tiny-net.ts'), 'utf8')
    expect(text).toContain('export class Tiny extends Module<TinyState>')
    expect(text).toContain("from 'holdfast/runtime'")
  })

  it('gives the same bytes again, and leaves files alone that are current', async () => {
    const { build, out } = project('twice', { 'tiny.yaml': linear })
    await build()
    const first = readFileSync(out('tiny.ts'))
    expect((await build()).out).toBe('0 written, 2 unchanged, 0 removed\n')
    rmSync(out('tiny.ts'))
    await build()
    expect(readFileSync(out('tiny.ts')).equals(first)).toBe(true)
  })

  it('takes the import specifier of the runtime', async () => {
    const { build, out } = project('specifier', { 'tiny.yaml': linear })
    await build('--runtime', '../vendor/holdfast.js')
    expect(readFileSync(out('tiny.ts'), 'utf8')).toContain("from '../vendor/holdfast.js'")
  })

  it('imports the generated file of an imported spec', async () => {
    const user = linear
      .replace('params:', 'imports: { blocks: ./parts/blocks.yaml }\nparams:')
      .replace('fc: {', 'tiny: blocks.Half(width)\n  fc: {')
      .replace('y = fc(x)', 'y = fc(tiny(x))')
    const blocks = linear
      .replace('Tiny', 'Blocks')
      .concat(
        'definitions:\n  Half:\n    params: { size: int }\n    modules:\n      fc: Linear(size, size)\n    forward: return fc(x) / 2\n',
      )
    const { build, out } = project('imports', { 'user.yaml': user, 'parts/blocks.yaml': blocks })
    expect(await build()).toMatchObject({ code: 0, err: '' })
    expect(readFileSync(out('user.ts'), 'utf8')).toContain("import { Half } from './parts/blocks.js'")
  })

  it('refuses a spec that uses definitions for which no class is generated', async () => {
    const block =
      'definitions:\n  Half:\n    params: { size: int }\n    modules:\n      fc: Linear(size, size)\n    forward: return fc(x) / 2\n'
    scratch.write('homeless/outside.yaml', linear.concat(block))
    const user = (from: string): string =>
      linear
        .replace('params:', `imports: { blocks: ${from} }\nparams:`)
        .replace('fc: {', 'tiny: blocks.Half(width)\n  fc: {')
        .replace('y = fc(x)', 'y = fc(tiny(x))')
    const specs = {
      'a.yaml': user('../outside.yaml'),
      'b.yaml': user('./library.yaml'),
      'library.yaml': `holdfast: 1\n${block}`,
    }
    const { build, spec } = project('homeless', specs)
    const { code, err } = await build()
    expect(code).toBe(1)
    expect(err).toContain(`error[build/import] ${spec('a.yaml')}:2:8`)
    expect(err).toContain(`error[build/import] ${spec('b.yaml')}:2:8`)
  })

  it('shows no absolute path in what it writes', async () => {
    const { build, out } = project('paths', { 'deep/tiny.yaml': linear })
    await build()
    expect(readFileSync(out('deep/tiny.ts'), 'utf8')).toContain('from deep/tiny.yaml;')
  })

  it('builds the others when one spec has errors, keeps its old output, and fails', async () => {
    const { build, out, spec } = project('partly', { 'a.yaml': linear, 'b.yaml': linear })
    await build()
    const before = readFileSync(out('a.ts'), 'utf8')
    writeFileSync(spec('a.yaml'), broken)
    writeFileSync(spec('b.yaml'), linear.replace('Tiny', 'Other'))
    const { code, err } = await build()
    expect(code).toBe(1)
    expect(err).toContain("there is no module type 'Linaer'")
    expect(err).toContain('1 of 2 specs have errors')
    expect(readFileSync(out('a.ts'), 'utf8')).toBe(before)
    expect(readFileSync(out('b.ts'), 'utf8')).toContain('class Other')
  })

  it('builds the others when one spec is no text', async () => {
    const { build, out, spec } = project('binary', { 'a.yaml': linear, 'b.yaml': linear })
    await build()
    writeFileSync(spec('a.yaml'), Uint8Array.from([0xff, 0xfe, 0x00]))
    writeFileSync(spec('b.yaml'), linear.replace('Tiny', 'Other'))
    const { code, err } = await build()
    expect(code).toBe(1)
    expect(err).toContain(`${spec('a.yaml')}: it is no UTF-8 text`)
    expect(readFileSync(out('a.ts'), 'utf8')).toContain('class Tiny')
    expect(readFileSync(out('b.ts'), 'utf8')).toContain('class Other')
  })

  it('reports a mistake of an imported spec once', async () => {
    const user = linear.replace('params:', 'imports: { blocks: ./broken.yaml }\nparams:')
    const { build } = project('once', {
      'a.yaml': user,
      'b.yaml': user.replace('Tiny', 'B'),
      'broken.yaml': broken,
    })
    const { err } = await build()
    expect(err.split("there is no module type 'Linaer'")).toHaveLength(2)
    expect(err).toContain('3 of 3 specs have errors')
  })

  it('removes what it generated from specs that are gone, and nothing else', async () => {
    const { build, out, spec } = project('stale', { 'a.yaml': linear, 'b.yaml': linear })
    await build()
    writeFileSync(out('by-hand.ts'), 'export {}\n')
    rmSync(spec('b.yaml'))
    expect((await build()).out).toContain(`removed ${out('b.ts')}`)
    expect(() => readFileSync(out('b.ts'))).toThrow('ENOENT')
    expect(readFileSync(out('by-hand.ts'), 'utf8')).toBe('export {}\n')
  })

  it('refuses to overwrite a file that it did not make', async () => {
    const { build, out } = project('foreign', { 'tiny.yaml': linear })
    scratch.write('foreign/generated/tiny.ts', 'export const precious = 1\n')
    expect(await build()).toMatchObject({ code: 1, err: expect.stringContaining('error[build/foreign]') })
    expect(readFileSync(out('tiny.ts'), 'utf8')).toBe('export const precious = 1\n')
  })

  it('refuses two specs that would be one file', async () => {
    const { build } = project('collision', { 'tiny.yaml': linear, 'tiny.yml': linear })
    expect(await build()).toMatchObject({ code: 1, err: expect.stringContaining('error[build/collision]') })
  })

  it('says so where there are no specs', async () => {
    expect(await holdfast('build', '--specs', scratch.path('nowhere'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('error[spec/unreadable]'),
    })
  })
})

describe('holdfast build --check', () => {
  it('passes after a build, and writes nothing', async () => {
    const { build, out } = project('current', { 'tiny.yaml': linear })
    expect((await build('--check')).code).toBe(1)
    expect(() => readFileSync(out('tiny.ts'))).toThrow('ENOENT')
    await build()
    expect(await build('--check')).toMatchObject({ code: 0, err: '' })
  })

  it.each([
    [
      'a generated file that was edited',
      (out: string): void => writeFileSync(out, `${readFileSync(out, 'utf8')}// mine\n`),
    ],
    ['a generated file that is missing', (out: string): void => rmSync(out)],
  ])('fails after %s, and names the file and the command', async (what, change) => {
    const { build, out } = project(what, { 'tiny.yaml': linear })
    await build()
    change(out('tiny.ts'))
    const { code, err } = await build('--check')
    expect(code).toBe(1)
    expect(err).toContain(`${out('tiny.ts')} is not what its spec gives`)
    expect(err).toContain('run: holdfast build --specs')
  })

  it('fails for a changed spec, and for output whose spec is gone', async () => {
    const { build, out, spec } = project('changed', { 'a.yaml': linear, 'b.yaml': linear })
    await build()
    writeFileSync(spec('a.yaml'), linear.replace('default: 4', 'default: 5'))
    rmSync(spec('b.yaml'))
    const { code, err } = await build('--check')
    expect(code).toBe(1)
    expect(err).toContain(`${out('a.ts')} is not what its spec gives`)
    expect(err).toContain(`${out('b.ts')} has no spec`)
  })
})
