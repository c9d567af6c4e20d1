// Made by holdfast from specs/zoo/tinyshakespeare-lstm.yaml; do not edit: change the spec and build again.
// spec sha256 8dc6c3c1ff61b20091af84147984915ec32d70520c4fa8b3e6de87bb7bd99e22
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of LSTMLanguageModel with default options: every key with dtype and shape. */
export type LSTMLanguageModelState = {
  'token_embedding_table.weight': TypedTensor<'float32', [65, 65]>
  'lstm.weight_ih_l0': TypedTensor<'float32', [512, 65]>
  'lstm.weight_hh_l0': TypedTensor<'float32', [512, 128]>
  'lstm.bias_ih_l0': TypedTensor<'float32', [512]>
  'lstm.bias_hh_l0': TypedTensor<'float32', [512]>
  'lstm.weight_ih_l1': TypedTensor<'float32', [512, 128]>
  'lstm.weight_hh_l1': TypedTensor<'float32', [512, 128]>
  'lstm.bias_ih_l1': TypedTensor<'float32', [512]>
  'lstm.bias_hh_l1': TypedTensor<'float32', [512]>
  'linear.weight': TypedTensor<'float32', [65, 128]>
  'linear.bias': TypedTensor<'float32', [65]>
}

export interface LSTMLanguageModelOptions {
  readonly vocab?: number
  readonly hidden?: number
  readonly layers?: number
}

/**
 * Character language model, a two-layer LSTM. Keys as malawada/tinyshakespeare-gpt.
 *
 * Inputs of forward:
 * - tokens int64[N, T]
 */
export class LSTMLanguageModel extends Module<LSTMLanguageModelState> {
  readonly token_embedding_table: nn.Embedding
  readonly lstm: nn.LSTM
  readonly linear: nn.Linear

  constructor({ vocab = 65, hidden = 128, layers = 2 }: LSTMLanguageModelOptions = {}) {
    super()
    this.token_embedding_table = this.registerModule(
      'token_embedding_table',
      new nn.Embedding({ num_embeddings: vocab, embedding_dim: vocab }),
    )
    this.lstm = this.registerModule(
      'lstm',
      new nn.LSTM({ input_size: vocab, hidden_size: hidden, num_layers: layers, batch_first: true }),
    )
    this.linear = this.registerModule('linear', new nn.Linear({ in_features: hidden, out_features: vocab }))
    this.madeFrom(
      async () => (await import('./tinyshakespeare-lstm.source.js')).source,
      { vocab, hidden, layers },
    )
  }

  override forward(tokens: Tensor): Tensor {
    const [x, _] = this.lstm.forward(this.token_embedding_table.forward(tokens))
    return this.linear.forward(x)
  }
}
