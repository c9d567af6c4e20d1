// Made by holdfast from specs/zoo/resnet20-cifar10.yaml; do not edit: change the spec and build again.
// spec sha256 18f0cf949f05b9c99857c12cc7493ea5b0f0d22c7c6063f8b54d9df70a2ede07
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ResNet20 with default options: every key with dtype and shape. */
export type ResNet20State = {
  'conv1.weight': TypedTensor<'float32', [16, 3, 3, 3]>
  'bn1.weight': TypedTensor<'float32', [16]>
  'bn1.bias': TypedTensor<'float32', [16]>
  'bn1.running_mean': TypedTensor<'float32', [16]>
  'bn1.running_var': TypedTensor<'float32', [16]>
  'bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.0.conv1.weight': TypedTensor<'float32', [16, 16, 3, 3]>
  'layer1.0.bn1.weight': TypedTensor<'float32', [16]>
  'layer1.0.bn1.bias': TypedTensor<'float32', [16]>
  'layer1.0.bn1.running_mean': TypedTensor<'float32', [16]>
  'layer1.0.bn1.running_var': TypedTensor<'float32', [16]>
  'layer1.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.0.conv2.weight': TypedTensor<'float32', [16, 16, 3, 3]>
  'layer1.0.bn2.weight': TypedTensor<'float32', [16]>
  'layer1.0.bn2.bias': TypedTensor<'float32', [16]>
  'layer1.0.bn2.running_mean': TypedTensor<'float32', [16]>
  'layer1.0.bn2.running_var': TypedTensor<'float32', [16]>
  'layer1.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.1.conv1.weight': TypedTensor<'float32', [16, 16, 3, 3]>
  'layer1.1.bn1.weight': TypedTensor<'float32', [16]>
  'layer1.1.bn1.bias': TypedTensor<'float32', [16]>
  'layer1.1.bn1.running_mean': TypedTensor<'float32', [16]>
  'layer1.1.bn1.running_var': TypedTensor<'float32', [16]>
  'layer1.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.1.conv2.weight': TypedTensor<'float32', [16, 16, 3, 3]>
  'layer1.1.bn2.weight': TypedTensor<'float32', [16]>
  'layer1.1.bn2.bias': TypedTensor<'float32', [16]>
  'layer1.1.bn2.running_mean': TypedTensor<'float32', [16]>
  'layer1.1.bn2.running_var': TypedTensor<'float32', [16]>
  'layer1.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.2.conv1.weight': TypedTensor<'float32', [16, 16, 3, 3]>
  'layer1.2.bn1.weight': TypedTensor<'float32', [16]>
  'layer1.2.bn1.bias': TypedTensor<'float32', [16]>
  'layer1.2.bn1.running_mean': TypedTensor<'float32', [16]>
  'layer1.2.bn1.running_var': TypedTensor<'float32', [16]>
  'layer1.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.2.conv2.weight': TypedTensor<'float32', [16, 16, 3, 3]>
  'layer1.2.bn2.weight': TypedTensor<'float32', [16]>
  'layer1.2.bn2.bias': TypedTensor<'float32', [16]>
  'layer1.2.bn2.running_mean': TypedTensor<'float32', [16]>
  'layer1.2.bn2.running_var': TypedTensor<'float32', [16]>
  'layer1.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.0.conv1.weight': TypedTensor<'float32', [32, 16, 3, 3]>
  'layer2.0.bn1.weight': TypedTensor<'float32', [32]>
  'layer2.0.bn1.bias': TypedTensor<'float32', [32]>
  'layer2.0.bn1.running_mean': TypedTensor<'float32', [32]>
  'layer2.0.bn1.running_var': TypedTensor<'float32', [32]>
  'layer2.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.0.conv2.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'layer2.0.bn2.weight': TypedTensor<'float32', [32]>
  'layer2.0.bn2.bias': TypedTensor<'float32', [32]>
  'layer2.0.bn2.running_mean': TypedTensor<'float32', [32]>
  'layer2.0.bn2.running_var': TypedTensor<'float32', [32]>
  'layer2.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.1.conv1.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'layer2.1.bn1.weight': TypedTensor<'float32', [32]>
  'layer2.1.bn1.bias': TypedTensor<'float32', [32]>
  'layer2.1.bn1.running_mean': TypedTensor<'float32', [32]>
  'layer2.1.bn1.running_var': TypedTensor<'float32', [32]>
  'layer2.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.1.conv2.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'layer2.1.bn2.weight': TypedTensor<'float32', [32]>
  'layer2.1.bn2.bias': TypedTensor<'float32', [32]>
  'layer2.1.bn2.running_mean': TypedTensor<'float32', [32]>
  'layer2.1.bn2.running_var': TypedTensor<'float32', [32]>
  'layer2.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.2.conv1.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'layer2.2.bn1.weight': TypedTensor<'float32', [32]>
  'layer2.2.bn1.bias': TypedTensor<'float32', [32]>
  'layer2.2.bn1.running_mean': TypedTensor<'float32', [32]>
  'layer2.2.bn1.running_var': TypedTensor<'float32', [32]>
  'layer2.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.2.conv2.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'layer2.2.bn2.weight': TypedTensor<'float32', [32]>
  'layer2.2.bn2.bias': TypedTensor<'float32', [32]>
  'layer2.2.bn2.running_mean': TypedTensor<'float32', [32]>
  'layer2.2.bn2.running_var': TypedTensor<'float32', [32]>
  'layer2.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.0.conv1.weight': TypedTensor<'float32', [64, 32, 3, 3]>
  'layer3.0.bn1.weight': TypedTensor<'float32', [64]>
  'layer3.0.bn1.bias': TypedTensor<'float32', [64]>
  'layer3.0.bn1.running_mean': TypedTensor<'float32', [64]>
  'layer3.0.bn1.running_var': TypedTensor<'float32', [64]>
  'layer3.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.0.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer3.0.bn2.weight': TypedTensor<'float32', [64]>
  'layer3.0.bn2.bias': TypedTensor<'float32', [64]>
  'layer3.0.bn2.running_mean': TypedTensor<'float32', [64]>
  'layer3.0.bn2.running_var': TypedTensor<'float32', [64]>
  'layer3.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.1.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer3.1.bn1.weight': TypedTensor<'float32', [64]>
  'layer3.1.bn1.bias': TypedTensor<'float32', [64]>
  'layer3.1.bn1.running_mean': TypedTensor<'float32', [64]>
  'layer3.1.bn1.running_var': TypedTensor<'float32', [64]>
  'layer3.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.1.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer3.1.bn2.weight': TypedTensor<'float32', [64]>
  'layer3.1.bn2.bias': TypedTensor<'float32', [64]>
  'layer3.1.bn2.running_mean': TypedTensor<'float32', [64]>
  'layer3.1.bn2.running_var': TypedTensor<'float32', [64]>
  'layer3.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.2.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer3.2.bn1.weight': TypedTensor<'float32', [64]>
  'layer3.2.bn1.bias': TypedTensor<'float32', [64]>
  'layer3.2.bn1.running_mean': TypedTensor<'float32', [64]>
  'layer3.2.bn1.running_var': TypedTensor<'float32', [64]>
  'layer3.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.2.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer3.2.bn2.weight': TypedTensor<'float32', [64]>
  'layer3.2.bn2.bias': TypedTensor<'float32', [64]>
  'layer3.2.bn2.running_mean': TypedTensor<'float32', [64]>
  'layer3.2.bn2.running_var': TypedTensor<'float32', [64]>
  'layer3.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'linear.weight': TypedTensor<'float32', [10, 64]>
  'linear.bias': TypedTensor<'float32', [10]>
}

