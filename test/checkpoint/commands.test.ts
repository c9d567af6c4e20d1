import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConvertOptions, convert } from '../../compiler/cli/convert.ts'
import { type InspectOptions, inspect } from '../../compiler/cli/inspect.ts'
import type { Terminal } from '../../compiler/cli/terminal.ts'
import { fileSource, openPath, PyDict, saveTorch, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { canonical, fixtureJson, fixtures, openFixture } from './reference.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-commands-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(command: (io: Terminal) => Promise<number>) {
  let [out, err] = ['', '']
  const code = await command({
    stdout: text => {
      out += text
    },
    stderr: text => {
      err += text
    },
    color: false,
    columns: null,
  })
  return { code, out, err }
}

const inspected = (files: string[], options: InspectOptions = {}) => run(io => inspect(files, options, io))
const converted = (from: string, to: string, options: ConvertOptions = {}) =>
  run(io => convert(from, to, options, io))
const at = (name: string) => join(fixtures, name)

async function keysOf(path: string): Promise<string[]> {
  const checkpoint = await openPath(path)
  const keys = stateDictsOf(checkpoint).flatMap(found => [...found.tensors.keys()])
  await checkpoint.close()
  return keys
}

describe('inspect', () => {
  test('--json prints one line per file in order, and fails when one of them fails', async () => {
    const bad = join(folder, 'page.pt')
    writeFileSync(bad, '<html></html>')
    const { code, out, err } = await inspected([at('training.pt'), bad, at('net.safetensors')], {
      json: true,
    })
    const lines = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(code).toBe(1)
    expect(err).toBe('')
    expect(lines.map(line => [line.file, line.ok])).toEqual([
      [at('training.pt'), true],
      [bad, false],
      [at('net.safetensors'), true],
    ])
    const { value, storages } = lines[0]
    expect(canonical({ value, storages })).toBe(canonical(fixtureJson('training.pt.json')))
    expect(lines[1].error.code).toBe('file/unknown-format')
    expect(lines[2].metadata).toEqual({ format: 'pt' })
    expect(lines[2].tensors['head.weight']).toMatchObject({ dtype: 'F32', shape: [2, 3], nbytes: 24 })
  })

  test('prints a table with a line per tensor, and statistics when asked', async () => {
    const { code, out } = await inspected([at('training.pt')])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}model_state_dict\.first\.conv\.weight +float32 +\[3, 2, 3, 3\] +216 B$/m)
    expect(out).toMatch(/^ {2}epoch +int +1$/m)
    const stats = await inspected([at('training.pt')], { stats: true })
    expect(stats.out).toMatch(/first\.shown.*min 0 max 2 mean 1/)
  })

  test('shows every kind of value without disturbing the terminal', async () => {
    const { code, out } = await inspected([at('values.pt')])
    expect(code).toBe(0)
    expect(out).toMatch(/loop\.self +dict +the same object as loop/)
    expect(out).toMatch(/__proto__\.constructor +int +1/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  test('names a refused class and what to do, and reads the file when told to', async () => {
    const refused = await inspected([at('module.pt')])
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('__main__.Net')
    expect(refused.err).toContain('--from-module')
    const { code, out } = await inspected([at('module.pt')], { full: true })
    expect(code).toBe(0)
    expect(out).toContain('_modules.first._modules.conv._parameters.weight')
  })
})

describe('convert', () => {
  test('to safetensors by extension: the one state_dict in a checkpoint', async () => {
    const output = join(folder, 'training.safetensors')
    const { code, out } = await converted(at('training.pt'), output)
    expect(code).toBe(0)
    expect(out).toContain('model_state_dict')
    expect((await keysOf(output)).toSorted()).toEqual((await keysOf(at('training.pt'))).toSorted())
  })

  test('to .pt and back keeps every tensor', async () => {
    const [pt, back] = [join(folder, 'net.pt'), join(folder, 'back.safetensors')]
    expect((await converted(at('net.safetensors'), pt)).code).toBe(0)
    expect((await converted(pt, back)).code).toBe(0)
    expect(readFileSync(back).equals(readFileSync(at('net.safetensors')))).toBe(true)
  })

  test('a whole checkpoint to another PyTorch format keeps what is no tensor', async () => {
    const output = join(folder, 'legacy.pt')
    expect((await converted(at('training.pt'), output, { to: 'legacy' })).code).toBe(0)
    const { out } = await inspected([output], { json: true })
    const { format, value } = JSON.parse(out)
    expect(format).toBe('legacy')
    expect(canonical(value)).toBe(canonical((fixtureJson('training.pt.json') as { value: unknown }).value))
  })

  test('--from-module takes the weights out of a pickled model under the live module’s keys', async () => {
    const output = join(folder, 'module.safetensors')
    expect((await converted(at('module-legacy.pt'), output)).code).toBe(1)
    const { code } = await converted(at('module-legacy.pt'), output, { fromModule: true })
    expect(code).toBe(0)
    const expected = (fixtureJson('module.json') as [string][]).map(([key]) => key)
    expect((await keysOf(output)).toSorted()).toEqual(expected.toSorted())
  })

  test('the index of several files gets its shards beside it, and is never replaced', async () => {
    const output = join(folder, 'net.safetensors.index.json')
    const { code } = await converted(at('net.safetensors'), output, { shardSize: '0.05KB' })
    expect(code).toBe(0)
    expect(await keysOf(output)).toEqual((await keysOf(at('net.safetensors'))).sort())
    const again = await converted(at('net.safetensors'), output)
    expect(again).toMatchObject({ code: 1, out: '' })
    expect(again.err).toContain('is there already')
    expect((await converted(at('net.safetensors'), `${output}x`, { shardSize: '5 apples' })).code).toBe(2)
    // One file would silently be written whole.
    expect((await converted(at('net.safetensors'), at('whole.pt'), { shardSize: '1KB' })).code).toBe(2)
  })

  test.each(['scripted.pt', 'program.pt2'])('%s is converted without being asked twice', async name => {
    const output = join(folder, `${name}.out.pt`)
    expect((await converted(at(name), output)).code).toBe(0)
    expect(await keysOf(output)).toContain('first.conv.weight')
  })

  test('--rename renames keys and prefixes, and two keys of one name are refused', async () => {
    const output = join(folder, 'renamed.safetensors')
    const rename = ['first.=backbone.', 'head.weight=out.weight', 'tied.weight=tied']
    expect((await converted(at('net.safetensors'), output, { rename })).code).toBe(0)
    expect(await keysOf(output)).toEqual(
      expect.arrayContaining(['backbone.conv.weight', 'out.weight', 'tied']),
    )
    const clash = await converted(at('net.safetensors'), output, { rename: ['head.weight=tied.weight'] })
    expect(clash).toMatchObject({ code: 1, err: expect.stringContaining('merge/duplicate-key') })
    expect((await converted(at('net.safetensors'), output, { rename: ['nonsense'] })).code).toBe(2)
  })

  test('checks the keys before it writes anything', async () => {
    const output = join(folder, 'unchecked.pt')
    const spec = 'specs/tutorial/my-net.yaml'
    const { code, err } = await converted(at('net.safetensors'), output, { spec })
    expect(code).toBe(1)
    expect(err).toContain('missing key: fc1.weight')
    await expect(fileSource(output)).rejects.toMatchObject({ code: 'file/read' })
  })

  test('asks which one when there are several state_dicts', async () => {
    const two = join(folder, 'two.pt')
    const { value } = await openFixture('training.pt')
    const model = (value as PyDict).get('model_state_dict') as PyDict
    const ema = new PyDict('dict', [['w', new PyDict('OrderedDict', model)]])
    writeFileSync(
      two,
      await saveTorch(
        new PyDict('dict', [
          ['a', model],
          ['b', ema],
        ]),
      ),
    )
    const output = join(folder, 'one.safetensors')
    const asked = await converted(two, output)
    expect(asked.err).toContain('state-dict/ambiguous')
    expect(asked.err).toContain('a, b.w')
    expect((await converted(two, output, { prefix: 'b.w' })).code).toBe(0)
  })

  test('an unknown format is wrong usage, an output that cannot be written an error', async () => {
    expect((await converted(at('training.pt'), join(folder, 'x'), { to: 'h5' })).code).toBe(2)
    const { code, err } = await converted(at('training.pt'), join(folder, 'no/such/folder.pt'))
    expect(code).toBe(1)
    expect(err).toContain('output/unwritable')
  })
})
