// Made by holdfast from specs/community/unet.yaml; do not edit: change the spec and build again.
// spec sha256 45378e51f9e3608a5242ff483bb54ed1a1de5c97c3493ce26aafefcae6d6a2b4
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of UNet with default options: every key with dtype and shape. */
export type UNetState = {
  'inc.double_conv.0.weight': TypedTensor<'float32', [64, 3, 3, 3]>
  'inc.double_conv.1.weight': TypedTensor<'float32', [64]>
  'inc.double_conv.1.bias': TypedTensor<'float32', [64]>
  'inc.double_conv.1.running_mean': TypedTensor<'float32', [64]>
  'inc.double_conv.1.running_var': TypedTensor<'float32', [64]>
  'inc.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'inc.double_conv.3.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'inc.double_conv.4.weight': TypedTensor<'float32', [64]>
  'inc.double_conv.4.bias': TypedTensor<'float32', [64]>
  'inc.double_conv.4.running_mean': TypedTensor<'float32', [64]>
  'inc.double_conv.4.running_var': TypedTensor<'float32', [64]>
  'inc.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'down1.maxpool_conv.1.double_conv.0.weight': TypedTensor<'float32', [128, 64, 3, 3]>
  'down1.maxpool_conv.1.double_conv.1.weight': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.1.bias': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.1.running_mean': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.1.running_var': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'down1.maxpool_conv.1.double_conv.3.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'down1.maxpool_conv.1.double_conv.4.weight': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.4.bias': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.4.running_mean': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.4.running_var': TypedTensor<'float32', [128]>
  'down1.maxpool_conv.1.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'down2.maxpool_conv.1.double_conv.0.weight': TypedTensor<'float32', [256, 128, 3, 3]>
  'down2.maxpool_conv.1.double_conv.1.weight': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.1.bias': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.1.running_mean': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.1.running_var': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'down2.maxpool_conv.1.double_conv.3.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'down2.maxpool_conv.1.double_conv.4.weight': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.4.bias': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.4.running_mean': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.4.running_var': TypedTensor<'float32', [256]>
  'down2.maxpool_conv.1.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'down3.maxpool_conv.1.double_conv.0.weight': TypedTensor<'float32', [512, 256, 3, 3]>
  'down3.maxpool_conv.1.double_conv.1.weight': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.1.bias': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.1.running_mean': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.1.running_var': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'down3.maxpool_conv.1.double_conv.3.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'down3.maxpool_conv.1.double_conv.4.weight': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.4.bias': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.4.running_mean': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.4.running_var': TypedTensor<'float32', [512]>
  'down3.maxpool_conv.1.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'down4.maxpool_conv.1.double_conv.0.weight': TypedTensor<'float32', [1024, 512, 3, 3]>
  'down4.maxpool_conv.1.double_conv.1.weight': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.1.bias': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.1.running_mean': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.1.running_var': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'down4.maxpool_conv.1.double_conv.3.weight': TypedTensor<'float32', [1024, 1024, 3, 3]>
  'down4.maxpool_conv.1.double_conv.4.weight': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.4.bias': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.4.running_mean': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.4.running_var': TypedTensor<'float32', [1024]>
  'down4.maxpool_conv.1.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'up1.up.weight': TypedTensor<'float32', [1024, 512, 2, 2]>
  'up1.up.bias': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.0.weight': TypedTensor<'float32', [512, 1024, 3, 3]>
  'up1.conv.double_conv.1.weight': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.1.bias': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.1.running_mean': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.1.running_var': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'up1.conv.double_conv.3.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'up1.conv.double_conv.4.weight': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.4.bias': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.4.running_mean': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.4.running_var': TypedTensor<'float32', [512]>
  'up1.conv.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'up2.up.weight': TypedTensor<'float32', [512, 256, 2, 2]>
  'up2.up.bias': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.0.weight': TypedTensor<'float32', [256, 512, 3, 3]>
  'up2.conv.double_conv.1.weight': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.1.bias': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.1.running_mean': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.1.running_var': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'up2.conv.double_conv.3.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'up2.conv.double_conv.4.weight': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.4.bias': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.4.running_mean': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.4.running_var': TypedTensor<'float32', [256]>
  'up2.conv.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'up3.up.weight': TypedTensor<'float32', [256, 128, 2, 2]>
  'up3.up.bias': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.0.weight': TypedTensor<'float32', [128, 256, 3, 3]>
  'up3.conv.double_conv.1.weight': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.1.bias': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.1.running_mean': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.1.running_var': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'up3.conv.double_conv.3.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'up3.conv.double_conv.4.weight': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.4.bias': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.4.running_mean': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.4.running_var': TypedTensor<'float32', [128]>
  'up3.conv.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'up4.up.weight': TypedTensor<'float32', [128, 64, 2, 2]>
  'up4.up.bias': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.0.weight': TypedTensor<'float32', [64, 128, 3, 3]>
  'up4.conv.double_conv.1.weight': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.1.bias': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.1.running_mean': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.1.running_var': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.1.num_batches_tracked': TypedTensor<'int64', []>
  'up4.conv.double_conv.3.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'up4.conv.double_conv.4.weight': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.4.bias': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.4.running_mean': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.4.running_var': TypedTensor<'float32', [64]>
  'up4.conv.double_conv.4.num_batches_tracked': TypedTensor<'int64', []>
  'outc.conv.weight': TypedTensor<'float32', [2, 64, 1, 1]>
  'outc.conv.bias': TypedTensor<'float32', [2]>
}

