import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { GraphValue } from '../../compiler/ir/graph.ts'
import { InferBuilder } from '../../compiler/trace/infer-builder.ts'
import { modules } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { type Dim, dimVariable, printShape } from '../../runtime/ops/dim.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'
import { fromSpec, type InputSpec } from './waves.ts'

interface Case {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, InputSpec>>
  readonly mode: 'eval' | 'train'
  readonly out: readonly (readonly [dtype: DType, shape: readonly number[]] | null)[]
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/nn/forward.json'), 'utf8'),
)

const rows = modules as unknown as Readonly<Record<string, ModuleRow>>
const isValue = (v: unknown): v is GraphValue => v instanceof GraphValue
const noTensor = (_: unknown): _ is never => false
const flat = (v: unknown): readonly (GraphValue | null)[] =>
  Array.isArray(v) ? v.flatMap(flat) : [v as GraphValue | null]

function infer(name: string, args: object, inputs: Readonly<Record<string, unknown>>, training = false) {
  const row = rows[name]!
  const bound = bindArgs(row.args, [], args as Record<string, unknown>, noTensor)
  const state = Object.fromEntries(
    row.state(bound).map(s => [s.name, new GraphValue({ shape: s.shape, dtype: s.dtype })]),
  )
  const values = bindArgs(row.inputs, [], inputs, isValue)
  return row.forward(new InferBuilder(), state, values as never, bound, training)
}

function toValue(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(toValue)
  if (typeof v !== 'object' || v === null) return v
  const { shape, dtype } = v as PlainTensor
  return new GraphValue({ shape, dtype })
}

describe('modules on shapes alone', () => {
  it.each(cases)(
    "$name($args) in $mode infers PyTorch's shapes and dtypes",
    ({ name, args, inputs, mode, out }) => {
      const given = Object.entries(inputs).map(([key, spec], i) => [key, toValue(fromSpec(spec, i))])
      const result = infer(name, args, Object.fromEntries(given), mode === 'train')
      expect(flat(result.out).map(v => v && [v.aval.dtype, v.aval.shape])).toEqual(
        out.map(t => t && [t[0], t[1]]),
      )
    },
  )

  const [N, T, H] = [dimVariable('N'), dimVariable('T'), dimVariable('H', { min: 8 })]
  const of = (...shape: Dim[]) => new GraphValue({ shape, dtype: 'float32' })
  const long = (...shape: Dim[]) => new GraphValue({ shape, dtype: 'int64' })

  it.each([
    ['Linear', { in_features: 3, out_features: 4 }, { input: of(N, T, 3) }, '[N, T, 4]'],
    [
      'Conv2d',
      { in_channels: 3, out_channels: 8, kernel_size: 3, stride: 2, padding: 1 },
      { input: of(N, 3, H, H) },
      '[N, 8, (H + 1)//2, (H + 1)//2]',
    ],
    [
      'Conv1d',
      { in_channels: 3, out_channels: 8, kernel_size: 3, padding: 'same' },
      { input: of(N, 3, T) },
      '[N, 8, T]',
    ],
    [
      'ConvTranspose2d',
      { in_channels: 3, out_channels: 8, kernel_size: 2, stride: 2 },
      { input: of(N, 3, H, H) },
      '[N, 8, 2*H, 2*H]',
    ],
    ['BatchNorm2d', { num_features: 3 }, { input: of(N, 3, H, H) }, '[N, 3, H, H]'],
    ['LayerNorm', { normalized_shape: 3 }, { input: of(N, T, 3) }, '[N, T, 3]'],
    ['GroupNorm', { num_groups: 3, num_channels: 6 }, { input: of(N, 6, H) }, '[N, 6, H]'],
    ['MaxPool2d', { kernel_size: 2 }, { input: of(N, 3, H, H) }, '[N, 3, H//2, H//2]'],
    ['AdaptiveAvgPool2d', { output_size: 1 }, { input: of(N, 3, H, H) }, '[N, 3, 1, 1]'],
    ['Upsample', { scale_factor: 2 }, { input: of(N, 3, H, H) }, '[N, 3, 2*H, 2*H]'],
    ['PixelShuffle', { upscale_factor: 2 }, { input: of(N, 12, H, H) }, '[N, 3, 2*H, 2*H]'],
    ['Flatten', {}, { input: of(N, 3, 4) }, '[N, 12]'],
    ['ReflectionPad2d', { padding: 1 }, { input: of(N, 3, H, H) }, '[N, 3, H + 2, H + 2]'],
    ['Embedding', { num_embeddings: 5, embedding_dim: 3 }, { input: long(N, T) }, '[N, T, 3]'],
    ['Dropout', {}, { input: of(N, T) }, '[N, T]'],
    [
      'MultiheadAttention',
      { embed_dim: 4, num_heads: 2, batch_first: true },
      { query: of(N, T, 4), key: of(N, T, 4), value: of(N, T, 4), need_weights: false },
      '[N, T, 4]',
    ],
    [
      'TransformerEncoderLayer',
      { d_model: 4, nhead: 2, batch_first: true },
      { src: of(N, T, 4) },
      '[N, T, 4]',
    ],
    [
      'LSTM',
      { input_size: 3, hidden_size: 2, bidirectional: true, batch_first: true },
      { input: of(N, T, 3) },
      '[N, T, 4]',
    ],
    ['GRU', { input_size: 3, hidden_size: 2, num_layers: 2 }, { input: of(T, N, 3) }, '[T, N, 2]'],
    ['CrossEntropyLoss', {}, { input: of(N, 5), target: long(N) }, '[]'],
  ] as const)('%s(%j) keeps sizes that are not known', (name, args, inputs, shape) => {
    const [out] = flat(infer(name, args, inputs).out)
    expect(printShape(out!.aval.shape)).toBe(shape)
  })
})
