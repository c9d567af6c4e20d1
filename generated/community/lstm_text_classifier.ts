// Made by holdfast from specs/community/lstm_text_classifier.yaml; do not edit: change the spec and build again.
// spec sha256 ea92ba2c33f419882b12c4d94eaade9b56cb4e57d08b8dedd75bdf1ae732a035
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of TextClassifier with default options: every key with dtype and shape. */
export type TextClassifierState = {
  'embedding.weight': TypedTensor<'float32', [25002, 100]>
  'rnn.weight_ih_l0': TypedTensor<'float32', [1024, 100]>
  'rnn.weight_hh_l0': TypedTensor<'float32', [1024, 256]>
  'rnn.bias_ih_l0': TypedTensor<'float32', [1024]>
  'rnn.bias_hh_l0': TypedTensor<'float32', [1024]>
  'rnn.weight_ih_l0_reverse': TypedTensor<'float32', [1024, 100]>
  'rnn.weight_hh_l0_reverse': TypedTensor<'float32', [1024, 256]>
  'rnn.bias_ih_l0_reverse': TypedTensor<'float32', [1024]>
  'rnn.bias_hh_l0_reverse': TypedTensor<'float32', [1024]>
  'rnn.weight_ih_l1': TypedTensor<'float32', [1024, 512]>
  'rnn.weight_hh_l1': TypedTensor<'float32', [1024, 256]>
  'rnn.bias_ih_l1': TypedTensor<'float32', [1024]>
  'rnn.bias_hh_l1': TypedTensor<'float32', [1024]>
  'rnn.weight_ih_l1_reverse': TypedTensor<'float32', [1024, 512]>
  'rnn.weight_hh_l1_reverse': TypedTensor<'float32', [1024, 256]>
  'rnn.bias_ih_l1_reverse': TypedTensor<'float32', [1024]>
  'rnn.bias_hh_l1_reverse': TypedTensor<'float32', [1024]>
  'fc.weight': TypedTensor<'float32', [1, 512]>
  'fc.bias': TypedTensor<'float32', [1]>
}

export interface TextClassifierOptions {
  readonly vocab_size?: number
  readonly embedding_dim?: number
  readonly hidden_dim?: number
  readonly output_dim?: number
  readonly n_layers?: number
  readonly bidirectional?: boolean
  readonly dropout?: number
  readonly pad_idx?: number
}

/**
 * Text classifier, a bidirectional LSTM over word embeddings with dropout and a linear layer over its last states. Keys as bentrevett/pytorch-sentiment-analysis.
 *
 * Inputs of forward:
 * - text int64[T, N]
 */
export class TextClassifier extends Module<TextClassifierState> {
  readonly embedding: nn.Embedding
  readonly rnn: nn.LSTM
  readonly fc: nn.Linear
  readonly dropout: nn.Dropout
  readonly options: { readonly dropout: number }

  constructor({
      vocab_size = 25002,
      embedding_dim = 100,
      hidden_dim = 256,
      output_dim = 1,
      n_layers = 2,
      bidirectional = true,
      dropout = 0.5,
      pad_idx = 1,
    }: TextClassifierOptions = {}) {
    super()
    this.options = { dropout }

    this.embedding = this.registerModule(
      'embedding',
      new nn.Embedding({ num_embeddings: vocab_size, embedding_dim, padding_idx: pad_idx }),
    )
    this.rnn = this.registerModule(
      'rnn',
      new nn.LSTM({
        input_size: embedding_dim,
        hidden_size: hidden_dim,
        num_layers: n_layers,
        bidirectional,
        dropout,
      }),
    )
    this.fc = this.registerModule(
      'fc',
      new nn.Linear({ in_features: bidirectional ? hidden_dim * 2 : hidden_dim, out_features: output_dim }),
    )
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout }))
    this.madeFrom(
      async () => (await import('./lstm_text_classifier.source.js')).source,
      { vocab_size, embedding_dim, hidden_dim, output_dim, n_layers, bidirectional, dropout, pad_idx },
    )
  }

  override forward(text: Tensor): Tensor {
    const embedded = this.dropout.forward(this.embedding.forward(text))
    let [output, [hidden, cell]] = this.rnn.forward(embedded)
    if (this.rnn.args.bidirectional) {
      hidden = this.dropout.forward(F.cat(
        [hidden.getitem([-2, py.sliceOf(), py.sliceOf()]), hidden.getitem([-1, py.sliceOf(), py.sliceOf()])],
        { dim: 1 },
      ))
    } else {
      hidden = this.dropout.forward(hidden.getitem([-1, py.sliceOf(), py.sliceOf()]))
    }

    return this.fc.forward(hidden)
  }
}
