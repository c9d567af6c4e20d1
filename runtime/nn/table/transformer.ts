/** Transformer layers: https://pytorch.org/docs/2.13/nn.html#transformer-layers */
import { optional, required } from '../../ops/args.ts'
import type { DType } from '../../ops/dtype.ts'
import { type AttentionShape, attentionInit, attentionState, attentionSubmodules } from './attention.ts'
import { below, factoryArgs } from './declare.ts'
import { linearState } from './linear.ts'
import { affineState } from './normalization.ts'
import { pending } from './pending.ts'
import { defineModule, type InitStep, type StateDecl, type Submodule } from './row.ts'

const layerArgs = [
  required('d_model', 'int', { min: 1 }),
  required('nhead', 'int', { min: 1 }),
  optional('dim_feedforward', 'int', 2048, { min: 0 }),
  optional('dropout', 'float', 0.1, { min: 0, max: 1 }),
  optional('activation', 'string', 'relu', { enum: ['relu', 'gelu'] }),
  optional('layer_norm_eps', 'float', 1e-5),
  optional('batch_first', 'bool', false),
  optional('norm_first', 'bool', false),
  optional('bias', 'bool', true),
  ...factoryArgs,
] as const

interface Layer {
  readonly d_model: number
  readonly nhead: number
  readonly dim_feedforward: number
  readonly dropout: number
  readonly layer_norm_eps: number
  readonly bias: boolean
  readonly dtype: DType | null
}

const attentionOf = (a: Layer): AttentionShape => ({
  embed_dim: a.d_model,
  num_heads: a.nhead,
  bias: a.bias,
  add_bias_kv: false,
  kdim: null,
  vdim: null,
  dtype: a.dtype,
})

const feedForward = (a: Layer): readonly StateDecl[] => [
  ...below('linear1', linearState(a.d_model, a.dim_feedforward, a.bias, a.dtype)),
  ...below('linear2', linearState(a.dim_feedforward, a.d_model, a.bias, a.dtype)),
]

const norms = (a: Layer, count: number): readonly StateDecl[] =>
  Array.from({ length: count }, (_, i) =>
    below(`norm${i + 1}`, affineState([a.d_model], true, a.bias, a.dtype)),
  ).flat()

const layerState = (a: Layer, attentions: readonly string[]): readonly StateDecl[] => [
  ...attentions.flatMap(name => below(name, attentionState(attentionOf(a)))),
  ...feedForward(a),
  ...norms(a, attentions.length + 1),
]

const layerInit = (a: Layer, attentions: readonly string[]): readonly InitStep[] => [
  ...attentions.flatMap(name =>
    attentionInit(attentionOf(a)).map(s => ({ name: `${name}.${s.name}`, init: s.init })),
  ),
  ...feedForward(a),
  ...norms(a, attentions.length + 1),
]

const bool = (b: boolean): string => (b ? 'True' : 'False')

function layerSubmodules(a: Layer, attentions: readonly string[]): readonly Submodule[] {
  const linear = (name: string, from: number, to: number): Submodule => ({
    name,
    type: 'Linear',
    repr: `in_features=${from}, out_features=${to}, bias=${bool(a.bias)}`,
  })
  const dropout = (name: string): Submodule => ({
    name,
    type: 'Dropout',
    repr: `p=${a.dropout}, inplace=False`,
  })
  const numbers = Array.from({ length: attentions.length + 1 }, (_, i) => i + 1)
  return [
    ...attentions.flatMap(name => [
      { name, type: 'MultiheadAttention', repr: '' },
      ...attentionSubmodules({ embed_dim: a.d_model, bias: a.bias }).map(s => ({
        ...s,
        name: `${name}.${s.name}`,
      })),
    ]),
    linear('linear1', a.d_model, a.dim_feedforward),
    dropout('dropout'),
    linear('linear2', a.dim_feedforward, a.d_model),
    ...numbers.map(i => ({
      name: `norm${i}`,
      type: 'LayerNorm',
      repr: `(${a.d_model},), eps=${a.layer_norm_eps}, elementwise_affine=True`,
    })),
    ...numbers.map(i => dropout(`dropout${i}`)),
  ]
}

const ENCODER = ['self_attn']
const DECODER = ['self_attn', 'multihead_attn']

export const TransformerEncoderLayer = defineModule({
  name: 'TransformerEncoderLayer',
  args: layerArgs,
  inputs: [
    required('src', 'tensor'),
    optional('src_mask', 'tensor?', null),
    optional('src_key_padding_mask', 'tensor?', null),
    optional('is_causal', 'bool', false),
  ],
  returns: 'tensor',
  doc: 'Self-attention and a feed-forward block, each with residual and norm.',
  version: 1,
  state: a => layerState(a, ENCODER),
  initSteps: a => layerInit(a, ENCODER),
  submodules: a => layerSubmodules(a, ENCODER),
  forward: () => pending('transformer'),
})

export const TransformerDecoderLayer = defineModule({
  name: 'TransformerDecoderLayer',
  args: layerArgs,
  inputs: [
    required('tgt', 'tensor'),
    required('memory', 'tensor'),
    optional('tgt_mask', 'tensor?', null),
    optional('memory_mask', 'tensor?', null),
    optional('tgt_key_padding_mask', 'tensor?', null),
    optional('memory_key_padding_mask', 'tensor?', null),
    optional('tgt_is_causal', 'bool', false),
    optional('memory_is_causal', 'bool', false),
  ],
  returns: 'tensor',
  doc: 'Self-attention, attention to memory and a feed-forward block, each with residual and norm.',
  version: 1,
  state: a => layerState(a, DECODER),
  initSteps: a => layerInit(a, DECODER),
  submodules: a => layerSubmodules(a, DECODER),
  forward: () => pending('transformer'),
})
