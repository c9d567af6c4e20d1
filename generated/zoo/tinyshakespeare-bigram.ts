// Made by holdfast from specs/zoo/tinyshakespeare-bigram.yaml; do not edit: change the spec and build again.
// spec sha256 c9e00b7273164398d24a86a2440e41fc6b9bd1bcd910333c7c6e9b51b75e6145
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of BigramLanguageModel with default options: every key with dtype and shape. */
export type BigramLanguageModelState = {
  'token_embedding_table.weight': TypedTensor<'float32', [65, 65]>
}

export interface BigramLanguageModelOptions {
  readonly vocab?: number
}

/**
 * The next character from the last one alone. Keys as malawada/tinyshakespeare-gpt.
 *
 * Inputs of forward:
 * - tokens int64[N, T]
 */
export class BigramLanguageModel extends Module<BigramLanguageModelState> {
  readonly token_embedding_table: nn.Embedding

  constructor({ vocab = 65 }: BigramLanguageModelOptions = {}) {
    super()
    this.token_embedding_table = this.registerModule(
      'token_embedding_table',
      new nn.Embedding({ num_embeddings: vocab, embedding_dim: vocab }),
    )
    this.madeFrom(async () => (await import('./tinyshakespeare-bigram.source.js')).source, { vocab })
  }

  override forward(tokens: Tensor): Tensor {
    return this.token_embedding_table.forward(tokens)
  }
}
