// Made by holdfast from specs/transformers/distilbert.yaml; do not edit: change the spec and build again.
// spec sha256 3bd6207fe8031091b641ad519d7b557255ed3f6421f55a1d85367b7f727b8950
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of DistilBertModel with default options: every key with dtype and shape. */
export type DistilBertModelState = {
  'embeddings.word_embeddings.weight': TypedTensor<'float32', [30522, 768]>
  'embeddings.position_embeddings.weight': TypedTensor<'float32', [512, 768]>
  'embeddings.LayerNorm.weight': TypedTensor<'float32', [768]>
  'embeddings.LayerNorm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.0.attention.q_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.0.attention.q_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.0.attention.k_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.0.attention.k_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.0.attention.v_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.0.attention.v_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.0.attention.out_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.0.attention.out_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.0.sa_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.0.sa_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.0.ffn.lin1.weight': TypedTensor<'float32', [3072, 768]>
  'transformer.layer.0.ffn.lin1.bias': TypedTensor<'float32', [3072]>
  'transformer.layer.0.ffn.lin2.weight': TypedTensor<'float32', [768, 3072]>
  'transformer.layer.0.ffn.lin2.bias': TypedTensor<'float32', [768]>
  'transformer.layer.0.output_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.0.output_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.1.attention.q_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.1.attention.q_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.1.attention.k_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.1.attention.k_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.1.attention.v_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.1.attention.v_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.1.attention.out_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.1.attention.out_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.1.sa_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.1.sa_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.1.ffn.lin1.weight': TypedTensor<'float32', [3072, 768]>
  'transformer.layer.1.ffn.lin1.bias': TypedTensor<'float32', [3072]>
  'transformer.layer.1.ffn.lin2.weight': TypedTensor<'float32', [768, 3072]>
  'transformer.layer.1.ffn.lin2.bias': TypedTensor<'float32', [768]>
  'transformer.layer.1.output_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.1.output_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.2.attention.q_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.2.attention.q_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.2.attention.k_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.2.attention.k_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.2.attention.v_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.2.attention.v_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.2.attention.out_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.2.attention.out_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.2.sa_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.2.sa_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.2.ffn.lin1.weight': TypedTensor<'float32', [3072, 768]>
  'transformer.layer.2.ffn.lin1.bias': TypedTensor<'float32', [3072]>
  'transformer.layer.2.ffn.lin2.weight': TypedTensor<'float32', [768, 3072]>
  'transformer.layer.2.ffn.lin2.bias': TypedTensor<'float32', [768]>
  'transformer.layer.2.output_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.2.output_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.3.attention.q_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.3.attention.q_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.3.attention.k_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.3.attention.k_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.3.attention.v_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.3.attention.v_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.3.attention.out_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.3.attention.out_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.3.sa_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.3.sa_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.3.ffn.lin1.weight': TypedTensor<'float32', [3072, 768]>
  'transformer.layer.3.ffn.lin1.bias': TypedTensor<'float32', [3072]>
  'transformer.layer.3.ffn.lin2.weight': TypedTensor<'float32', [768, 3072]>
  'transformer.layer.3.ffn.lin2.bias': TypedTensor<'float32', [768]>
  'transformer.layer.3.output_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.3.output_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.4.attention.q_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.4.attention.q_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.4.attention.k_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.4.attention.k_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.4.attention.v_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.4.attention.v_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.4.attention.out_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.4.attention.out_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.4.sa_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.4.sa_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.4.ffn.lin1.weight': TypedTensor<'float32', [3072, 768]>
  'transformer.layer.4.ffn.lin1.bias': TypedTensor<'float32', [3072]>
  'transformer.layer.4.ffn.lin2.weight': TypedTensor<'float32', [768, 3072]>
  'transformer.layer.4.ffn.lin2.bias': TypedTensor<'float32', [768]>
  'transformer.layer.4.output_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.4.output_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.5.attention.q_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.5.attention.q_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.5.attention.k_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.5.attention.k_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.5.attention.v_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.5.attention.v_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.5.attention.out_lin.weight': TypedTensor<'float32', [768, 768]>
  'transformer.layer.5.attention.out_lin.bias': TypedTensor<'float32', [768]>
  'transformer.layer.5.sa_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.5.sa_layer_norm.bias': TypedTensor<'float32', [768]>
  'transformer.layer.5.ffn.lin1.weight': TypedTensor<'float32', [3072, 768]>
  'transformer.layer.5.ffn.lin1.bias': TypedTensor<'float32', [3072]>
  'transformer.layer.5.ffn.lin2.weight': TypedTensor<'float32', [768, 3072]>
  'transformer.layer.5.ffn.lin2.bias': TypedTensor<'float32', [768]>
  'transformer.layer.5.output_layer_norm.weight': TypedTensor<'float32', [768]>
  'transformer.layer.5.output_layer_norm.bias': TypedTensor<'float32', [768]>
}

