// Made by holdfast from specs/torchvision/vit.yaml; do not edit: change the spec and build again.
// spec sha256 1d9d863048eb42165585ac8ace90cf16c07fb937196e996d14bcb98643664c58
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of VisionTransformer with default options: every key with dtype and shape. */
export type VisionTransformerState = {
  'class_token': TypedTensor<'float32', [1, 1, 768]>
  'conv_proj.weight': TypedTensor<'float32', [768, 3, 16, 16]>
  'conv_proj.bias': TypedTensor<'float32', [768]>
  'encoder.pos_embedding': TypedTensor<'float32', [1, 197, 768]>
  'encoder.layers.encoder_layer_0.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_0.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_0.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_0.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_0.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_0.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_0.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_0.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_0.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_0.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_0.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_0.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_1.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_1.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_1.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_1.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_1.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_1.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_1.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_1.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_1.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_1.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_1.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_1.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_2.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_2.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_2.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_2.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_2.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_2.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_2.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_2.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_2.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_2.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_2.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_2.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_3.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_3.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_3.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_3.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_3.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_3.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_3.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_3.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_3.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_3.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_3.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_3.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_4.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_4.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_4.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_4.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_4.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_4.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_4.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_4.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_4.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_4.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_4.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_4.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_5.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_5.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_5.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_5.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_5.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_5.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_5.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_5.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_5.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_5.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_5.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_5.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_6.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_6.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_6.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_6.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_6.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_6.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_6.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_6.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_6.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_6.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_6.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_6.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_7.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_7.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_7.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_7.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_7.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_7.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_7.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_7.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_7.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_7.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_7.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_7.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_8.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_8.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_8.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_8.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_8.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_8.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_8.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_8.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_8.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_8.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_8.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_8.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_9.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_9.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_9.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_9.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_9.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_9.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_9.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_9.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_9.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_9.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_9.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_9.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_10.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_10.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_10.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_10.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_10.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_10.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_10.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_10.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_10.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_10.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_10.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_10.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_11.ln_1.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_11.ln_1.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_11.self_attention.in_proj_weight': TypedTensor<'float32', [2304, 768]>
  'encoder.layers.encoder_layer_11.self_attention.in_proj_bias': TypedTensor<'float32', [2304]>
  'encoder.layers.encoder_layer_11.self_attention.out_proj.weight': TypedTensor<'float32', [768, 768]>
  'encoder.layers.encoder_layer_11.self_attention.out_proj.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_11.ln_2.weight': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_11.ln_2.bias': TypedTensor<'float32', [768]>
  'encoder.layers.encoder_layer_11.mlp.0.weight': TypedTensor<'float32', [3072, 768]>
  'encoder.layers.encoder_layer_11.mlp.0.bias': TypedTensor<'float32', [3072]>
  'encoder.layers.encoder_layer_11.mlp.3.weight': TypedTensor<'float32', [768, 3072]>
  'encoder.layers.encoder_layer_11.mlp.3.bias': TypedTensor<'float32', [768]>
  'encoder.ln.weight': TypedTensor<'float32', [768]>
  'encoder.ln.bias': TypedTensor<'float32', [768]>
  'heads.head.weight': TypedTensor<'float32', [1000, 768]>
  'heads.head.bias': TypedTensor<'float32', [1000]>
}

export interface MLPBlockOptions {
  readonly in_dim: number
  readonly mlp_dim: number
  readonly dropout: number
}

export interface EncoderBlockOptions {
  readonly num_heads: number
  readonly hidden_dim: number
  readonly mlp_dim: number
  readonly dropout: number
  readonly attention_dropout: number
}

export interface EncoderOptions {
  readonly seq_length: number
  readonly num_layers: number
  readonly num_heads: number
  readonly hidden_dim: number
  readonly mlp_dim: number
  readonly dropout: number
  readonly attention_dropout: number
}

export interface VisionTransformerOptions {
  readonly image_size?: number
  readonly patch_size?: number
  readonly num_layers?: number
  readonly num_heads?: number
  readonly hidden_dim?: number
  readonly mlp_dim?: number
  readonly dropout?: number
  readonly attention_dropout?: number
  readonly num_classes?: number
  readonly representation_size?: number
}

export class MLPBlock extends nn.Sequential {
  constructor({ in_dim, mlp_dim, dropout }: MLPBlockOptions) {
    super(
      new nn.Linear({ in_features: in_dim, out_features: mlp_dim }),
      new nn.GELU(),
      new nn.Dropout({ p: dropout }),
      new nn.Linear({ in_features: mlp_dim, out_features: in_dim }),
      new nn.Dropout({ p: dropout }),
    )
  }
}

export class EncoderBlock extends Module {
  readonly ln_1: nn.LayerNorm
  readonly self_attention: nn.MultiheadAttention
  readonly dropout: nn.Dropout
  readonly ln_2: nn.LayerNorm
  readonly mlp: MLPBlock
  readonly options: { readonly dropout: number }

