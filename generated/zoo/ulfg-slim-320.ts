// Made by holdfast from specs/zoo/ulfg-slim-320.yaml; do not edit: change the spec and build again.
// spec sha256 58ab245a64e1f32b4373c5f5f7acc4df9c0306526eca6d0a29384760d1680a0f
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of SlimFaceDetector with default options: every key with dtype and shape. */
export type SlimFaceDetectorState = {
  'base_net.0.0.weight': TypedTensor<'float32', [16, 3, 3, 3]>
  'base_net.0.1.weight': TypedTensor<'float32', [16]>
  'base_net.0.1.bias': TypedTensor<'float32', [16]>
  'base_net.0.1.running_mean': TypedTensor<'float32', [16]>
  'base_net.0.1.running_var': TypedTensor<'float32', [16]>
  'base_net.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.1.0.weight': TypedTensor<'float32', [16, 1, 3, 3]>
  'base_net.1.1.weight': TypedTensor<'float32', [16]>
  'base_net.1.1.bias': TypedTensor<'float32', [16]>
  'base_net.1.1.running_mean': TypedTensor<'float32', [16]>
  'base_net.1.1.running_var': TypedTensor<'float32', [16]>
  'base_net.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.1.3.weight': TypedTensor<'float32', [32, 16, 1, 1]>
  'base_net.1.4.weight': TypedTensor<'float32', [32]>
  'base_net.1.4.bias': TypedTensor<'float32', [32]>
  'base_net.1.4.running_mean': TypedTensor<'float32', [32]>
  'base_net.1.4.running_var': TypedTensor<'float32', [32]>
  'base_net.1.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.2.0.weight': TypedTensor<'float32', [32, 1, 3, 3]>
  'base_net.2.1.weight': TypedTensor<'float32', [32]>
  'base_net.2.1.bias': TypedTensor<'float32', [32]>
  'base_net.2.1.running_mean': TypedTensor<'float32', [32]>
  'base_net.2.1.running_var': TypedTensor<'float32', [32]>
  'base_net.2.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.2.3.weight': TypedTensor<'float32', [32, 32, 1, 1]>
  'base_net.2.4.weight': TypedTensor<'float32', [32]>
  'base_net.2.4.bias': TypedTensor<'float32', [32]>
  'base_net.2.4.running_mean': TypedTensor<'float32', [32]>
  'base_net.2.4.running_var': TypedTensor<'float32', [32]>
  'base_net.2.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.3.0.weight': TypedTensor<'float32', [32, 1, 3, 3]>
  'base_net.3.1.weight': TypedTensor<'float32', [32]>
  'base_net.3.1.bias': TypedTensor<'float32', [32]>
  'base_net.3.1.running_mean': TypedTensor<'float32', [32]>
  'base_net.3.1.running_var': TypedTensor<'float32', [32]>
  'base_net.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.3.3.weight': TypedTensor<'float32', [32, 32, 1, 1]>
  'base_net.3.4.weight': TypedTensor<'float32', [32]>
  'base_net.3.4.bias': TypedTensor<'float32', [32]>
  'base_net.3.4.running_mean': TypedTensor<'float32', [32]>
  'base_net.3.4.running_var': TypedTensor<'float32', [32]>
  'base_net.3.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.4.0.weight': TypedTensor<'float32', [32, 1, 3, 3]>
  'base_net.4.1.weight': TypedTensor<'float32', [32]>
  'base_net.4.1.bias': TypedTensor<'float32', [32]>
  'base_net.4.1.running_mean': TypedTensor<'float32', [32]>
  'base_net.4.1.running_var': TypedTensor<'float32', [32]>
  'base_net.4.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.4.3.weight': TypedTensor<'float32', [64, 32, 1, 1]>
  'base_net.4.4.weight': TypedTensor<'float32', [64]>
  'base_net.4.4.bias': TypedTensor<'float32', [64]>
  'base_net.4.4.running_mean': TypedTensor<'float32', [64]>
  'base_net.4.4.running_var': TypedTensor<'float32', [64]>
  'base_net.4.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.5.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'base_net.5.1.weight': TypedTensor<'float32', [64]>
  'base_net.5.1.bias': TypedTensor<'float32', [64]>
  'base_net.5.1.running_mean': TypedTensor<'float32', [64]>
  'base_net.5.1.running_var': TypedTensor<'float32', [64]>
  'base_net.5.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.5.3.weight': TypedTensor<'float32', [64, 64, 1, 1]>
  'base_net.5.4.weight': TypedTensor<'float32', [64]>
  'base_net.5.4.bias': TypedTensor<'float32', [64]>
  'base_net.5.4.running_mean': TypedTensor<'float32', [64]>
  'base_net.5.4.running_var': TypedTensor<'float32', [64]>
  'base_net.5.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.6.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'base_net.6.1.weight': TypedTensor<'float32', [64]>
  'base_net.6.1.bias': TypedTensor<'float32', [64]>
  'base_net.6.1.running_mean': TypedTensor<'float32', [64]>
  'base_net.6.1.running_var': TypedTensor<'float32', [64]>
  'base_net.6.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.6.3.weight': TypedTensor<'float32', [64, 64, 1, 1]>
  'base_net.6.4.weight': TypedTensor<'float32', [64]>
  'base_net.6.4.bias': TypedTensor<'float32', [64]>
  'base_net.6.4.running_mean': TypedTensor<'float32', [64]>
  'base_net.6.4.running_var': TypedTensor<'float32', [64]>
  'base_net.6.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.7.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'base_net.7.1.weight': TypedTensor<'float32', [64]>
  'base_net.7.1.bias': TypedTensor<'float32', [64]>
  'base_net.7.1.running_mean': TypedTensor<'float32', [64]>
  'base_net.7.1.running_var': TypedTensor<'float32', [64]>
  'base_net.7.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.7.3.weight': TypedTensor<'float32', [64, 64, 1, 1]>
  'base_net.7.4.weight': TypedTensor<'float32', [64]>
  'base_net.7.4.bias': TypedTensor<'float32', [64]>
  'base_net.7.4.running_mean': TypedTensor<'float32', [64]>
  'base_net.7.4.running_var': TypedTensor<'float32', [64]>
  'base_net.7.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.8.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'base_net.8.1.weight': TypedTensor<'float32', [64]>
  'base_net.8.1.bias': TypedTensor<'float32', [64]>
  'base_net.8.1.running_mean': TypedTensor<'float32', [64]>
  'base_net.8.1.running_var': TypedTensor<'float32', [64]>
  'base_net.8.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.8.3.weight': TypedTensor<'float32', [128, 64, 1, 1]>
  'base_net.8.4.weight': TypedTensor<'float32', [128]>
  'base_net.8.4.bias': TypedTensor<'float32', [128]>
  'base_net.8.4.running_mean': TypedTensor<'float32', [128]>
  'base_net.8.4.running_var': TypedTensor<'float32', [128]>
  'base_net.8.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.9.0.weight': TypedTensor<'float32', [128, 1, 3, 3]>
  'base_net.9.1.weight': TypedTensor<'float32', [128]>
  'base_net.9.1.bias': TypedTensor<'float32', [128]>
  'base_net.9.1.running_mean': TypedTensor<'float32', [128]>
  'base_net.9.1.running_var': TypedTensor<'float32', [128]>
  'base_net.9.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.9.3.weight': TypedTensor<'float32', [128, 128, 1, 1]>
  'base_net.9.4.weight': TypedTensor<'float32', [128]>
  'base_net.9.4.bias': TypedTensor<'float32', [128]>
  'base_net.9.4.running_mean': TypedTensor<'float32', [128]>
  'base_net.9.4.running_var': TypedTensor<'float32', [128]>
  'base_net.9.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.10.0.weight': TypedTensor<'float32', [128, 1, 3, 3]>
  'base_net.10.1.weight': TypedTensor<'float32', [128]>
  'base_net.10.1.bias': TypedTensor<'float32', [128]>
  'base_net.10.1.running_mean': TypedTensor<'float32', [128]>
  'base_net.10.1.running_var': TypedTensor<'float32', [128]>
  'base_net.10.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.10.3.weight': TypedTensor<'float32', [128, 128, 1, 1]>
  'base_net.10.4.weight': TypedTensor<'float32', [128]>
  'base_net.10.4.bias': TypedTensor<'float32', [128]>
  'base_net.10.4.running_mean': TypedTensor<'float32', [128]>
  'base_net.10.4.running_var': TypedTensor<'float32', [128]>
  'base_net.10.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.11.0.weight': TypedTensor<'float32', [128, 1, 3, 3]>
  'base_net.11.1.weight': TypedTensor<'float32', [128]>
  'base_net.11.1.bias': TypedTensor<'float32', [128]>
  'base_net.11.1.running_mean': TypedTensor<'float32', [128]>
  'base_net.11.1.running_var': TypedTensor<'float32', [128]>
  'base_net.11.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.11.3.weight': TypedTensor<'float32', [256, 128, 1, 1]>
  'base_net.11.4.weight': TypedTensor<'float32', [256]>
  'base_net.11.4.bias': TypedTensor<'float32', [256]>
  'base_net.11.4.running_mean': TypedTensor<'float32', [256]>
  'base_net.11.4.running_var': TypedTensor<'float32', [256]>
  'base_net.11.4.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.12.0.weight': TypedTensor<'float32', [256, 1, 3, 3]>
  'base_net.12.1.weight': TypedTensor<'float32', [256]>
  'base_net.12.1.bias': TypedTensor<'float32', [256]>
  'base_net.12.1.running_mean': TypedTensor<'float32', [256]>
  'base_net.12.1.running_var': TypedTensor<'float32', [256]>
  'base_net.12.1.num_batches_tracked': TypedTensor<'int64', []>
  'base_net.12.3.weight': TypedTensor<'float32', [256, 256, 1, 1]>
  'base_net.12.4.weight': TypedTensor<'float32', [256]>
  'base_net.12.4.bias': TypedTensor<'float32', [256]>
  'base_net.12.4.running_mean': TypedTensor<'float32', [256]>
  'base_net.12.4.running_var': TypedTensor<'float32', [256]>
  'base_net.12.4.num_batches_tracked': TypedTensor<'int64', []>
  'extras.0.0.weight': TypedTensor<'float32', [64, 256, 1, 1]>
  'extras.0.0.bias': TypedTensor<'float32', [64]>
  'extras.0.2.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'extras.0.2.0.bias': TypedTensor<'float32', [64]>
  'extras.0.2.2.weight': TypedTensor<'float32', [256, 64, 1, 1]>
  'extras.0.2.2.bias': TypedTensor<'float32', [256]>
  'classification_headers.0.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'classification_headers.0.0.bias': TypedTensor<'float32', [64]>
  'classification_headers.0.2.weight': TypedTensor<'float32', [6, 64, 1, 1]>
  'classification_headers.0.2.bias': TypedTensor<'float32', [6]>
  'classification_headers.1.0.weight': TypedTensor<'float32', [128, 1, 3, 3]>
  'classification_headers.1.0.bias': TypedTensor<'float32', [128]>
  'classification_headers.1.2.weight': TypedTensor<'float32', [4, 128, 1, 1]>
  'classification_headers.1.2.bias': TypedTensor<'float32', [4]>
  'classification_headers.2.0.weight': TypedTensor<'float32', [256, 1, 3, 3]>
  'classification_headers.2.0.bias': TypedTensor<'float32', [256]>
  'classification_headers.2.2.weight': TypedTensor<'float32', [4, 256, 1, 1]>
  'classification_headers.2.2.bias': TypedTensor<'float32', [4]>
  'classification_headers.3.weight': TypedTensor<'float32', [6, 256, 3, 3]>
  'classification_headers.3.bias': TypedTensor<'float32', [6]>
  'regression_headers.0.0.weight': TypedTensor<'float32', [64, 1, 3, 3]>
  'regression_headers.0.0.bias': TypedTensor<'float32', [64]>
  'regression_headers.0.2.weight': TypedTensor<'float32', [12, 64, 1, 1]>
  'regression_headers.0.2.bias': TypedTensor<'float32', [12]>
  'regression_headers.1.0.weight': TypedTensor<'float32', [128, 1, 3, 3]>
  'regression_headers.1.0.bias': TypedTensor<'float32', [128]>
  'regression_headers.1.2.weight': TypedTensor<'float32', [8, 128, 1, 1]>
  'regression_headers.1.2.bias': TypedTensor<'float32', [8]>
  'regression_headers.2.0.weight': TypedTensor<'float32', [256, 1, 3, 3]>
  'regression_headers.2.0.bias': TypedTensor<'float32', [256]>
  'regression_headers.2.2.weight': TypedTensor<'float32', [8, 256, 1, 1]>
  'regression_headers.2.2.bias': TypedTensor<'float32', [8]>
  'regression_headers.3.weight': TypedTensor<'float32', [12, 256, 3, 3]>
  'regression_headers.3.bias': TypedTensor<'float32', [12]>
}