export interface EmbeddingsOptions {
  readonly vocab_size?: number
  readonly max_position_embeddings?: number
  readonly dim?: number
  readonly dropout?: number
  readonly pad_token_id?: number
}

export interface DistilBertSelfAttentionOptions {
  readonly n_heads?: number
  readonly dim?: number
  readonly attention_dropout?: number
}

export interface FFNOptions {
  readonly dim?: number
  readonly hidden_dim?: number
  readonly dropout?: number
}

export interface TransformerBlockOptions {
  readonly n_heads?: number
  readonly dim?: number
  readonly hidden_dim?: number
  readonly dropout?: number
  readonly attention_dropout?: number
}

export interface TransformerOptions {
  readonly n_layers?: number
  readonly n_heads?: number
  readonly dim?: number
  readonly hidden_dim?: number
  readonly dropout?: number
  readonly attention_dropout?: number
}

export interface DistilBertModelOptions {
  readonly vocab_size?: number
  readonly max_position_embeddings?: number
  readonly n_layers?: number
  readonly n_heads?: number
  readonly dim?: number
  readonly hidden_dim?: number
  readonly dropout?: number
  readonly attention_dropout?: number
  readonly pad_token_id?: number
}

export class Embeddings extends Module {
  readonly position_ids: Cell
  readonly word_embeddings: nn.Embedding
  readonly position_embeddings: nn.Embedding
  readonly LayerNorm: nn.LayerNorm
  readonly dropout: nn.Dropout
  readonly options: { readonly dropout: number }

  constructor({ vocab_size = 30522, max_position_embeddings = 512, dim = 768, dropout = 0.1, pad_token_id = 0 }: EmbeddingsOptions = {}) {
    super()
    this.options = { dropout }

    this.position_ids = this.registerBuffer(
      'position_ids',
      new Cell(F.arange(max_position_embeddings).expand([1, -1])),
      { persistent: false },
    )
    this.word_embeddings = this.registerModule(
      'word_embeddings',
      new nn.Embedding({ num_embeddings: vocab_size, embedding_dim: dim, padding_idx: pad_token_id }),
    )
    this.position_embeddings = this.registerModule(
      'position_embeddings',
      new nn.Embedding({ num_embeddings: max_position_embeddings, embedding_dim: dim }),
    )
    this.LayerNorm = this.registerModule('LayerNorm', new nn.LayerNorm({ normalized_shape: dim, eps: 1e-12 }))
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout }))
  }

  override forward(input_ids: Tensor, position_ids: Tensor | null = null): Tensor {
    const inputs_embeds = this.word_embeddings.forward(input_ids)
    const seq_length = inputs_embeds.shape[1]!
    if (position_ids === null) {
      position_ids = this.position_ids.value.getitem([py.sliceOf(), py.sliceOf(null, seq_length)])
    }

    const position_embeddings = this.position_embeddings.forward(position_ids)
    let embeddings = inputs_embeds.add(position_embeddings)
    embeddings = this.LayerNorm.forward(embeddings)
    embeddings = this.dropout.forward(embeddings)
    return embeddings
  }
}

