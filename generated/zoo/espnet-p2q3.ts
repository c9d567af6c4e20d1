// Made by holdfast from specs/zoo/espnet-p2q3.yaml; do not edit: change the spec and build again.
// spec sha256 bb63f05a0bdc9a317860a1adff1f107ec1bb989e04ca16d4c98cbd0083869d1e
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { BR, C, CBR, Down, ESP } from './espnet-enc-p2q3.js'

/** The state_dict of ESPNet with default options: every key with dtype and shape. */
export type ESPNetState = {
  'encoder.level1.conv.weight': TypedTensor<'float32', [16, 3, 3, 3]>
  'encoder.level1.bn.weight': TypedTensor<'float32', [16]>
  'encoder.level1.bn.bias': TypedTensor<'float32', [16]>
  'encoder.level1.bn.running_mean': TypedTensor<'float32', [16]>
  'encoder.level1.bn.running_var': TypedTensor<'float32', [16]>
  'encoder.level1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level1.act.weight': TypedTensor<'float32', [16]>
  'encoder.b1.bn.weight': TypedTensor<'float32', [19]>
  'encoder.b1.bn.bias': TypedTensor<'float32', [19]>
  'encoder.b1.bn.running_mean': TypedTensor<'float32', [19]>
  'encoder.b1.bn.running_var': TypedTensor<'float32', [19]>
  'encoder.b1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.b1.act.weight': TypedTensor<'float32', [19]>
  'encoder.level2_0.c1.conv.weight': TypedTensor<'float32', [12, 19, 3, 3]>
  'encoder.level2_0.d1.conv.weight': TypedTensor<'float32', [16, 12, 3, 3]>
  'encoder.level2_0.d2.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2_0.d4.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2_0.d8.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2_0.d16.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2_0.bn.weight': TypedTensor<'float32', [64]>
  'encoder.level2_0.bn.bias': TypedTensor<'float32', [64]>
  'encoder.level2_0.bn.running_mean': TypedTensor<'float32', [64]>
  'encoder.level2_0.bn.running_var': TypedTensor<'float32', [64]>
  'encoder.level2_0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level2_0.act.weight': TypedTensor<'float32', [64]>
  'encoder.level2.0.c1.conv.weight': TypedTensor<'float32', [12, 64, 1, 1]>
  'encoder.level2.0.d1.conv.weight': TypedTensor<'float32', [16, 12, 3, 3]>
  'encoder.level2.0.d2.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.0.d4.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.0.d8.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.0.d16.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.0.bn.bn.weight': TypedTensor<'float32', [64]>
  'encoder.level2.0.bn.bn.bias': TypedTensor<'float32', [64]>
  'encoder.level2.0.bn.bn.running_mean': TypedTensor<'float32', [64]>
  'encoder.level2.0.bn.bn.running_var': TypedTensor<'float32', [64]>
  'encoder.level2.0.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level2.0.bn.act.weight': TypedTensor<'float32', [64]>
  'encoder.level2.1.c1.conv.weight': TypedTensor<'float32', [12, 64, 1, 1]>
  'encoder.level2.1.d1.conv.weight': TypedTensor<'float32', [16, 12, 3, 3]>
  'encoder.level2.1.d2.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.1.d4.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.1.d8.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.1.d16.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'encoder.level2.1.bn.bn.weight': TypedTensor<'float32', [64]>
  'encoder.level2.1.bn.bn.bias': TypedTensor<'float32', [64]>
  'encoder.level2.1.bn.bn.running_mean': TypedTensor<'float32', [64]>
  'encoder.level2.1.bn.bn.running_var': TypedTensor<'float32', [64]>
  'encoder.level2.1.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level2.1.bn.act.weight': TypedTensor<'float32', [64]>
  'encoder.b2.bn.weight': TypedTensor<'float32', [131]>
  'encoder.b2.bn.bias': TypedTensor<'float32', [131]>
  'encoder.b2.bn.running_mean': TypedTensor<'float32', [131]>
  'encoder.b2.bn.running_var': TypedTensor<'float32', [131]>
  'encoder.b2.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.b2.act.weight': TypedTensor<'float32', [131]>
  'encoder.level3_0.c1.conv.weight': TypedTensor<'float32', [25, 131, 3, 3]>
  'encoder.level3_0.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'encoder.level3_0.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3_0.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3_0.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3_0.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3_0.bn.weight': TypedTensor<'float32', [128]>
  'encoder.level3_0.bn.bias': TypedTensor<'float32', [128]>
  'encoder.level3_0.bn.running_mean': TypedTensor<'float32', [128]>
  'encoder.level3_0.bn.running_var': TypedTensor<'float32', [128]>
  'encoder.level3_0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level3_0.act.weight': TypedTensor<'float32', [128]>
  'encoder.level3.0.c1.conv.weight': TypedTensor<'float32', [25, 128, 1, 1]>
  'encoder.level3.0.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'encoder.level3.0.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.0.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.0.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.0.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.0.bn.bn.weight': TypedTensor<'float32', [128]>
  'encoder.level3.0.bn.bn.bias': TypedTensor<'float32', [128]>
  'encoder.level3.0.bn.bn.running_mean': TypedTensor<'float32', [128]>
  'encoder.level3.0.bn.bn.running_var': TypedTensor<'float32', [128]>
  'encoder.level3.0.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level3.0.bn.act.weight': TypedTensor<'float32', [128]>
  'encoder.level3.1.c1.conv.weight': TypedTensor<'float32', [25, 128, 1, 1]>
  'encoder.level3.1.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'encoder.level3.1.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.1.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.1.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.1.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.1.bn.bn.weight': TypedTensor<'float32', [128]>
  'encoder.level3.1.bn.bn.bias': TypedTensor<'float32', [128]>
  'encoder.level3.1.bn.bn.running_mean': TypedTensor<'float32', [128]>
  'encoder.level3.1.bn.bn.running_var': TypedTensor<'float32', [128]>
  'encoder.level3.1.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level3.1.bn.act.weight': TypedTensor<'float32', [128]>
  'encoder.level3.2.c1.conv.weight': TypedTensor<'float32', [25, 128, 1, 1]>
  'encoder.level3.2.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'encoder.level3.2.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.2.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.2.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.2.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'encoder.level3.2.bn.bn.weight': TypedTensor<'float32', [128]>
  'encoder.level3.2.bn.bn.bias': TypedTensor<'float32', [128]>
  'encoder.level3.2.bn.bn.running_mean': TypedTensor<'float32', [128]>
  'encoder.level3.2.bn.bn.running_var': TypedTensor<'float32', [128]>
  'encoder.level3.2.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.level3.2.bn.act.weight': TypedTensor<'float32', [128]>
  'encoder.b3.bn.weight': TypedTensor<'float32', [256]>
  'encoder.b3.bn.bias': TypedTensor<'float32', [256]>
  'encoder.b3.bn.running_mean': TypedTensor<'float32', [256]>
  'encoder.b3.bn.running_var': TypedTensor<'float32', [256]>
  'encoder.b3.bn.num_batches_tracked': TypedTensor<'int64', []>
  'encoder.b3.act.weight': TypedTensor<'float32', [256]>
  'encoder.classifier.conv.weight': TypedTensor<'float32', [20, 256, 1, 1]>
  'level3_C.conv.weight': TypedTensor<'float32', [20, 131, 1, 1]>
  'br.weight': TypedTensor<'float32', [20]>
  'br.bias': TypedTensor<'float32', [20]>
  'br.running_mean': TypedTensor<'float32', [20]>
  'br.running_var': TypedTensor<'float32', [20]>
  'br.num_batches_tracked': TypedTensor<'int64', []>
  'conv.conv.weight': TypedTensor<'float32', [20, 36, 3, 3]>
  'conv.bn.weight': TypedTensor<'float32', [20]>
  'conv.bn.bias': TypedTensor<'float32', [20]>
  'conv.bn.running_mean': TypedTensor<'float32', [20]>
  'conv.bn.running_var': TypedTensor<'float32', [20]>
  'conv.bn.num_batches_tracked': TypedTensor<'int64', []>
  'conv.act.weight': TypedTensor<'float32', [20]>
  'up_l3.0.weight': TypedTensor<'float32', [20, 20, 2, 2]>
  'combine_l2_l3.0.bn.weight': TypedTensor<'float32', [40]>
  'combine_l2_l3.0.bn.bias': TypedTensor<'float32', [40]>
  'combine_l2_l3.0.bn.running_mean': TypedTensor<'float32', [40]>
  'combine_l2_l3.0.bn.running_var': TypedTensor<'float32', [40]>
  'combine_l2_l3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'combine_l2_l3.0.act.weight': TypedTensor<'float32', [40]>
  'combine_l2_l3.1.c1.conv.weight': TypedTensor<'float32', [4, 40, 1, 1]>
  'combine_l2_l3.1.d1.conv.weight': TypedTensor<'float32', [4, 4, 3, 3]>
  'combine_l2_l3.1.d2.conv.weight': TypedTensor<'float32', [4, 4, 3, 3]>
  'combine_l2_l3.1.d4.conv.weight': TypedTensor<'float32', [4, 4, 3, 3]>
  'combine_l2_l3.1.d8.conv.weight': TypedTensor<'float32', [4, 4, 3, 3]>
  'combine_l2_l3.1.d16.conv.weight': TypedTensor<'float32', [4, 4, 3, 3]>
  'combine_l2_l3.1.bn.bn.weight': TypedTensor<'float32', [20]>
  'combine_l2_l3.1.bn.bn.bias': TypedTensor<'float32', [20]>
  'combine_l2_l3.1.bn.bn.running_mean': TypedTensor<'float32', [20]>
  'combine_l2_l3.1.bn.bn.running_var': TypedTensor<'float32', [20]>
  'combine_l2_l3.1.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'combine_l2_l3.1.bn.act.weight': TypedTensor<'float32', [20]>
  'up_l2.0.weight': TypedTensor<'float32', [20, 20, 2, 2]>
  'up_l2.1.bn.weight': TypedTensor<'float32', [20]>
  'up_l2.1.bn.bias': TypedTensor<'float32', [20]>
  'up_l2.1.bn.running_mean': TypedTensor<'float32', [20]>
  'up_l2.1.bn.running_var': TypedTensor<'float32', [20]>
  'up_l2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'up_l2.1.act.weight': TypedTensor<'float32', [20]>
  'classifier.weight': TypedTensor<'float32', [20, 20, 2, 2]>
}

