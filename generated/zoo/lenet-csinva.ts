// Made by holdfast from specs/zoo/lenet-csinva.yaml; do not edit: change the spec and build again.
// spec sha256 855482d30d35590f90999d838cea49d8fcd49851fcc8818ce6506ef1fdb93b8c
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of LeNet5 with default options: every key with dtype and shape. */
export type LeNet5State = {
  'convnet.c1.weight': TypedTensor<'float32', [6, 1, 5, 5]>
  'convnet.c1.bias': TypedTensor<'float32', [6]>
  'convnet.c3.weight': TypedTensor<'float32', [16, 6, 5, 5]>
  'convnet.c3.bias': TypedTensor<'float32', [16]>
  'convnet.c5.weight': TypedTensor<'float32', [120, 16, 5, 5]>
  'convnet.c5.bias': TypedTensor<'float32', [120]>
  'fc.f6.weight': TypedTensor<'float32', [84, 120]>
  'fc.f6.bias': TypedTensor<'float32', [84]>
  'fc.f7.weight': TypedTensor<'float32', [10, 84]>
  'fc.f7.bias': TypedTensor<'float32', [10]>
}

/**
 * LeNet-5, LeCun et al. 1998, on MNIST padded to 32x32. Keys as csinva/gan-vae-pretrained-pytorch.
 *
 * Inputs of forward:
 * - image float32[N, 1, 32, 32]
 */
export class LeNet5 extends Module<LeNet5State> {
  readonly convnet: nn.Sequential
  readonly fc: nn.Sequential

  constructor() {
    super()
    this.convnet = this.registerModule(
      'convnet',
      new nn.Sequential(
        new Map<string,
        Module>([
          ['c1', new nn.Conv2d({ in_channels: 1, out_channels: 6, kernel_size: 5 })],
          ['relu1', new nn.ReLU()],
          ['s2', new nn.MaxPool2d({ kernel_size: 2, stride: 2 })],
          ['c3', new nn.Conv2d({ in_channels: 6, out_channels: 16, kernel_size: 5 })],
          ['relu3', new nn.ReLU()],
          ['s4', new nn.MaxPool2d({ kernel_size: 2, stride: 2 })],
          ['c5', new nn.Conv2d({ in_channels: 16, out_channels: 120, kernel_size: 5 })],
          ['relu5', new nn.ReLU()],
        ]),
      ),
    )
    this.fc = this.registerModule(
      'fc',
      new nn.Sequential(
        new Map<string,
        Module>([
          ['f6', new nn.Linear({ in_features: 120, out_features: 84 })],
          ['relu6', new nn.ReLU()],
          ['f7', new nn.Linear({ in_features: 84, out_features: 10 })],
          ['sig7', new nn.LogSoftmax({ dim: -1 })],
        ]),
      ),
    )
    this.madeFrom(async () => (await import('./lenet-csinva.source.js')).source)
  }

  override forward(image: Tensor): Tensor {
    return this.fc.forward(this.convnet.forward(image).flatten({ start_dim: 1 }))
  }
}