export class DistilBertSelfAttention extends Module {
  readonly q_lin: nn.Linear
  readonly k_lin: nn.Linear
  readonly v_lin: nn.Linear
  readonly out_lin: nn.Linear
  readonly dropout: nn.Dropout
  readonly options: { readonly attention_head_size: number; readonly scaling: number }

  constructor({ n_heads = 12, dim = 768, attention_dropout = 0.1 }: DistilBertSelfAttentionOptions = {}) {
    super()
    const attention_head_size = Math.floor(dim / n_heads)
    const scaling = attention_head_size ** -0.5
    this.options = { attention_head_size, scaling }

    this.q_lin = this.registerModule('q_lin', new nn.Linear({ in_features: dim, out_features: dim }))
    this.k_lin = this.registerModule('k_lin', new nn.Linear({ in_features: dim, out_features: dim }))
    this.v_lin = this.registerModule('v_lin', new nn.Linear({ in_features: dim, out_features: dim }))
    this.out_lin = this.registerModule('out_lin', new nn.Linear({ in_features: dim, out_features: dim }))
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: attention_dropout }))
  }

  override forward(hidden_states: Tensor, attention_mask: Tensor | null = null): readonly [Tensor, Tensor] {
    const { attention_head_size, scaling } = this.options
    const input_shape = hidden_states.shape.slice(0, -1)
    const hidden_shape = [...input_shape, -1, attention_head_size]
    const query_layer = this.q_lin.forward(hidden_states).view([...hidden_shape]).transpose(1, 2)
    const key_layer = this.k_lin.forward(hidden_states).view([...hidden_shape]).transpose(1, 2)
    const value_layer = this.v_lin.forward(hidden_states).view([...hidden_shape]).transpose(1, 2)
    let attn_weights = F.matmul(query_layer, key_layer.transpose(2, 3)).mul(scaling)
    if (attention_mask !== null) {
      attn_weights = attn_weights.add(attention_mask)
    }

    attn_weights = F.softmax(attn_weights, { dim: -1 })
    attn_weights = F.dropout(attn_weights, { p: this.dropout.args.p, training: this.training })
    let attn_output = F.matmul(attn_weights, value_layer)
    attn_output = attn_output.transpose(1, 2).contiguous()
    attn_output = attn_output.reshape([...input_shape, -1]).contiguous()
    attn_output = this.out_lin.forward(attn_output)
    return [attn_output, attn_weights]
  }
}

export class FFN extends Module {
  readonly dropout: nn.Dropout
  readonly lin1: nn.Linear
  readonly lin2: nn.Linear
  readonly activation: nn.GELU
  readonly options: { readonly dropout: number }

  constructor({ dim = 768, hidden_dim = 3072, dropout = 0.1 }: FFNOptions = {}) {
    super()
    this.options = { dropout }

    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout }))
    this.lin1 = this.registerModule('lin1', new nn.Linear({ in_features: dim, out_features: hidden_dim }))
    this.lin2 = this.registerModule('lin2', new nn.Linear({ in_features: hidden_dim, out_features: dim }))
    this.activation = this.registerModule('activation', new nn.GELU())
  }

  public ff_chunk(input: Tensor): Tensor {
    let x = this.lin1.forward(input)
    x = this.activation.forward(x)
    x = this.lin2.forward(x)
    x = this.dropout.forward(x)
    return x
  }

  override forward(input: Tensor): Tensor {
    return this.ff_chunk(input)
  }
}

export class TransformerBlock extends Module {
  readonly attention: DistilBertSelfAttention
  readonly sa_layer_norm: nn.LayerNorm
  readonly ffn: FFN
  readonly output_layer_norm: nn.LayerNorm