export interface ESPNetEncoderOptions {
  readonly p: number
  readonly q: number
  readonly classes: number
}

export interface ESPNetOptions {
  readonly classes?: number
  readonly p?: number
  readonly q?: number
}

export class ESPNetEncoder extends Module {
  readonly level1: CBR
  readonly b1: BR
  readonly level2_0: Down
  readonly level2: nn.ModuleList<ESP>
  readonly b2: BR
  readonly level3_0: Down
  readonly level3: nn.ModuleList<ESP>
  readonly b3: BR
  readonly classifier: C

  constructor({ p, q, classes }: ESPNetEncoderOptions) {
    super()
    this.level1 = this.registerModule('level1', new CBR({ inp: 3, out: 16, k: 3, stride: 2 }))
    this.b1 = this.registerModule('b1', new BR({ channels: 16 + 3 }))
    this.level2_0 = this.registerModule('level2_0', new Down({ inp: 16 + 3, out: 64 }))
    this.level2 = this.registerModule(
      'level2',
      new nn.ModuleList([...py.range(p).map(() => new ESP({ inp: 64, out: 64 }))]),
    )
    this.b2 = this.registerModule('b2', new BR({ channels: 128 + 3 }))
    this.level3_0 = this.registerModule('level3_0', new Down({ inp: 128 + 3, out: 128 }))
    this.level3 = this.registerModule(
      'level3',
      new nn.ModuleList([...py.range(q).map(() => new ESP({ inp: 128, out: 128 }))]),
    )
    this.b3 = this.registerModule('b3', new BR({ channels: 256 }))
    this.classifier = this.registerModule('classifier', new C({ inp: 256, out: classes, k: 1 }))
  }

