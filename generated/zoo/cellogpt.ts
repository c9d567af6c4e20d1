// Made by holdfast from specs/zoo/cellogpt.yaml; do not edit: change the spec and build again.
// spec sha256 41d11fde9f9a330ab6932d9e1bcf4fd8c849e9a1ab7ddef777c30c2b8a1cdb32
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of CelloGPT with default options: every key with dtype and shape. */
export type CelloGPTState = {
  'notes_token_embedding_table.weight': TypedTensor<'float32', [16, 16]>
  'notes_position_embedding_table.weight': TypedTensor<'float32', [16, 16]>
  'fingering_token_embedding_table.weight': TypedTensor<'float32', [5, 16]>
  'fingering_position_embedding_table.weight': TypedTensor<'float32', [16, 16]>
  'encoder_stack.layers.0.sa.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.0.sa.proj.weight': TypedTensor<'float32', [16, 16]>
  'encoder_stack.layers.0.sa.proj.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.0.ffwd.net.layers.0.weight': TypedTensor<'float32', [64, 16]>
  'encoder_stack.layers.0.ffwd.net.layers.0.bias': TypedTensor<'float32', [64]>
  'encoder_stack.layers.0.ffwd.net.layers.2.weight': TypedTensor<'float32', [16, 64]>
  'encoder_stack.layers.0.ffwd.net.layers.2.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.0.ln1.weight': TypedTensor<'float32', [16]>
  'encoder_stack.layers.0.ln1.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.0.ln2.weight': TypedTensor<'float32', [16]>
  'encoder_stack.layers.0.ln2.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.1.sa.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.1.sa.proj.weight': TypedTensor<'float32', [16, 16]>
  'encoder_stack.layers.1.sa.proj.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.1.ffwd.net.layers.0.weight': TypedTensor<'float32', [64, 16]>
  'encoder_stack.layers.1.ffwd.net.layers.0.bias': TypedTensor<'float32', [64]>
  'encoder_stack.layers.1.ffwd.net.layers.2.weight': TypedTensor<'float32', [16, 64]>
  'encoder_stack.layers.1.ffwd.net.layers.2.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.1.ln1.weight': TypedTensor<'float32', [16]>
  'encoder_stack.layers.1.ln1.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.1.ln2.weight': TypedTensor<'float32', [16]>
  'encoder_stack.layers.1.ln2.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.2.sa.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'encoder_stack.layers.2.sa.proj.weight': TypedTensor<'float32', [16, 16]>
  'encoder_stack.layers.2.sa.proj.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.2.ffwd.net.layers.0.weight': TypedTensor<'float32', [64, 16]>
  'encoder_stack.layers.2.ffwd.net.layers.0.bias': TypedTensor<'float32', [64]>
  'encoder_stack.layers.2.ffwd.net.layers.2.weight': TypedTensor<'float32', [16, 64]>
  'encoder_stack.layers.2.ffwd.net.layers.2.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.2.ln1.weight': TypedTensor<'float32', [16]>
  'encoder_stack.layers.2.ln1.bias': TypedTensor<'float32', [16]>
  'encoder_stack.layers.2.ln2.weight': TypedTensor<'float32', [16]>
  'encoder_stack.layers.2.ln2.bias': TypedTensor<'float32', [16]>
  'decoder_stack.0.sa.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.sa.proj.weight': TypedTensor<'float32', [16, 16]>
  'decoder_stack.0.sa.proj.bias': TypedTensor<'float32', [16]>
  'decoder_stack.0.ca.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.0.ca.proj.weight': TypedTensor<'float32', [16, 16]>
  'decoder_stack.0.ca.proj.bias': TypedTensor<'float32', [16]>
  'decoder_stack.0.ffwd.net.layers.0.weight': TypedTensor<'float32', [64, 16]>
  'decoder_stack.0.ffwd.net.layers.0.bias': TypedTensor<'float32', [64]>
  'decoder_stack.0.ffwd.net.layers.2.weight': TypedTensor<'float32', [16, 64]>
  'decoder_stack.0.ffwd.net.layers.2.bias': TypedTensor<'float32', [16]>
  'decoder_stack.0.ln1.weight': TypedTensor<'float32', [16]>
  'decoder_stack.0.ln1.bias': TypedTensor<'float32', [16]>
  'decoder_stack.0.ln2.weight': TypedTensor<'float32', [16]>
  'decoder_stack.0.ln2.bias': TypedTensor<'float32', [16]>
  'decoder_stack.0.ln3.weight': TypedTensor<'float32', [16]>
  'decoder_stack.0.ln3.bias': TypedTensor<'float32', [16]>
  'decoder_stack.1.sa.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.sa.proj.weight': TypedTensor<'float32', [16, 16]>
  'decoder_stack.1.sa.proj.bias': TypedTensor<'float32', [16]>
  'decoder_stack.1.ca.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.1.ca.proj.weight': TypedTensor<'float32', [16, 16]>
  'decoder_stack.1.ca.proj.bias': TypedTensor<'float32', [16]>
  'decoder_stack.1.ffwd.net.layers.0.weight': TypedTensor<'float32', [64, 16]>
  'decoder_stack.1.ffwd.net.layers.0.bias': TypedTensor<'float32', [64]>
  'decoder_stack.1.ffwd.net.layers.2.weight': TypedTensor<'float32', [16, 64]>
  'decoder_stack.1.ffwd.net.layers.2.bias': TypedTensor<'float32', [16]>
  'decoder_stack.1.ln1.weight': TypedTensor<'float32', [16]>
  'decoder_stack.1.ln1.bias': TypedTensor<'float32', [16]>
  'decoder_stack.1.ln2.weight': TypedTensor<'float32', [16]>
  'decoder_stack.1.ln2.bias': TypedTensor<'float32', [16]>
  'decoder_stack.1.ln3.weight': TypedTensor<'float32', [16]>
  'decoder_stack.1.ln3.bias': TypedTensor<'float32', [16]>
  'decoder_stack.2.sa.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.sa.proj.weight': TypedTensor<'float32', [16, 16]>
  'decoder_stack.2.sa.proj.bias': TypedTensor<'float32', [16]>
  'decoder_stack.2.ca.heads.0.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.0.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.0.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.1.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.1.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.1.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.2.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.2.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.2.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.3.query.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.3.key.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.heads.3.value.weight': TypedTensor<'float32', [4, 16]>
  'decoder_stack.2.ca.proj.weight': TypedTensor<'float32', [16, 16]>
  'decoder_stack.2.ca.proj.bias': TypedTensor<'float32', [16]>
  'decoder_stack.2.ffwd.net.layers.0.weight': TypedTensor<'float32', [64, 16]>
  'decoder_stack.2.ffwd.net.layers.0.bias': TypedTensor<'float32', [64]>
  'decoder_stack.2.ffwd.net.layers.2.weight': TypedTensor<'float32', [16, 64]>
  'decoder_stack.2.ffwd.net.layers.2.bias': TypedTensor<'float32', [16]>
  'decoder_stack.2.ln1.weight': TypedTensor<'float32', [16]>
  'decoder_stack.2.ln1.bias': TypedTensor<'float32', [16]>
  'decoder_stack.2.ln2.weight': TypedTensor<'float32', [16]>
  'decoder_stack.2.ln2.bias': TypedTensor<'float32', [16]>
  'decoder_stack.2.ln3.weight': TypedTensor<'float32', [16]>
  'decoder_stack.2.ln3.bias': TypedTensor<'float32', [16]>
  'lm_head.layers.0.weight': TypedTensor<'float32', [16]>
  'lm_head.layers.0.bias': TypedTensor<'float32', [16]>
  'lm_head.layers.1.weight': TypedTensor<'float32', [5, 16]>
  'lm_head.layers.1.bias': TypedTensor<'float32', [5]>
}

