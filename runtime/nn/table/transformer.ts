/** Transformer layers: https://pytorch.org/docs/2.13/nn.html#transformer-layers */
import { optional, required } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import type { DType } from '../../ops/dtype.ts'
import { activation } from '../../ops/functions/activation.ts'
import { dropouts } from '../../ops/functions/dropout.ts'
import { linearAlgebra } from '../../ops/functions/linear.ts'
import { normalisation } from '../../ops/functions/norm.ts'
import { vocabulary } from '../../ops/functions/vocabulary.ts'
import {
  type AttentionShape,
  attentionForward,
  attentionInit,
  attentionState,
  attentionSubmodules,
} from './attention.ts'
import { call } from './call.ts'
import { below, factoryArgs } from './declare.ts'
import { linearState } from './linear.ts'
import { affineState } from './normalization.ts'
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

function layerSubmodules(a: Layer, attentions: readonly string[]): readonly Submodule[] {
  const linear = (name: string, in_features: number, out_features: number): Submodule => ({
    name,
    type: 'Linear',
    args: { in_features, out_features, bias: a.bias },
  })
  const dropout = (name: string): Submodule => ({ name, type: 'Dropout', args: { p: a.dropout } })
  const numbers = Array.from({ length: attentions.length + 1 }, (_, i) => i + 1)
  const attention = { embed_dim: a.d_model, num_heads: a.nhead, bias: a.bias }
  const norm = { normalized_shape: a.d_model, eps: a.layer_norm_eps, bias: a.bias }
  return [
    ...attentions.flatMap(name => [
      { name, type: 'MultiheadAttention', args: attention },
      ...attentionSubmodules(attention).map(s => ({ ...s, name: `${name}.${s.name}` })),
    ]),
    linear('linear1', a.d_model, a.dim_feedforward),
    dropout('dropout'),
    linear('linear2', a.dim_feedforward, a.d_model),
    ...numbers.map(i => ({ name: `norm${i}`, type: 'LayerNorm', args: norm })),
    ...numbers.map(i => dropout(`dropout${i}`)),
  ]
}

/** The parts of a layer as functions of their inputs. */
function layerParts<V>(
  b: Builder<V>,
  state: Readonly<Record<string, V>>,
  a: Layer & { readonly activation: string; readonly batch_first: boolean },
  training: boolean,
) {
  const v = vocabulary(b)
  const tensor = (name: string): V | null => state[name] ?? null
  const dropout = (input: V): V => call(b, dropouts.dropout, { input, p: a.dropout, training })
  const linear = (input: V, name: string): V =>
    call(b, linearAlgebra.linear, { input, weight: tensor(`${name}.weight`)!, bias: tensor(`${name}.bias`) })
  return {
    norm: (input: V, i: number): V =>
      call(b, normalisation.layer_norm, {
        input,
        normalized_shape: [a.d_model],
        weight: tensor(`norm${i}.weight`),
        bias: tensor(`norm${i}.bias`),
        eps: a.layer_norm_eps,
      }),
    attention(name: string, query: V, memory: V, masks: Masks<V>): V {
      const inputs = {
        query,
        key: memory,
        value: memory,
        need_weights: false,
        average_attn_weights: true,
        ...masks,
      }
      const args = { ...attentionOf(a), dropout: a.dropout, add_zero_attn: false, batch_first: a.batch_first }
      const [out] = attentionForward(b, n => tensor(`${name}.${n}`), inputs, args, training)
      // PyTorch draws the mask in the order of memory, where the sequence comes before the batch.
      const swap = (x: V): V => (a.batch_first && v.rank(x) === 3 ? v.transpose(x, 0, 1) : x)
      return training ? swap(dropout(swap(out))) : out
    },
    feedForward(x: V): V {
      const wide = { input: linear(x, 'linear1') }
      const active = a.activation === 'gelu' ? call(b, activation.gelu, wide) : call(b, activation.relu, wide)
      return dropout(linear(dropout(active), 'linear2'))
    },
  }
}

interface Masks<V> {
  readonly attn_mask: V | null
  readonly key_padding_mask: V | null
  readonly is_causal: boolean
}

/** Blocks one after another, each added to its input, with the norm before or after. */
function residual<V>(
  b: Builder<V>,
  x: V,
  blocks: readonly ((x: V) => V)[],
  norm: (x: V, i: number) => V,
  normFirst: boolean,
): V {
  const v = vocabulary(b)
  return blocks.reduce(
    (y, block, i) => (normFirst ? v.add(y, block(norm(y, i + 1))) : norm(v.add(y, block(y)), i + 1)),
    x,
  )
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
  forward(b, state, inputs, a, training) {
    const { attention, feedForward, norm } = layerParts(b, state, a, training)
    const masks = {
      attn_mask: inputs.src_mask,
      key_padding_mask: inputs.src_key_padding_mask,
      is_causal: inputs.is_causal,
    }
    const blocks = [(x: typeof inputs.src) => attention('self_attn', x, x, masks), feedForward]
    return { out: residual(b, inputs.src, blocks, norm, a.norm_first) }
  },
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
  forward(b, state, inputs, a, training) {
    const { attention, feedForward, norm } = layerParts(b, state, a, training)
    const own = {
      attn_mask: inputs.tgt_mask,
      key_padding_mask: inputs.tgt_key_padding_mask,
      is_causal: inputs.tgt_is_causal,
    }
    const cross = {
      attn_mask: inputs.memory_mask,
      key_padding_mask: inputs.memory_key_padding_mask,
      is_causal: inputs.memory_is_causal,
    }
    const blocks = [
      (x: typeof inputs.tgt) => attention('self_attn', x, x, own),
      (x: typeof inputs.tgt) => attention('multihead_attn', x, inputs.memory, cross),
      feedForward,
    ]
    return { out: residual(b, inputs.tgt, blocks, norm, a.norm_first) }
  },
})
