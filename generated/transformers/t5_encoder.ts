// Made by holdfast from specs/transformers/t5_encoder.yaml; do not edit: change the spec and build again.
// spec sha256 cfcda1280ac3d142c8b466b9b69780c8494b964010e5c202e1f397b104c5ec5b
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of T5EncoderModel with default options: every key with dtype and shape. */
export type T5EncoderModelState = {
  'shared.weight': TypedTensor<'float32', [32128, 512]>
  'encoder.embed_tokens.weight': TypedTensor<'float32', [32128, 512]>
  'encoder.block.0.layer.0.SelfAttention.q.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.0.layer.0.SelfAttention.k.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.0.layer.0.SelfAttention.v.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.0.layer.0.SelfAttention.o.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight': TypedTensor<'float32', [32, 8]>
  'encoder.block.0.layer.0.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.0.layer.1.DenseReluDense.wi.weight': TypedTensor<'float32', [2048, 512]>
  'encoder.block.0.layer.1.DenseReluDense.wo.weight': TypedTensor<'float32', [512, 2048]>
  'encoder.block.0.layer.1.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.1.layer.0.SelfAttention.q.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.1.layer.0.SelfAttention.k.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.1.layer.0.SelfAttention.v.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.1.layer.0.SelfAttention.o.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.1.layer.0.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.1.layer.1.DenseReluDense.wi.weight': TypedTensor<'float32', [2048, 512]>
  'encoder.block.1.layer.1.DenseReluDense.wo.weight': TypedTensor<'float32', [512, 2048]>
  'encoder.block.1.layer.1.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.2.layer.0.SelfAttention.q.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.2.layer.0.SelfAttention.k.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.2.layer.0.SelfAttention.v.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.2.layer.0.SelfAttention.o.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.2.layer.0.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.2.layer.1.DenseReluDense.wi.weight': TypedTensor<'float32', [2048, 512]>
  'encoder.block.2.layer.1.DenseReluDense.wo.weight': TypedTensor<'float32', [512, 2048]>
  'encoder.block.2.layer.1.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.3.layer.0.SelfAttention.q.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.3.layer.0.SelfAttention.k.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.3.layer.0.SelfAttention.v.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.3.layer.0.SelfAttention.o.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.3.layer.0.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.3.layer.1.DenseReluDense.wi.weight': TypedTensor<'float32', [2048, 512]>
  'encoder.block.3.layer.1.DenseReluDense.wo.weight': TypedTensor<'float32', [512, 2048]>
  'encoder.block.3.layer.1.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.4.layer.0.SelfAttention.q.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.4.layer.0.SelfAttention.k.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.4.layer.0.SelfAttention.v.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.4.layer.0.SelfAttention.o.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.4.layer.0.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.4.layer.1.DenseReluDense.wi.weight': TypedTensor<'float32', [2048, 512]>
  'encoder.block.4.layer.1.DenseReluDense.wo.weight': TypedTensor<'float32', [512, 2048]>
  'encoder.block.4.layer.1.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.5.layer.0.SelfAttention.q.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.5.layer.0.SelfAttention.k.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.5.layer.0.SelfAttention.v.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.5.layer.0.SelfAttention.o.weight': TypedTensor<'float32', [512, 512]>
  'encoder.block.5.layer.0.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.block.5.layer.1.DenseReluDense.wi.weight': TypedTensor<'float32', [2048, 512]>
  'encoder.block.5.layer.1.DenseReluDense.wo.weight': TypedTensor<'float32', [512, 2048]>
  'encoder.block.5.layer.1.layer_norm.weight': TypedTensor<'float32', [512]>
  'encoder.final_layer_norm.weight': TypedTensor<'float32', [512]>
}

export interface T5LayerNormOptions {
  readonly hidden_size: number
  readonly eps?: number
}

export interface T5DenseActDenseOptions {
  readonly d_model?: number
  readonly d_ff?: number
  readonly dropout_rate?: number
}

export interface T5DenseGatedActDenseOptions {
  readonly d_model?: number
  readonly d_ff?: number
  readonly dropout_rate?: number
}

export interface T5LayerFFOptions {
  readonly d_model?: number
  readonly d_ff?: number
  readonly dropout_rate?: number
  readonly layer_norm_epsilon?: number
  readonly feed_forward_proj?: 'relu' | 'gated-gelu'
}

