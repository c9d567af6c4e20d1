// Made by holdfast from specs/zoo/mtcnn-onet.yaml; do not edit: change the spec and build again.
// spec sha256 ac1b4aa580db426c2c1c1d3bdacb5efeb048a7c91e0ff550f6ec382256b0c8e4
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ONet with default options: every key with dtype and shape. */
export type ONetState = {
  'conv1.weight': TypedTensor<'float32', [32, 3, 3, 3]>
  'conv1.bias': TypedTensor<'float32', [32]>
  'prelu1.weight': TypedTensor<'float32', [32]>
  'conv2.weight': TypedTensor<'float32', [64, 32, 3, 3]>
  'conv2.bias': TypedTensor<'float32', [64]>
  'prelu2.weight': TypedTensor<'float32', [64]>
  'conv3.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'conv3.bias': TypedTensor<'float32', [64]>
  'prelu3.weight': TypedTensor<'float32', [64]>
  'conv4.weight': TypedTensor<'float32', [128, 64, 2, 2]>
  'conv4.bias': TypedTensor<'float32', [128]>
  'prelu4.weight': TypedTensor<'float32', [128]>
  'dense5.weight': TypedTensor<'float32', [256, 1152]>
  'dense5.bias': TypedTensor<'float32', [256]>
  'prelu5.weight': TypedTensor<'float32', [256]>
  'dense6_1.weight': TypedTensor<'float32', [2, 256]>
  'dense6_1.bias': TypedTensor<'float32', [2]>
  'dense6_2.weight': TypedTensor<'float32', [4, 256]>
  'dense6_2.bias': TypedTensor<'float32', [4]>
  'dense6_3.weight': TypedTensor<'float32', [10, 256]>
  'dense6_3.bias': TypedTensor<'float32', [10]>
}

/**
 * Output network of MTCNN, Zhang et al. 2016 (arXiv:1604.02878), with facial landmarks. Keys as timesler/facenet-pytorch.
 *
 * Inputs of forward:
 * - image float32[N, 3, 48, 48]
 */
export class ONet extends Module<ONetState> {
  readonly conv1: nn.Conv2d
  readonly prelu1: nn.PReLU
  readonly pool1: nn.MaxPool2d
  readonly conv2: nn.Conv2d
  readonly prelu2: nn.PReLU
  readonly pool2: nn.MaxPool2d
  readonly conv3: nn.Conv2d
  readonly prelu3: nn.PReLU
  readonly pool3: nn.MaxPool2d
  readonly conv4: nn.Conv2d
  readonly prelu4: nn.PReLU
  readonly dense5: nn.Linear
  readonly prelu5: nn.PReLU
  readonly dense6_1: nn.Linear
  readonly softmax6_1: nn.Softmax
  readonly dense6_2: nn.Linear
  readonly dense6_3: nn.Linear

  constructor() {
    super()
    this.conv1 = this.registerModule('conv1', new nn.Conv2d({ in_channels: 3, out_channels: 32, kernel_size: 3 }))
    this.prelu1 = this.registerModule('prelu1', new nn.PReLU({ num_parameters: 32 }))
    this.pool1 = this.registerModule('pool1', new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({ in_channels: 32, out_channels: 64, kernel_size: 3 }),
    )
    this.prelu2 = this.registerModule('prelu2', new nn.PReLU({ num_parameters: 64 }))
    this.pool2 = this.registerModule('pool2', new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }))
    this.conv3 = this.registerModule(
      'conv3',
      new nn.Conv2d({ in_channels: 64, out_channels: 64, kernel_size: 3 }),
    )
    this.prelu3 = this.registerModule('prelu3', new nn.PReLU({ num_parameters: 64 }))
    this.pool3 = this.registerModule('pool3', new nn.MaxPool2d({ kernel_size: 2, stride: 2, ceil_mode: true }))
    this.conv4 = this.registerModule(
      'conv4',
      new nn.Conv2d({ in_channels: 64, out_channels: 128, kernel_size: 2 }),
    )
    this.prelu4 = this.registerModule('prelu4', new nn.PReLU({ num_parameters: 128 }))
    this.dense5 = this.registerModule('dense5', new nn.Linear({ in_features: 1152, out_features: 256 }))
    this.prelu5 = this.registerModule('prelu5', new nn.PReLU({ num_parameters: 256 }))
    this.dense6_1 = this.registerModule('dense6_1', new nn.Linear({ in_features: 256, out_features: 2 }))
    this.softmax6_1 = this.registerModule('softmax6_1', new nn.Softmax({ dim: 1 }))
    this.dense6_2 = this.registerModule('dense6_2', new nn.Linear({ in_features: 256, out_features: 4 }))
    this.dense6_3 = this.registerModule('dense6_3', new nn.Linear({ in_features: 256, out_features: 10 }))
    this.madeFrom(async () => (await import('./mtcnn-onet.source.js')).source)
  }

  override forward(image: Tensor): { readonly boxes: Tensor; readonly landmarks: Tensor; readonly probs: Tensor } {
    let x = this.pool1.forward(this.prelu1.forward(this.conv1.forward(image)))
    x = this.pool2.forward(this.prelu2.forward(this.conv2.forward(x)))
    x = this.pool3.forward(this.prelu3.forward(this.conv3.forward(x)))
    x = this.prelu4.forward(this.conv4.forward(x))
    x = this.prelu5.forward(this.dense5.forward(x.permute([0, 3, 2, 1]).flatten({ start_dim: 1 })))
    return {
      boxes: this.dense6_2.forward(x),
      landmarks: this.dense6_3.forward(x),
      probs: this.softmax6_1.forward(this.dense6_1.forward(x)),
    }
  }
}
