import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { init } from '../../runtime/nn/index.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { defaultGenerator, manualSeed } from '../../runtime/random/index.ts'
import { Cell } from '../../runtime/tensor/cell.ts'
import { tensor } from '../../runtime/tensor/create.ts'

interface Case {
  readonly name: string
  readonly shape: readonly number[]
  readonly args: readonly number[]
  readonly options: Readonly<Record<string, unknown>>
  readonly dtype: DType
  readonly values: readonly number[]
  readonly next: number
}
const torch: {
  readonly cases: readonly Case[]
  readonly gains: readonly (readonly [string, number | null, number])[]
} = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../fixtures/nn/init.json'), 'utf8'))

const functions = { ...init } as unknown as Readonly<Record<string, (cell: Cell, ...args: unknown[]) => Cell>>
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const empty = (shape: readonly number[], dtype: DType = 'float32'): Cell =>
  new Cell(tensor(new Float32Array(shape.reduce((n, d) => n * d, 1)), { shape, dtype }))

describe('torch.nn.init', () => {
  it.each(torch.cases)('$name($args, $options) of $shape $dtype draws what PyTorch draws', test => {
    manualSeed(3)
    const cell = empty(test.shape, test.dtype)
    const given = Object.keys(test.options).length > 0 ? [test.options] : test.args
    expect(functions[camel(test.name)]!(cell, ...given)).toBe(cell)
    expect([cell.value.shape, cell.value.dtype]).toEqual([test.shape, test.dtype])
    const values = Array.from(cell.value.dataSync() as ArrayLike<number>)
    const bound = test.name === 'orthogonal_' ? 1e-5 : 1e-6
    for (const [i, v] of test.values.entries())
      if (Math.abs(values[i]! - v) > bound * Math.max(1, Math.abs(v))) expect([i, values[i]]).toEqual([i, v])
    expect(defaultGenerator.uniform24()).toBe(test.next)
  })

  it.each(torch.gains)('the gain of %s with %s is %s', (name, param, gain) => {
    const given = param === null ? [] : [param]
    expect(init.calculateGain(name as 'relu', ...given)).toBe(gain)
  })

  it.each([
    ['xavierUniform_', [3]],
    ['kaimingNormal_', []],
    ['orthogonal_', [3]],
    ['eye_', [2, 2, 2]],
  ])('%s refuses a tensor of shape %j', (name, shape) => {
    expect(() => functions[name]!(empty(shape))).toThrow(OpError)
    expect(() => functions[name]!(empty([2, 2]))).not.toThrow()
  })
})
