// Made by holdfast from specs/zoo/dcgan-mnist-D.yaml; do not edit: change the spec and build again.
// spec sha256 b0b683235ea286016d742469601c9799655c74dd9a9b9ec0dc2d98cbb607eddd
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of DCGANDiscriminator with default options: every key with dtype and shape. */
export type DCGANDiscriminatorState = {
  'main.0.weight': TypedTensor<'float32', [64, 1, 4, 4]>
  'main.2.weight': TypedTensor<'float32', [128, 64, 4, 4]>
  'main.3.weight': TypedTensor<'float32', [128]>
  'main.3.bias': TypedTensor<'float32', [128]>
  'main.3.running_mean': TypedTensor<'float32', [128]>
  'main.3.running_var': TypedTensor<'float32', [128]>
  'main.3.num_batches_tracked': TypedTensor<'int64', []>
  'main.5.weight': TypedTensor<'float32', [256, 128, 4, 4]>
  'main.6.weight': TypedTensor<'float32', [256]>
  'main.6.bias': TypedTensor<'float32', [256]>
  'main.6.running_mean': TypedTensor<'float32', [256]>
  'main.6.running_var': TypedTensor<'float32', [256]>
  'main.6.num_batches_tracked': TypedTensor<'int64', []>
  'main.8.weight': TypedTensor<'float32', [1, 256, 4, 4]>
}

export interface DCGANDiscriminatorOptions {
  readonly features?: number
}

/**
 * Discriminator of a DCGAN for MNIST, Radford et al. 2015 (arXiv:1511.06434). Keys as csinva/gan-vae-pretrained-pytorch.
 *
 * Inputs of forward:
 * - image float32[N, 1, 28, 28]
 */
export class DCGANDiscriminator extends Module<DCGANDiscriminatorState> {
  readonly main: nn.Sequential

  constructor({ features = 64 }: DCGANDiscriminatorOptions = {}) {
    super()
    this.main = this.registerModule(
      'main',
      new nn.Sequential(
        new nn.Conv2d({
          in_channels: 1,
          out_channels: features,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.LeakyReLU({ negative_slope: 0.2 }),
        new nn.Conv2d({
          in_channels: features,
          out_channels: 2 * features,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: 2 * features }),
        new nn.LeakyReLU({ negative_slope: 0.2 }),
        new nn.Conv2d({
          in_channels: 2 * features,
          out_channels: 4 * features,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: 4 * features }),
        new nn.LeakyReLU({ negative_slope: 0.2 }),
        new nn.Conv2d({
          in_channels: 4 * features,
          out_channels: 1,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.Sigmoid(),
      ),
    )
    this.madeFrom(async () => (await import('./dcgan-mnist-D.source.js')).source, { features })
  }

  override forward(image: Tensor): Tensor {
    return this.main.forward(image).view([-1])
  }
}
