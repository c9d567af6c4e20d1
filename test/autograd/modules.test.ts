/** Gradients of every module of the table, of its inputs and parameters, against PyTorch's (test/oracle/autograd/modules.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { backward, getDevice, manualSeed, nn, Tensor, tensor, tidy } from '../../runtime/index.ts'
import { STORAGE_CLASS } from '../../runtime/kernels/reference/storage.ts'
import { modules } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { isFloat } from '../../runtime/ops/dtype.ts'
import { fromSpec, type InputSpec, stateFor } from '../nn/waves.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'
import { type ExpectedGradient, gradientDifferences } from './expected-gradient.ts'
import { weightedSum } from './weighted-sum.ts'

interface Case {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, InputSpec>>
  readonly mode: 'eval' | 'train'
}

interface Expected {
  readonly case: number
  readonly name: string
  /** Which of the inputs of floats have gradients. */
  readonly wrt: readonly number[]
  readonly inputs: readonly ExpectedGradient[]
  readonly params: Readonly<Record<string, ExpectedGradient>>
}

const fixtures = path.resolve(import.meta.dirname, '../fixtures')
const read = <T>(file: string): T => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8')) as T
const cases = read<readonly Case[]>('nn/forward.json')
const expected = read<readonly Expected[]>('autograd/modules.json')

const rows = modules as unknown as Readonly<Record<string, ModuleRow>>
const classes = { ...nn } as unknown as Readonly<
  Record<string, new (args: object) => nn.Module & { forward(...inputs: unknown[]): unknown }>
>
const noTensor = (_: unknown): _ is never => false
const isPlain = (v: unknown): v is PlainTensor => typeof v === 'object' && v !== null && 'data' in v

function toTensor(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(toTensor)
  if (!isPlain(v)) return v
  const stored = new STORAGE_CLASS[v.dtype](v.data.length)
  for (const [i, element] of v.data.entries()) stored[i] = element
  return tensor(stored, { shape: v.shape, dtype: v.dtype })
}

const tensorsIn = (v: unknown): readonly Tensor[] =>
  v instanceof Tensor ? [v] : Array.isArray(v) ? v.flatMap(tensorsIn) : []

/** The module of a case, its inputs of floats, and its results. */
function run({ name, args, inputs, mode }: Case, wrt: readonly number[]) {
  const row = rows[name]!
  const module = new classes[name]!(args).train(mode === 'train')
  const state = stateFor(row.state(bindArgs(row.args, [], args, noTensor)))
  module.loadStateDict(new Map(Object.entries(state).map(([key, v]) => [key, toTensor(v) as Tensor])))
  const given = new Map(Object.entries(inputs).map(([key, spec], i) => [key, toTensor(fromSpec(spec, i))]))
  const floats = [...given.values()].flatMap(tensorsIn).filter(t => isFloat(t.dtype))
  const leaves = wrt.map(i => floats[i]!.requiresGrad_())
  const required = row.inputs.filter(a => a.required).map(a => given.get(a.name))
  const options = row.inputs
    .filter(a => !a.required && given.has(a.name))
    .map(a => [a.name, given.get(a.name)])
  manualSeed(5)
  const out = module.forward(...required, ...(options.length > 0 ? [Object.fromEntries(options)] : []))
  return { module, leaves, outputs: tensorsIn(out) }
}

describe('gradients of modules', () => {
  for (const want of expected) {
    const test = cases[want.case]!
    it(`${test.name}(${JSON.stringify(test.args)}) in ${test.mode} #${want.case}`, () => {
      expect(test.name).toBe(want.name)
      const { module, leaves, outputs } = run(test, want.wrt)
      backward(weightedSum(outputs))
      const found = leaves.flatMap((leaf, i) =>
        gradientDifferences(leaf, leaf.grad, want.inputs[i]!).map(text => `input ${i}: ${text}`),
      )
      const parameters = new Map(module.namedParameters())
      for (const [key, grad] of Object.entries(want.params)) {
        const cell = parameters.get(key)!
        found.push(...gradientDifferences(cell.value, cell.grad, grad).map(text => `${key}: ${text}`))
      }
      expect(found.slice(0, 5)).toEqual([])
    })
  }

  it('are of all modules that PyTorch differentiates', () => {
    const seen = new Set(expected.map(e => e.name))
    expect(Object.keys(modules).filter(name => !seen.has(name))).toEqual([])
  })

  it('leave no memory behind once the parameters let go of them', () => {
    const live = () => getDevice('cpu').stats().liveBuffers
    const linear = new nn.Linear({ in_features: 3, out_features: 2 })
    const before = live()
    for (let i = 0; i < 3; i++) {
      tidy(() => {
        linear.zeroGrad()
        backward(linear.forward(tensor([[1, 2, 3]])).sum())
        for (const cell of linear.parameters()) cell.grad!.dataSync()
      })
      // The two gradients, and the weights, which are placed when they are first used.
      expect(live()).toBeLessThanOrEqual(before + 4)
    }
    tidy(() => linear.zeroGrad())
    expect(live()).toBeLessThanOrEqual(before + 2)
  })
})
