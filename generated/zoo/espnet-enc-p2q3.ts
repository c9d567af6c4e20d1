// Made by holdfast from specs/zoo/espnet-enc-p2q3.yaml; do not edit: change the spec and build again.
// spec sha256 2535519d99a05677e8e46ccea72412b894a51cd3cc42046ca6f941ae6f86ef38
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ESPNetEncoder with default options: every key with dtype and shape. */
export type ESPNetEncoderState = {
  'level1.conv.weight': TypedTensor<'float32', [16, 3, 3, 3]>
  'level1.bn.weight': TypedTensor<'float32', [16]>
  'level1.bn.bias': TypedTensor<'float32', [16]>
  'level1.bn.running_mean': TypedTensor<'float32', [16]>
  'level1.bn.running_var': TypedTensor<'float32', [16]>
  'level1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level1.act.weight': TypedTensor<'float32', [16]>
  'b1.bn.weight': TypedTensor<'float32', [19]>
  'b1.bn.bias': TypedTensor<'float32', [19]>
  'b1.bn.running_mean': TypedTensor<'float32', [19]>
  'b1.bn.running_var': TypedTensor<'float32', [19]>
  'b1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'b1.act.weight': TypedTensor<'float32', [19]>
  'level2_0.c1.conv.weight': TypedTensor<'float32', [12, 19, 3, 3]>
  'level2_0.d1.conv.weight': TypedTensor<'float32', [16, 12, 3, 3]>
  'level2_0.d2.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2_0.d4.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2_0.d8.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2_0.d16.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2_0.bn.weight': TypedTensor<'float32', [64]>
  'level2_0.bn.bias': TypedTensor<'float32', [64]>
  'level2_0.bn.running_mean': TypedTensor<'float32', [64]>
  'level2_0.bn.running_var': TypedTensor<'float32', [64]>
  'level2_0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level2_0.act.weight': TypedTensor<'float32', [64]>
  'level2.0.c1.conv.weight': TypedTensor<'float32', [12, 64, 1, 1]>
  'level2.0.d1.conv.weight': TypedTensor<'float32', [16, 12, 3, 3]>
  'level2.0.d2.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.0.d4.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.0.d8.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.0.d16.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.0.bn.bn.weight': TypedTensor<'float32', [64]>
  'level2.0.bn.bn.bias': TypedTensor<'float32', [64]>
  'level2.0.bn.bn.running_mean': TypedTensor<'float32', [64]>
  'level2.0.bn.bn.running_var': TypedTensor<'float32', [64]>
  'level2.0.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level2.0.bn.act.weight': TypedTensor<'float32', [64]>
  'level2.1.c1.conv.weight': TypedTensor<'float32', [12, 64, 1, 1]>
  'level2.1.d1.conv.weight': TypedTensor<'float32', [16, 12, 3, 3]>
  'level2.1.d2.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.1.d4.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.1.d8.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.1.d16.conv.weight': TypedTensor<'float32', [12, 12, 3, 3]>
  'level2.1.bn.bn.weight': TypedTensor<'float32', [64]>
  'level2.1.bn.bn.bias': TypedTensor<'float32', [64]>
  'level2.1.bn.bn.running_mean': TypedTensor<'float32', [64]>
  'level2.1.bn.bn.running_var': TypedTensor<'float32', [64]>
  'level2.1.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level2.1.bn.act.weight': TypedTensor<'float32', [64]>
  'b2.bn.weight': TypedTensor<'float32', [131]>
  'b2.bn.bias': TypedTensor<'float32', [131]>
  'b2.bn.running_mean': TypedTensor<'float32', [131]>
  'b2.bn.running_var': TypedTensor<'float32', [131]>
  'b2.bn.num_batches_tracked': TypedTensor<'int64', []>
  'b2.act.weight': TypedTensor<'float32', [131]>
  'level3_0.c1.conv.weight': TypedTensor<'float32', [25, 131, 3, 3]>
  'level3_0.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'level3_0.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3_0.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3_0.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3_0.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3_0.bn.weight': TypedTensor<'float32', [128]>
  'level3_0.bn.bias': TypedTensor<'float32', [128]>
  'level3_0.bn.running_mean': TypedTensor<'float32', [128]>
  'level3_0.bn.running_var': TypedTensor<'float32', [128]>
  'level3_0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level3_0.act.weight': TypedTensor<'float32', [128]>
  'level3.0.c1.conv.weight': TypedTensor<'float32', [25, 128, 1, 1]>
  'level3.0.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'level3.0.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.0.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.0.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.0.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.0.bn.bn.weight': TypedTensor<'float32', [128]>
  'level3.0.bn.bn.bias': TypedTensor<'float32', [128]>
  'level3.0.bn.bn.running_mean': TypedTensor<'float32', [128]>
  'level3.0.bn.bn.running_var': TypedTensor<'float32', [128]>
  'level3.0.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level3.0.bn.act.weight': TypedTensor<'float32', [128]>
  'level3.1.c1.conv.weight': TypedTensor<'float32', [25, 128, 1, 1]>
  'level3.1.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'level3.1.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.1.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.1.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.1.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.1.bn.bn.weight': TypedTensor<'float32', [128]>
  'level3.1.bn.bn.bias': TypedTensor<'float32', [128]>
  'level3.1.bn.bn.running_mean': TypedTensor<'float32', [128]>
  'level3.1.bn.bn.running_var': TypedTensor<'float32', [128]>
  'level3.1.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level3.1.bn.act.weight': TypedTensor<'float32', [128]>
  'level3.2.c1.conv.weight': TypedTensor<'float32', [25, 128, 1, 1]>
  'level3.2.d1.conv.weight': TypedTensor<'float32', [28, 25, 3, 3]>
  'level3.2.d2.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.2.d4.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.2.d8.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.2.d16.conv.weight': TypedTensor<'float32', [25, 25, 3, 3]>
  'level3.2.bn.bn.weight': TypedTensor<'float32', [128]>
  'level3.2.bn.bn.bias': TypedTensor<'float32', [128]>
  'level3.2.bn.bn.running_mean': TypedTensor<'float32', [128]>
  'level3.2.bn.bn.running_var': TypedTensor<'float32', [128]>
  'level3.2.bn.bn.num_batches_tracked': TypedTensor<'int64', []>
  'level3.2.bn.act.weight': TypedTensor<'float32', [128]>
  'b3.bn.weight': TypedTensor<'float32', [256]>
  'b3.bn.bias': TypedTensor<'float32', [256]>
  'b3.bn.running_mean': TypedTensor<'float32', [256]>
  'b3.bn.running_var': TypedTensor<'float32', [256]>
  'b3.bn.num_batches_tracked': TypedTensor<'int64', []>
  'b3.act.weight': TypedTensor<'float32', [256]>
  'classifier.conv.weight': TypedTensor<'float32', [20, 256, 1, 1]>
}

