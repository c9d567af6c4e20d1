// Made by holdfast from specs/zoo/blazeface-front.yaml; do not edit: change the spec and build again.
// spec sha256 508831c9c882f4076bc17e75fd62582c82003f28bd9234628c3cbb955642f40d
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of BlazeFaceFront with default options: every key with dtype and shape. */
export type BlazeFaceFrontState = {
  'backbone1.0.weight': TypedTensor<'float32', [24, 3, 5, 5]>
  'backbone1.0.bias': TypedTensor<'float32', [24]>
  'backbone1.2.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone1.2.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone1.2.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone1.2.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone1.3.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone1.3.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone1.3.convs.1.weight': TypedTensor<'float32', [28, 24, 1, 1]>
  'backbone1.3.convs.1.bias': TypedTensor<'float32', [28]>
  'backbone1.4.convs.0.weight': TypedTensor<'float32', [28, 1, 3, 3]>
  'backbone1.4.convs.0.bias': TypedTensor<'float32', [28]>
  'backbone1.4.convs.1.weight': TypedTensor<'float32', [32, 28, 1, 1]>
  'backbone1.4.convs.1.bias': TypedTensor<'float32', [32]>
  'backbone1.5.convs.0.weight': TypedTensor<'float32', [32, 1, 3, 3]>
  'backbone1.5.convs.0.bias': TypedTensor<'float32', [32]>
  'backbone1.5.convs.1.weight': TypedTensor<'float32', [36, 32, 1, 1]>
  'backbone1.5.convs.1.bias': TypedTensor<'float32', [36]>
  'backbone1.6.convs.0.weight': TypedTensor<'float32', [36, 1, 3, 3]>
  'backbone1.6.convs.0.bias': TypedTensor<'float32', [36]>
  'backbone1.6.convs.1.weight': TypedTensor<'float32', [42, 36, 1, 1]>
  'backbone1.6.convs.1.bias': TypedTensor<'float32', [42]>
  'backbone1.7.convs.0.weight': TypedTensor<'float32', [42, 1, 3, 3]>
  'backbone1.7.convs.0.bias': TypedTensor<'float32', [42]>
  'backbone1.7.convs.1.weight': TypedTensor<'float32', [48, 42, 1, 1]>
  'backbone1.7.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone1.8.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone1.8.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone1.8.convs.1.weight': TypedTensor<'float32', [56, 48, 1, 1]>
  'backbone1.8.convs.1.bias': TypedTensor<'float32', [56]>
  'backbone1.9.convs.0.weight': TypedTensor<'float32', [56, 1, 3, 3]>
  'backbone1.9.convs.0.bias': TypedTensor<'float32', [56]>
  'backbone1.9.convs.1.weight': TypedTensor<'float32', [64, 56, 1, 1]>
  'backbone1.9.convs.1.bias': TypedTensor<'float32', [64]>
  'backbone1.10.convs.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'backbone1.10.convs.0.bias': TypedTensor<'float32', [64]>
  'backbone1.10.convs.1.weight': TypedTensor<'float32', [72, 64, 1, 1]>
  'backbone1.10.convs.1.bias': TypedTensor<'float32', [72]>
  'backbone1.11.convs.0.weight': TypedTensor<'float32', [72, 1, 3, 3]>
  'backbone1.11.convs.0.bias': TypedTensor<'float32', [72]>
  'backbone1.11.convs.1.weight': TypedTensor<'float32', [80, 72, 1, 1]>
  'backbone1.11.convs.1.bias': TypedTensor<'float32', [80]>
  'backbone1.12.convs.0.weight': TypedTensor<'float32', [80, 1, 3, 3]>
  'backbone1.12.convs.0.bias': TypedTensor<'float32', [80]>
  'backbone1.12.convs.1.weight': TypedTensor<'float32', [88, 80, 1, 1]>
  'backbone1.12.convs.1.bias': TypedTensor<'float32', [88]>
  'backbone2.0.convs.0.weight': TypedTensor<'float32', [88, 1, 3, 3]>
  'backbone2.0.convs.0.bias': TypedTensor<'float32', [88]>
  'backbone2.0.convs.1.weight': TypedTensor<'float32', [96, 88, 1, 1]>
  'backbone2.0.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone2.1.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone2.1.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone2.1.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone2.1.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone2.2.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone2.2.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone2.2.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone2.2.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone2.3.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone2.3.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone2.3.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone2.3.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone2.4.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone2.4.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone2.4.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone2.4.convs.1.bias': TypedTensor<'float32', [96]>
  'classifier_8.weight': TypedTensor<'float32', [2, 88, 1, 1]>
  'classifier_8.bias': TypedTensor<'float32', [2]>
  'classifier_16.weight': TypedTensor<'float32', [6, 96, 1, 1]>
  'classifier_16.bias': TypedTensor<'float32', [6]>
  'regressor_8.weight': TypedTensor<'float32', [32, 88, 1, 1]>
  'regressor_8.bias': TypedTensor<'float32', [32]>
  'regressor_16.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'regressor_16.bias': TypedTensor<'float32', [96]>
}

