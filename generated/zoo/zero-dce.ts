// Made by holdfast from specs/zoo/zero-dce.yaml; do not edit: change the spec and build again.
// spec sha256 47df0c50a6ec8698939a77e51d05e5683214dfa8a6f25228ae719cf6d576dc51
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ZeroDCE with default options: every key with dtype and shape. */
export type ZeroDCEState = {
  'e_conv1.weight': TypedTensor<'float32', [32, 3, 3, 3]>
  'e_conv1.bias': TypedTensor<'float32', [32]>
  'e_conv2.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'e_conv2.bias': TypedTensor<'float32', [32]>
  'e_conv3.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'e_conv3.bias': TypedTensor<'float32', [32]>
  'e_conv4.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'e_conv4.bias': TypedTensor<'float32', [32]>
  'e_conv5.weight': TypedTensor<'float32', [32, 64, 3, 3]>
  'e_conv5.bias': TypedTensor<'float32', [32]>
  'e_conv6.weight': TypedTensor<'float32', [32, 64, 3, 3]>
  'e_conv6.bias': TypedTensor<'float32', [32]>
  'e_conv7.weight': TypedTensor<'float32', [24, 64, 3, 3]>
  'e_conv7.bias': TypedTensor<'float32', [24]>
}

export interface ZeroDCEOptions {
  readonly features?: number
}

/**
 * Zero-reference deep curve estimation for dark photos, Guo et al. 2020 (arXiv:2001.06826). Keys as Li-Chongyi/Zero-DCE.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class ZeroDCE extends Module<ZeroDCEState> {
  readonly e_conv1: nn.Conv2d
  readonly e_conv2: nn.Conv2d
  readonly e_conv3: nn.Conv2d
  readonly e_conv4: nn.Conv2d
  readonly e_conv5: nn.Conv2d
  readonly e_conv6: nn.Conv2d
  readonly e_conv7: nn.Conv2d

  constructor({ features = 32 }: ZeroDCEOptions = {}) {
    super()
    this.e_conv1 = this.registerModule(
      'e_conv1',
      new nn.Conv2d({ in_channels: 3, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.e_conv2 = this.registerModule(
      'e_conv2',
      new nn.Conv2d({ in_channels: features, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.e_conv3 = this.registerModule(
      'e_conv3',
      new nn.Conv2d({ in_channels: features, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.e_conv4 = this.registerModule(
      'e_conv4',
      new nn.Conv2d({ in_channels: features, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.e_conv5 = this.registerModule(
      'e_conv5',
      new nn.Conv2d({ in_channels: 2 * features, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.e_conv6 = this.registerModule(
      'e_conv6',
      new nn.Conv2d({ in_channels: 2 * features, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.e_conv7 = this.registerModule(
      'e_conv7',
      new nn.Conv2d({ in_channels: 2 * features, out_channels: 24, kernel_size: 3, padding: 1 }),
    )
    this.madeFrom(async () => (await import('./zero-dce.source.js')).source, { features })
  }

  override forward(image: Tensor): { readonly halfway: Tensor; readonly enhanced: Tensor; readonly curves: Tensor } {
    const x1 = F.relu(this.e_conv1.forward(image))
    const x2 = F.relu(this.e_conv2.forward(x1))
    const x3 = F.relu(this.e_conv3.forward(x2))
    const x4 = F.relu(this.e_conv4.forward(x3))
    const x5 = F.relu(this.e_conv5.forward(F.cat([x3, x4], { dim: 1 })))
    const x6 = F.relu(this.e_conv6.forward(F.cat([x2, x5], { dim: 1 })))
    const curves = F.tanh(this.e_conv7.forward(F.cat([x1, x6], { dim: 1 })))
    let x = image
    let halfway = image
    for (const [i, r] of py.enumerate(F.split(curves, 3, { dim: 1 }))) {
      x = x.add(r.mul(x.pow(2).sub(x)))
      if (i === 3) {
        halfway = x
      }

    }

    return { halfway, enhanced: x, curves }
  }
}