export interface COptions {
  readonly inp: number
  readonly out: number
  readonly k: number
  readonly stride?: number
  readonly dilation?: number
}

export interface BROptions {
  readonly channels: number
}

export interface CBROptions {
  readonly inp: number
  readonly out: number
  readonly k: number
  readonly stride?: number
}

export interface DownOptions {
  readonly inp: number
  readonly out: number
}

export interface ESPOptions {
  readonly inp: number
  readonly out: number
  readonly add?: boolean
}

export interface ESPNetEncoderOptions {
  readonly classes?: number
  readonly p?: number
  readonly q?: number
}

export class C extends Module {
  readonly conv: nn.Conv2d

  constructor({ inp, out, k, stride = 1, dilation = 1 }: COptions) {
    super()
    this.conv = this.registerModule(
      'conv',
      new nn.Conv2d({
        in_channels: inp,
        out_channels: out,
        kernel_size: k,
        stride,
        padding: Math.floor((k - 1) / 2) * dilation,
        dilation,
        bias: false,
      }),
    )
  }

  override forward(x: Tensor): Tensor {
    return this.conv.forward(x)
  }
}

export class BR extends Module {
  readonly bn: nn.BatchNorm2d
  readonly act: nn.PReLU

  constructor({ channels }: BROptions) {
    super()
    this.bn = this.registerModule('bn', new nn.BatchNorm2d({ num_features: channels, eps: 0.001 }))
    this.act = this.registerModule('act', new nn.PReLU({ num_parameters: channels }))
  }

  override forward(x: Tensor): Tensor {
    return this.act.forward(this.bn.forward(x))
  }
}

export class CBR extends Module {
  readonly conv: nn.Conv2d
  readonly bn: nn.BatchNorm2d
  readonly act: nn.PReLU

  constructor({ inp, out, k, stride = 1 }: CBROptions) {
    super()
    this.conv = this.registerModule(
      'conv',
      new nn.Conv2d({
        in_channels: inp,
        out_channels: out,
        kernel_size: k,
        stride,
        padding: Math.floor((k - 1) / 2),
        bias: false,
      }),
    )
    this.bn = this.registerModule('bn', new nn.BatchNorm2d({ num_features: out, eps: 0.001 }))
    this.act = this.registerModule('act', new nn.PReLU({ num_parameters: out }))
  }

  override forward(x: Tensor): Tensor {
    return this.act.forward(this.bn.forward(this.conv.forward(x)))
  }
}