export interface T5AttentionOptions {
  readonly has_relative_attention_bias: boolean
  readonly d_model?: number
  readonly d_kv?: number
  readonly num_heads?: number
  readonly relative_attention_num_buckets?: number
  readonly relative_attention_max_distance?: number
  readonly dropout_rate?: number
}

export interface T5LayerSelfAttentionOptions {
  readonly has_relative_attention_bias: boolean
  readonly d_model?: number
  readonly d_kv?: number
  readonly num_heads?: number
  readonly relative_attention_num_buckets?: number
  readonly relative_attention_max_distance?: number
  readonly dropout_rate?: number
  readonly layer_norm_epsilon?: number
}

export interface T5BlockLayerOptions {
  readonly has_relative_attention_bias: boolean
  readonly num_heads: number
  readonly d_kv: number
  readonly d_model: number
  readonly relative_attention_num_buckets: number
  readonly relative_attention_max_distance: number
  readonly dropout_rate: number
  readonly layer_norm_epsilon: number
  readonly feed_forward_proj: 'relu' | 'gated-gelu'
  readonly d_ff: number
}

export interface T5BlockOptions {
  readonly has_relative_attention_bias: boolean
  readonly d_model?: number
  readonly d_kv?: number
  readonly d_ff?: number
  readonly num_heads?: number
  readonly relative_attention_num_buckets?: number
  readonly relative_attention_max_distance?: number
  readonly dropout_rate?: number
  readonly layer_norm_epsilon?: number
  readonly feed_forward_proj?: 'relu' | 'gated-gelu'
}

export interface T5EncoderModelEncoderOptions {
  readonly vocab_size: number
  readonly d_model: number
  readonly num_heads: number
  readonly d_kv: number
  readonly relative_attention_num_buckets: number
  readonly relative_attention_max_distance: number
  readonly dropout_rate: number
  readonly layer_norm_epsilon: number
  readonly feed_forward_proj: 'relu' | 'gated-gelu'
  readonly d_ff: number
  readonly num_layers: number
}

export interface T5EncoderModelOptions {
  readonly vocab_size?: number
  readonly d_model?: number
  readonly d_kv?: number
  readonly d_ff?: number
  readonly num_layers?: number
  readonly num_heads?: number
  readonly relative_attention_num_buckets?: number
  readonly relative_attention_max_distance?: number
  readonly dropout_rate?: number
  readonly layer_norm_epsilon?: number
  readonly feed_forward_proj?: 'relu' | 'gated-gelu'
}

function _relative_position_bucket(relative_position: Tensor, num_buckets: number = 32, max_distance: number = 128): Tensor {
  num_buckets = Math.floor(num_buckets / 2)
  let relative_buckets = relative_position.gt(0).to('int64').mul(num_buckets)
  relative_position = F.abs(relative_position)
  const max_exact = Math.floor(num_buckets / 2)
  const is_small = relative_position.lt(max_exact)
  let relative_position_if_large = F.add(
    max_exact,
    F.log(relative_position.float().div(
      max_exact,
    )).div(Math.log(max_distance / max_exact)).mul(num_buckets - max_exact).to('int64'),
  )
  relative_position_if_large = F.min(
    relative_position_if_large,
    F.fullLike(relative_position_if_large, num_buckets - 1),
  )
  relative_buckets = relative_buckets.add(F.where(is_small, relative_position, relative_position_if_large))
  return relative_buckets
}

export class T5LayerNorm extends Module {
  readonly weight: Cell
  readonly options: { readonly variance_epsilon: number }

  constructor({ hidden_size, eps = 0.000001 }: T5LayerNormOptions) {
    super()
    const variance_epsilon = eps
    this.options = { variance_epsilon }

    this.weight = this.registerParameter('weight', new Cell(F.ones([hidden_size]), { requiresGrad: true }))
  }

  override forward(hidden_states: Tensor): Tensor {
    const { variance_epsilon } = this.options
    const variance = hidden_states.to('float32').pow(2).mean({ dim: -1, keepdim: true })
    hidden_states = hidden_states.mul(F.rsqrt(variance.add(variance_epsilon)))
    if (['float16', 'bfloat16'].includes(this.weight.value.dtype)) {
      hidden_states = hidden_states.to(this.weight.value.dtype)
    }

    return this.weight.value.mul(hidden_states)
  }
}

