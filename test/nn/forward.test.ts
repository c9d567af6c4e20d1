import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STORAGE_CLASS } from '../../runtime/kernels/reference/storage.ts'
import * as nn from '../../runtime/nn/index.ts'
import { modules } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { type DType, isFloat } from '../../runtime/ops/dtype.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { Generator } from '../../runtime/random/generator.ts'
import { manualSeed } from '../../runtime/random/index.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { setDefaultDevice } from '../../runtime/tensor/default-device.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { PlainBuilder } from '../support/plain-builder.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'
import { fromSpec, type InputSpec, stateFor } from './waves.ts'

type Stored = readonly [dtype: DType, shape: readonly number[], values: readonly (number | boolean)[]] | null
interface Case {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, InputSpec>>
  readonly mode: 'eval' | 'train'
  readonly out: readonly Stored[]
  readonly buffers: Readonly<Record<string, Stored>>
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/nn/forward.json'), 'utf8'),
)

const rows = modules as unknown as Readonly<Record<string, ModuleRow>>
const isPlain = (v: unknown): v is PlainTensor => typeof v === 'object' && v !== null && 'data' in v
const noTensor = (_: unknown): _ is never => false

function run({ name, args, inputs, mode }: Case) {
  const row = rows[name]!
  const bound = bindArgs(row.args, [], args, noTensor)
  const state = stateFor(row.state(bound))
  const given = Object.entries(inputs).map(([key, spec], i) => [key, fromSpec(spec, i)])
  const values = bindArgs(row.inputs, [], Object.fromEntries(given), isPlain)
  const gen = new Generator(5)
  const b = new PlainBuilder(() => gen.uniform53())
  const { out, updates } = row.forward(b, state, values as never, bound, mode === 'train')
  return {
    out: flat(out),
    returns: row.returnsFor?.(bound) ?? row.returns,
    buffers: { ...state, ...updates },
  }
}

/** Results nested in pairs and lists, in order. */
const flat = (v: unknown): readonly (PlainTensor | null)[] =>
  Array.isArray(v) ? v.flatMap(flat) : [v as PlainTensor | null]

function expectTensor(ours: PlainTensor | null, theirs: Stored): void {
  if (theirs === null || ours === null) {
    expect(ours).toBe(theirs)
    return
  }
  const [dtype, shape, values] = theirs
  expect([ours.dtype, ours.shape]).toEqual([dtype, shape])
  for (const [i, v] of values.entries()) {
    const [x, y] = [Number(ours.data[i]), Number(v)]
    const near = isFloat(dtype) ? Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(y)) : x === y
    if (!near) expect([i, x]).toEqual([i, y])
  }
}

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

const classes = { ...nn } as unknown as Readonly<
  Record<string, new (args: object) => nn.Module & { forward(...inputs: unknown[]): unknown }>
>

function toTensor(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(toTensor)
  if (!isPlain(v)) return v
  const { shape, dtype, data } = v
  const stored = new STORAGE_CLASS[dtype](data.length)
  for (const [i, element] of data.entries()) stored[i] = element
  return tensor(stored, { shape, dtype })
}

async function toPlain(t: Tensor | null): Promise<PlainTensor | null> {
  return t && { shape: t.shape, dtype: t.dtype, data: Array.from((await t.data()) as ArrayLike<number>) }
}

/** The case through a module of the runtime, on the default device. */
async function runModule({ name, args, inputs, mode }: Case) {
  const row = rows[name]!
  const module = new classes[name]!(args).train(mode === 'train')
  const state = stateFor(row.state(bindArgs(row.args, [], args, noTensor)))
  module.loadStateDict(new Map(Object.entries(state).map(([key, v]) => [key, toTensor(v) as Tensor])))
  const given = new Map(Object.entries(inputs).map(([key, spec], i) => [key, toTensor(fromSpec(spec, i))]))
  const required = row.inputs.filter(a => a.required).map(a => given.get(a.name))
  const options = row.inputs
    .filter(a => !a.required && given.has(a.name))
    .map(a => [a.name, given.get(a.name)])
  manualSeed(5)
  const out = module.forward(...required, ...(options.length > 0 ? [Object.fromEntries(options)] : []))
  const buffers = new Map(module.namedBuffers().map(([key, cell]) => [key, cell.value]))
  return { out: flat(out) as unknown as readonly (Tensor | null)[], buffers }
}

describe.each(['cpu', 'reference'] as const)('modules of the runtime on %s', device => {
  beforeAll(() => setDefaultDevice(device))
  afterAll(() => setDefaultDevice('cpu'))

  it.each(cases)('$name($args) in $mode gives what PyTorch gives', async test => {
    const { out, buffers } = await runModule(test)
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