export interface BlazeBlockOptions {
  readonly inp: number
  readonly out: number
  readonly stride?: number
}

function anchors(x: Tensor, n: number): Tensor {
  return x.permute([0, 2, 3, 1]).reshape([x.shape[0]!, -1, n])
}

export class BlazeBlock extends Module {
  readonly convs: nn.Sequential
  readonly options: { readonly inp: number; readonly out: number; readonly stride: number }

  constructor({ inp, out, stride = 1 }: BlazeBlockOptions) {
    super()
    this.options = { inp, out, stride }

    this.convs = this.registerModule(
      'convs',
      new nn.Sequential(
        new nn.Conv2d({
          in_channels: inp,
          out_channels: inp,
          kernel_size: 3,
          stride,
          padding: stride === 2 ? 0 : 1,
          groups: inp,
        }),
        new nn.Conv2d({ in_channels: inp, out_channels: out, kernel_size: 1 }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    const { inp, out, stride } = this.options
    let y!: Tensor
    if (stride === 2) {
      y = this.convs.forward(F.pad(x, [0, 2, 0, 2]))
      x = F.maxPool2d(x, 2)
    } else {
      y = this.convs.forward(x)
    }

    if (out > inp) {
      x = F.pad(x, [0, 0, 0, 0, 0, out - inp])
    }

    return F.relu(y.add(x))
  }
}

/**
 * BlazeFace for front cameras, Bazarevsky et al. 2019 (arXiv:1907.05047). Keys as hollance/BlazeFace-PyTorch.
 *
 * Inputs of forward:
 * - image float32[N, 3, 128, 128]
 */
export class BlazeFaceFront extends Module<BlazeFaceFrontState> {
  readonly backbone1: nn.Sequential
  readonly backbone2: nn.Sequential
  readonly classifier_8: nn.Conv2d
  readonly classifier_16: nn.Conv2d
  readonly regressor_8: nn.Conv2d
  readonly regressor_16: nn.Conv2d

  constructor() {
    super()
    this.backbone1 = this.registerModule(
      'backbone1',
      new nn.Sequential(
        new nn.Conv2d({ in_channels: 3, out_channels: 24, kernel_size: 5, stride: 2 }),
        new nn.ReLU(),
        new BlazeBlock({ inp: 24, out: 24 }),
        new BlazeBlock({ inp: 24, out: 28 }),
        new BlazeBlock({ inp: 28, out: 32, stride: 2 }),
        new BlazeBlock({ inp: 32, out: 36 }),
        new BlazeBlock({ inp: 36, out: 42 }),
        new BlazeBlock({ inp: 42, out: 48, stride: 2 }),
        new BlazeBlock({ inp: 48, out: 56 }),
        new BlazeBlock({ inp: 56, out: 64 }),
        new BlazeBlock({ inp: 64, out: 72 }),
        new BlazeBlock({ inp: 72, out: 80 }),
        new BlazeBlock({ inp: 80, out: 88 }),
      ),
    )
    this.backbone2 = this.registerModule(
      'backbone2',
      new nn.Sequential(
        new BlazeBlock({ inp: 88, out: 96, stride: 2 }),
        ...py.range(4).map(() => new BlazeBlock({ inp: 96, out: 96 })),
      ),
    )
    this.classifier_8 = this.registerModule(
      'classifier_8',
      new nn.Conv2d({ in_channels: 88, out_channels: 2, kernel_size: 1 }),
    )
    this.classifier_16 = this.registerModule(
      'classifier_16',
      new nn.Conv2d({ in_channels: 96, out_channels: 6, kernel_size: 1 }),
    )
    this.regressor_8 = this.registerModule(
      'regressor_8',
      new nn.Conv2d({ in_channels: 88, out_channels: 32, kernel_size: 1 }),
    )
    this.regressor_16 = this.registerModule(
      'regressor_16',
      new nn.Conv2d({ in_channels: 96, out_channels: 96, kernel_size: 1 }),
    )
    this.madeFrom(async () => (await import('./blazeface-front.source.js')).source)
  }

  override forward(image: Tensor): { readonly boxes: Tensor; readonly scores: Tensor } {
    const x = this.backbone1.forward(F.pad(image, [1, 2, 1, 2]))
    const h = this.backbone2.forward(x)
    const boxes = F.cat(
      [anchors(this.regressor_8.forward(x), 16), anchors(this.regressor_16.forward(h), 16)],
      { dim: 1 },
    )
    const scores = F.cat(
      [anchors(this.classifier_8.forward(x), 1), anchors(this.classifier_16.forward(h), 1)],
      { dim: 1 },
    )
    return { boxes, scores }
  }
}