export interface DoubleConvOptions {
  readonly in_channels: number
  readonly out_channels: number
  readonly mid_channels?: number
}

export interface DownOptions {
  readonly in_channels: number
  readonly out_channels: number
}

export interface UpOptions {
  readonly in_channels: number
  readonly out_channels: number
  readonly bilinear?: boolean
}

export interface OutConvOptions {
  readonly in_channels: number
  readonly out_channels: number
}

export interface UNetOptions {
  readonly n_channels?: number
  readonly n_classes?: number
  readonly bilinear?: boolean
  readonly width?: number
}

export class DoubleConv extends Module {
  readonly double_conv: nn.Sequential

  constructor({ in_channels, out_channels, mid_channels = 0 }: DoubleConvOptions) {
    super()
    const mid = mid_channels !== 0 ? mid_channels : out_channels
    this.double_conv = this.registerModule(
      'double_conv',
      new nn.Sequential(
        new nn.Conv2d({ in_channels, out_channels: mid, kernel_size: 3, padding: 1, bias: false }),
        new nn.BatchNorm2d({ num_features: mid }),
        new nn.ReLU({ inplace: true }),
        new nn.Conv2d({ in_channels: mid, out_channels, kernel_size: 3, padding: 1, bias: false }),
        new nn.BatchNorm2d({ num_features: out_channels }),
        new nn.ReLU({ inplace: true }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    return this.double_conv.forward(x)
  }
}

export class Down extends Module {
  readonly maxpool_conv: nn.Sequential

  constructor({ in_channels, out_channels }: DownOptions) {
    super()
    this.maxpool_conv = this.registerModule(
      'maxpool_conv',
      new nn.Sequential(new nn.MaxPool2d({ kernel_size: 2 }), new DoubleConv({ in_channels, out_channels })),
    )
  }

  override forward(x: Tensor): Tensor {
    return this.maxpool_conv.forward(x)
  }
}

export class Up extends Module {
  readonly up: nn.ConvTranspose2d | nn.Upsample
  readonly conv: DoubleConv

  constructor({ in_channels, out_channels, bilinear = true }: UpOptions) {
    super()
    this.up = this.registerModule(
      'up',
      bilinear ? new nn.Upsample({
        scale_factor: 2,
        mode: 'bilinear',
        align_corners: true,
      }) : new nn.ConvTranspose2d({ in_channels, out_channels: Math.floor(in_channels / 2), kernel_size: 2, stride: 2 }),
    )
    this.conv = this.registerModule(
      'conv',
      new DoubleConv({ in_channels, out_channels, mid_channels: bilinear ? Math.floor(in_channels / 2) : 0 }),
    )
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    x1 = this.up.forward(x1)
    const diffY = x2.shape[2]! - x1.shape[2]!
    const diffX = x2.shape[3]! - x1.shape[3]!
    x1 = F.pad(
      x1,
      [
        Math.floor(diffX / 2),
        diffX - Math.floor(diffX / 2),
        Math.floor(diffY / 2),
        diffY - Math.floor(diffY / 2),
      ],
    )
    const x = F.cat([x2, x1], { dim: 1 })
    return this.conv.forward(x)
  }
}

export class OutConv extends Module {
  readonly conv: nn.Conv2d

  constructor({ in_channels, out_channels }: OutConvOptions) {
    super()
    this.conv = this.registerModule('conv', new nn.Conv2d({ in_channels, out_channels, kernel_size: 1 }))
  }

  override forward(x: Tensor): Tensor {
    return this.conv.forward(x)
  }
}

/**
 * U-Net, Ronneberger et al. 2015 (arXiv:1505.04597), padded convolutions, skips cropped to fit. Keys as milesial/Pytorch-UNet.
 *
 * Inputs of forward:
 * - x float32[N, n_channels, H, W]
 */
export class UNet extends Module<UNetState> {
  readonly inc: DoubleConv
  readonly down1: Down
  readonly down2: Down
  readonly down3: Down
  readonly down4: Down
  readonly up1: Up
  readonly up2: Up
  readonly up3: Up
  readonly up4: Up
  readonly outc: OutConv

  constructor({ n_channels = 3, n_classes = 2, bilinear = false, width = 64 }: UNetOptions = {}) {
    super()
    const factor = bilinear ? 2 : 1
    this.inc = this.registerModule('inc', new DoubleConv({ in_channels: n_channels, out_channels: width }))
    this.down1 = this.registerModule('down1', new Down({ in_channels: width, out_channels: 2 * width }))
    this.down2 = this.registerModule('down2', new Down({ in_channels: 2 * width, out_channels: 4 * width }))
    this.down3 = this.registerModule('down3', new Down({ in_channels: 4 * width, out_channels: 8 * width }))
    this.down4 = this.registerModule(
      'down4',
      new Down({ in_channels: 8 * width, out_channels: Math.floor(16 * width / factor) }),
    )
    this.up1 = this.registerModule(
      'up1',
      new Up({ in_channels: 16 * width, out_channels: Math.floor(8 * width / factor), bilinear }),
    )
    this.up2 = this.registerModule(
      'up2',
      new Up({ in_channels: 8 * width, out_channels: Math.floor(4 * width / factor), bilinear }),
    )
    this.up3 = this.registerModule(
      'up3',
      new Up({ in_channels: 4 * width, out_channels: Math.floor(2 * width / factor), bilinear }),
    )
    this.up4 = this.registerModule('up4', new Up({ in_channels: 2 * width, out_channels: width, bilinear }))
    this.outc = this.registerModule('outc', new OutConv({ in_channels: width, out_channels: n_classes }))
    this.madeFrom(
      async () => (await import('./unet.source.js')).source,
      { n_channels, n_classes, bilinear, width },
    )
  }

  override forward(x: Tensor): Tensor {
    const x1 = this.inc.forward(x)
    const x2 = this.down1.forward(x1)
    const x3 = this.down2.forward(x2)
    const x4 = this.down3.forward(x3)
    const x5 = this.down4.forward(x4)
    x = this.up1.forward(x5, x4)
    x = this.up2.forward(x, x3)
    x = this.up3.forward(x, x2)
    x = this.up4.forward(x, x1)
    const logits = this.outc.forward(x)
    return logits
  }
}
