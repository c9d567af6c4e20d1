// Made by holdfast from specs/zoo/allennlp-tagger.yaml; do not edit: change the spec and build again.
// spec sha256 f61622da5c609de004378a9308e31619d4e1b3b3bb6609c963066f6eaacdb8d4
/* eslint-disable */
import { Cell, F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of SimpleTagger with default options: every key with dtype and shape. */
export type SimpleTaggerState = {
  'text_field_embedder.token_embedder_tokens.weight': TypedTensor<'float32', [15, 100]>
  'text_field_embedder.token_embedder_tokens._projection.weight': TypedTensor<'float32', [2, 100]>
  'text_field_embedder.token_embedder_tokens._projection.bias': TypedTensor<'float32', [2]>
  'encoder._module.weight_ih_l0': TypedTensor<'float32', [16, 2]>
  'encoder._module.weight_hh_l0': TypedTensor<'float32', [16, 4]>
  'encoder._module.bias_ih_l0': TypedTensor<'float32', [16]>
  'encoder._module.bias_hh_l0': TypedTensor<'float32', [16]>
  'tag_projection_layer._module.weight': TypedTensor<'float32', [4, 4]>
  'tag_projection_layer._module.bias': TypedTensor<'float32', [4]>
}

export interface ProjectedEmbeddingOptions {
  readonly vocab: number
  readonly embedding: number
  readonly projection: number
}

export interface SimpleTaggerTextFieldEmbedderOptions {
  readonly vocab: number
  readonly embedding: number
  readonly projection: number
}

export interface SimpleTaggerEncoderOptions {
  readonly projection: number
  readonly hidden: number
}

export interface SimpleTaggerTagProjectionLayerOptions {
  readonly hidden: number
  readonly tags: number
}

export interface SimpleTaggerOptions {
  readonly vocab?: number
  readonly embedding?: number
  readonly projection?: number
  readonly hidden?: number
  readonly tags?: number
}

export class ProjectedEmbedding extends Module {
  readonly weight: Cell
  readonly _projection: nn.Linear

  constructor({ vocab, embedding, projection }: ProjectedEmbeddingOptions) {
    super()
    this.weight = this.registerParameter('weight', new Cell(F.normal([vocab, embedding]), { requiresGrad: true }))
    this._projection = this.registerModule(
      '_projection',
      new nn.Linear({ in_features: embedding, out_features: projection }),
    )
  }

  override forward(x: Tensor): Tensor {
    return this._projection.forward(F.embedding(x, this.weight.value))
  }
}

export class SimpleTaggerTextFieldEmbedder extends Module {
  readonly token_embedder_tokens: ProjectedEmbedding

  constructor({ vocab, embedding, projection }: SimpleTaggerTextFieldEmbedderOptions) {
    super()
    this.token_embedder_tokens = this.registerModule(
      'token_embedder_tokens',
      new ProjectedEmbedding({ vocab, embedding, projection }),
    )
  }

  override forward(): never {
    throw new TypeError('SimpleTaggerTextFieldEmbedder has no forward: call its members')
  }
}

export class SimpleTaggerEncoder extends Module {
  readonly _module: nn.LSTM

  constructor({ projection, hidden }: SimpleTaggerEncoderOptions) {
    super()
    this._module = this.registerModule(
      '_module',
      new nn.LSTM({ input_size: projection, hidden_size: hidden, batch_first: true }),
    )
  }

  override forward(): never {
    throw new TypeError('SimpleTaggerEncoder has no forward: call its members')
  }
}

export class SimpleTaggerTagProjectionLayer extends Module {
  readonly _module: nn.Linear

  constructor({ hidden, tags }: SimpleTaggerTagProjectionLayerOptions) {
    super()
    this._module = this.registerModule('_module', new nn.Linear({ in_features: hidden, out_features: tags }))
  }

  override forward(): never {
    throw new TypeError('SimpleTaggerTagProjectionLayer has no forward: call its members')
  }
}

/**
 * Sequence tagger, an LSTM over projected word embeddings. Keys as AllenNLP's SimpleTagger test fixture.
 *
 * Inputs of forward:
 * - tokens int64[N, T]
 */
export class SimpleTagger extends Module<SimpleTaggerState> {
  readonly text_field_embedder: SimpleTaggerTextFieldEmbedder
  readonly encoder: SimpleTaggerEncoder
  readonly tag_projection_layer: SimpleTaggerTagProjectionLayer

  constructor({ vocab = 15, embedding = 100, projection = 2, hidden = 4, tags = 4 }: SimpleTaggerOptions = {}) {
    super()
    this.text_field_embedder = this.registerModule(
      'text_field_embedder',
      new SimpleTaggerTextFieldEmbedder({ vocab, embedding, projection }),
    )
    this.encoder = this.registerModule('encoder', new SimpleTaggerEncoder({ projection, hidden }))
    this.tag_projection_layer = this.registerModule(
      'tag_projection_layer',
      new SimpleTaggerTagProjectionLayer({ hidden, tags }),
    )
    this.madeFrom(
      async () => (await import('./allennlp-tagger.source.js')).source,
      { vocab, embedding, projection, hidden, tags },
    )
  }

  override forward(tokens: Tensor): Tensor {
    let x = this.text_field_embedder.token_embedder_tokens.forward(tokens)
    let _!: readonly [Tensor, Tensor]
    ;[x, _] = this.encoder._module.forward(x)
    return this.tag_projection_layer._module.forward(x)
  }
}
