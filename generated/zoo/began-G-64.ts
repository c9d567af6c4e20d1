// Made by holdfast from specs/zoo/began-G-64.yaml; do not edit: change the spec and build again.
// spec sha256 9c50b19899d8ff515a5adcfc5aabbf636cb649cb7feafb3352c27e98c1a91e56
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of BEGANGenerator with default options: every key with dtype and shape. */
export type BEGANGeneratorState = {
  'embed1.weight': TypedTensor<'float32', [4096, 64]>
  'embed1.bias': TypedTensor<'float32', [4096]>
  'deconv1.0.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv1.0.bias': TypedTensor<'float32', [64]>
  'deconv1.2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv1.2.bias': TypedTensor<'float32', [64]>
  'deconv2.0.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv2.0.bias': TypedTensor<'float32', [64]>
  'deconv2.2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv2.2.bias': TypedTensor<'float32', [64]>
  'deconv3.0.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv3.0.bias': TypedTensor<'float32', [64]>
  'deconv3.2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv3.2.bias': TypedTensor<'float32', [64]>
  'deconv4.0.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv4.0.bias': TypedTensor<'float32', [64]>
  'deconv4.2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'deconv4.2.bias': TypedTensor<'float32', [64]>
  'deconv4.4.weight': TypedTensor<'float32', [3, 64, 3, 3]>
  'deconv4.4.bias': TypedTensor<'float32', [3]>
}

export interface UpOptions {
  readonly n: number
}

export interface BEGANGeneratorOptions {
  readonly latent?: number
  readonly n?: number
}

export class Up extends nn.Sequential {
  constructor({ n }: UpOptions) {
    super(
      new nn.Conv2d({ in_channels: n, out_channels: n, kernel_size: 3, padding: 1 }),
      new nn.ELU(),
      new nn.Conv2d({ in_channels: n, out_channels: n, kernel_size: 3, padding: 1 }),
      new nn.ELU(),
      new nn.UpsamplingNearest2d({ scale_factor: 2 }),
    )
  }
}

/**
 * Generator of a boundary equilibrium GAN for 64x64 faces, Berthelot et al. 2017 (arXiv:1703.10717). Keys as sunshineatnoon/Paper-Implementations.
 *
 * Inputs of forward:
 * - z float32[N, latent]
 */
export class BEGANGenerator extends Module<BEGANGeneratorState> {
  readonly embed1: nn.Linear
  readonly deconv1: Up
  readonly deconv2: Up
  readonly deconv3: Up
  readonly deconv4: nn.Sequential
  readonly options: { readonly n: number }

  constructor({ latent = 64, n = 64 }: BEGANGeneratorOptions = {}) {
    super()
    this.options = { n }

    this.embed1 = this.registerModule('embed1', new nn.Linear({ in_features: latent, out_features: n * 8 * 8 }))
    this.deconv1 = this.registerModule('deconv1', new Up({ n }))
    this.deconv2 = this.registerModule('deconv2', new Up({ n }))
    this.deconv3 = this.registerModule('deconv3', new Up({ n }))
    this.deconv4 = this.registerModule(
      'deconv4',
      new nn.Sequential(
        new nn.Conv2d({ in_channels: n, out_channels: n, kernel_size: 3, padding: 1 }),
        new nn.ELU(),
        new nn.Conv2d({ in_channels: n, out_channels: n, kernel_size: 3, padding: 1 }),
        new nn.ELU(),
        new nn.Conv2d({ in_channels: n, out_channels: 3, kernel_size: 3, padding: 1 }),
        new nn.Tanh(),
      ),
    )
    this.madeFrom(async () => (await import('./began-G-64.source.js')).source, { latent, n })
  }

  override forward(z: Tensor): Tensor {
    const { n } = this.options
    const x = this.embed1.forward(z).view([-1, n, 8, 8])
    return this.deconv4.forward(this.deconv3.forward(this.deconv2.forward(this.deconv1.forward(x))))
  }
}