export class T5DenseActDense extends Module {
  readonly wi: nn.Linear
  readonly wo: nn.Linear
  readonly dropout: nn.Dropout
  readonly act: nn.ReLU

  constructor({ d_model = 512, d_ff = 2048, dropout_rate = 0.1 }: T5DenseActDenseOptions = {}) {
    super()
    this.wi = this.registerModule('wi', new nn.Linear({ in_features: d_model, out_features: d_ff, bias: false }))
    this.wo = this.registerModule('wo', new nn.Linear({ in_features: d_ff, out_features: d_model, bias: false }))
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout_rate }))
    this.act = this.registerModule('act', new nn.ReLU())
  }

  override forward(hidden_states: Tensor): Tensor {
    hidden_states = this.wi.forward(hidden_states)
    hidden_states = this.act.forward(hidden_states)
    hidden_states = this.dropout.forward(hidden_states)
    hidden_states = this.wo.forward(hidden_states)
    return hidden_states
  }
}

export class T5DenseGatedActDense extends Module {
  readonly wi_0: nn.Linear
  readonly wi_1: nn.Linear
  readonly wo: nn.Linear
  readonly dropout: nn.Dropout
  readonly act: nn.GELU

  constructor({ d_model = 512, d_ff = 2048, dropout_rate = 0.1 }: T5DenseGatedActDenseOptions = {}) {
    super()
    this.wi_0 = this.registerModule(
      'wi_0',
      new nn.Linear({ in_features: d_model, out_features: d_ff, bias: false }),
    )
    this.wi_1 = this.registerModule(
      'wi_1',
      new nn.Linear({ in_features: d_model, out_features: d_ff, bias: false }),
    )
    this.wo = this.registerModule('wo', new nn.Linear({ in_features: d_ff, out_features: d_model, bias: false }))
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout_rate }))
    this.act = this.registerModule('act', new nn.GELU({ approximate: 'tanh' }))
  }

  override forward(hidden_states: Tensor): Tensor {
    const hidden_gelu = this.act.forward(this.wi_0.forward(hidden_states))
    const hidden_linear = this.wi_1.forward(hidden_states)
    hidden_states = hidden_gelu.mul(hidden_linear)
    hidden_states = this.dropout.forward(hidden_states)
    if (hidden_states.dtype !== this.wo.weight!.value.dtype && this.wo.weight!.value.dtype !== 'int8') {
      hidden_states = hidden_states.to(this.wo.weight!.value.dtype)
    }

    hidden_states = this.wo.forward(hidden_states)
    return hidden_states
  }
}

export class T5LayerFF extends Module {
  readonly DenseReluDense: T5DenseActDense | T5DenseGatedActDense
  readonly layer_norm: T5LayerNorm
  readonly dropout: nn.Dropout

  constructor({ d_model = 512, d_ff = 2048, dropout_rate = 0.1, layer_norm_epsilon = 0.000001, feed_forward_proj = 'relu' }: T5LayerFFOptions = {}) {
    super()
    this.DenseReluDense = this.registerModule(
      'DenseReluDense',
      feed_forward_proj === 'relu' ? new T5DenseActDense({
        d_model,
        d_ff,
        dropout_rate,
      }) : new T5DenseGatedActDense({ d_model, d_ff, dropout_rate }),
    )
    this.layer_norm = this.registerModule(
      'layer_norm',
      new T5LayerNorm({ hidden_size: d_model, eps: layer_norm_epsilon }),
    )
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout_rate }))
  }

  override forward(hidden_states: Tensor): Tensor {
    let forwarded_states = this.layer_norm.forward(hidden_states)
    forwarded_states = this.DenseReluDense.forward(forwarded_states)
    hidden_states = hidden_states.add(this.dropout.forward(forwarded_states))
    return hidden_states
  }
}

export class T5Attention extends Module {
  readonly q: nn.Linear
  readonly k: nn.Linear
  readonly v: nn.Linear
  readonly o: nn.Linear
  readonly relative_attention_bias: nn.Embedding | null
  readonly options: { readonly has_relative_attention_bias: boolean; readonly d_kv: number; readonly num_heads: number; readonly relative_attention_num_buckets: number; readonly relative_attention_max_distance: number; readonly dropout_rate: number }

