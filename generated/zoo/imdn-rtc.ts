// Made by holdfast from specs/zoo/imdn-rtc.yaml; do not edit: change the spec and build again.
// spec sha256 d08c409e178e52f5b49412cbf0297db91c305a21cc20eadbc5eb78421ffab8d0
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of IMDN_RTC with default options: every key with dtype and shape. */
export type IMDN_RTCState = {
  'model.0.weight': TypedTensor<'float32', [12, 3, 3, 3]>
  'model.0.bias': TypedTensor<'float32', [12]>
  'model.1.sub.0.c1.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'model.1.sub.0.c1.bias': TypedTensor<'float32', [12]>
  'model.1.sub.0.c2.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.0.c2.bias': TypedTensor<'float32', [12]>
  'model.1.sub.0.c3.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.0.c3.bias': TypedTensor<'float32', [12]>
  'model.1.sub.0.c4.weight': TypedTensor<'float32', [3, 9, 3, 3]>
  'model.1.sub.0.c4.bias': TypedTensor<'float32', [3]>
  'model.1.sub.0.c5.weight': TypedTensor<'float32', [12, 12, 1, 1]>
  'model.1.sub.0.c5.bias': TypedTensor<'float32', [12]>
  'model.1.sub.1.c1.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'model.1.sub.1.c1.bias': TypedTensor<'float32', [12]>
  'model.1.sub.1.c2.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.1.c2.bias': TypedTensor<'float32', [12]>
  'model.1.sub.1.c3.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.1.c3.bias': TypedTensor<'float32', [12]>
  'model.1.sub.1.c4.weight': TypedTensor<'float32', [3, 9, 3, 3]>
  'model.1.sub.1.c4.bias': TypedTensor<'float32', [3]>
  'model.1.sub.1.c5.weight': TypedTensor<'float32', [12, 12, 1, 1]>
  'model.1.sub.1.c5.bias': TypedTensor<'float32', [12]>
  'model.1.sub.2.c1.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'model.1.sub.2.c1.bias': TypedTensor<'float32', [12]>
  'model.1.sub.2.c2.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.2.c2.bias': TypedTensor<'float32', [12]>
  'model.1.sub.2.c3.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.2.c3.bias': TypedTensor<'float32', [12]>
  'model.1.sub.2.c4.weight': TypedTensor<'float32', [3, 9, 3, 3]>
  'model.1.sub.2.c4.bias': TypedTensor<'float32', [3]>
  'model.1.sub.2.c5.weight': TypedTensor<'float32', [12, 12, 1, 1]>
  'model.1.sub.2.c5.bias': TypedTensor<'float32', [12]>
  'model.1.sub.3.c1.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'model.1.sub.3.c1.bias': TypedTensor<'float32', [12]>
  'model.1.sub.3.c2.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.3.c2.bias': TypedTensor<'float32', [12]>
  'model.1.sub.3.c3.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.3.c3.bias': TypedTensor<'float32', [12]>
  'model.1.sub.3.c4.weight': TypedTensor<'float32', [3, 9, 3, 3]>
  'model.1.sub.3.c4.bias': TypedTensor<'float32', [3]>
  'model.1.sub.3.c5.weight': TypedTensor<'float32', [12, 12, 1, 1]>
  'model.1.sub.3.c5.bias': TypedTensor<'float32', [12]>
  'model.1.sub.4.c1.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'model.1.sub.4.c1.bias': TypedTensor<'float32', [12]>
  'model.1.sub.4.c2.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.4.c2.bias': TypedTensor<'float32', [12]>
  'model.1.sub.4.c3.weight': TypedTensor<'float32', [12, 9, 3, 3]>
  'model.1.sub.4.c3.bias': TypedTensor<'float32', [12]>
  'model.1.sub.4.c4.weight': TypedTensor<'float32', [3, 9, 3, 3]>
  'model.1.sub.4.c4.bias': TypedTensor<'float32', [3]>
  'model.1.sub.4.c5.weight': TypedTensor<'float32', [12, 12, 1, 1]>
  'model.1.sub.4.c5.bias': TypedTensor<'float32', [12]>
  'model.1.sub.5.weight': TypedTensor<'float32', [12, 12, 1, 1]>
  'model.1.sub.5.bias': TypedTensor<'float32', [12]>
  'model.2.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'model.2.bias': TypedTensor<'float32', [12]>
}