  constructor({ num_heads, hidden_dim, mlp_dim, dropout, attention_dropout }: EncoderBlockOptions) {
    super()
    this.options = { dropout }

    this.ln_1 = this.registerModule('ln_1', new nn.LayerNorm({ normalized_shape: hidden_dim, eps: 0.000001 }))
    this.self_attention = this.registerModule(
      'self_attention',
      new nn.MultiheadAttention({
        embed_dim: hidden_dim,
        num_heads,
        dropout: attention_dropout,
        batch_first: true,
      }),
    )
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout }))
    this.ln_2 = this.registerModule('ln_2', new nn.LayerNorm({ normalized_shape: hidden_dim, eps: 0.000001 }))
    this.mlp = this.registerModule('mlp', new MLPBlock({ in_dim: hidden_dim, mlp_dim, dropout }))
  }

  override forward(input: Tensor): Tensor {
    py.check(input.shape.length === 3, 'an assertion of the model fails')
    let x = this.ln_1.forward(input)
    x = (this.self_attention.forward(x, x, x, { need_weights: false }) as readonly [Tensor, null])[0]!
    x = this.dropout.forward(x)
    x = x.add(input)
    let y = this.ln_2.forward(x)
    y = this.mlp.forward(y)
    return x.add(y)
  }
}

export class Encoder extends Module {
  readonly pos_embedding: Cell
  readonly dropout: nn.Dropout
  readonly layers: nn.Sequential
  readonly ln: nn.LayerNorm
  readonly options: { readonly dropout: number }

  constructor({ seq_length, num_layers, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout }: EncoderOptions) {
    super()
    this.options = { dropout }

    this.pos_embedding = this.registerParameter(
      'pos_embedding',
      new Cell(F.normal([1, seq_length, hidden_dim], { std: 0.02 }), { requiresGrad: true }),
    )
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout }))
    this.layers = this.registerModule(
      'layers',
      new nn.Sequential(
        new Map<string,
        Module>([...py.range(num_layers).map(
          i => [
            `encoder_layer_${i}`,
            new EncoderBlock({ num_heads, hidden_dim, mlp_dim, dropout, attention_dropout }),
          ] as const,
        )]),
      ),
    )
    this.ln = this.registerModule('ln', new nn.LayerNorm({ normalized_shape: hidden_dim, eps: 0.000001 }))
  }

  override forward(input: Tensor): Tensor {
    py.check(input.shape.length === 3, 'an assertion of the model fails')
    input = input.add(this.pos_embedding.value)
    return this.ln.forward(this.layers.forward(this.dropout.forward(input)))
  }
}

/**
 * Vision Transformer, Dosovitskiy et al. 2020 (arXiv:2010.11929). Keys as torchvision vit_b_16; others by params.
 *
 * Inputs of forward:
 * - x float32[N, 3, image_size, image_size]
 */
export class VisionTransformer extends Module<VisionTransformerState> {
  readonly class_token: Cell
  readonly conv_proj: nn.Conv2d
  readonly encoder: Encoder
  readonly heads: nn.Sequential
  readonly options: { readonly image_size: number; readonly patch_size: number; readonly hidden_dim: number }

  constructor({
      image_size = 224,
      patch_size = 16,
      num_layers = 12,
      num_heads = 12,
      hidden_dim = 768,
      mlp_dim = 3072,
      dropout = 0,
      attention_dropout = 0,
      num_classes = 1000,
      representation_size = 0,
    }: VisionTransformerOptions = {}) {
    super()
    const seq_length = Math.floor(image_size / patch_size) ** 2 + 1
    this.options = { image_size, patch_size, hidden_dim }

    this.class_token = this.registerParameter(
      'class_token',
      new Cell(F.zeros([1, 1, hidden_dim]), { requiresGrad: true }),
    )
    this.conv_proj = this.registerModule(
      'conv_proj',
      new nn.Conv2d({ in_channels: 3, out_channels: hidden_dim, kernel_size: patch_size, stride: patch_size }),
    )
    this.encoder = this.registerModule(
      'encoder',
      new Encoder({ seq_length, num_layers, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout }),
    )
    this.heads = this.registerModule(
      'heads',
      representation_size === 0 ? new nn.Sequential(
        new Map<string,
        Module>([['head', new nn.Linear({ in_features: hidden_dim, out_features: num_classes })]]),
      ) : new nn.Sequential(new Map<string, Module>([['pre_logits', new nn.Linear({ in_features: hidden_dim, out_features: representation_size })], ['act', new nn.Tanh()], ['head', new nn.Linear({ in_features: representation_size, out_features: num_classes })]])),
    )
    this.madeFrom(
      async () => (await import('./vit.source.js')).source,
      {
        image_size,
        patch_size,
        num_layers,
        num_heads,
        hidden_dim,
        mlp_dim,
        dropout,
        attention_dropout,
        num_classes,
        representation_size,
      },
    )
  }

  public _process_input(x: Tensor): Tensor {
    const { image_size, patch_size, hidden_dim } = this.options
    const [n, c, h, w] = x.shape as [number, number, number, number]
    const p = patch_size
    py.check(h === image_size, 'an assertion of the model fails')
    py.check(w === image_size, 'an assertion of the model fails')
    const n_h = Math.floor(h / p)
    const n_w = Math.floor(w / p)
    x = this.conv_proj.forward(x)
    x = x.reshape([n, hidden_dim, n_h * n_w])
    x = x.permute([0, 2, 1])
    return x
  }

  override forward(x: Tensor): Tensor {
    x = this._process_input(x)
    const n = x.shape[0]!
    const batch_class_token = this.class_token.value.expand([n, -1, -1])
    x = F.cat([batch_class_token, x], { dim: 1 })
    x = this.encoder.forward(x)
    x = x.getitem([py.sliceOf(), 0])
    x = this.heads.forward(x)
    return x
  }
}