  constructor({ n_heads = 12, dim = 768, hidden_dim = 3072, dropout = 0.1, attention_dropout = 0.1 }: TransformerBlockOptions = {}) {
    super()
    this.attention = this.registerModule(
      'attention',
      new DistilBertSelfAttention({ n_heads, dim, attention_dropout }),
    )
    this.sa_layer_norm = this.registerModule(
      'sa_layer_norm',
      new nn.LayerNorm({ normalized_shape: dim, eps: 1e-12 }),
    )
    this.ffn = this.registerModule('ffn', new FFN({ dim, hidden_dim, dropout }))
    this.output_layer_norm = this.registerModule(
      'output_layer_norm',
      new nn.LayerNorm({ normalized_shape: dim, eps: 1e-12 }),
    )
  }

  override forward(hidden_states: Tensor, attention_mask: Tensor | null = null): Tensor {
    let [attention_output, _] = this.attention.forward(hidden_states, attention_mask)
    attention_output = this.sa_layer_norm.forward(attention_output.add(hidden_states))
    let ffn_output = this.ffn.forward(attention_output)
    ffn_output = this.output_layer_norm.forward(ffn_output.add(attention_output))
    return ffn_output
  }
}

export class Transformer extends Module {
  readonly layer: nn.ModuleList<TransformerBlock>

  constructor({ n_layers = 6, n_heads = 12, dim = 768, hidden_dim = 3072, dropout = 0.1, attention_dropout = 0.1 }: TransformerOptions = {}) {
    super()
    this.layer = this.registerModule(
      'layer',
      new nn.ModuleList([...py.range(n_layers).map(() => new TransformerBlock({
        n_heads,
        dim,
        hidden_dim,
        dropout,
        attention_dropout,
      }))]),
    )
  }

  override forward(hidden_states: Tensor, attention_mask: Tensor | null = null): Tensor {
    for (const layer_module of [...this.layer]) {
      hidden_states = layer_module.forward(hidden_states, attention_mask)
    }

    return hidden_states
  }
}

/**
 * DistilBERT, Sanh et al. 2019 (arXiv:1910.01108). Keys as transformers DistilBertModel.
 *
 * Inputs of forward:
 * - input_ids int64[N, T]
 * - attention_mask int64[N, T]
 */
export class DistilBertModel extends Module<DistilBertModelState> {
  readonly embeddings: Embeddings
  readonly transformer: Transformer

  constructor({
      vocab_size = 30522,
      max_position_embeddings = 512,
      n_layers = 6,
      n_heads = 12,
      dim = 768,
      hidden_dim = 3072,
      dropout = 0.1,
      attention_dropout = 0.1,
      pad_token_id = 0,
    }: DistilBertModelOptions = {}) {
    super()
    this.embeddings = this.registerModule(
      'embeddings',
      new Embeddings({ vocab_size, max_position_embeddings, dim, dropout, pad_token_id }),
    )
    this.transformer = this.registerModule(
      'transformer',
      new Transformer({ n_layers, n_heads, dim, hidden_dim, dropout, attention_dropout }),
    )
    this.madeFrom(
      async () => (await import('./distilbert.source.js')).source,
      {
        vocab_size,
        max_position_embeddings,
        n_layers,
        n_heads,
        dim,
        hidden_dim,
        dropout,
        attention_dropout,
        pad_token_id,
      },
    )
  }

  override forward(input_ids: Tensor, attention_mask: Tensor | null = null): Tensor {
    const embeddings = this.embeddings.forward(input_ids)
    let mask: Tensor | null = null
    if (attention_mask !== null) {
      mask = F.sub(
        1,
        attention_mask.getitem([py.sliceOf(), 'newaxis', 'newaxis', py.sliceOf()]).to(embeddings.dtype),
      ).mul(py.finfo(embeddings.dtype).min)
    }

    return this.transformer.forward(embeddings, mask)
  }
}
