import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { holdfast } from './captured-terminal.ts'
import { scratchFolder } from './scratch.ts'

const scratch = scratchFolder()

const spec = (name: string, rest = ''): string => `holdfast: 1
model: Net
params: { width: int = 4 }
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, width]" }
modules:
  ${name}: Linear(4, width)
forward: return ${name}(x)
${rest}`

const renamed = spec('b', 'migrations: [{ to: 2, steps: [{ rename: { from: a, to: b } }] }]\n')

describe('holdfast lock', () => {
  it('writes the lock beside the spec, once', async () => {
    const file = scratch.write('once/net.yaml', spec('a'))
    const lock = scratch.path('once/net.keys.lock')
    expect(await holdfast('lock', file)).toMatchObject({
      code: 0,
      out: `wrote ${lock}: generation 1, default 2 keys\n`,
      err: '',
    })
    expect(await holdfast('lock', file)).toMatchObject({
      code: 0,
      out: `${lock}: current, generation 1, default 2 keys\n`,
    })
  })

  it('refuses to lock what breaks checkpoints, and proposes a migration that covers it', async () => {
    const file = scratch.write('refused/net.yaml', spec('a'))
    await holdfast('lock', file)
    const before = readFileSync(scratch.path('refused/net.keys.lock'), 'utf8')
    scratch.write('refused/net.yaml', spec('b'))
    const { code, err } = await holdfast('lock', file)
    expect(code).toBe(1)
    expect(err).toContain('error[keys/key-renamed]')
    expect(readFileSync(scratch.path('refused/net.keys.lock'), 'utf8')).toBe(before)
    const proposed = err.slice(err.indexOf('\nmigrations:\n'))
    scratch.write('refused/net.yaml', spec('b') + proposed)
    expect(await holdfast('lock', file)).toMatchObject({ code: 0, err: '' })
  })

  it('of a folder writes what is locked there, and says so where nothing is', async () => {
    const file = scratch.write('several/net.yaml', spec('a'))
    expect(await holdfast('lock', scratch.path('several'))).toMatchObject({
      code: 0,
      err: `no spec in ${scratch.path('several')} is locked yet; name the one to lock: holdfast lock SPEC\n`,
    })
    await holdfast('lock', file)
    scratch.write('several/net.yaml', renamed)
    const { code, out } = await holdfast('lock', scratch.path('several'))
    expect([code, out]).toEqual([
      0,
      `wrote ${scratch.path('several/net.keys.lock')}: generation 2, default 2 keys\n`,
    ])
  })

  it('--check fails where a lock is not current, and leaves it', async () => {
    const file = scratch.write('check/net.yaml', spec('a'))
    await holdfast('lock', file)
    expect(await holdfast('lock', '--check', scratch.path('check'))).toMatchObject({ code: 0 })
    scratch.write('check/net.yaml', renamed)
    expect(await holdfast('lock', '--check', scratch.path('check'))).toMatchObject({
      code: 1,
      err: `${scratch.path('check/net.keys.lock')} is not current; run: holdfast lock ${file}\n`,
    })
  })

  it('passes over specs of a folder that are not locked', async () => {
    scratch.write('folder/net.yaml', spec('a'))
    expect(await holdfast('lock', scratch.path('folder'))).toMatchObject({ code: 0, out: '' })
  })
})

describe('holdfast build with locks', () => {
  const build = (name: string, ...more: string[]) =>
    holdfast(
      'build',
      '--specs',
      scratch.path(`${name}/specs`),
      '--out',
      scratch.path(`${name}/generated`),
      ...more,
    )

  it('writes the contract beside the class, and takes it away with the lock', async () => {
    const file = scratch.write('built/specs/net.yaml', spec('a'))
    await holdfast('lock', file)
    expect(await build('built')).toMatchObject({ code: 0, err: '' })
    expect(readFileSync(scratch.path('built/generated/net.ts'), 'utf8')).toContain(
      "import { contracts } from './net.keys.js'\n",
    )
    expect(readFileSync(scratch.path('built/generated/net.keys.ts'), 'utf8')).toContain("key: 'a.weight'")
    expect(await build('built', '--check')).toMatchObject({ code: 0 })
    rmSync(scratch.path('built/specs/net.keys.lock'))
    expect((await build('built')).out).toContain('removed')
  })

  it('refuses an uncovered change and leaves what was generated; --check also refuses a lock that is behind', async () => {
    const file = scratch.write('behind/specs/net.yaml', spec('a'))
    await holdfast('lock', file)
    await build('behind')
    const text = readFileSync(scratch.path('behind/generated/net.keys.ts'), 'utf8')
    scratch.write('behind/specs/net.yaml', spec('b'))
    const refused = await build('behind')
    expect(refused).toMatchObject({ code: 1, out: '0 written, 0 unchanged, 0 removed\n' })
    expect(refused.err).toContain(
      "the model lost 'a.weight' and 'a.bias', and gained 'b.weight' and 'b.bias'",
    )
    expect(readFileSync(scratch.path('behind/generated/net.keys.ts'), 'utf8')).toBe(text)
    scratch.write('behind/specs/net.yaml', renamed)
    expect(await build('behind')).toMatchObject({ code: 0 })
    const checked = await build('behind', '--check')
    expect(checked.code).toBe(1)
    expect(checked.err).toContain('net.keys.lock is not current; run: holdfast lock\n')
    await holdfast('lock', file)
    expect(await build('behind', '--check')).toMatchObject({ code: 0 })
  })
})

