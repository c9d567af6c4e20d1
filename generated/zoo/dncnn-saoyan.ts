// Made by holdfast from specs/zoo/dncnn-saoyan.yaml; do not edit: change the spec and build again.
// spec sha256 e673e9f5cd9e8e9eaf02ec5b78e62103da0520b323a5fe47ffde45eee6c51ea3
/* eslint-disable */
import { Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of DnCNN with default options: every key with dtype and shape. */
export type DnCNNState = {
  'dncnn.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'dncnn.2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.3.weight': TypedTensor<'float32', [64]>
  'dncnn.3.bias': TypedTensor<'float32', [64]>
  'dncnn.3.running_mean': TypedTensor<'float32', [64]>
  'dncnn.3.running_var': TypedTensor<'float32', [64]>
  'dncnn.3.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.5.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.6.weight': TypedTensor<'float32', [64]>
  'dncnn.6.bias': TypedTensor<'float32', [64]>
  'dncnn.6.running_mean': TypedTensor<'float32', [64]>
  'dncnn.6.running_var': TypedTensor<'float32', [64]>
  'dncnn.6.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.8.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.9.weight': TypedTensor<'float32', [64]>
  'dncnn.9.bias': TypedTensor<'float32', [64]>
  'dncnn.9.running_mean': TypedTensor<'float32', [64]>
  'dncnn.9.running_var': TypedTensor<'float32', [64]>
  'dncnn.9.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.11.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.12.weight': TypedTensor<'float32', [64]>
  'dncnn.12.bias': TypedTensor<'float32', [64]>
  'dncnn.12.running_mean': TypedTensor<'float32', [64]>
  'dncnn.12.running_var': TypedTensor<'float32', [64]>
  'dncnn.12.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.14.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.15.weight': TypedTensor<'float32', [64]>
  'dncnn.15.bias': TypedTensor<'float32', [64]>
  'dncnn.15.running_mean': TypedTensor<'float32', [64]>
  'dncnn.15.running_var': TypedTensor<'float32', [64]>
  'dncnn.15.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.17.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.18.weight': TypedTensor<'float32', [64]>
  'dncnn.18.bias': TypedTensor<'float32', [64]>
  'dncnn.18.running_mean': TypedTensor<'float32', [64]>
  'dncnn.18.running_var': TypedTensor<'float32', [64]>
  'dncnn.18.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.20.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.21.weight': TypedTensor<'float32', [64]>
  'dncnn.21.bias': TypedTensor<'float32', [64]>
  'dncnn.21.running_mean': TypedTensor<'float32', [64]>
  'dncnn.21.running_var': TypedTensor<'float32', [64]>
  'dncnn.21.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.23.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.24.weight': TypedTensor<'float32', [64]>
  'dncnn.24.bias': TypedTensor<'float32', [64]>
  'dncnn.24.running_mean': TypedTensor<'float32', [64]>
  'dncnn.24.running_var': TypedTensor<'float32', [64]>
  'dncnn.24.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.26.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.27.weight': TypedTensor<'float32', [64]>
  'dncnn.27.bias': TypedTensor<'float32', [64]>
  'dncnn.27.running_mean': TypedTensor<'float32', [64]>
  'dncnn.27.running_var': TypedTensor<'float32', [64]>
  'dncnn.27.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.29.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.30.weight': TypedTensor<'float32', [64]>
  'dncnn.30.bias': TypedTensor<'float32', [64]>
  'dncnn.30.running_mean': TypedTensor<'float32', [64]>
  'dncnn.30.running_var': TypedTensor<'float32', [64]>
  'dncnn.30.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.32.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.33.weight': TypedTensor<'float32', [64]>
  'dncnn.33.bias': TypedTensor<'float32', [64]>
  'dncnn.33.running_mean': TypedTensor<'float32', [64]>
  'dncnn.33.running_var': TypedTensor<'float32', [64]>
  'dncnn.33.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.35.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.36.weight': TypedTensor<'float32', [64]>
  'dncnn.36.bias': TypedTensor<'float32', [64]>
  'dncnn.36.running_mean': TypedTensor<'float32', [64]>
  'dncnn.36.running_var': TypedTensor<'float32', [64]>
  'dncnn.36.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.38.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.39.weight': TypedTensor<'float32', [64]>
  'dncnn.39.bias': TypedTensor<'float32', [64]>
  'dncnn.39.running_mean': TypedTensor<'float32', [64]>
  'dncnn.39.running_var': TypedTensor<'float32', [64]>
  'dncnn.39.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.41.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.42.weight': TypedTensor<'float32', [64]>
  'dncnn.42.bias': TypedTensor<'float32', [64]>
  'dncnn.42.running_mean': TypedTensor<'float32', [64]>
  'dncnn.42.running_var': TypedTensor<'float32', [64]>
  'dncnn.42.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.44.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'dncnn.45.weight': TypedTensor<'float32', [64]>
  'dncnn.45.bias': TypedTensor<'float32', [64]>
  'dncnn.45.running_mean': TypedTensor<'float32', [64]>
  'dncnn.45.running_var': TypedTensor<'float32', [64]>
  'dncnn.45.num_batches_tracked': TypedTensor<'int64', []>
  'dncnn.47.weight': TypedTensor<'float32', [1, 64, 3, 3]>
}

export interface DnCNNOptions {
  readonly channels?: number
  readonly features?: number
  readonly depth?: number
}

/**
 * Denoiser that predicts the noise, Zhang et al. 2016 (arXiv:1608.03981). Keys as SaoYan/DnCNN-PyTorch.
 *
 * Inputs of forward:
 * - noisy float32[N, channels, H, W]
 */
export class DnCNN extends Module<DnCNNState> {
  readonly dncnn: nn.Sequential

  constructor({ channels = 1, features = 64, depth = 17 }: DnCNNOptions = {}) {
    super()
    this.dncnn = this.registerModule(
      'dncnn',
      new nn.Sequential(
        new nn.Conv2d({ in_channels: channels, out_channels: features, kernel_size: 3, padding: 1, bias: false }),
        new nn.ReLU(),
        ...py.range(depth - 2).flatMap(() => [
          new nn.Conv2d({
            in_channels: features,
            out_channels: features,
            kernel_size: 3,
            padding: 1,
            bias: false,
          }),
          new nn.BatchNorm2d({ num_features: features }),
          new nn.ReLU(),
        ]),
        new nn.Conv2d({ in_channels: features, out_channels: channels, kernel_size: 3, padding: 1, bias: false }),
      ),
    )
    this.madeFrom(async () => (await import('./dncnn-saoyan.source.js')).source, { channels, features, depth })
  }

  override forward(noisy: Tensor): Tensor {
    return this.dncnn.forward(noisy)
  }
}
