// Made by holdfast from specs/timm/mlp_mixer.yaml; do not edit: change the spec and build again.
// spec sha256 2882404aef0aa6be15b5bca08e6377b369a67cbb433e5fc3eadc34bb00f6a3c4
/* eslint-disable */
import { Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of MlpMixer with default options: every key with dtype and shape. */
export type MlpMixerState = {
  'stem.proj.weight': TypedTensor<'float32', [768, 3, 16, 16]>
  'stem.proj.bias': TypedTensor<'float32', [768]>
  'blocks.0.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.0.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.0.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.0.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.0.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.0.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.0.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.0.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.0.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.0.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.0.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.0.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.1.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.1.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.1.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.1.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.1.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.1.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.1.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.1.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.1.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.1.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.1.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.1.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.2.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.2.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.2.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.2.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.2.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.2.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.2.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.2.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.2.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.2.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.2.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.2.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.3.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.3.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.3.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.3.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.3.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.3.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.3.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.3.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.3.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.3.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.3.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.3.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.4.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.4.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.4.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.4.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.4.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.4.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.4.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.4.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.4.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.4.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.4.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.4.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.5.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.5.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.5.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.5.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.5.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.5.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.5.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.5.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.5.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.5.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.5.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.5.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.6.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.6.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.6.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.6.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.6.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.6.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.6.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.6.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.6.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.6.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.6.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.6.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.7.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.7.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.7.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.7.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.7.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.7.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.7.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.7.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.7.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.7.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.7.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.7.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.8.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.8.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.8.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.8.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.8.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.8.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.8.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.8.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.8.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.8.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.8.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.8.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.9.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.9.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.9.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.9.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.9.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.9.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.9.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.9.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.9.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.9.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.9.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.9.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.10.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.10.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.10.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.10.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.10.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.10.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.10.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.10.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.10.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.10.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.10.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.10.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'blocks.11.norm1.weight': TypedTensor<'float32', [768]>
  'blocks.11.norm1.bias': TypedTensor<'float32', [768]>
  'blocks.11.mlp_tokens.fc1.weight': TypedTensor<'float32', [384, 196]>
  'blocks.11.mlp_tokens.fc1.bias': TypedTensor<'float32', [384]>
  'blocks.11.mlp_tokens.fc2.weight': TypedTensor<'float32', [196, 384]>
  'blocks.11.mlp_tokens.fc2.bias': TypedTensor<'float32', [196]>
  'blocks.11.norm2.weight': TypedTensor<'float32', [768]>
  'blocks.11.norm2.bias': TypedTensor<'float32', [768]>
  'blocks.11.mlp_channels.fc1.weight': TypedTensor<'float32', [3072, 768]>
  'blocks.11.mlp_channels.fc1.bias': TypedTensor<'float32', [3072]>
  'blocks.11.mlp_channels.fc2.weight': TypedTensor<'float32', [768, 3072]>
  'blocks.11.mlp_channels.fc2.bias': TypedTensor<'float32', [768]>
  'norm.weight': TypedTensor<'float32', [768]>
  'norm.bias': TypedTensor<'float32', [768]>
  'head.weight': TypedTensor<'float32', [1000, 768]>
  'head.bias': TypedTensor<'float32', [1000]>
}

export interface PatchEmbedOptions {
  readonly img_size: number
  readonly patch_size: number
  readonly in_chans: number
  readonly embed_dim: number
}

export interface MlpOptions {
  readonly in_features: number
  readonly hidden_features: number
  readonly drop?: number
}

export interface MixerBlockOptions {
  readonly dim: number
  readonly seq_len: number
  readonly mlp_ratio: readonly number[]
  readonly drop: number
}

export interface MlpMixerOptions {
  readonly num_classes?: number
  readonly img_size?: number
  readonly in_chans?: number
  readonly patch_size?: number
  readonly num_blocks?: number
  readonly embed_dim?: number
  readonly mlp_ratio?: readonly number[]
  readonly drop_rate?: number
  readonly proj_drop_rate?: number
  readonly global_pool?: 'avg' | 'none'
}

export class PatchEmbed extends Module {
  readonly proj: nn.Conv2d
  readonly options: { readonly img_size: number }

  constructor({ img_size, patch_size, in_chans, embed_dim }: PatchEmbedOptions) {
    super()
    this.options = { img_size }

    this.proj = this.registerModule(
      'proj',
      new nn.Conv2d({
        in_channels: in_chans,
        out_channels: embed_dim,
        kernel_size: patch_size,
        stride: patch_size,
      }),
    )
  }

  override forward(x: Tensor): Tensor {
    const { img_size } = this.options
    const [B, C, H, W] = x.shape as [number, number, number, number]
    py.check(H === img_size, 'an assertion of the model fails')
    py.check(W === img_size, 'an assertion of the model fails')
    x = this.proj.forward(x)
    x = x.flatten({ start_dim: 2 }).transpose(1, 2)
    return x
  }
}

export class Mlp extends Module {
  readonly fc1: nn.Linear
  readonly act: nn.GELU
  readonly drop1: nn.Dropout
  readonly norm: nn.Identity
  readonly fc2: nn.Linear
  readonly drop2: nn.Dropout

  constructor({ in_features, hidden_features, drop = 0 }: MlpOptions) {
    super()
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features, out_features: hidden_features }))
    this.act = this.registerModule('act', new nn.GELU())
    this.drop1 = this.registerModule('drop1', new nn.Dropout({ p: drop }))
    this.norm = this.registerModule('norm', new nn.Identity())
    this.fc2 = this.registerModule(
      'fc2',
      new nn.Linear({ in_features: hidden_features, out_features: in_features }),
    )
    this.drop2 = this.registerModule('drop2', new nn.Dropout({ p: drop }))
  }

  override forward(x: Tensor): Tensor {
    x = this.fc1.forward(x)
    x = this.act.forward(x)
    x = this.drop1.forward(x)
    x = this.norm.forward(x)
    x = this.fc2.forward(x)
    x = this.drop2.forward(x)
    return x
  }
}

