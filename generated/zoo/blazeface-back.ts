// Made by holdfast from specs/zoo/blazeface-back.yaml; do not edit: change the spec and build again.
// spec sha256 bdbbc10a6c94a45df0555726f1033f2397d31479b4f5a4357212b0eb9ca213c2
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { BlazeBlock } from './blazeface-front.js'

/** The state_dict of BlazeFaceBack with default options: every key with dtype and shape. */
export type BlazeFaceBackState = {
  'backbone.0.weight': TypedTensor<'float32', [24, 3, 5, 5]>
  'backbone.0.bias': TypedTensor<'float32', [24]>
  'backbone.2.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.2.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.2.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.2.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.3.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.3.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.3.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.3.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.4.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.4.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.4.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.4.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.5.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.5.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.5.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.5.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.6.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.6.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.6.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.6.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.7.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.7.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.7.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.7.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.8.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.8.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.8.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.8.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.9.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.9.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.9.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.9.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.10.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.10.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.10.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.10.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.11.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.11.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.11.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.11.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.12.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.12.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.12.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.12.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.13.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.13.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.13.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.13.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.14.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.14.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.14.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.14.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.15.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.15.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.15.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.15.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.16.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.16.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.16.convs.1.weight': TypedTensor<'float32', [24, 24, 1, 1]>
  'backbone.16.convs.1.bias': TypedTensor<'float32', [24]>
  'backbone.17.convs.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'backbone.17.convs.0.bias': TypedTensor<'float32', [24]>
  'backbone.17.convs.1.weight': TypedTensor<'float32', [48, 24, 1, 1]>
  'backbone.17.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.18.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.18.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.18.convs.1.weight': TypedTensor<'float32', [48, 48, 1, 1]>
  'backbone.18.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.19.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.19.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.19.convs.1.weight': TypedTensor<'float32', [48, 48, 1, 1]>
  'backbone.19.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.20.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.20.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.20.convs.1.weight': TypedTensor<'float32', [48, 48, 1, 1]>
  'backbone.20.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.21.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.21.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.21.convs.1.weight': TypedTensor<'float32', [48, 48, 1, 1]>
  'backbone.21.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.22.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.22.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.22.convs.1.weight': TypedTensor<'float32', [48, 48, 1, 1]>
  'backbone.22.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.23.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.23.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.23.convs.1.weight': TypedTensor<'float32', [48, 48, 1, 1]>
  'backbone.23.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.24.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.24.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.24.convs.1.weight': TypedTensor<'float32', [48, 48, 1, 1]>
  'backbone.24.convs.1.bias': TypedTensor<'float32', [48]>
  'backbone.25.convs.0.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'backbone.25.convs.0.bias': TypedTensor<'float32', [48]>
  'backbone.25.convs.1.weight': TypedTensor<'float32', [96, 48, 1, 1]>
  'backbone.25.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone.26.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone.26.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone.26.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone.26.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone.27.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone.27.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone.27.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone.27.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone.28.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone.28.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone.28.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone.28.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone.29.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone.29.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone.29.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone.29.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone.30.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone.30.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone.30.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone.30.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone.31.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone.31.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone.31.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone.31.convs.1.bias': TypedTensor<'float32', [96]>
  'backbone.32.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'backbone.32.convs.0.bias': TypedTensor<'float32', [96]>
  'backbone.32.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'backbone.32.convs.1.bias': TypedTensor<'float32', [96]>
  'final.convs.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'final.convs.0.bias': TypedTensor<'float32', [96]>
  'final.convs.1.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'final.convs.1.bias': TypedTensor<'float32', [96]>
  'classifier_8.weight': TypedTensor<'float32', [2, 96, 1, 1]>
  'classifier_8.bias': TypedTensor<'float32', [2]>
  'classifier_16.weight': TypedTensor<'float32', [6, 96, 1, 1]>
  'classifier_16.bias': TypedTensor<'float32', [6]>
  'regressor_8.weight': TypedTensor<'float32', [32, 96, 1, 1]>
  'regressor_8.bias': TypedTensor<'float32', [32]>
  'regressor_16.weight': TypedTensor<'float32', [96, 96, 1, 1]>
  'regressor_16.bias': TypedTensor<'float32', [96]>
}

export interface FinalBlazeBlockOptions {
  readonly channels: number
}

function anchors(x: Tensor, n: number): Tensor {
  return x.permute([0, 2, 3, 1]).reshape([x.shape[0]!, -1, n])
}

export class FinalBlazeBlock extends Module {
  readonly convs: nn.Sequential

  constructor({ channels }: FinalBlazeBlockOptions) {
    super()
    this.convs = this.registerModule(
      'convs',
      new nn.Sequential(
        new nn.Conv2d({
          in_channels: channels,
          out_channels: channels,
          kernel_size: 3,
          stride: 2,
          groups: channels,
        }),
        new nn.Conv2d({ in_channels: channels, out_channels: channels, kernel_size: 1 }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    return F.relu(this.convs.forward(F.pad(x, [0, 2, 0, 2])))
  }
}

/**
 * BlazeFace for back cameras, Bazarevsky et al. 2019 (arXiv:1907.05047). Keys as hollance/BlazeFace-PyTorch.
 *
 * Inputs of forward:
 * - image float32[N, 3, 256, 256]
 */
export class BlazeFaceBack extends Module<BlazeFaceBackState> {
  readonly backbone: nn.Sequential
  readonly final: FinalBlazeBlock
  readonly classifier_8: nn.Conv2d
  readonly classifier_16: nn.Conv2d
  readonly regressor_8: nn.Conv2d
  readonly regressor_16: nn.Conv2d

  constructor() {
    super()
    this.backbone = this.registerModule(
      'backbone',
      new nn.Sequential(
        new nn.Conv2d({ in_channels: 3, out_channels: 24, kernel_size: 5, stride: 2 }),
        new nn.ReLU(),
        ...py.range(7).map(() => new BlazeBlock({ inp: 24, out: 24 })),
        new BlazeBlock({ inp: 24, out: 24, stride: 2 }),
        ...py.range(7).map(() => new BlazeBlock({ inp: 24, out: 24 })),
        new BlazeBlock({ inp: 24, out: 48, stride: 2 }),
        ...py.range(7).map(() => new BlazeBlock({ inp: 48, out: 48 })),
        new BlazeBlock({ inp: 48, out: 96, stride: 2 }),
        ...py.range(7).map(() => new BlazeBlock({ inp: 96, out: 96 })),
      ),
    )
    this.final = this.registerModule('final', new FinalBlazeBlock({ channels: 96 }))
    this.classifier_8 = this.registerModule(
      'classifier_8',
      new nn.Conv2d({ in_channels: 96, out_channels: 2, kernel_size: 1 }),
    )
    this.classifier_16 = this.registerModule(
      'classifier_16',
      new nn.Conv2d({ in_channels: 96, out_channels: 6, kernel_size: 1 }),
    )
    this.regressor_8 = this.registerModule(
      'regressor_8',
      new nn.Conv2d({ in_channels: 96, out_channels: 32, kernel_size: 1 }),
    )
    this.regressor_16 = this.registerModule(
      'regressor_16',
      new nn.Conv2d({ in_channels: 96, out_channels: 96, kernel_size: 1 }),
    )
    this.madeFrom(async () => (await import('./blazeface-back.source.js')).source)
  }

  override forward(image: Tensor): { readonly boxes: Tensor; readonly scores: Tensor } {
    const x = this.backbone.forward(F.pad(image, [1, 2, 1, 2]))
    const h = this.final.forward(x)
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