export interface DistillOptions {
  readonly features: number
}

export interface ShortcutOptions {
  readonly features: number
  readonly blocks: number
}

export interface IMDN_RTCOptions {
  readonly features?: number
  readonly blocks?: number
  readonly upscale?: number
}

export class Distill extends Module {
  readonly c1: nn.Conv2d
  readonly c2: nn.Conv2d
  readonly c3: nn.Conv2d
  readonly c4: nn.Conv2d
  readonly act: nn.LeakyReLU
  readonly c5: nn.Conv2d
  readonly options: { readonly kept: number; readonly rest: number }

  constructor({ features }: DistillOptions) {
    super()
    const kept = Math.floor(features / 4)
    const rest = features - kept
    this.options = { kept, rest }

    this.c1 = this.registerModule(
      'c1',
      new nn.Conv2d({ in_channels: features, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.c2 = this.registerModule(
      'c2',
      new nn.Conv2d({ in_channels: rest, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.c3 = this.registerModule(
      'c3',
      new nn.Conv2d({ in_channels: rest, out_channels: features, kernel_size: 3, padding: 1 }),
    )
    this.c4 = this.registerModule(
      'c4',
      new nn.Conv2d({ in_channels: rest, out_channels: kept, kernel_size: 3, padding: 1 }),
    )
    this.act = this.registerModule('act', new nn.LeakyReLU({ negative_slope: 0.05 }))
    this.c5 = this.registerModule(
      'c5',
      new nn.Conv2d({ in_channels: features, out_channels: features, kernel_size: 1 }),
    )
  }

  override forward(x: Tensor): Tensor {
    const { kept, rest } = this.options
    const [d1, r1] = F.split(this.act.forward(this.c1.forward(x)), [kept, rest], { dim: 1 }) as [Tensor, Tensor]
    const [d2, r2] = F.split(this.act.forward(this.c2.forward(r1)), [kept, rest], { dim: 1 }) as [Tensor, Tensor]
    const [d3, r3] = F.split(this.act.forward(this.c3.forward(r2)), [kept, rest], { dim: 1 }) as [Tensor, Tensor]
    return this.c5.forward(F.cat([d1, d2, d3, this.c4.forward(r3)], { dim: 1 })).add(x)
  }
}

export class Shortcut extends Module {
  readonly sub: nn.Sequential

  constructor({ features, blocks }: ShortcutOptions) {
    super()
    this.sub = this.registerModule(
      'sub',
      new nn.Sequential(
        ...py.range(blocks).map(() => new Distill({ features })),
        new nn.Conv2d({ in_channels: features, out_channels: features, kernel_size: 1 }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    return x.add(this.sub.forward(x))
  }
}

/**
 * Information multi-distillation network for real-time super-resolution, Hui et al. 2019 (arXiv:1909.11856). Keys as Zheng222/IMDN.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class IMDN_RTC extends Module<IMDN_RTCState> {
  readonly model: nn.Sequential

  constructor({ features = 12, blocks = 5, upscale = 2 }: IMDN_RTCOptions = {}) {
    super()
    this.model = this.registerModule(
      'model',
      new nn.Sequential(
        new nn.Conv2d({ in_channels: 3, out_channels: features, kernel_size: 3, padding: 1 }),
        new Shortcut({ features, blocks }),
        new nn.Conv2d({ in_channels: features, out_channels: 3 * upscale ** 2, kernel_size: 3, padding: 1 }),
        new nn.PixelShuffle({ upscale_factor: upscale }),
      ),
    )
    this.madeFrom(async () => (await import('./imdn-rtc.source.js')).source, { features, blocks, upscale })
  }

  override forward(image: Tensor): Tensor {
    return this.model.forward(image)
  }
}
