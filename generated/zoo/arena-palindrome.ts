// Made by holdfast from specs/zoo/arena-palindrome.yaml; do not edit: change the spec and build again.
// spec sha256 faaaffeb9cae48a7155e1859b66dbc4221831c8d97298909c31c89459c760ccb
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of PalindromeClassifier with default options: every key with dtype and shape. */
export type PalindromeClassifierState = {
  'embed.W_E': TypedTensor<'float32', [33, 28]>
  'pos_embed.W_pos': TypedTensor<'float32', [22, 28]>
  'blocks.0.ln1.w': TypedTensor<'float32', [28]>
  'blocks.0.ln1.b': TypedTensor<'float32', [28]>
  'blocks.0.attn.W_Q': TypedTensor<'float32', [2, 28, 14]>
  'blocks.0.attn.W_K': TypedTensor<'float32', [2, 28, 14]>
  'blocks.0.attn.W_V': TypedTensor<'float32', [2, 28, 14]>
  'blocks.0.attn.W_O': TypedTensor<'float32', [2, 14, 28]>
  'blocks.0.attn.b_Q': TypedTensor<'float32', [2, 14]>
  'blocks.0.attn.b_K': TypedTensor<'float32', [2, 14]>
  'blocks.0.attn.b_V': TypedTensor<'float32', [2, 14]>
  'blocks.0.attn.b_O': TypedTensor<'float32', [28]>
  'blocks.0.attn.mask': TypedTensor<'bool', [22, 22]>
  'blocks.0.attn.IGNORE': TypedTensor<'float32', []>
  'blocks.1.ln1.w': TypedTensor<'float32', [28]>
  'blocks.1.ln1.b': TypedTensor<'float32', [28]>
  'blocks.1.attn.W_Q': TypedTensor<'float32', [2, 28, 14]>
  'blocks.1.attn.W_K': TypedTensor<'float32', [2, 28, 14]>
  'blocks.1.attn.W_V': TypedTensor<'float32', [2, 28, 14]>
  'blocks.1.attn.W_O': TypedTensor<'float32', [2, 14, 28]>
  'blocks.1.attn.b_Q': TypedTensor<'float32', [2, 14]>
  'blocks.1.attn.b_K': TypedTensor<'float32', [2, 14]>
  'blocks.1.attn.b_V': TypedTensor<'float32', [2, 14]>
  'blocks.1.attn.b_O': TypedTensor<'float32', [28]>
  'blocks.1.attn.mask': TypedTensor<'bool', [22, 22]>
  'blocks.1.attn.IGNORE': TypedTensor<'float32', []>
  'ln_final.w': TypedTensor<'float32', [28]>
  'ln_final.b': TypedTensor<'float32', [28]>
  'unembed.W_U': TypedTensor<'float32', [28, 2]>
  'unembed.b_U': TypedTensor<'float32', [2]>
}

export interface NormOptions {
  readonly d_model: number
}

export interface AttentionOptions {
  readonly d_model: number
  readonly heads: number
  readonly d_head: number
  readonly context: number
  readonly ignore: number
}

export interface BlockOptions {
  readonly d_model: number
  readonly heads: number
  readonly d_head: number
  readonly context: number
  readonly ignore: number
}

export interface PalindromeClassifierEmbedOptions {
  readonly vocab: number
  readonly d_model: number
}

export interface PalindromeClassifierPosEmbedOptions {
  readonly context: number
  readonly d_model: number
}

export interface PalindromeClassifierUnembedOptions {
  readonly d_model: number
  readonly d_out: number
}

export interface PalindromeClassifierOptions {
  readonly vocab?: number
  readonly context?: number
  readonly d_model?: number
  readonly heads?: number
  readonly d_head?: number
  readonly layers?: number
  readonly d_out?: number
  readonly ignore?: number
}

export class Norm extends Module {
  readonly w: Cell
  readonly b: Cell
  readonly options: { readonly d_model: number }

  constructor({ d_model }: NormOptions) {
    super()
    this.options = { d_model }

    this.w = this.registerParameter('w', new Cell(F.ones([d_model]), { requiresGrad: true }))
    this.b = this.registerParameter('b', new Cell(F.zeros([d_model]), { requiresGrad: true }))
  }

  override forward(x: Tensor): Tensor {
    const { d_model } = this.options
    return F.layerNorm(x, [d_model], { weight: this.w.value, bias: this.b.value })
  }
}

export class Attention extends Module {
  readonly W_Q: Cell
  readonly W_K: Cell
  readonly W_V: Cell
  readonly W_O: Cell
  readonly b_Q: Cell
  readonly b_K: Cell
  readonly b_V: Cell
  readonly b_O: Cell
  readonly mask: Cell
  readonly IGNORE: Cell
  readonly options: { readonly d_head: number }

