// Made by holdfast from specs/zoo/arena-sortedlist.yaml; do not edit: change the spec and build again.
// spec sha256 18921d102437a138a7344ef74ce4c5353443d5ba42e73ad7ca810bd448ca608e
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { Block, Norm } from './arena-palindrome.js'

/** The state_dict of SortedList with default options: every key with dtype and shape. */
export type SortedListState = {
  'embed.W_E': TypedTensor<'float32', [52, 96]>
  'pos_embed.W_pos': TypedTensor<'float32', [21, 96]>
  'blocks.0.ln1.w': TypedTensor<'float32', [96]>
  'blocks.0.ln1.b': TypedTensor<'float32', [96]>
  'blocks.0.attn.W_Q': TypedTensor<'float32', [2, 96, 48]>
  'blocks.0.attn.W_K': TypedTensor<'float32', [2, 96, 48]>
  'blocks.0.attn.W_V': TypedTensor<'float32', [2, 96, 48]>
  'blocks.0.attn.W_O': TypedTensor<'float32', [2, 48, 96]>
  'blocks.0.attn.b_Q': TypedTensor<'float32', [2, 48]>
  'blocks.0.attn.b_K': TypedTensor<'float32', [2, 48]>
  'blocks.0.attn.b_V': TypedTensor<'float32', [2, 48]>
  'blocks.0.attn.b_O': TypedTensor<'float32', [96]>
  'blocks.0.attn.mask': TypedTensor<'bool', [21, 21]>
  'blocks.0.attn.IGNORE': TypedTensor<'float32', []>
  'ln_final.w': TypedTensor<'float32', [96]>
  'ln_final.b': TypedTensor<'float32', [96]>
  'unembed.W_U': TypedTensor<'float32', [96, 52]>
  'unembed.b_U': TypedTensor<'float32', [52]>
}

export interface SortedListEmbedOptions {
  readonly vocab: number
  readonly d_model: number
}

export interface SortedListPosEmbedOptions {
  readonly context: number
  readonly d_model: number
}

export interface SortedListUnembedOptions {
  readonly d_model: number
  readonly d_out: number
}

export interface SortedListOptions {
  readonly vocab?: number
  readonly context?: number
  readonly d_model?: number
  readonly heads?: number
  readonly d_head?: number
  readonly layers?: number
  readonly d_out?: number
  readonly ignore?: number
}

export class SortedListEmbed extends Module {
  readonly W_E: Cell

  constructor({ vocab, d_model }: SortedListEmbedOptions) {
    super()
    this.W_E = this.registerParameter(
      'W_E',
      new Cell(F.normal([vocab, d_model], { std: 0.02 }), { requiresGrad: true }),
    )
  }

  override forward(): never {
    throw new TypeError('SortedListEmbed has no forward: call its members')
  }
}

export class SortedListPosEmbed extends Module {
  readonly W_pos: Cell

  constructor({ context, d_model }: SortedListPosEmbedOptions) {
    super()
    this.W_pos = this.registerParameter(
      'W_pos',
      new Cell(F.normal([context, d_model], { std: 0.02 }), { requiresGrad: true }),
    )
  }

  override forward(): never {
    throw new TypeError('SortedListPosEmbed has no forward: call its members')
  }
}

export class SortedListUnembed extends Module {
  readonly W_U: Cell
  readonly b_U: Cell

  constructor({ d_model, d_out }: SortedListUnembedOptions) {
    super()
    this.W_U = this.registerParameter(
      'W_U',
      new Cell(F.normal([d_model, d_out], { std: 0.02 }), { requiresGrad: true }),
    )
    this.b_U = this.registerParameter('b_U', new Cell(F.zeros([d_out]), { requiresGrad: true }))
  }

  override forward(): never {
    throw new TypeError('SortedListUnembed has no forward: call its members')
  }
}

/**
 * Sorts the first half of a list into the second. An attention-only transformer, after Elhage et al. 2021. Keys as callummcdougall/ARENA_2.0, a HookedTransformer of TransformerLens.
 *
 * Inputs of forward:
 * - tokens int64[N, T]
 */
export class SortedList extends Module<SortedListState> {
  readonly embed: SortedListEmbed
  readonly pos_embed: SortedListPosEmbed
  readonly blocks: nn.ModuleList<Block>
  readonly ln_final: Norm
  readonly unembed: SortedListUnembed

  constructor({ vocab = 52, context = 21, d_model = 96, heads = 2, d_head = 48, layers = 1, d_out = 52, ignore = -100000 }: SortedListOptions = {}) {
    super()
    this.embed = this.registerModule('embed', new SortedListEmbed({ vocab, d_model }))
    this.pos_embed = this.registerModule('pos_embed', new SortedListPosEmbed({ context, d_model }))
    this.blocks = this.registerModule(
      'blocks',
      new nn.ModuleList([...py.range(layers).map(() => new Block({ d_model, heads, d_head, context, ignore }))]),
    )
    this.ln_final = this.registerModule('ln_final', new Norm({ d_model }))
    this.unembed = this.registerModule('unembed', new SortedListUnembed({ d_model, d_out }))
    this.madeFrom(
      async () => (await import('./arena-sortedlist.source.js')).source,
      { vocab, context, d_model, heads, d_head, layers, d_out, ignore },
    )
  }

  override forward(tokens: Tensor): Tensor {
    const t = tokens.shape[1]!
    let x = this.embed.W_E!.value.getitem([tokens]).add(this.pos_embed.W_pos!.value.getitem([py.sliceOf(
      null,
      t,
    )]))
    for (const block of [...this.blocks]) {
      x = block.forward(x)
    }

    return this.ln_final.forward(x).matmul(this.unembed.W_U!.value).add(this.unembed.b_U!.value)
  }
}
