// Made by holdfast from specs/zoo/allennlp-classifier.yaml; do not edit: change the spec and build again.
// spec sha256 4234f4554f6ce6ed2685dc5f6a3684d6b033abc7b829af2a8dd7eccf4fe611b8
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of SentenceClassifier with default options: every key with dtype and shape. */
export type SentenceClassifierState = {
  '_text_field_embedder.token_embedder_tokens.weight': TypedTensor<'float32', [213, 10]>
  '_seq2seq_encoder._module.weight_ih_l0': TypedTensor<'float32', [64, 10]>
  '_seq2seq_encoder._module.weight_hh_l0': TypedTensor<'float32', [64, 16]>
  '_seq2seq_encoder._module.bias_ih_l0': TypedTensor<'float32', [64]>
  '_seq2seq_encoder._module.bias_hh_l0': TypedTensor<'float32', [64]>
  '_feedforward._linear_layers.0.weight': TypedTensor<'float32', [20, 16]>
  '_feedforward._linear_layers.0.bias': TypedTensor<'float32', [20]>
  '_classification_layer.weight': TypedTensor<'float32', [2, 20]>
  '_classification_layer.bias': TypedTensor<'float32', [2]>
}

export interface SentenceClassifierTextFieldEmbedderOptions {
  readonly vocab: number
  readonly embedding: number
}

export interface SentenceClassifierSeq2seqEncoderOptions {
  readonly embedding: number
  readonly hidden: number
}

export interface SentenceClassifierFeedforwardOptions {
  readonly hidden: number
  readonly feedforward: number
}

export interface SentenceClassifierOptions {
  readonly vocab?: number
  readonly embedding?: number
  readonly hidden?: number
  readonly feedforward?: number
  readonly labels?: number
}

export class SentenceClassifierTextFieldEmbedder extends Module {
  readonly token_embedder_tokens: nn.Embedding

  constructor({ vocab, embedding }: SentenceClassifierTextFieldEmbedderOptions) {
    super()
    this.token_embedder_tokens = this.registerModule(
      'token_embedder_tokens',
      new nn.Embedding({ num_embeddings: vocab, embedding_dim: embedding }),
    )
  }

  override forward(): never {
    throw new TypeError('SentenceClassifierTextFieldEmbedder has no forward: call its members')
  }
}

export class SentenceClassifierSeq2seqEncoder extends Module {
  readonly _module: nn.LSTM

  constructor({ embedding, hidden }: SentenceClassifierSeq2seqEncoderOptions) {
    super()
    this._module = this.registerModule(
      '_module',
      new nn.LSTM({ input_size: embedding, hidden_size: hidden, batch_first: true }),
    )
  }

  override forward(): never {
    throw new TypeError('SentenceClassifierSeq2seqEncoder has no forward: call its members')
  }
}

export class SentenceClassifierFeedforward extends Module {
  readonly _linear_layers: nn.ModuleList<nn.Linear>

  constructor({ hidden, feedforward }: SentenceClassifierFeedforwardOptions) {
    super()
    this._linear_layers = this.registerModule(
      '_linear_layers',
      new nn.ModuleList([new nn.Linear({ in_features: hidden, out_features: feedforward })]),
    )
  }

  override forward(): never {
    throw new TypeError('SentenceClassifierFeedforward has no forward: call its members')
  }
}

/**
 * Sentence classifier, an LSTM over the words and their masked mean. Keys as AllenNLP's BasicClassifier test fixture.
 *
 * Inputs of forward:
 * - tokens int64[N, T]
 * - mask int64[N, T]
 */
export class SentenceClassifier extends Module<SentenceClassifierState> {
  readonly _text_field_embedder: SentenceClassifierTextFieldEmbedder
  readonly _seq2seq_encoder: SentenceClassifierSeq2seqEncoder
  readonly _feedforward: SentenceClassifierFeedforward
  readonly _classification_layer: nn.Linear

  constructor({ vocab = 213, embedding = 10, hidden = 16, feedforward = 20, labels = 2 }: SentenceClassifierOptions = {}) {
    super()
    this._text_field_embedder = this.registerModule(
      '_text_field_embedder',
      new SentenceClassifierTextFieldEmbedder({ vocab, embedding }),
    )
    this._seq2seq_encoder = this.registerModule(
      '_seq2seq_encoder',
      new SentenceClassifierSeq2seqEncoder({ embedding, hidden }),
    )
    this._feedforward = this.registerModule(
      '_feedforward',
      new SentenceClassifierFeedforward({ hidden, feedforward }),
    )
    this._classification_layer = this.registerModule(
      '_classification_layer',
      new nn.Linear({ in_features: feedforward, out_features: labels }),
    )
    this.madeFrom(
      async () => (await import('./allennlp-classifier.source.js')).source,
      { vocab, embedding, hidden, feedforward, labels },
    )
  }

  override forward(tokens: Tensor, mask: Tensor): Tensor {
    let x = this._text_field_embedder.token_embedder_tokens.forward(tokens)
    let _!: readonly [Tensor, Tensor]
    ;[x, _] = this._seq2seq_encoder._module.forward(x)
    const m = mask.float().unsqueeze(-1)
    x = x.mul(m).sum({ dim: 1 }).div(m.sum({ dim: 1 }).clamp({ min: 1 }))
    x = F.relu(this._feedforward._linear_layers.at(0).forward(x))
    return this._classification_layer.forward(x)
  }
}