export class MixerBlock extends Module {
  readonly norm1: nn.LayerNorm
  readonly mlp_tokens: Mlp
  readonly drop_path: nn.Identity
  readonly norm2: nn.LayerNorm
  readonly mlp_channels: Mlp

  constructor({ dim, seq_len, mlp_ratio, drop }: MixerBlockOptions) {
    super()
    const dims = mlp_ratio.map(x => Math.trunc(x * dim))
    this.norm1 = this.registerModule('norm1', new nn.LayerNorm({ normalized_shape: dim, eps: 0.000001 }))
    this.mlp_tokens = this.registerModule(
      'mlp_tokens',
      new Mlp({ in_features: seq_len, hidden_features: dims[0]!, drop }),
    )
    this.drop_path = this.registerModule('drop_path', new nn.Identity())
    this.norm2 = this.registerModule('norm2', new nn.LayerNorm({ normalized_shape: dim, eps: 0.000001 }))
    this.mlp_channels = this.registerModule(
      'mlp_channels',
      new Mlp({ in_features: dim, hidden_features: dims[1]!, drop }),
    )
  }

  override forward(x: Tensor): Tensor {
    x = x.add(this.drop_path.forward(this.mlp_tokens.forward(this.norm1.forward(x).transpose(1, 2)).transpose(
      1,
      2,
    )))
    x = x.add(this.drop_path.forward(this.mlp_channels.forward(this.norm2.forward(x))))
    return x
  }
}

/**
 * MLP-Mixer, Tolstikhin et al. 2021 (arXiv:2105.01601). Keys as timm mixer_b16_224.
 *
 * Inputs of forward:
 * - x float32[N, in_chans, img_size, img_size]
 */
export class MlpMixer extends Module<MlpMixerState> {
  readonly stem: PatchEmbed
  readonly blocks: nn.Sequential
  readonly norm: nn.LayerNorm
  readonly head_drop: nn.Dropout
  readonly head: nn.Linear
  readonly options: { readonly global_pool: 'avg' | 'none' }

  constructor({
      num_classes = 1000,
      img_size = 224,
      in_chans = 3,
      patch_size = 16,
      num_blocks = 12,
      embed_dim = 768,
      mlp_ratio = [0.5, 4],
      drop_rate = 0,
      proj_drop_rate = 0,
      global_pool = 'avg',
    }: MlpMixerOptions = {}) {
    super()
    const num_patches = Math.floor(img_size / patch_size) ** 2
    this.options = { global_pool }

    this.stem = this.registerModule('stem', new PatchEmbed({ img_size, patch_size, in_chans, embed_dim }))
    this.blocks = this.registerModule(
      'blocks',
      new nn.Sequential(...py.range(num_blocks).map(() => new MixerBlock({
        dim: embed_dim,
        seq_len: num_patches,
        mlp_ratio,
        drop: proj_drop_rate,
      }))),
    )
    this.norm = this.registerModule('norm', new nn.LayerNorm({ normalized_shape: embed_dim, eps: 0.000001 }))
    this.head_drop = this.registerModule('head_drop', new nn.Dropout({ p: drop_rate }))
    this.head = this.registerModule('head', new nn.Linear({ in_features: embed_dim, out_features: num_classes }))
    this.madeFrom(
      async () => (await import('./mlp_mixer.source.js')).source,
      {
        num_classes,
        img_size,
        in_chans,
        patch_size,
        num_blocks,
        embed_dim,
        mlp_ratio,
        drop_rate,
        proj_drop_rate,
        global_pool,
      },
    )
  }

  public forward_features(x: Tensor): Tensor {
    x = this.stem.forward(x)
    x = this.blocks.forward(x)
    x = this.norm.forward(x)
    return x
  }

  public forward_head(x: Tensor, pre_logits: boolean = false): Tensor {
    const { global_pool } = this.options
    if (global_pool === 'avg') {
      x = x.mean({ dim: 1 })
    }

    x = this.head_drop.forward(x)
    return pre_logits ? x : this.head.forward(x)
  }

  override forward(x: Tensor): Tensor {
    x = this.forward_features(x)
    x = this.forward_head(x)
    return x
  }
}
