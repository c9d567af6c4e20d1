// Made by holdfast from specs/zoo/vdsr.yaml; do not edit: change the spec and build again.
// spec sha256 20ceedf1ef2745e624831fa735291083b908ff9ee595c02ba0b66ab2ef39eb52
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of VDSR with default options: every key with dtype and shape. */
export type VDSRState = {
  'residual_layer.0.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.1.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.2.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.3.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.4.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.5.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.6.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.7.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.8.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.9.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.10.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.11.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.12.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.13.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.14.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.15.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.16.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'residual_layer.17.conv.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'input.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'output.weight': TypedTensor<'float32', [1, 64, 3, 3]>
}

export interface ConvReLUOptions {
  readonly features: number
}

export interface VDSROptions {
  readonly features?: number
  readonly depth?: number
}

export class ConvReLU extends Module {
  readonly conv: nn.Conv2d

  constructor({ features }: ConvReLUOptions) {
    super()
    this.conv = this.registerModule(
      'conv',
      new nn.Conv2d({ in_channels: features, out_channels: features, kernel_size: 3, padding: 1, bias: false }),
    )
  }

  override forward(x: Tensor): Tensor {
    return F.relu(this.conv.forward(x))
  }
}

/**
 * Very deep super-resolution of the luma channel, Kim et al. 2016 (arXiv:1511.04587). Keys as twtygqyy/pytorch-vdsr.
 *
 * Inputs of forward:
 * - y float32[N, 1, H, W]
 */
export class VDSR extends Module<VDSRState> {
  readonly residual_layer: nn.Sequential
  readonly input: nn.Conv2d
  readonly output: nn.Conv2d

  constructor({ features = 64, depth = 18 }: VDSROptions = {}) {
    super()
    this.residual_layer = this.registerModule(
      'residual_layer',
      new nn.Sequential(...py.range(depth).map(() => new ConvReLU({ features }))),
    )
    this.input = this.registerModule(
      'input',
      new nn.Conv2d({ in_channels: 1, out_channels: features, kernel_size: 3, padding: 1, bias: false }),
    )
    this.output = this.registerModule(
      'output',
      new nn.Conv2d({ in_channels: features, out_channels: 1, kernel_size: 3, padding: 1, bias: false }),
    )
    this.madeFrom(async () => (await import('./vdsr.source.js')).source, { features, depth })
  }

  override forward(y: Tensor): Tensor {
    const x = F.relu(this.input.forward(y))
    return this.output.forward(this.residual_layer.forward(x)).add(y)
  }
}
