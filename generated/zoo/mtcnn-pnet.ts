// Made by holdfast from specs/zoo/mtcnn-pnet.yaml; do not edit: change the spec and build again.
// spec sha256 ead795c3c27997cc3a78843f5050eb2c4333827412bad1cfef9e43fbcb12d0f5
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of PNet with default options: every key with dtype and shape. */
export type PNetState = {
  'conv1.weight': TypedTensor<'float32', [10, 3, 3, 3]>
  'conv1.bias': TypedTensor<'float32', [10]>
  'prelu1.weight': TypedTensor<'float32', [10]>
  'conv2.weight': TypedTensor<'float32', [16, 10, 3, 3]>
  'conv2.bias': TypedTensor<'float32', [16]>
  'prelu2.weight': TypedTensor<'float32', [16]>
  'conv3.weight': TypedTensor<'float32', [32, 16, 3, 3]>
  'conv3.bias': TypedTensor<'float32', [32]>
  'prelu3.weight': TypedTensor<'float32', [32]>
  'conv4_1.weight': TypedTensor<'float32', [2, 32, 1, 1]>
  'conv4_1.bias': TypedTensor<'float32', [2]>
  'conv4_2.weight': TypedTensor<'float32', [4, 32, 1, 1]>
  'conv4_2.bias': TypedTensor<'float32', [4]>
}

/**
 * Proposal network of MTCNN, Zhang et al. 2016 (arXiv:1604.02878), fully convolutional. Keys as timesler/facenet-pytorch.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class PNet extends Module<PNetState> {
  readonly conv1: nn.Conv2d
  readonly prelu1: nn.PReLU
  readonly pool1: nn.MaxPool2d
  readonly conv2: nn.Conv2d
  readonly prelu2: nn.PReLU
  readonly conv3: nn.Conv2d
  readonly prelu3: nn.PReLU
  readonly conv4_1: nn.Conv2d
  readonly softmax4_1: nn.Softmax
  readonly conv4_2: nn.Conv2d

  constructor() {
    super()
    this.conv1 = this.registerModule('conv1', new nn.Conv2d({ in_channels: 3, out_channels: 10, kernel_size: 3 }))
    this.prelu1 = this.registerModule('prelu1', new nn.PReLU({ num_parameters: 10 }))
    this.pool1 = this.registerModule('pool1', new nn.MaxPool2d({ kernel_size: 2, stride: 2, ceil_mode: true }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({ in_channels: 10, out_channels: 16, kernel_size: 3 }),
    )
    this.prelu2 = this.registerModule('prelu2', new nn.PReLU({ num_parameters: 16 }))
    this.conv3 = this.registerModule(
      'conv3',
      new nn.Conv2d({ in_channels: 16, out_channels: 32, kernel_size: 3 }),
    )
    this.prelu3 = this.registerModule('prelu3', new nn.PReLU({ num_parameters: 32 }))
    this.conv4_1 = this.registerModule(
      'conv4_1',
      new nn.Conv2d({ in_channels: 32, out_channels: 2, kernel_size: 1 }),
    )
    this.softmax4_1 = this.registerModule('softmax4_1', new nn.Softmax({ dim: 1 }))
    this.conv4_2 = this.registerModule(
      'conv4_2',
      new nn.Conv2d({ in_channels: 32, out_channels: 4, kernel_size: 1 }),
    )
    this.madeFrom(async () => (await import('./mtcnn-pnet.source.js')).source)
  }

  override forward(image: Tensor): { readonly boxes: Tensor; readonly probs: Tensor } {
    let x = this.pool1.forward(this.prelu1.forward(this.conv1.forward(image)))
    x = this.prelu2.forward(this.conv2.forward(x))
    x = this.prelu3.forward(this.conv3.forward(x))
    return { boxes: this.conv4_2.forward(x), probs: this.softmax4_1.forward(this.conv4_1.forward(x)) }
  }
}
