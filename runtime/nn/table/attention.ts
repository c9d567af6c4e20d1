/** https://pytorch.org/docs/2.13/generated/torch.nn.MultiheadAttention.html */
import { optional, required } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import type { DType } from '../../ops/dtype.ts'
import { attentions } from '../../ops/functions/attention.ts'
import { vocabulary } from '../../ops/functions/vocabulary.ts'
import { call } from './call.ts'
import { below, check, constant, factoryArgs, parameter, xavierNormal, xavierUniform } from './declare.ts'
import { linearState } from './linear.ts'
import { defineModule, type InitStep, type StateDecl, type Submodule } from './row.ts'

/** What the tensors of an attention block depend on. */
export interface AttentionShape {
  readonly embed_dim: number
  readonly num_heads: number
  readonly bias: boolean
  readonly add_bias_kv: boolean
  readonly kdim: number | null
  readonly vdim: number | null
  readonly dtype: DType | null
}

/** Queries, keys and values share one weight where all have embed_dim features. */
const isPacked = (a: AttentionShape): boolean =>
  (a.kdim ?? a.embed_dim) === a.embed_dim && (a.vdim ?? a.embed_dim) === a.embed_dim

function projections(a: AttentionShape): readonly StateDecl[] {
  const e = a.embed_dim
  const weight = (name: string, rows: number, columns: number) =>
    parameter(name, [rows, columns], xavierUniform(columns, rows), a.dtype)
  if (isPacked(a)) return [weight('in_proj_weight', 3 * e, e)]
  return [
    weight('q_proj_weight', e, e),
    weight('k_proj_weight', e, a.kdim ?? e),
    weight('v_proj_weight', e, a.vdim ?? e),
  ]
}

/** The tensors of MultiheadAttention in PyTorch's order. Throws OpError where the heads do not divide embed_dim. */
export function attentionState(a: AttentionShape): readonly StateDecl[] {
  const e = a.embed_dim
  check(e % a.num_heads === 0, `embed_dim (${e}) must be divisible by num_heads (${a.num_heads})`)
  return [
    ...projections(a),
    ...(a.bias ? [parameter('in_proj_bias', [3 * e], constant(0), a.dtype)] : []),
    ...(a.add_bias_kv
      ? ['bias_k', 'bias_v'].map(name => parameter(name, [1, 1, e], xavierNormal(e, e), a.dtype))
      : []),
    ...below('out_proj', linearState(e, e, a.bias, a.dtype)).map(s =>
      s.name === 'out_proj.bias' ? { ...s, init: constant(0) } : s,
    ),
  ]
}

/** PyTorch draws out_proj first, its bias too, and then sets the biases to zero. */
export function attentionInit(a: AttentionShape): readonly InitStep[] {
  const state = attentionState(a)
  const drawn = below('out_proj', linearState(a.embed_dim, a.embed_dim, a.bias, a.dtype))
  const weights = state.filter(s => s.name.endsWith('proj_weight'))
  const biases = state.filter(s => s.name === 'in_proj_bias' || s.name === 'out_proj.bias')
  const extra = state.filter(s => s.name === 'bias_k' || s.name === 'bias_v')
  return [...drawn, ...weights, ...biases, ...extra]
}

export const attentionSubmodules = (a: {
  readonly embed_dim: number
  readonly bias: boolean
}): readonly Submodule[] => [
  {
    name: 'out_proj',
    type: 'NonDynamicallyQuantizableLinear',
    args: { in_features: a.embed_dim, out_features: a.embed_dim, bias: a.bias },
  },
]

/** Inputs of an attention block. */
export interface AttentionInputs<V> {
  readonly query: V
  readonly key: V
  readonly value: V
  readonly key_padding_mask: V | null
  readonly need_weights: boolean
  readonly attn_mask: V | null
  readonly average_attn_weights: boolean
  readonly is_causal: boolean
}

/** The block on [T, N, E], [N, T, E] with batch_first, or [T, E]; `tensor` gives its tensors by name. */
export function attentionForward<V>(
  b: Builder<V>,
  tensor: (name: string) => V | null,
  inputs: AttentionInputs<V>,
  a: AttentionShape & {
    readonly dropout: number
    readonly add_zero_attn: boolean
    readonly batch_first: boolean
  },
  training: boolean,
): readonly [V, V | null] {
  const v = vocabulary(b)
  const swap = (x: V): V => (a.batch_first && v.rank(x) === 3 ? v.transpose(x, 0, 1) : x)
  const [out, weights] = call(b, attentions.multi_head_attention_forward, {
    ...inputs,
    query: swap(inputs.query),
    key: swap(inputs.key),
    value: swap(inputs.value),
    embed_dim_to_check: a.embed_dim,
    num_heads: a.num_heads,
    in_proj_weight: tensor('in_proj_weight'),
    in_proj_bias: tensor('in_proj_bias'),
    bias_k: tensor('bias_k'),
    bias_v: tensor('bias_v'),
    add_zero_attn: a.add_zero_attn,
    dropout_p: a.dropout,
    out_proj_weight: tensor('out_proj.weight')!,
    out_proj_bias: tensor('out_proj.bias'),
    training,
    use_separate_proj_weight: !isPacked(a),
    q_proj_weight: tensor('q_proj_weight'),
    k_proj_weight: tensor('k_proj_weight'),
    v_proj_weight: tensor('v_proj_weight'),
  })
  return [swap(out), weights]
}

export const MultiheadAttention = defineModule({
  name: 'MultiheadAttention',
  args: [
    required('embed_dim', 'int', { min: 1 }),
    required('num_heads', 'int', { min: 1 }),
    optional('dropout', 'float', 0, { min: 0, max: 1 }),
    optional('bias', 'bool', true),
    optional('add_bias_kv', 'bool', false),
    optional('add_zero_attn', 'bool', false),
    optional('kdim', 'int?', null, { min: 0 }),
    optional('vdim', 'int?', null, { min: 0 }),
    optional('batch_first', 'bool', false),
    ...factoryArgs,
  ],
  inputs: [
    required('query', 'tensor'),
    required('key', 'tensor'),
    required('value', 'tensor'),
    optional('key_padding_mask', 'tensor?', null),
    optional('need_weights', 'bool', true),
    optional('attn_mask', 'tensor?', null),
    optional('average_attn_weights', 'bool', true),
    optional('is_causal', 'bool', false),
  ],
  returns: 'attention',
  doc: 'Attention of num_heads heads over [T, N, E] (batch_first: [N, T, E]; or [T, E] unbatched): output, weights or null.',
  fields: [
    'in_proj_weight',
    'q_proj_weight',
    'k_proj_weight',
    'v_proj_weight',
    'in_proj_bias',
    'bias_k',
    'bias_v',
  ],
  version: 1,
  state: attentionState,
  initSteps: attentionInit,
  submodules: attentionSubmodules,
  forward: (b, state, inputs, a, training) => ({
    out: attentionForward(b, name => state[name] ?? null, inputs, a, training),
  }),
})
