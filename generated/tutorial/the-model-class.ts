// Made by holdfast from specs/tutorial/the-model-class.yaml; do not edit: change the spec and build again.
// spec sha256 68dcff4a5ad7438e04854d53449fb2566722f210a5f12e4aabea1578aedb6af9
/* eslint-disable */
import { F, Module, nn, type KeyContract, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { contracts } from './the-model-class.keys.js'

/** The state_dict of TheModelClass with default options: every key with dtype and shape. */
export type TheModelClassState = {
  'conv1.weight': TypedTensor<'float32', [6, 3, 5, 5]>
  'conv1.bias': TypedTensor<'float32', [6]>
  'conv2.weight': TypedTensor<'float32', [16, 6, 5, 5]>
  'conv2.bias': TypedTensor<'float32', [16]>
  'fc1.weight': TypedTensor<'float32', [120, 400]>
  'fc1.bias': TypedTensor<'float32', [120]>
  'fc2.weight': TypedTensor<'float32', [84, 120]>
  'fc2.bias': TypedTensor<'float32', [84]>
  'fc3.weight': TypedTensor<'float32', [10, 84]>
  'fc3.bias': TypedTensor<'float32', [10]>
}

export interface TheModelClassOptions {
  readonly num_classes?: number
}

/**
 * The convolutional network of PyTorch's tutorial on saving and loading models, for 32x32 colour images.
 *
 * Inputs of forward:
 * - image float32[N, 3, 32, 32]
 */
export class TheModelClass extends Module<TheModelClassState> {
  readonly conv1: nn.Conv2d
  readonly pool: nn.MaxPool2d
  readonly conv2: nn.Conv2d
  readonly fc1: nn.Linear
  readonly fc2: nn.Linear
  readonly fc3: nn.Linear

  constructor({ num_classes = 10 }: TheModelClassOptions = {}) {
    super()
    this.conv1 = this.registerModule('conv1', new nn.Conv2d({ in_channels: 3, out_channels: 6, kernel_size: 5 }))
    this.pool = this.registerModule('pool', new nn.MaxPool2d({ kernel_size: 2, stride: 2 }))
    this.conv2 = this.registerModule('conv2', new nn.Conv2d({ in_channels: 6, out_channels: 16, kernel_size: 5 }))
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 16 * 5 * 5, out_features: 120 }))
    this.fc2 = this.registerModule('fc2', new nn.Linear({ in_features: 120, out_features: 84 }))
    this.fc3 = this.registerModule('fc3', new nn.Linear({ in_features: 84, out_features: num_classes }))
    this.madeFrom(async () => (await import('./the-model-class.source.js')).source, { num_classes })
  }

  override get keyContracts(): readonly KeyContract[] {
    return contracts
  }

  override forward(image: Tensor): Tensor {
    let x = this.pool.forward(F.relu(this.conv1.forward(image)))
    x = this.pool.forward(F.relu(this.conv2.forward(x)))
    x = x.view([-1, 16 * 5 * 5])
    x = F.relu(this.fc1.forward(x))
    x = F.relu(this.fc2.forward(x))
    return this.fc3.forward(x)
  }
}