export interface ConvBNOptions {
  readonly inp: number
  readonly out: number
  readonly stride: number
}

export interface SeparableOptions {
  readonly inp: number
  readonly out: number
  readonly stride?: number
}

export interface HeadOptions {
  readonly inp: number
  readonly out: number
  readonly stride?: number
}

export interface SlimFaceDetectorOptions {
  readonly num_classes?: number
}

export class ConvBN extends nn.Sequential {
  constructor({ inp, out, stride }: ConvBNOptions) {
    super(
      new nn.Conv2d({ in_channels: inp, out_channels: out, kernel_size: 3, stride, padding: 1, bias: false }),
      new nn.BatchNorm2d({ num_features: out }),
      new nn.ReLU(),
    )
  }
}

export class Separable extends nn.Sequential {
  constructor({ inp, out, stride = 1 }: SeparableOptions) {
    super(
      new nn.Conv2d({
        in_channels: inp,
        out_channels: inp,
        kernel_size: 3,
        stride,
        padding: 1,
        groups: inp,
        bias: false,
      }),
      new nn.BatchNorm2d({ num_features: inp }),
      new nn.ReLU(),
      new nn.Conv2d({ in_channels: inp, out_channels: out, kernel_size: 1, bias: false }),
      new nn.BatchNorm2d({ num_features: out }),
      new nn.ReLU(),
    )
  }
}