describe('holdfast breaking', () => {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
      cwd: scratch.path('repo'),
      encoding: 'utf8',
    })
  const file = scratch.write('repo/specs/net.yaml', spec('a'))

  it('compares with a revision, published locks and all', async () => {
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'first')
    const folder = scratch.path('repo/specs')
    const cwd = process.cwd()
    process.chdir(scratch.path('repo'))
    try {
      const against = (...more: string[]) => holdfast('breaking', 'specs', '--against', 'HEAD', ...more)
      expect(await against()).toMatchObject({ code: 0, out: 'specs/net.yaml: nothing breaks\n' })
      scratch.write(
        'repo/specs/net.yaml',
        spec('b').replace('width: int = 4', 'width: float = 4').replace('x:', 'z:'),
      )
      scratch.write(
        'repo/specs/net.yaml',
        spec('b').replace('width: int', 'size: int').replaceAll('width', 'size'),
      )
      const found = await against()
      expect(found.err.match(/error\[\S+\]/g)).toEqual([
        'error[keys/key-renamed]',
        'error[keys/param-removed]',
        'error[keys/outputs]',
      ])
      expect(found).toMatchObject({ code: 1, out: 'specs/net.yaml: breaks 1 STATE, 2 SOURCE\n' })

      // Published with a lock, which is then rewritten.
      scratch.write('repo/specs/net.yaml', spec('a'))
      await holdfast('lock', file)
      git('add', '.')
      git('commit', '-qm', 'locked')
      scratch.write('repo/specs/net.yaml', renamed)
      await holdfast('lock', file)
      expect(await against()).toMatchObject({ code: 0 })
      rmSync(`${folder}/net.keys.lock`)
      scratch.write('repo/specs/net.yaml', spec('b'))
      expect((await against('--json')).out).toContain('"rule": "lock-removed"')
      await holdfast('lock', file)
      expect((await against()).err).toContain('error[keys/generation-changed]')
      rmSync(file)
      scratch.write('repo/specs/other.yaml', spec('a'))
      expect((await against()).err).toContain('error[keys/spec-removed]')
    } finally {
      process.chdir(cwd)
    }
  })

  it('takes a lock by any name, and does not take a spec with errors for one that nothing breaks', async () => {
    const net = scratch.write('files/net.yaml', spec('a'))
    await holdfast('lock', net)
    const copy = scratch.write('files/copy.txt', readFileSync(scratch.path('files/net.keys.lock'), 'utf8'))
    expect(await holdfast('breaking', net, '--against', copy)).toMatchObject({
      code: 0,
      out: `${net}: nothing breaks\n`,
    })
    const broken = scratch.write(
      'files/broken.yaml',
      spec('a').replace('Linear(4, width)', 'Linear(4, widht)'),
    )
    expect(await holdfast('breaking', net, '--against', broken)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(`error[spec/published] ${broken} has errors`),
    })
  })

  it('says it as JSON, as annotations and as SARIF', async () => {
    const net = scratch.write('formats/net.yaml', spec('a'))
    await holdfast('lock', net)
    scratch.write('formats/net.yaml', spec('b'))
    const lock = scratch.path('formats/net.keys.lock')
    const against = (format: string) => holdfast('breaking', net, '--against', lock, '--format', format)
    const json = await against('json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({
      against: lock,
      ok: false,
      changes: [
        {
          spec: net,
          rule: 'key-renamed',
          class: 'STATE',
          key: 'a.weight',
          code: 'keys/key-renamed',
          line: 7,
        },
      ],
      errors: [],
    })
    expect((await against('github')).out).toMatch(
      /^::error file=\S+net\.yaml,line=7,col=3,endLine=7,endColumn=4,title=keys\/key-renamed \(STATE\)::the model lost .*%0Awas it renamed\?.*\n$/,
    )
    const sarif = JSON.parse((await against('sarif')).out)
    expect(sarif.runs[0].results).toMatchObject([
      {
        ruleId: 'keys/key-renamed',
        locations: [{ physicalLocation: { region: { startLine: 7, startColumn: 3 } } }],
      },
    ])
    expect(sarif.runs[0].tool.driver.rules.map((r: { id: string }) => r.id)).toContain('keys/key-renamed')
  })

  it('refuses a revision that is none, and two specs for one file', async () => {
    const a = scratch.write('usage/a.yaml', spec('a'))
    const b = scratch.write('usage/b.yaml', spec('a'))
    expect(await holdfast('breaking', a, '--against', '--upload-pack=x')).toMatchObject({ code: 1 })
    expect(await holdfast('breaking', a, '--against', 'no-such-ref')).toMatchObject({
      code: 1,
      err: expect.stringContaining('error[git/revision]'),
    })
    expect(await holdfast('breaking', a, b, '--against', a)).toMatchObject({ code: 2 })
  })
})
