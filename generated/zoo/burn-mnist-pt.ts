// Made by holdfast from specs/zoo/burn-mnist-pt.yaml; do not edit: change the spec and build again.
// spec sha256 595b0bb519cdad1d53ecf1786c888ca2835514b5eacb3c539ff220165ec2f54c
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of BurnMNIST with default options: every key with dtype and shape. */
export type BurnMNISTState = {
  'conv1.weight': TypedTensor<'float32', [8, 1, 3, 3]>
  'conv1.bias': TypedTensor<'float32', [8]>
  'conv2.weight': TypedTensor<'float32', [16, 8, 3, 3]>
  'conv2.bias': TypedTensor<'float32', [16]>
  'conv3.weight': TypedTensor<'float32', [24, 16, 3, 3]>
  'conv3.bias': TypedTensor<'float32', [24]>
  'norm1.weight': TypedTensor<'float32', [24]>
  'norm1.bias': TypedTensor<'float32', [24]>
  'norm1.running_mean': TypedTensor<'float32', [24]>
  'norm1.running_var': TypedTensor<'float32', [24]>
  'norm1.num_batches_tracked': TypedTensor<'int64', []>
  'fc1.weight': TypedTensor<'float32', [32, 11616]>
  'fc1.bias': TypedTensor<'float32', [32]>
  'fc2.weight': TypedTensor<'float32', [10, 32]>
  'fc2.bias': TypedTensor<'float32', [10]>
  'norm2.weight': TypedTensor<'float32', [10]>
  'norm2.bias': TypedTensor<'float32', [10]>
  'norm2.running_mean': TypedTensor<'float32', [10]>
  'norm2.running_var': TypedTensor<'float32', [10]>
  'norm2.num_batches_tracked': TypedTensor<'int64', []>
}

/**
 * Convolutional MNIST classifier. Keys as the PyTorch import example of tracel-ai/burn.
 *
 * Inputs of forward:
 * - image float32[N, 1, 28, 28]
 */
export class BurnMNIST extends Module<BurnMNISTState> {
  readonly conv1: nn.Conv2d
  readonly conv2: nn.Conv2d
  readonly conv3: nn.Conv2d
  readonly norm1: nn.BatchNorm2d
  readonly fc1: nn.Linear
  readonly fc2: nn.Linear
  readonly norm2: nn.BatchNorm1d

  constructor() {
    super()
    this.conv1 = this.registerModule('conv1', new nn.Conv2d({ in_channels: 1, out_channels: 8, kernel_size: 3 }))
    this.conv2 = this.registerModule('conv2', new nn.Conv2d({ in_channels: 8, out_channels: 16, kernel_size: 3 }))
    this.conv3 = this.registerModule(
      'conv3',
      new nn.Conv2d({ in_channels: 16, out_channels: 24, kernel_size: 3 }),
    )
    this.norm1 = this.registerModule('norm1', new nn.BatchNorm2d({ num_features: 24 }))
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 11616, out_features: 32 }))
    this.fc2 = this.registerModule('fc2', new nn.Linear({ in_features: 32, out_features: 10 }))
    this.norm2 = this.registerModule('norm2', new nn.BatchNorm1d({ num_features: 10 }))
    this.madeFrom(async () => (await import('./burn-mnist-pt.source.js')).source)
  }

  override forward(image: Tensor): Tensor {
    let x = F.relu(this.conv1.forward(image))
    x = F.relu(this.conv2.forward(x))
    x = this.norm1.forward(F.relu(this.conv3.forward(x)))
    x = F.relu(this.fc1.forward(F.flatten(x, { start_dim: 1 })))
    return F.logSoftmax(this.norm2.forward(this.fc2.forward(x)), { dim: 1 })
  }
}
