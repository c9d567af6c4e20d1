import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DiffOptions, diff } from '../../compiler/cli/diff.ts'
import { runCommandLine } from '../../compiler/cli/program.ts'
import { PyDict, PyFloat, type PyValue, save, tensorOf } from '../../runtime/checkpoint/index.ts'
import { fixtures } from './reference.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-diff-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(fixtures, name)

async function compared(a: string, b: string, options: DiffOptions = {}) {
  let [out, err] = ['', '']
  const code = await diff(a, b, options, {
    stdout: text => {
      out += text
    },
    stderr: text => {
      err += text
    },
  })
  return { code, lines: out.trimEnd().split('\n'), err }
}

async function files(a: PyValue, b: PyValue): Promise<[string, string]> {
  const paths: [string, string] = [join(folder, 'a.pt'), join(folder, 'b.pt')]
  await save(a, paths[0])
  await save(b, paths[1])
  return paths
}

const dict = (entries: [PyValue, PyValue][]) => new PyDict('dict', entries)
const floats = (...values: number[]) => tensorOf(new Float32Array(values))

describe('diff', () => {
  test('finds nothing between a file and itself, and between formats of one state_dict', async () => {
    expect(await compared(at('training.pt'), at('training.pt'))).toMatchObject({ code: 0, err: '' })
    const { code, lines, err } = await compared(at('net.safetensors'), at('training.pt'))
    expect([code, lines]).toEqual([0, ['equal: 11 values']])
    expect(err).toContain('their state_dicts are compared')
  })

  test('names keys, types, shapes, dtypes and values that differ, each once', async () => {
    const [a, b] = await files(
      dict([
        ['same', floats(1, 2)],
        ['gone', floats(1)],
        ['shape', floats(1, 2)],
        ['dtype', floats(1)],
        ['values', floats(1, 2, 3)],
        ['type', floats(1)],
        [
          'nested',
          dict([
            ['epoch', 1],
            [3, new PyFloat(0.5)],
          ]),
        ],
      ]),
      dict([
        ['same', floats(1, 2)],
        ['shape', floats(1, 2, 3)],
        ['dtype', tensorOf(new Int32Array([1]))],
        ['values', floats(1, 2.5, 3)],
        ['type', 'text'],
        [
          'nested',
          dict([
            ['epoch', 2],
            [3, new PyFloat(0.5)],
          ]),
        ],
        ['new', floats(1)],
      ]),
    )
    expect(await compared(a, b)).toMatchObject({
      code: 1,
      lines: [
        '- gone  float32 [1]',
        '! shape  float32 [2] -> float32 [3]',
        '! dtype  float32 -> int32',
        '~ values  float32 [3]: 1 of 3 elements differ, by 0.5 at most',
        '! type  float32 [1] -> str text',
        '! nested.epoch  int 1 -> int 2',
        '+ new  float32 [1]',
        '2 equal, 5 different, 1 only in the first, 1 only in the second',
      ],
    })
    const { lines } = await compared(a, b, { json: true })
    const report = JSON.parse(lines[0] as string)
    expect(report).toMatchObject({ a, b, equal: false, compared: 7 })
    expect(report.changes.values).toEqual({
      kind: 'values',
      what: 'float32 [3]',
      different: 1,
      elements: 3,
      largest: 0.5,
    })
  })

  test('takes elements as equal within |a - b| <= atol + rtol * |b|, and NaN as equal to NaN', async () => {
    const [a, b] = await files(
      dict([['w', floats(1, 100, Number.NaN)]]),
      dict([['w', floats(1.25, 101, Number.NaN)]]),
    )
    const outcome = async (options: DiffOptions) => (await compared(a, b, options)).lines[0]
    expect(await outcome({})).toContain('2 of 3 elements differ, by 1 at most')
    expect(await outcome({ atol: '0.25' })).toContain('1 of 3 elements differ, by 1 at most')
    expect(await outcome({ rtol: '0.01' })).toContain('1 of 3 elements differ, by 0.25 at most')
    expect(await outcome({ rtol: '0.01', atol: '0.25' })).toBe('equal: 1 values')
    expect(await compared(a, b, { atol: '-1' })).toMatchObject({ code: 2 })
    expect(await compared(a, b, { rtol: 'x' })).toMatchObject({ code: 2 })
  })

  test('sees the last bit of large integers, zeros of either sign as equal, and infinity', async () => {
    const wide = (last: bigint) => tensorOf(new BigInt64Array([2n ** 62n + last]))
    const [a, b] = await files(
      dict([
        ['wide', wide(0n)],
        ['zero', floats(0)],
        ['inf', floats(1)],
      ]),
      dict([
        ['wide', wide(1n)],
        ['zero', floats(-0)],
        ['inf', floats(Infinity)],
      ]),
    )
    expect((await compared(a, b)).lines.slice(0, 2)).toEqual([
      '~ wide  int64 [1]: 1 of 1 elements differ, by 1 at most',
      '~ inf  float32 [1]: 1 of 1 elements differ',
    ])
  })

  test('compares what has no order by its bits', async () => {
    const complex = (im: number) => tensorOf(new Float32Array([1, im]), [1], 'complex64')
    const small = (bits: number) => tensorOf(new Uint8Array([bits, 7]), [2], 'float8_e4m3fn')
    const [a, b] = await files(
      dict([
        ['c', complex(1)],
        ['f', small(1)],
      ]),
      dict([
        ['c', complex(2)],
        ['f', small(2)],
      ]),
    )
    expect((await compared(a, b)).lines.slice(0, 2)).toEqual([
      '~ c  complex64 [1]: 1 of 1 elements differ',
      '~ f  float8_e4m3fn [2]: 1 of 2 elements differ',
    ])
  })

  test('gives whole modules, TorchScript and exported programs their state_dict', async () => {
    expect((await compared(at('module.pt'), at('module-legacy.pt'), { full: true })).code).toBe(0)
    expect((await compared(at('scripted.pt'), at('net.safetensors'))).lines).toEqual([
      '- first.hidden  float32 [2]',
      '11 equal, 0 different, 1 only in the first, 0 only in the second',
    ])
    const refused = await compared(at('module.pt'), at('module.pt'))
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('error[pickle/refused-global]')
  })

  test('ends on values that share and contain themselves', async () => {
    expect((await compared(at('values.pt'), at('values.pt'))).code).toBe(0)
  })

  test('names the file that cannot be read, and is a command', async () => {
    const bad = join(folder, 'page.pt')
    writeFileSync(bad, '<html></html>')
    let err = ''
    const terminal = {
      stdout: () => undefined,
      stderr: (text: string) => {
        err += text
      },
      color: false,
      columns: null,
    }
    expect(await runCommandLine(['diff', at('values.pt'), bad], terminal)).toBe(1)
    expect(err).toContain('page.pt')
    expect(await runCommandLine(['diff', at('values.pt'), at('values.pt')], terminal)).toBe(0)
    expect(await runCommandLine(['diff', at('values.pt')], terminal)).toBe(2)
  })
})