export interface HeadOptions {
  readonly d: number
  readonly size: number
}

export interface MultiHeadOptions {
  readonly d: number
  readonly count: number
}

export interface FeedForwardNetOptions {
  readonly d: number
}

export interface FeedForwardOptions {
  readonly d: number
}

export interface EncoderBlockOptions {
  readonly d: number
  readonly heads: number
}

export interface DecoderBlockOptions {
  readonly d: number
  readonly heads: number
}

export interface CelloGPTEncoderStackOptions {
  readonly d: number
  readonly heads: number
  readonly blocks: number
}

export interface CelloGPTLmHeadOptions {
  readonly d: number
  readonly fingers: number
}

export interface CelloGPTOptions {
  readonly notes_vocab?: number
  readonly fingers?: number
  readonly context?: number
  readonly d?: number
  readonly heads?: number
  readonly blocks?: number
}

export class Head extends Module {
  readonly query: nn.Linear
  readonly key: nn.Linear
  readonly value: nn.Linear
  readonly options: { readonly d: number }

  constructor({ d, size }: HeadOptions) {
    super()
    this.options = { d }

    this.query = this.registerModule('query', new nn.Linear({ in_features: d, out_features: size, bias: false }))
    this.key = this.registerModule('key', new nn.Linear({ in_features: d, out_features: size, bias: false }))
    this.value = this.registerModule('value', new nn.Linear({ in_features: d, out_features: size, bias: false }))
  }

