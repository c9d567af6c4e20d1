import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modules } from '../../runtime/nn/table/index.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { Generator } from '../../runtime/random/generator.ts'
import { setDefaultDevice } from '../../runtime/tensor/default-device.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { readPlain } from '../support/on-device.ts'
import { PlainBuilder } from '../support/plain-builder.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'
import {
  flat,
  isPlain,
  type ModuleCase,
  noTensor,
  rows,
  runModule,
  type Stored,
  storedDifferences,
} from './module-case.ts'
import { fromSpec, stateFor } from './waves.ts'

const cases: readonly ModuleCase[] = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/nn/forward.json'), 'utf8'),
)

function run({ name, args, inputs, mode }: ModuleCase) {
  const row = rows[name]!
  const bound = bindArgs(row.args, [], args, noTensor)
  const state = stateFor(row.state(bound))
  const given = Object.entries(inputs).map(([key, spec], i) => [key, fromSpec(spec, i)])
  const values = bindArgs(row.inputs, [], Object.fromEntries(given), isPlain)
  const gen = new Generator(5)
  const b = new PlainBuilder(() => gen.uniform53())
  const { out, updates } = row.forward(b, state, values as never, bound, mode === 'train')
  return {
    out: flat<PlainTensor | null>(out),
    returns: row.returnsFor?.(bound) ?? row.returns,
    buffers: { ...state, ...updates },
  }
}

const expectTensor = (ours: PlainTensor | null, theirs: Stored): void =>
  expect(storedDifferences('it', ours, theirs).slice(0, 5)).toEqual([])

describe('modules of the table', () => {
  it.each(cases)('$name($args) in $mode gives what PyTorch gives', test => {
    const { out, returns, buffers } = run(test)
    expect(out.length).toBe(test.out.length)
    const counts = { tensor: 1, pair: 2, lstm: 3, attention: 2 }
    expect(out.length).toBe(counts[returns as keyof typeof counts])
    for (const [i, theirs] of test.out.entries()) expectTensor(out[i]!, theirs)
    for (const [key, theirs] of Object.entries(test.buffers)) expectTensor(buffers[key]!, theirs)
  })

  it('are all run', () => {
    const seen = new Set(cases.map(c => c.name))
    expect(Object.keys(modules).filter(name => !seen.has(name))).toEqual([])
  })
})

const toPlain = async (t: Tensor | null): Promise<PlainTensor | null> => t && readPlain(t)

describe.each(['cpu', 'reference'] as const)('modules of the runtime on %s', device => {
  beforeAll(() => setDefaultDevice(device))
  afterAll(() => setDefaultDevice('cpu'))

  it.each(cases)('$name($args) in $mode gives what PyTorch gives', async test => {
    const { out, module } = runModule(test)
    const buffers = new Map(module.namedBuffers().map(([key, cell]) => [key, cell.value]))
    expect(out.length).toBe(test.out.length)
    for (const [i, theirs] of test.out.entries()) expectTensor(await toPlain(out[i]!), theirs)
    for (const [key, theirs] of Object.entries(test.buffers))
      expectTensor(await toPlain(buffers.get(key)!), theirs)
  })
})

describe('inputs that a module cannot take', () => {
  const wave = (...shape: number[]) => ({ kind: 'wave', shape }) as const
  it.each([
    ['Linear', { in_features: 3, out_features: 2 }, { input: wave(2, 4) }, 'shape/mismatch'],
    ['BatchNorm2d', { num_features: 3 }, { input: wave(2, 3) }, 'shape/rank'],
    ['BatchNorm2d', { num_features: 3 }, { input: wave(2, 4, 2, 2) }, 'shape/mismatch'],
    [
      'Conv2d',
      { in_channels: 3, out_channels: 2, kernel_size: 3 },
      { input: wave(2, 4, 5, 5) },
      'shape/mismatch',
    ],
    ['GroupNorm', { num_groups: 2, num_channels: 4 }, { input: wave(2, 6) }, 'shape/mismatch'],
    ['LSTM', { input_size: 3, hidden_size: 2 }, { input: wave(2, 2, 4) }, 'shape/mismatch'],
    ['GRUCell', { input_size: 3, hidden_size: 2 }, { input: wave(2, 2, 3) }, 'shape/rank'],
    ['Softmax2d', {}, { input: wave(2, 2) }, 'shape/rank'],
  ] as const)('%s(%j) refuses %j with %s', (name, args, inputs, code) => {
    const test = { name, args, inputs, mode: 'eval', out: [], buffers: {} } as const
    expect(() => run(test)).toThrow(OpError)
    expect(() => run(test)).toThrow(expect.objectContaining({ code }))
  })

  it('one value per channel is refused in training, and taken in eval', () => {
    const test = {
      name: 'BatchNorm1d',
      args: { num_features: 3 },
      inputs: { input: wave(1, 3) },
      out: [],
      buffers: {},
    }
    expect(() => run({ ...test, mode: 'train' })).toThrow('more than 1 value per channel')
    expect(() => run({ ...test, mode: 'eval' })).not.toThrow()
  })
})