  constructor({
      has_relative_attention_bias,
      d_model = 512,
      d_kv = 64,
      num_heads = 8,
      relative_attention_num_buckets = 32,
      relative_attention_max_distance = 128,
      dropout_rate = 0.1,
    }: T5AttentionOptions) {
    super()
    const inner_dim = num_heads * d_kv
    this.options = {
      has_relative_attention_bias,
      d_kv,
      num_heads,
      relative_attention_num_buckets,
      relative_attention_max_distance,
      dropout_rate,
    }

    this.q = this.registerModule(
      'q',
      new nn.Linear({ in_features: d_model, out_features: inner_dim, bias: false }),
    )
    this.k = this.registerModule(
      'k',
      new nn.Linear({ in_features: d_model, out_features: inner_dim, bias: false }),
    )
    this.v = this.registerModule(
      'v',
      new nn.Linear({ in_features: d_model, out_features: inner_dim, bias: false }),
    )
    this.o = this.registerModule(
      'o',
      new nn.Linear({ in_features: inner_dim, out_features: d_model, bias: false }),
    )
    this.relative_attention_bias = this.registerModule(
      'relative_attention_bias',
      has_relative_attention_bias ? new nn.Embedding({
        num_embeddings: relative_attention_num_buckets,
        embedding_dim: num_heads,
      }) : null,
    )
  }

  public compute_bias(query_length: number, key_length: number): Tensor {
    const { relative_attention_num_buckets, relative_attention_max_distance } = this.options
    const context_position = F.arange(
      query_length,
      { dtype: 'int64', device: nn.deviceOf(this) },
    ).getitem([py.sliceOf(), 'newaxis'])
    const memory_position = F.arange(
      key_length,
      { dtype: 'int64', device: nn.deviceOf(this) },
    ).getitem(['newaxis', py.sliceOf()])
    const relative_position = memory_position.sub(context_position)
    const relative_position_bucket = _relative_position_bucket(
      relative_position,
      relative_attention_num_buckets,
      relative_attention_max_distance,
    )
    let values = this.relative_attention_bias!.forward(relative_position_bucket)
    values = values.permute([2, 0, 1]).unsqueeze(0)
    return values
  }

  override forward(hidden_states: Tensor, mask: Tensor | null = null, key_value_states: Tensor | null = null, position_bias: Tensor | null = null): readonly [Tensor, Tensor, Tensor] {
    const { has_relative_attention_bias, d_kv, num_heads, dropout_rate } = this.options
    const input_shape = hidden_states.shape.slice(0, -1)
    const hidden_shape = [...input_shape, -1, d_kv]
    const is_cross_attention = key_value_states !== null
    const query_states = this.q.forward(hidden_states).view(hidden_shape).transpose(1, 2)
    const current_states = is_cross_attention ? key_value_states! : hidden_states
    const kv_shape = [...current_states.shape.slice(0, -1), -1, d_kv]
    const key_states = this.k.forward(current_states).view(kv_shape).transpose(1, 2)
    const value_states = this.v.forward(current_states).view(kv_shape).transpose(1, 2)
    if (position_bias === null) {
      const key_length = key_states.shape.at(-2)!
      if (!has_relative_attention_bias) {
        position_bias = F.zeros(
          [1, num_heads, input_shape[1]!, key_length],
          { dtype: query_states.dtype, device: hidden_states.device },
        )
      } else {
        position_bias = this.compute_bias(input_shape[1]!, key_length)
      }

    }

    let attn_weights = F.matmul(query_states, key_states.transpose(2, 3))
    attn_weights = attn_weights.add(position_bias!)
    if (mask !== null) {
      attn_weights = attn_weights.add(mask)
    }

    attn_weights = F.softmax(attn_weights, { dim: -1 })
    attn_weights = F.dropout(attn_weights, { p: dropout_rate, training: this.training })
    let attn_output = F.matmul(attn_weights, value_states)
    attn_output = attn_output.transpose(1, 2).contiguous()
    attn_output = attn_output.reshape([...input_shape, -1]).contiguous()
    attn_output = this.o.forward(attn_output)
    return [attn_output, position_bias!, attn_weights]
  }
}

export class T5LayerSelfAttention extends Module {
  readonly SelfAttention: T5Attention
  readonly layer_norm: T5LayerNorm
  readonly dropout: nn.Dropout

