// Made by holdfast from specs/tutorial/digits-cnn.yaml; do not edit: change the spec and build again.
// spec sha256 ef9b8101ba091d78ca4ddedee84f509549bbdaba06b4e706d738798ad6795272
/* eslint-disable */
import { F, Module, nn, type KeyContract, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { contracts } from './digits-cnn.keys.js'

/** The state_dict of DigitsCNN with default options: every key with dtype and shape. */
export type DigitsCNNState = {
  'conv1.weight': TypedTensor<'float32', [16, 1, 3, 3]>
  'conv1.bias': TypedTensor<'float32', [16]>
  'bn1.weight': TypedTensor<'float32', [16]>
  'bn1.bias': TypedTensor<'float32', [16]>
  'bn1.running_mean': TypedTensor<'float32', [16]>
  'bn1.running_var': TypedTensor<'float32', [16]>
  'bn1.num_batches_tracked': TypedTensor<'int64', []>
  'conv2.weight': TypedTensor<'float32', [32, 16, 3, 3]>
  'conv2.bias': TypedTensor<'float32', [32]>
  'bn2.weight': TypedTensor<'float32', [32]>
  'bn2.bias': TypedTensor<'float32', [32]>
  'bn2.running_mean': TypedTensor<'float32', [32]>
  'bn2.running_var': TypedTensor<'float32', [32]>
  'bn2.num_batches_tracked': TypedTensor<'int64', []>
  'fc.weight': TypedTensor<'float32', [10, 128]>
  'fc.bias': TypedTensor<'float32', [10]>
}

export interface DigitsCNNOptions {
  readonly channels?: number
  readonly num_classes?: number
  readonly drop?: number
}

/**
 * A small convolutional network for the 8x8 handwritten digits of scikit-learn, grey values 0 to 16.
 *
 * Inputs of forward:
 * - image float32[N, 1, 8, 8]
 */
export class DigitsCNN extends Module<DigitsCNNState> {
  readonly conv1: nn.Conv2d
  readonly bn1: nn.BatchNorm2d
  readonly conv2: nn.Conv2d
  readonly bn2: nn.BatchNorm2d
  readonly pool: nn.MaxPool2d
  readonly dropout: nn.Dropout
  readonly fc: nn.Linear

  constructor({ channels = 16, num_classes = 10, drop = 0.25 }: DigitsCNNOptions = {}) {
    super()
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({ in_channels: 1, out_channels: channels, kernel_size: 3, padding: 1 }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm2d({ num_features: channels }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({ in_channels: channels, out_channels: 2 * channels, kernel_size: 3, padding: 1 }),
    )
    this.bn2 = this.registerModule('bn2', new nn.BatchNorm2d({ num_features: 2 * channels }))
    this.pool = this.registerModule('pool', new nn.MaxPool2d({ kernel_size: 2 }))
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: drop }))
    this.fc = this.registerModule(
      'fc',
      new nn.Linear({ in_features: 2 * channels * 2 * 2, out_features: num_classes }),
    )
    this.madeFrom(async () => (await import('./digits-cnn.source.js')).source, { channels, num_classes, drop })
  }

  override get keyContracts(): readonly KeyContract[] {
    return contracts
  }

  override forward(image: Tensor): Tensor {
    let x = image.div(16)
    x = this.pool.forward(F.relu(this.bn1.forward(this.conv1.forward(x))))
    x = this.pool.forward(F.relu(this.bn2.forward(this.conv2.forward(x))))
    return this.fc.forward(this.dropout.forward(F.flatten(x, { start_dim: 1 })))
  }
}
