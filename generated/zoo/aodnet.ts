// Made by holdfast from specs/zoo/aodnet.yaml; do not edit: change the spec and build again.
// spec sha256 bed356f58861e29e1e798c8b4f7f7f1883ce183a0054c94e6ab8d52341ee9d37
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of AODNet with default options: every key with dtype and shape. */
export type AODNetState = {
  'e_conv1.weight': TypedTensor<'float32', [3, 3, 1, 1]>
  'e_conv1.bias': TypedTensor<'float32', [3]>
  'e_conv2.weight': TypedTensor<'float32', [3, 3, 3, 3]>
  'e_conv2.bias': TypedTensor<'float32', [3]>
  'e_conv3.weight': TypedTensor<'float32', [3, 6, 5, 5]>
  'e_conv3.bias': TypedTensor<'float32', [3]>
  'e_conv4.weight': TypedTensor<'float32', [3, 6, 7, 7]>
  'e_conv4.bias': TypedTensor<'float32', [3]>
  'e_conv5.weight': TypedTensor<'float32', [3, 12, 3, 3]>
  'e_conv5.bias': TypedTensor<'float32', [3]>
}

/**
 * All-in-one dehazing network, Li et al. 2017 (arXiv:1707.06543). Keys as TheFairBear/PyTorch-Image-Dehazing.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class AODNet extends Module<AODNetState> {
  readonly e_conv1: nn.Conv2d
  readonly e_conv2: nn.Conv2d
  readonly e_conv3: nn.Conv2d
  readonly e_conv4: nn.Conv2d
  readonly e_conv5: nn.Conv2d

  constructor() {
    super()
    this.e_conv1 = this.registerModule(
      'e_conv1',
      new nn.Conv2d({ in_channels: 3, out_channels: 3, kernel_size: 1 }),
    )
    this.e_conv2 = this.registerModule(
      'e_conv2',
      new nn.Conv2d({ in_channels: 3, out_channels: 3, kernel_size: 3, padding: 1 }),
    )
    this.e_conv3 = this.registerModule(
      'e_conv3',
      new nn.Conv2d({ in_channels: 6, out_channels: 3, kernel_size: 5, padding: 2 }),
    )
    this.e_conv4 = this.registerModule(
      'e_conv4',
      new nn.Conv2d({ in_channels: 6, out_channels: 3, kernel_size: 7, padding: 3 }),
    )
    this.e_conv5 = this.registerModule(
      'e_conv5',
      new nn.Conv2d({ in_channels: 12, out_channels: 3, kernel_size: 3, padding: 1 }),
    )
    this.madeFrom(async () => (await import('./aodnet.source.js')).source)
  }

  override forward(image: Tensor): Tensor {
    const x1 = F.relu(this.e_conv1.forward(image))
    const x2 = F.relu(this.e_conv2.forward(x1))
    const x3 = F.relu(this.e_conv3.forward(F.cat([x1, x2], { dim: 1 })))
    const x4 = F.relu(this.e_conv4.forward(F.cat([x2, x3], { dim: 1 })))
    const k = F.relu(this.e_conv5.forward(F.cat([x1, x2, x3, x4], { dim: 1 })))
    return F.relu(k.mul(image).sub(k).add(1))
  }
}