  override forward(x: Tensor, memory: Tensor): Tensor {
    const { d } = this.options
    const scores = this.query.forward(x).matmul(this.key.forward(memory).transpose(-2, -1)).mul(d ** -0.5)
    const mask = F.tril(F.ones([x.shape[1]!, memory.shape[1]!], { dtype: 'bool', device: x.device }))
    return F.softmax(
      scores.maskedFill(mask.bitwiseNot(), Number.NEGATIVE_INFINITY),
      { dim: -1 },
    ).matmul(this.value.forward(memory))
  }
}

export class MultiHead extends Module {
  readonly heads: nn.ModuleList<Head>
  readonly proj: nn.Linear

  constructor({ d, count }: MultiHeadOptions) {
    super()
    this.heads = this.registerModule(
      'heads',
      new nn.ModuleList([...py.range(count).map(() => new Head({ d, size: Math.floor(d / count) }))]),
    )
    this.proj = this.registerModule('proj', new nn.Linear({ in_features: d, out_features: d }))
  }

  override forward(x: Tensor, memory: Tensor): Tensor {
    return this.proj.forward(F.cat([...this.heads].map(head => head.forward(x, memory)), { dim: -1 }))
  }
}

export class FeedForwardNet extends Module {
  readonly layers: nn.Sequential

  constructor({ d }: FeedForwardNetOptions) {
    super()
    this.layers = this.registerModule(
      'layers',
      new nn.Sequential(
        new nn.Linear({ in_features: d, out_features: 4 * d }),
        new nn.ReLU(),
        new nn.Linear({ in_features: 4 * d, out_features: d }),
      ),
    )
  }

  override forward(): never {
    throw new TypeError('FeedForwardNet has no forward: call its members')
  }
}

export class FeedForward extends Module {
  readonly net: FeedForwardNet

  constructor({ d }: FeedForwardOptions) {
    super()
    this.net = this.registerModule('net', new FeedForwardNet({ d }))
  }

  override forward(x: Tensor): Tensor {
    return this.net.layers.forward(x)
  }
}

export class EncoderBlock extends Module {
  readonly sa: MultiHead
  readonly ffwd: FeedForward
  readonly ln1: nn.LayerNorm
  readonly ln2: nn.LayerNorm

  constructor({ d, heads }: EncoderBlockOptions) {
    super()
    this.sa = this.registerModule('sa', new MultiHead({ d, count: heads }))
    this.ffwd = this.registerModule('ffwd', new FeedForward({ d }))
    this.ln1 = this.registerModule('ln1', new nn.LayerNorm({ normalized_shape: d }))
    this.ln2 = this.registerModule('ln2', new nn.LayerNorm({ normalized_shape: d }))
  }

  override forward(x: Tensor): Tensor {
    const y = this.ln1.forward(x)
    x = x.add(this.sa.forward(y, y))
    return x.add(this.ffwd.forward(this.ln2.forward(x)))
  }
}

export class DecoderBlock extends Module {
  readonly sa: MultiHead
  readonly ca: MultiHead
  readonly ffwd: FeedForward
  readonly ln1: nn.LayerNorm
  readonly ln2: nn.LayerNorm
  readonly ln3: nn.LayerNorm

  constructor({ d, heads }: DecoderBlockOptions) {
    super()
    this.sa = this.registerModule('sa', new MultiHead({ d, count: heads }))
    this.ca = this.registerModule('ca', new MultiHead({ d, count: heads }))
    this.ffwd = this.registerModule('ffwd', new FeedForward({ d }))
    this.ln1 = this.registerModule('ln1', new nn.LayerNorm({ normalized_shape: d }))
    this.ln2 = this.registerModule('ln2', new nn.LayerNorm({ normalized_shape: d }))
    this.ln3 = this.registerModule('ln3', new nn.LayerNorm({ normalized_shape: d }))
  }

