// Made by holdfast from specs/community/dcgan_generator.yaml; do not edit: change the spec and build again.
// spec sha256 bf0886f2ebe84d22609b64084d62b9c7fd68fbdc95adbc188d0ef14aabf1df20
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of Generator with default options: every key with dtype and shape. */
export type GeneratorState = {
  'main.0.weight': TypedTensor<'float32', [100, 512, 4, 4]>
  'main.1.weight': TypedTensor<'float32', [512]>
  'main.1.bias': TypedTensor<'float32', [512]>
  'main.1.running_mean': TypedTensor<'float32', [512]>
  'main.1.running_var': TypedTensor<'float32', [512]>
  'main.1.num_batches_tracked': TypedTensor<'int64', []>
  'main.3.weight': TypedTensor<'float32', [512, 256, 4, 4]>
  'main.4.weight': TypedTensor<'float32', [256]>
  'main.4.bias': TypedTensor<'float32', [256]>
  'main.4.running_mean': TypedTensor<'float32', [256]>
  'main.4.running_var': TypedTensor<'float32', [256]>
  'main.4.num_batches_tracked': TypedTensor<'int64', []>
  'main.6.weight': TypedTensor<'float32', [256, 128, 4, 4]>
  'main.7.weight': TypedTensor<'float32', [128]>
  'main.7.bias': TypedTensor<'float32', [128]>
  'main.7.running_mean': TypedTensor<'float32', [128]>
  'main.7.running_var': TypedTensor<'float32', [128]>
  'main.7.num_batches_tracked': TypedTensor<'int64', []>
  'main.9.weight': TypedTensor<'float32', [128, 64, 4, 4]>
  'main.10.weight': TypedTensor<'float32', [64]>
  'main.10.bias': TypedTensor<'float32', [64]>
  'main.10.running_mean': TypedTensor<'float32', [64]>
  'main.10.running_var': TypedTensor<'float32', [64]>
  'main.10.num_batches_tracked': TypedTensor<'int64', []>
  'main.12.weight': TypedTensor<'float32', [64, 3, 4, 4]>
}

export interface GeneratorOptions {
  readonly nz?: number
  readonly ngf?: number
  readonly nc?: number
}

/**
 * The generator of DCGAN, Radford et al. 2015 (arXiv:1511.06434). Keys as the pytorch/examples dcgan.
 *
 * Inputs of forward:
 * - input float32[N, nz, 1, 1]
 */
export class Generator extends Module<GeneratorState> {
  readonly main: nn.Sequential

  constructor({ nz = 100, ngf = 64, nc = 3 }: GeneratorOptions = {}) {
    super()
    this.main = this.registerModule(
      'main',
      new nn.Sequential(
        new nn.ConvTranspose2d({
          in_channels: nz,
          out_channels: ngf * 8,
          kernel_size: 4,
          stride: 1,
          padding: 0,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: ngf * 8 }),
        new nn.ReLU({ inplace: true }),
        new nn.ConvTranspose2d({
          in_channels: ngf * 8,
          out_channels: ngf * 4,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: ngf * 4 }),
        new nn.ReLU({ inplace: true }),
        new nn.ConvTranspose2d({
          in_channels: ngf * 4,
          out_channels: ngf * 2,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: ngf * 2 }),
        new nn.ReLU({ inplace: true }),
        new nn.ConvTranspose2d({
          in_channels: ngf * 2,
          out_channels: ngf,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: ngf }),
        new nn.ReLU({ inplace: true }),
        new nn.ConvTranspose2d({
          in_channels: ngf,
          out_channels: nc,
          kernel_size: 4,
          stride: 2,
          padding: 1,
          bias: false,
        }),
        new nn.Tanh(),
      ),
    )
    this.madeFrom(async () => (await import('./dcgan_generator.source.js')).source, { nz, ngf, nc })
  }

  override forward(input: Tensor): Tensor {
    const output = this.main.forward(input)
    return output
  }
}