export class Head extends nn.Sequential {
  constructor({ inp, out, stride = 1 }: HeadOptions) {
    super(
      new nn.Conv2d({ in_channels: inp, out_channels: inp, kernel_size: 3, stride, padding: 1, groups: inp }),
      new nn.ReLU(),
      new nn.Conv2d({ in_channels: inp, out_channels: out, kernel_size: 1 }),
    )
  }
}

export class Extra extends nn.Sequential {
  constructor() {
    super(
      new nn.Conv2d({ in_channels: 256, out_channels: 64, kernel_size: 1 }),
      new nn.ReLU(),
      new Head({ inp: 64, out: 256, stride: 2 }),
      new nn.ReLU(),
    )
  }
}

/**
 * Ultra-light face detector, slim variant; an SSD over four feature maps. Keys as Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class SlimFaceDetector extends Module<SlimFaceDetectorState> {
  readonly base_net: nn.Sequential
  readonly extras: nn.ModuleList<Extra>
  readonly classification_headers: nn.ModuleList<Head | nn.Conv2d>
  readonly regression_headers: nn.ModuleList<Head | nn.Conv2d>
  readonly options: { readonly num_classes: number }

  constructor({ num_classes = 2 }: SlimFaceDetectorOptions = {}) {
    super()
    this.options = { num_classes }

    this.base_net = this.registerModule(
      'base_net',
      new nn.Sequential(
        new ConvBN({ inp: 3, out: 16, stride: 2 }),
        new Separable({ inp: 16, out: 32 }),
        new Separable({ inp: 32, out: 32, stride: 2 }),
        new Separable({ inp: 32, out: 32 }),
        new Separable({ inp: 32, out: 64, stride: 2 }),
        new Separable({ inp: 64, out: 64 }),
        new Separable({ inp: 64, out: 64 }),
        new Separable({ inp: 64, out: 64 }),
        new Separable({ inp: 64, out: 128, stride: 2 }),
        new Separable({ inp: 128, out: 128 }),
        new Separable({ inp: 128, out: 128 }),
        new Separable({ inp: 128, out: 256, stride: 2 }),
        new Separable({ inp: 256, out: 256 }),
      ),
    )
    this.extras = this.registerModule('extras', new nn.ModuleList([new Extra()]))
    this.classification_headers = this.registerModule(
      'classification_headers',
      new nn.ModuleList([
        new Head({ inp: 64, out: 3 * num_classes }),
        new Head({ inp: 128, out: 2 * num_classes }),
        new Head({ inp: 256, out: 2 * num_classes }),
        new nn.Conv2d({ in_channels: 256, out_channels: 3 * num_classes, kernel_size: 3, padding: 1 }),
      ]),
    )
    this.regression_headers = this.registerModule(
      'regression_headers',
      new nn.ModuleList([
        new Head({ inp: 64, out: 3 * 4 }),
        new Head({ inp: 128, out: 2 * 4 }),
        new Head({ inp: 256, out: 2 * 4 }),
        new nn.Conv2d({ in_channels: 256, out_channels: 3 * 4, kernel_size: 3, padding: 1 }),
      ]),
    )
    this.madeFrom(async () => (await import('./ulfg-slim-320.source.js')).source, { num_classes })
  }

  override forward(image: Tensor): { readonly scores: Tensor; readonly locations: Tensor } {
    const { num_classes } = this.options
    const maps: Tensor[] = []
    let x = image
    for (const [i, block] of py.enumerate(([...this.base_net] as (ConvBN | Separable)[]))) {
      x = block.forward(x)
      if ([7, 10, 12].includes(i)) {
        maps.push(x)
      }

    }

    maps.push(this.extras.at(0).forward(x))
    const scores: Tensor[] = []
    const locations: Tensor[] = []
    for (const [m, cls, reg] of py.zip(maps, [...this.classification_headers], [...this.regression_headers])) {
      scores.push(cls.forward(m).permute([0, 2, 3, 1]).reshape([m.shape[0]!, -1, num_classes]))
      locations.push(reg.forward(m).permute([0, 2, 3, 1]).reshape([m.shape[0]!, -1, 4]))
    }

    return { scores: F.softmax(F.cat(scores, { dim: 1 }), { dim: 2 }), locations: F.cat(locations, { dim: 1 }) }
  }
}