  override forward(x: Tensor, memory: Tensor): Tensor {
    const y = this.ln1.forward(x)
    x = x.add(this.sa.forward(y, y))
    x = x.add(this.ca.forward(this.ln2.forward(x), memory))
    return x.add(this.ffwd.forward(this.ln3.forward(x)))
  }
}

export class CelloGPTEncoderStack extends Module {
  readonly layers: nn.ModuleList<EncoderBlock>

  constructor({ d, heads, blocks }: CelloGPTEncoderStackOptions) {
    super()
    this.layers = this.registerModule(
      'layers',
      new nn.ModuleList([...py.range(blocks).map(() => new EncoderBlock({ d, heads }))]),
    )
  }

  override forward(): never {
    throw new TypeError('CelloGPTEncoderStack has no forward: call its members')
  }
}

export class CelloGPTLmHead extends Module {
  readonly layers: nn.Sequential

  constructor({ d, fingers }: CelloGPTLmHeadOptions) {
    super()
    this.layers = this.registerModule(
      'layers',
      new nn.Sequential(
        new nn.LayerNorm({ normalized_shape: d }),
        new nn.Linear({ in_features: d, out_features: fingers }),
      ),
    )
  }

  override forward(): never {
    throw new TypeError('CelloGPTLmHead has no forward: call its members')
  }
}

/**
 * Cello fingerings for a line of notes, an encoder and decoder transformer. Keys as adriandelser/cellogpt, written by MLX.
 *
 * Inputs of forward:
 * - notes int64[N, T]
 * - fingerings int64[N, T]
 */
export class CelloGPT extends Module<CelloGPTState> {
  readonly notes_token_embedding_table: nn.Embedding
  readonly notes_position_embedding_table: nn.Embedding
  readonly fingering_token_embedding_table: nn.Embedding
  readonly fingering_position_embedding_table: nn.Embedding
  readonly encoder_stack: CelloGPTEncoderStack
  readonly decoder_stack: nn.ModuleList<DecoderBlock>
  readonly lm_head: CelloGPTLmHead

  constructor({ notes_vocab = 16, fingers = 5, context = 16, d = 16, heads = 4, blocks = 3 }: CelloGPTOptions = {}) {
    super()
    this.notes_token_embedding_table = this.registerModule(
      'notes_token_embedding_table',
      new nn.Embedding({ num_embeddings: notes_vocab, embedding_dim: d }),
    )
    this.notes_position_embedding_table = this.registerModule(
      'notes_position_embedding_table',
      new nn.Embedding({ num_embeddings: context, embedding_dim: d }),
    )
    this.fingering_token_embedding_table = this.registerModule(
      'fingering_token_embedding_table',
      new nn.Embedding({ num_embeddings: fingers, embedding_dim: d }),
    )
    this.fingering_position_embedding_table = this.registerModule(
      'fingering_position_embedding_table',
      new nn.Embedding({ num_embeddings: context, embedding_dim: d }),
    )
    this.encoder_stack = this.registerModule('encoder_stack', new CelloGPTEncoderStack({ d, heads, blocks }))
    this.decoder_stack = this.registerModule(
      'decoder_stack',
      new nn.ModuleList([...py.range(blocks).map(() => new DecoderBlock({ d, heads }))]),
    )
    this.lm_head = this.registerModule('lm_head', new CelloGPTLmHead({ d, fingers }))
    this.madeFrom(
      async () => (await import('./cellogpt.source.js')).source,
      { notes_vocab, fingers, context, d, heads, blocks },
    )
  }

  override forward(notes: Tensor, fingerings: Tensor): Tensor {
    let block!: EncoderBlock | DecoderBlock
    const t = notes.shape[1]!
    let memory = this.notes_token_embedding_table.forward(notes).add(
      this.notes_position_embedding_table.weight!.value.getitem([py.sliceOf(null, t)]),
    )
    for (block of [...this.encoder_stack.layers]) {
      memory = (block as EncoderBlock).forward(memory)
    }

    let x = this.fingering_token_embedding_table.forward(fingerings).add(
      this.fingering_position_embedding_table.weight!.value.getitem([py.sliceOf(null, t)]),
    )
    for (block of [...this.decoder_stack]) {
      x = (block as DecoderBlock).forward(x, memory)
    }

    return this.lm_head.layers.forward(x)
  }
}
