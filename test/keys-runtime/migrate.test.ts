/** The story of a refactor on the command line, with files of real PyTorch at both ends. */
import { copyFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadModel } from '../../compiler/index.ts'
import { load, type PyDict, save } from '../../runtime/checkpoint/index.ts'
import { stampOf } from '../../runtime/keys/index.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { fixtures } from './refactored-net.ts'

const scratch = scratchFolder()
const head = `holdfast: 1
model: Net
inputs:
  x: float32[N, T, 4]
outputs:
  y: float32[N, 3]
`
const before = `${head}modules:
  qkv: Linear(4, 12)
  fc: Linear(4, 3)
  bn: BatchNorm1d(4)
forward: |
  q, k, v = qkv(x).chunk(3, -1)
  a = softmax(q @ k.transpose(-1, -2) / 2, -1) @ v
  return fc(bn((x + a).mean(1)))
`
const after = `${head}parameters:
  scale: ones(4)
modules:
  pre:
    type: Module
    modules:
      bn: BatchNorm1d(4)
  attn:
    type: Module
    modules:
      q: Linear(4, 4)
      k: Linear(4, 4)
      v: Linear(4, 4)
  head: Linear(4, 3)
forward: |
  a = softmax(attn.q(x) @ attn.k(x).transpose(-1, -2) / 2, -1) @ attn.v(x)
  return head(pre.bn((x + a).mean(1)) * scale)
`
const migrations = `migrations:
  - to: 2
    steps:
      - rename: { from: fc, to: head }
      - rename: { from: bn, to: pre.bn }
      - split: { from: qkv.*, to: [attn.q.*, attn.k.*, attn.v.*] }
      - add: { key: scale, init: 1 }
`
const spec = scratch.path('net.yaml')
const old = path.join(fixtures, 'refactor-old.pt')
const content = async (file: string): Promise<string> => (await holdfast('diff', file, old)).out

const ok = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await holdfast(...args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

describe('a refactor', () => {
  test('is refused until migrations cover it; then old files load, optimizers too, and go back', async () => {
    scratch.write('net.yaml', before)
    await ok('lock', spec)
    scratch.write('net.yaml', after)
    const refused = await holdfast('check', spec)
    expect(refused.code).toBe(1)
    scratch.write('net.yaml', after.replace('parameters:', `${migrations}parameters:`))
    await ok('lock', spec)

    const file = scratch.path('checkpoint.pt')
    copyFileSync(old, file)
    const report = await ok('migrate', file, '--spec', spec)
    expect(report).toBe(
      `${file}: generation 1 -> generation 2: model (model), ema (model), adam (optimizer), sgd (optimizer)\n`,
    )
    expect((await holdfast('diff', file, path.join(fixtures, 'refactor-new.pt'))).out).toMatch(/^equal: /)
    expect(await ok('verify', file)).toContain('generation 2')
    expect(await ok('migrate', file, '--spec', spec)).toBe(`${file}: is of generation 2 already\n`)

    // The file carries the contract: no spec is needed to go back.
    const back = scratch.path('back.pt')
    await ok('migrate', file, '--to', '1', '--output', back)
    expect(await content(back)).toMatch(/^equal: /)
    expect(stampOf(await load(back))).toMatchObject({
      model: 'Net',
      generation: 1,
      source: { model: 'Net' },
    })
  })

  test('of a plain safetensors file gives one that makes its model by itself', async () => {
    const file = scratch.path('model.safetensors')
    const model = ((await load(old)).value as PyDict).get('model') as PyDict
    await save(model, file)
    await ok('migrate', file, '--spec', spec)
    const loaded = await loadModel(file)
    expect([...loaded.model.stateDict().keys()].slice(0, 2)).toEqual(['scale', 'pre.bn.weight'])
    expect(loaded.model.keyContracts[0]!.generations).toHaveLength(2)
    expect(await ok('extract', file)).toBe(readFileSync(spec, 'utf8'))
  })

  test('leaves the file as it was where it cannot be migrated', async () => {
    const file = scratch.path('other.pt')
    await save(((await load(old)).value as PyDict).get('adam') as PyDict, file)
    const bytes = readFileSync(file)
    const { code, err } = await holdfast('migrate', file, '--spec', spec)
    expect(code).toBe(1)
    expect(err).toContain('error[keys/no-generation]')
    expect(readFileSync(file)).toEqual(bytes)
    expect((await holdfast('migrate', file)).err).toContain('error[migrate/contract]')
    expect((await holdfast('migrate', file, '--to', 'x')).code).toBe(2)
  })
})