export class Down extends Module {
  readonly c1: C
  readonly d1: C
  readonly d2: C
  readonly d4: C
  readonly d8: C
  readonly d16: C
  readonly bn: nn.BatchNorm2d
  readonly act: nn.PReLU

  constructor({ inp, out }: DownOptions) {
    super()
    const n = Math.floor(out / 5)
    const n1 = out - 4 * n
    this.c1 = this.registerModule('c1', new C({ inp, out: n, k: 3, stride: 2 }))
    this.d1 = this.registerModule('d1', new C({ inp: n, out: n1, k: 3 }))
    this.d2 = this.registerModule('d2', new C({ inp: n, out: n, k: 3, dilation: 2 }))
    this.d4 = this.registerModule('d4', new C({ inp: n, out: n, k: 3, dilation: 4 }))
    this.d8 = this.registerModule('d8', new C({ inp: n, out: n, k: 3, dilation: 8 }))
    this.d16 = this.registerModule('d16', new C({ inp: n, out: n, k: 3, dilation: 16 }))
    this.bn = this.registerModule('bn', new nn.BatchNorm2d({ num_features: out, eps: 0.001 }))
    this.act = this.registerModule('act', new nn.PReLU({ num_parameters: out }))
  }

  override forward(x: Tensor): Tensor {
    x = this.c1.forward(x)
    const s2 = this.d2.forward(x)
    const s4 = s2.add(this.d4.forward(x))
    const s8 = s4.add(this.d8.forward(x))
    const s16 = s8.add(this.d16.forward(x))
    return this.act.forward(this.bn.forward(F.cat([this.d1.forward(x), s2, s4, s8, s16], { dim: 1 })))
  }
}

export class ESP extends Module {
  readonly c1: C
  readonly d1: C
  readonly d2: C
  readonly d4: C
  readonly d8: C
  readonly d16: C
  readonly bn: BR
  readonly options: { readonly add: boolean }

  constructor({ inp, out, add = true }: ESPOptions) {
    super()
    const n = Math.floor(out / 5)
    const n1 = out - 4 * n
    this.options = { add }

    this.c1 = this.registerModule('c1', new C({ inp, out: n, k: 1 }))
    this.d1 = this.registerModule('d1', new C({ inp: n, out: n1, k: 3 }))
    this.d2 = this.registerModule('d2', new C({ inp: n, out: n, k: 3, dilation: 2 }))
    this.d4 = this.registerModule('d4', new C({ inp: n, out: n, k: 3, dilation: 4 }))
    this.d8 = this.registerModule('d8', new C({ inp: n, out: n, k: 3, dilation: 8 }))
    this.d16 = this.registerModule('d16', new C({ inp: n, out: n, k: 3, dilation: 16 }))
    this.bn = this.registerModule('bn', new BR({ channels: out }))
  }

  override forward(x: Tensor): Tensor {
    const { add } = this.options
    let y = this.c1.forward(x)
    const s2 = this.d2.forward(y)
    const s4 = s2.add(this.d4.forward(y))
    const s8 = s4.add(this.d8.forward(y))
    const s16 = s8.add(this.d16.forward(y))
    y = F.cat([this.d1.forward(y), s2, s4, s8, s16], { dim: 1 })
    return this.bn.forward(add ? x.add(y) : y)
  }
}

/**
 * Encoder of ESPNet for Cityscapes at an eighth of the size, Mehta et al. 2018 (arXiv:1803.06815). Keys as sacmehta/ESPNet.
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class ESPNetEncoder extends Module<ESPNetEncoderState> {
  readonly level1: CBR
  readonly b1: BR
  readonly level2_0: Down
  readonly level2: nn.ModuleList<ESP>
  readonly b2: BR
  readonly level3_0: Down
  readonly level3: nn.ModuleList<ESP>
  readonly b3: BR
  readonly classifier: C

  constructor({ classes = 20, p = 2, q = 3 }: ESPNetEncoderOptions = {}) {
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
    this.madeFrom(async () => (await import('./espnet-enc-p2q3.source.js')).source, { classes, p, q })
  }

  override forward(image: Tensor): Tensor {
    let block!: ESP
    const half = F.avgPool2d(image, 3, { stride: 2, padding: 1 })
    const quarter = F.avgPool2d(half, 3, { stride: 2, padding: 1 })
    let x = this.b1.forward(F.cat([this.level1.forward(image), half], { dim: 1 }))
    let first = this.level2_0.forward(x)
    x = first
    for (block of [...this.level2]) {
      x = block.forward(x)
    }

    x = this.b2.forward(F.cat([x, first, quarter], { dim: 1 }))
    first = this.level3_0.forward(x)
    x = first
    for (block of [...this.level3]) {
      x = block.forward(x)
    }

    return this.classifier.forward(this.b3.forward(F.cat([first, x], { dim: 1 })))
  }
}
