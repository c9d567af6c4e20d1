// Made by holdfast from specs/zoo/mtcnn-rnet.yaml; do not edit: change the spec and build again.
// spec sha256 23394899d972e5ec7d0ce98671bd9fee3f13538a6ae1d8b6fb03e83ba26b1396
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of RNet with default options: every key with dtype and shape. */
export type RNetState = {
  'conv1.weight': TypedTensor<'float32', [28, 3, 3, 3]>
  'conv1.bias': TypedTensor<'float32', [28]>
  'prelu1.weight': TypedTensor<'float32', [28]>
  'conv2.weight': TypedTensor<'float32', [48, 28, 3, 3]>
  'conv2.bias': TypedTensor<'float32', [48]>
  'prelu2.weight': TypedTensor<'float32', [48]>
  'conv3.weight': TypedTensor<'float32', [64, 48, 2, 2]>
  'conv3.bias': TypedTensor<'float32', [64]>
  'prelu3.weight': TypedTensor<'float32', [64]>
  'dense4.weight': TypedTensor<'float32', [128, 576]>
  'dense4.bias': TypedTensor<'float32', [128]>
  'prelu4.weight': TypedTensor<'float32', [128]>
  'dense5_1.weight': TypedTensor<'float32', [2, 128]>
  'dense5_1.bias': TypedTensor<'float32', [2]>
  'dense5_2.weight': TypedTensor<'float32', [4, 128]>
  'dense5_2.bias': TypedTensor<'float32', [4]>
}

/**
 * Refinement network of MTCNN, Zhang et al. 2016 (arXiv:1604.02878). Keys as timesler/facenet-pytorch.
 *
 * Inputs of forward:
 * - image float32[N, 3, 24, 24]
 */
export class RNet extends Module<RNetState> {
  readonly conv1: nn.Conv2d
  readonly prelu1: nn.PReLU
  readonly pool1: nn.MaxPool2d
  readonly conv2: nn.Conv2d
  readonly prelu2: nn.PReLU
  readonly pool2: nn.MaxPool2d
  readonly conv3: nn.Conv2d
  readonly prelu3: nn.PReLU
  readonly dense4: nn.Linear
  readonly prelu4: nn.PReLU
  readonly dense5_1: nn.Linear
  readonly softmax5_1: nn.Softmax
  readonly dense5_2: nn.Linear

  constructor() {
    super()
    this.conv1 = this.registerModule('conv1', new nn.Conv2d({ in_channels: 3, out_channels: 28, kernel_size: 3 }))
    this.prelu1 = this.registerModule('prelu1', new nn.PReLU({ num_parameters: 28 }))
    this.pool1 = this.registerModule('pool1', new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({ in_channels: 28, out_channels: 48, kernel_size: 3 }),
    )
    this.prelu2 = this.registerModule('prelu2', new nn.PReLU({ num_parameters: 48 }))
    this.pool2 = this.registerModule('pool2', new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }))
    this.conv3 = this.registerModule(
      'conv3',
      new nn.Conv2d({ in_channels: 48, out_channels: 64, kernel_size: 2 }),
    )
    this.prelu3 = this.registerModule('prelu3', new nn.PReLU({ num_parameters: 64 }))
    this.dense4 = this.registerModule('dense4', new nn.Linear({ in_features: 576, out_features: 128 }))
    this.prelu4 = this.registerModule('prelu4', new nn.PReLU({ num_parameters: 128 }))
    this.dense5_1 = this.registerModule('dense5_1', new nn.Linear({ in_features: 128, out_features: 2 }))
    this.softmax5_1 = this.registerModule('softmax5_1', new nn.Softmax({ dim: 1 }))
    this.dense5_2 = this.registerModule('dense5_2', new nn.Linear({ in_features: 128, out_features: 4 }))
    this.madeFrom(async () => (await import('./mtcnn-rnet.source.js')).source)
  }

  override forward(image: Tensor): { readonly boxes: Tensor; readonly probs: Tensor } {
    let x = this.pool1.forward(this.prelu1.forward(this.conv1.forward(image)))
    x = this.pool2.forward(this.prelu2.forward(this.conv2.forward(x)))
    x = this.prelu3.forward(this.conv3.forward(x))
    x = this.prelu4.forward(this.dense4.forward(x.permute([0, 3, 2, 1]).flatten({ start_dim: 1 })))
    return { boxes: this.dense5_2.forward(x), probs: this.softmax5_1.forward(this.dense5_1.forward(x)) }
  }
}