  constructor({ d_model, heads, d_head, context, ignore }: AttentionOptions) {
    super()
    this.options = { d_head }

    this.W_Q = this.registerParameter(
      'W_Q',
      new Cell(F.normal([heads, d_model, d_head], { std: 0.02 }), { requiresGrad: true }),
    )
    this.W_K = this.registerParameter(
      'W_K',
      new Cell(F.normal([heads, d_model, d_head], { std: 0.02 }), { requiresGrad: true }),
    )
    this.W_V = this.registerParameter(
      'W_V',
      new Cell(F.normal([heads, d_model, d_head], { std: 0.02 }), { requiresGrad: true }),
    )
    this.W_O = this.registerParameter(
      'W_O',
      new Cell(F.normal([heads, d_head, d_model], { std: 0.02 }), { requiresGrad: true }),
    )
    this.b_Q = this.registerParameter('b_Q', new Cell(F.zeros([heads, d_head]), { requiresGrad: true }))
    this.b_K = this.registerParameter('b_K', new Cell(F.zeros([heads, d_head]), { requiresGrad: true }))
    this.b_V = this.registerParameter('b_V', new Cell(F.zeros([heads, d_head]), { requiresGrad: true }))
    this.b_O = this.registerParameter('b_O', new Cell(F.zeros([d_model]), { requiresGrad: true }))
    this.mask = this.registerBuffer('mask', new Cell(F.tril(F.ones([context, context], { dtype: 'bool' }))))
    this.IGNORE = this.registerBuffer('IGNORE', new Cell(F.full([], py.float(ignore))))
  }

  override forward(x: Tensor): Tensor {
    const { d_head } = this.options
    const t = x.shape[1]!
    x = x.unsqueeze(1)
    const q = x.matmul(this.W_Q.value).add(this.b_Q.value.unsqueeze(1))
    const k = x.matmul(this.W_K.value).add(this.b_K.value.unsqueeze(1))
    const v = x.matmul(this.W_V.value).add(this.b_V.value.unsqueeze(1))
    let scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(d_head))
    scores = F.where(
      this.mask.value.getitem([py.sliceOf(null, t), py.sliceOf(null, t)]),
      scores,
      this.IGNORE.value,
    )
    const z = F.softmax(scores, { dim: -1 }).matmul(v)
    return z.matmul(this.W_O.value).sum({ dim: 1 }).add(this.b_O.value)
  }
}

export class Block extends Module {
  readonly ln1: Norm
  readonly attn: Attention

  constructor({ d_model, heads, d_head, context, ignore }: BlockOptions) {
    super()
    this.ln1 = this.registerModule('ln1', new Norm({ d_model }))
    this.attn = this.registerModule('attn', new Attention({ d_model, heads, d_head, context, ignore }))
  }

  override forward(x: Tensor): Tensor {
    return x.add(this.attn.forward(this.ln1.forward(x)))
  }
}

export class PalindromeClassifierEmbed extends Module {
  readonly W_E: Cell

  constructor({ vocab, d_model }: PalindromeClassifierEmbedOptions) {
    super()
    this.W_E = this.registerParameter(
      'W_E',
      new Cell(F.normal([vocab, d_model], { std: 0.02 }), { requiresGrad: true }),
    )
  }

  override forward(): never {
    throw new TypeError('PalindromeClassifierEmbed has no forward: call its members')
  }
}

export class PalindromeClassifierPosEmbed extends Module {
  readonly W_pos: Cell

  constructor({ context, d_model }: PalindromeClassifierPosEmbedOptions) {
    super()
    this.W_pos = this.registerParameter(
      'W_pos',
      new Cell(F.normal([context, d_model], { std: 0.02 }), { requiresGrad: true }),
    )
  }

  override forward(): never {
    throw new TypeError('PalindromeClassifierPosEmbed has no forward: call its members')
  }
}

export class PalindromeClassifierUnembed extends Module {
  readonly W_U: Cell
  readonly b_U: Cell

  constructor({ d_model, d_out }: PalindromeClassifierUnembedOptions) {
    super()
    this.W_U = this.registerParameter(
      'W_U',
      new Cell(F.normal([d_model, d_out], { std: 0.02 }), { requiresGrad: true }),
    )
    this.b_U = this.registerParameter('b_U', new Cell(F.zeros([d_out]), { requiresGrad: true }))
  }

  override forward(): never {
    throw new TypeError('PalindromeClassifierUnembed has no forward: call its members')
  }
}

/**
 * Does a list read the same backwards? An attention-only transformer, after Elhage et al. 2021. Keys as callummcdougall/ARENA_2.0, a HookedTransformer of TransformerLens.
 *
 * Inputs of forward:
 * - tokens int64[N, T]
 */
export class PalindromeClassifier extends Module<PalindromeClassifierState> {
  readonly embed: PalindromeClassifierEmbed
  readonly pos_embed: PalindromeClassifierPosEmbed
  readonly blocks: nn.ModuleList<Block>
  readonly ln_final: Norm
  readonly unembed: PalindromeClassifierUnembed

  constructor({
      vocab = 33,
      context = 22,
      d_model = 28,
      heads = 2,
      d_head = 14,
      layers = 2,
      d_out = 2,
      ignore = Number.NEGATIVE_INFINITY,
    }: PalindromeClassifierOptions = {}) {
    super()
    this.embed = this.registerModule('embed', new PalindromeClassifierEmbed({ vocab, d_model }))
    this.pos_embed = this.registerModule('pos_embed', new PalindromeClassifierPosEmbed({ context, d_model }))
    this.blocks = this.registerModule(
      'blocks',
      new nn.ModuleList([...py.range(layers).map(() => new Block({ d_model, heads, d_head, context, ignore }))]),
    )
    this.ln_final = this.registerModule('ln_final', new Norm({ d_model }))
    this.unembed = this.registerModule('unembed', new PalindromeClassifierUnembed({ d_model, d_out }))
    this.madeFrom(
      async () => (await import('./arena-palindrome.source.js')).source,
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