  override forward(): never {
    throw new TypeError('ESPNetEncoder has no forward: call its members')
  }
}

/**
 * ESPNet for Cityscapes at full size, Mehta et al. 2018 (arXiv:1803.06815). Keys as sacmehta/ESPNet.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class ESPNet extends Module<ESPNetState> {
  readonly encoder: ESPNetEncoder
  readonly level3_C: C
  readonly br: nn.BatchNorm2d
  readonly conv: CBR
  readonly up_l3: nn.Sequential
  readonly combine_l2_l3: nn.Sequential
  readonly up_l2: nn.Sequential
  readonly classifier: nn.ConvTranspose2d

  constructor({ classes = 20, p = 2, q = 3 }: ESPNetOptions = {}) {
    super()
    this.encoder = this.registerModule('encoder', new ESPNetEncoder({ p, q, classes }))
    this.level3_C = this.registerModule('level3_C', new C({ inp: 128 + 3, out: classes, k: 1 }))
    this.br = this.registerModule('br', new nn.BatchNorm2d({ num_features: classes, eps: 0.001 }))
    this.conv = this.registerModule('conv', new CBR({ inp: 16 + classes, out: classes, k: 3 }))
    this.up_l3 = this.registerModule(
      'up_l3',
      new nn.Sequential(new nn.ConvTranspose2d({
        in_channels: classes,
        out_channels: classes,
        kernel_size: 2,
        stride: 2,
        bias: false,
      })),
    )
    this.combine_l2_l3 = this.registerModule(
      'combine_l2_l3',
      new nn.Sequential(
        new BR({ channels: 2 * classes }),
        new ESP({ inp: 2 * classes, out: classes, add: false }),
      ),
    )
    this.up_l2 = this.registerModule(
      'up_l2',
      new nn.Sequential(
        new nn.ConvTranspose2d({
          in_channels: classes,
          out_channels: classes,
          kernel_size: 2,
          stride: 2,
          bias: false,
        }),
        new BR({ channels: classes }),
      ),
    )
    this.classifier = this.registerModule(
      'classifier',
      new nn.ConvTranspose2d({
        in_channels: classes,
        out_channels: classes,
        kernel_size: 2,
        stride: 2,
        bias: false,
      }),
    )
    this.madeFrom(async () => (await import('./espnet-p2q3.source.js')).source, { classes, p, q })
  }

  override forward(image: Tensor): Tensor {
    let block!: ESP
    const half = F.avgPool2d(image, 3, { stride: 2, padding: 1 })
    const quarter = F.avgPool2d(half, 3, { stride: 2, padding: 1 })
    const x1 = this.encoder.level1.forward(image)
    let first = this.encoder.level2_0.forward(this.encoder.b1.forward(F.cat([x1, half], { dim: 1 })))
    let x = first
    for (block of [...this.encoder.level2]) {
      x = block.forward(x)
    }

    const x2 = this.encoder.b2.forward(F.cat([x, first, quarter], { dim: 1 }))
    first = this.encoder.level3_0.forward(x2)
    x = first
    for (block of [...this.encoder.level3]) {
      x = block.forward(x)
    }

    const x3 = this.encoder.classifier.forward(this.encoder.b3.forward(F.cat([first, x], { dim: 1 })))
    x = this.up_l2.forward(this.combine_l2_l3.forward(F.cat(
      [this.level3_C.forward(x2), this.up_l3.forward(this.br.forward(x3))],
      { dim: 1 },
    )))
    return this.classifier.forward(this.conv.forward(F.cat([x, x1], { dim: 1 })))
  }
}