  constructor({
      has_relative_attention_bias,
      d_model = 512,
      d_kv = 64,
      num_heads = 8,
      relative_attention_num_buckets = 32,
      relative_attention_max_distance = 128,
      dropout_rate = 0.1,
      layer_norm_epsilon = 0.000001,
    }: T5LayerSelfAttentionOptions) {
    super()
    this.SelfAttention = this.registerModule(
      'SelfAttention',
      new T5Attention({
        has_relative_attention_bias,
        d_model,
        d_kv,
        num_heads,
        relative_attention_num_buckets,
        relative_attention_max_distance,
        dropout_rate,
      }),
    )
    this.layer_norm = this.registerModule(
      'layer_norm',
      new T5LayerNorm({ hidden_size: d_model, eps: layer_norm_epsilon }),
    )
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout_rate }))
  }

  override forward(hidden_states: Tensor, attention_mask: Tensor | null = null, position_bias: Tensor | null = null): readonly [Tensor, Tensor, Tensor] {
    const normed_hidden_states = this.layer_norm.forward(hidden_states)
    let attention_output!: Tensor
    let attn_weights!: Tensor
    ;[attention_output, position_bias, attn_weights] = this.SelfAttention.forward(
      normed_hidden_states,
      attention_mask,
      undefined,
      position_bias,
    )
    attention_output = hidden_states.add(this.dropout.forward(attention_output))
    return [attention_output, position_bias!, attn_weights]
  }
}

export class T5BlockLayer extends Module {
  readonly attention: T5LayerSelfAttention
  readonly feed_forward: T5LayerFF

  constructor({
      has_relative_attention_bias,
      num_heads,
      d_kv,
      d_model,
      relative_attention_num_buckets,
      relative_attention_max_distance,
      dropout_rate,
      layer_norm_epsilon,
      feed_forward_proj,
      d_ff,
    }: T5BlockLayerOptions) {
    super()
    this.attention = this.registerModule(
      'attention',
      new T5LayerSelfAttention({
        has_relative_attention_bias,
        d_model,
        d_kv,
        num_heads,
        relative_attention_num_buckets,
        relative_attention_max_distance,
        dropout_rate,
        layer_norm_epsilon,
      }),
      { key: '0' },
    )
    this.feed_forward = this.registerModule(
      'feed_forward',
      new T5LayerFF({ d_model, d_ff, dropout_rate, layer_norm_epsilon, feed_forward_proj }),
      { key: '1' },
    )
  }

  override forward(): never {
    throw new TypeError('T5BlockLayer has no forward: call its members')
  }
}

export class T5Block extends Module {
  readonly layer: T5BlockLayer

  constructor({
      has_relative_attention_bias,
      d_model = 512,
      d_kv = 64,
      d_ff = 2048,
      num_heads = 8,
      relative_attention_num_buckets = 32,
      relative_attention_max_distance = 128,
      dropout_rate = 0.1,
      layer_norm_epsilon = 0.000001,
      feed_forward_proj = 'relu',
    }: T5BlockOptions) {
    super()
    this.layer = this.registerModule(
      'layer',
      new T5BlockLayer({
        has_relative_attention_bias,
        num_heads,
        d_kv,
        d_model,
        relative_attention_num_buckets,
        relative_attention_max_distance,
        dropout_rate,
        layer_norm_epsilon,
        feed_forward_proj,
        d_ff,
      }),
    )
  }

  override forward(hidden_states: Tensor, attention_mask: Tensor | null = null, position_bias: Tensor | null = null): readonly [Tensor, Tensor] {
    let self_attn_position_bias!: Tensor
    let _!: Tensor
    ;[hidden_states, self_attn_position_bias, _] = this.layer.attention.forward(
      hidden_states,
      attention_mask,
      position_bias,
    )
    if (hidden_states.dtype === 'float16') {
      const clamp_value = F.where(
        F.isinf(hidden_states).any(),
        py.float(py.finfo(hidden_states.dtype).max - 1000),
        py.float(py.finfo(hidden_states.dtype).max),
      )
      hidden_states = F.clamp(hidden_states, { min: clamp_value.neg(), max: clamp_value })
    }

    hidden_states = this.layer.feed_forward.forward(hidden_states)
    return [hidden_states, self_attn_position_bias]
  }
}