export interface BasicBlockOptions {
  readonly inp: number
  readonly out: number
  readonly stride?: number
}

export interface StageOptions {
  readonly inp: number
  readonly out: number
  readonly blocks: number
  readonly stride: number
}

export interface ResNet20Options {
  readonly blocks?: number
  readonly num_classes?: number
}

export class BasicBlock extends Module {
  readonly conv1: nn.Conv2d
  readonly bn1: nn.BatchNorm2d
  readonly conv2: nn.Conv2d
  readonly bn2: nn.BatchNorm2d
  readonly options: { readonly inp: number; readonly out: number; readonly stride: number }

  constructor({ inp, out, stride = 1 }: BasicBlockOptions) {
    super()
    this.options = { inp, out, stride }

    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({ in_channels: inp, out_channels: out, kernel_size: 3, stride, padding: 1, bias: false }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm2d({ num_features: out }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({ in_channels: out, out_channels: out, kernel_size: 3, padding: 1, bias: false }),
    )
    this.bn2 = this.registerModule('bn2', new nn.BatchNorm2d({ num_features: out }))
  }

  override forward(x: Tensor): Tensor {
    const { inp, out, stride } = this.options
    const y = this.bn2.forward(this.conv2.forward(F.relu(this.bn1.forward(this.conv1.forward(x)))))
    if (stride !== 1 || inp !== out) {
      x = F.pad(
        x.getitem([py.sliceOf(), py.sliceOf(), py.sliceOf(null, null, 2), py.sliceOf(null, null, 2)]),
        [0, 0, 0, 0, Math.floor(out / 4), Math.floor(out / 4)],
      )
    }

    return F.relu(y.add(x))
  }
}

export class Stage extends nn.Sequential {
  constructor({ inp, out, blocks, stride }: StageOptions) {
    super(
      new BasicBlock({ inp, out, stride }),
      ...py.range(blocks - 1).map(() => new BasicBlock({ inp: out, out })),
    )
  }
}

/**
 * ResNet-20 for CIFAR-10, He et al. 2015 (arXiv:1512.03385), with parameter-free shortcuts. Keys as akamaster/pytorch_resnet_cifar10.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class ResNet20 extends Module<ResNet20State> {
  readonly conv1: nn.Conv2d
  readonly bn1: nn.BatchNorm2d
  readonly layer1: Stage
  readonly layer2: Stage
  readonly layer3: Stage
  readonly linear: nn.Linear

  constructor({ blocks = 3, num_classes = 10 }: ResNet20Options = {}) {
    super()
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({ in_channels: 3, out_channels: 16, kernel_size: 3, padding: 1, bias: false }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm2d({ num_features: 16 }))
    this.layer1 = this.registerModule('layer1', new Stage({ inp: 16, out: 16, blocks, stride: 1 }))
    this.layer2 = this.registerModule('layer2', new Stage({ inp: 16, out: 32, blocks, stride: 2 }))
    this.layer3 = this.registerModule('layer3', new Stage({ inp: 32, out: 64, blocks, stride: 2 }))
    this.linear = this.registerModule('linear', new nn.Linear({ in_features: 64, out_features: num_classes }))
    this.madeFrom(async () => (await import('./resnet20-cifar10.source.js')).source, { blocks, num_classes })
  }

  override forward(image: Tensor): Tensor {
    let x = F.relu(this.bn1.forward(this.conv1.forward(image)))
    x = this.layer3.forward(this.layer2.forward(this.layer1.forward(x)))
    return this.linear.forward(x.mean({ dim: [2, 3] }))
  }
}