export class T5EncoderModelEncoder extends Module {
  readonly embed_tokens: nn.Embedding
  readonly block: nn.ModuleList<T5Block>
  readonly final_layer_norm: T5LayerNorm
  readonly dropout: nn.Dropout

  constructor({
      vocab_size,
      d_model,
      num_heads,
      d_kv,
      relative_attention_num_buckets,
      relative_attention_max_distance,
      dropout_rate,
      layer_norm_epsilon,
      feed_forward_proj,
      d_ff,
      num_layers,
    }: T5EncoderModelEncoderOptions) {
    super()
    this.embed_tokens = this.registerModule(
      'embed_tokens',
      new nn.Embedding({ num_embeddings: vocab_size, embedding_dim: d_model }),
    )
    this.block = this.registerModule(
      'block',
      new nn.ModuleList([...py.range(num_layers).map(i => new T5Block({
        has_relative_attention_bias: i === 0,
        d_model,
        d_kv,
        d_ff,
        num_heads,
        relative_attention_num_buckets,
        relative_attention_max_distance,
        dropout_rate,
        layer_norm_epsilon,
        feed_forward_proj,
      }))]),
    )
    this.final_layer_norm = this.registerModule(
      'final_layer_norm',
      new T5LayerNorm({ hidden_size: d_model, eps: layer_norm_epsilon }),
    )
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout_rate }))
  }

  override forward(): never {
    throw new TypeError('T5EncoderModelEncoder has no forward: call its members')
  }
}

/**
 * The encoder of T5, Raffel et al. 2019 (arXiv:1910.10683). Keys as transformers T5EncoderModel of t5-small; gated layers (T5 1.1) by feed_forward_proj.
 *
 * Inputs of forward:
 * - input_ids int64[N, T]
 * - attention_mask int64[N, T]
 */
export class T5EncoderModel extends Module<T5EncoderModelState> {
  readonly shared: nn.Embedding
  readonly encoder: T5EncoderModelEncoder

  constructor({
      vocab_size = 32128,
      d_model = 512,
      d_kv = 64,
      d_ff = 2048,
      num_layers = 6,
      num_heads = 8,
      relative_attention_num_buckets = 32,
      relative_attention_max_distance = 128,
      dropout_rate = 0.1,
      layer_norm_epsilon = 0.000001,
      feed_forward_proj = 'relu',
    }: T5EncoderModelOptions = {}) {
    super()
    this.shared = this.registerModule(
      'shared',
      new nn.Embedding({ num_embeddings: vocab_size, embedding_dim: d_model }),
    )
    this.encoder = this.registerModule(
      'encoder',
      new T5EncoderModelEncoder({
        vocab_size,
        d_model,
        num_heads,
        d_kv,
        relative_attention_num_buckets,
        relative_attention_max_distance,
        dropout_rate,
        layer_norm_epsilon,
        feed_forward_proj,
        d_ff,
        num_layers,
      }),
    )
    this.encoder.embed_tokens.shareTensor('weight', this.shared.weight)
    this.madeFrom(
      async () => (await import('./t5_encoder.source.js')).source,
      {
        vocab_size,
        d_model,
        d_kv,
        d_ff,
        num_layers,
        num_heads,
        relative_attention_num_buckets,
        relative_attention_max_distance,
        dropout_rate,
        layer_norm_epsilon,
        feed_forward_proj,
      },
    )
  }

  override forward(input_ids: Tensor, attention_mask: Tensor | null = null): Tensor {
    const inputs_embeds = this.encoder.embed_tokens.forward(input_ids)
    let mask: Tensor | null = null
    if (attention_mask !== null) {
      mask = F.sub(
        1,
        attention_mask.getitem([py.sliceOf(), 'newaxis', 'newaxis', py.sliceOf()]).float(),
      ).mul(py.finfo('float32').min)
    }

    let position_bias: Tensor | null = null
    let hidden_states = this.encoder.dropout.forward(inputs_embeds)
    for (const layer_module of [...this.encoder.block]) {
      ;[hidden_states, position_bias] = layer_module.forward(hidden_states, mask, position_bias)
    }

    hidden_states = this.encoder.final_layer_norm.forward(hidden_states)
    hidden_states = this.encoder.dropout.forward(hidden_states)
    return hidden_states
  }
}
