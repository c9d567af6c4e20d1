// Made by holdfast from specs/torchvision/squeezenet.yaml; do not edit: change the spec and build again.
// spec sha256 0070df475b8048e138d555e7356da4f91ee7f9addb97837373e3f47ac559bd13
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of SqueezeNet with default options: every key with dtype and shape. */
export type SqueezeNetState = {
  'features.0.weight': TypedTensor<'float32', [64, 3, 3, 3]>
  'features.0.bias': TypedTensor<'float32', [64]>
  'features.3.squeeze.weight': TypedTensor<'float32', [16, 64, 1, 1]>
  'features.3.squeeze.bias': TypedTensor<'float32', [16]>
  'features.3.expand1x1.weight': TypedTensor<'float32', [64, 16, 1, 1]>
  'features.3.expand1x1.bias': TypedTensor<'float32', [64]>
  'features.3.expand3x3.weight': TypedTensor<'float32', [64, 16, 3, 3]>
  'features.3.expand3x3.bias': TypedTensor<'float32', [64]>
  'features.4.squeeze.weight': TypedTensor<'float32', [16, 128, 1, 1]>
  'features.4.squeeze.bias': TypedTensor<'float32', [16]>
  'features.4.expand1x1.weight': TypedTensor<'float32', [64, 16, 1, 1]>
  'features.4.expand1x1.bias': TypedTensor<'float32', [64]>
  'features.4.expand3x3.weight': TypedTensor<'float32', [64, 16, 3, 3]>
  'features.4.expand3x3.bias': TypedTensor<'float32', [64]>
  'features.6.squeeze.weight': TypedTensor<'float32', [32, 128, 1, 1]>
  'features.6.squeeze.bias': TypedTensor<'float32', [32]>
  'features.6.expand1x1.weight': TypedTensor<'float32', [128, 32, 1, 1]>
  'features.6.expand1x1.bias': TypedTensor<'float32', [128]>
  'features.6.expand3x3.weight': TypedTensor<'float32', [128, 32, 3, 3]>
  'features.6.expand3x3.bias': TypedTensor<'float32', [128]>
  'features.7.squeeze.weight': TypedTensor<'float32', [32, 256, 1, 1]>
  'features.7.squeeze.bias': TypedTensor<'float32', [32]>
  'features.7.expand1x1.weight': TypedTensor<'float32', [128, 32, 1, 1]>
  'features.7.expand1x1.bias': TypedTensor<'float32', [128]>
  'features.7.expand3x3.weight': TypedTensor<'float32', [128, 32, 3, 3]>
  'features.7.expand3x3.bias': TypedTensor<'float32', [128]>
  'features.9.squeeze.weight': TypedTensor<'float32', [48, 256, 1, 1]>
  'features.9.squeeze.bias': TypedTensor<'float32', [48]>
  'features.9.expand1x1.weight': TypedTensor<'float32', [192, 48, 1, 1]>
  'features.9.expand1x1.bias': TypedTensor<'float32', [192]>
  'features.9.expand3x3.weight': TypedTensor<'float32', [192, 48, 3, 3]>
  'features.9.expand3x3.bias': TypedTensor<'float32', [192]>
  'features.10.squeeze.weight': TypedTensor<'float32', [48, 384, 1, 1]>
  'features.10.squeeze.bias': TypedTensor<'float32', [48]>
  'features.10.expand1x1.weight': TypedTensor<'float32', [192, 48, 1, 1]>
  'features.10.expand1x1.bias': TypedTensor<'float32', [192]>
  'features.10.expand3x3.weight': TypedTensor<'float32', [192, 48, 3, 3]>
  'features.10.expand3x3.bias': TypedTensor<'float32', [192]>
  'features.11.squeeze.weight': TypedTensor<'float32', [64, 384, 1, 1]>
  'features.11.squeeze.bias': TypedTensor<'float32', [64]>
  'features.11.expand1x1.weight': TypedTensor<'float32', [256, 64, 1, 1]>
  'features.11.expand1x1.bias': TypedTensor<'float32', [256]>
  'features.11.expand3x3.weight': TypedTensor<'float32', [256, 64, 3, 3]>
  'features.11.expand3x3.bias': TypedTensor<'float32', [256]>
  'features.12.squeeze.weight': TypedTensor<'float32', [64, 512, 1, 1]>
  'features.12.squeeze.bias': TypedTensor<'float32', [64]>
  'features.12.expand1x1.weight': TypedTensor<'float32', [256, 64, 1, 1]>
  'features.12.expand1x1.bias': TypedTensor<'float32', [256]>
  'features.12.expand3x3.weight': TypedTensor<'float32', [256, 64, 3, 3]>
  'features.12.expand3x3.bias': TypedTensor<'float32', [256]>
  'classifier.1.weight': TypedTensor<'float32', [1000, 512, 1, 1]>
  'classifier.1.bias': TypedTensor<'float32', [1000]>
}

export interface FireOptions {
  readonly inplanes: number
  readonly squeeze_planes: number
  readonly expand1x1_planes: number
  readonly expand3x3_planes: number
}

export interface SqueezeNetOptions {
  readonly version?: '1_0' | '1_1'
  readonly num_classes?: number
  readonly dropout?: number
}

export class Fire extends Module {
  readonly squeeze: nn.Conv2d
  readonly squeeze_activation: nn.ReLU
  readonly expand1x1: nn.Conv2d
  readonly expand1x1_activation: nn.ReLU
  readonly expand3x3: nn.Conv2d
  readonly expand3x3_activation: nn.ReLU

  constructor({ inplanes, squeeze_planes, expand1x1_planes, expand3x3_planes }: FireOptions) {
    super()
    this.squeeze = this.registerModule(
      'squeeze',
      new nn.Conv2d({ in_channels: inplanes, out_channels: squeeze_planes, kernel_size: 1 }),
    )
    this.squeeze_activation = this.registerModule('squeeze_activation', new nn.ReLU({ inplace: true }))
    this.expand1x1 = this.registerModule(
      'expand1x1',
      new nn.Conv2d({ in_channels: squeeze_planes, out_channels: expand1x1_planes, kernel_size: 1 }),
    )
    this.expand1x1_activation = this.registerModule('expand1x1_activation', new nn.ReLU({ inplace: true }))
    this.expand3x3 = this.registerModule(
      'expand3x3',
      new nn.Conv2d({ in_channels: squeeze_planes, out_channels: expand3x3_planes, kernel_size: 3, padding: 1 }),
    )
    this.expand3x3_activation = this.registerModule('expand3x3_activation', new nn.ReLU({ inplace: true }))
  }

  override forward(x: Tensor): Tensor {
    x = this.squeeze_activation.forward(this.squeeze.forward(x))
    return F.cat(
      [
        this.expand1x1_activation.forward(this.expand1x1.forward(x)),
        this.expand3x3_activation.forward(this.expand3x3.forward(x)),
      ],
      { dim: 1 },
    )
  }
}

/**
 * SqueezeNet 1.1, Iandola et al. 2016 (arXiv:1602.07360). Keys as torchvision squeezenet1_1; 1.0 by version.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class SqueezeNet extends Module<SqueezeNetState> {
  readonly features: nn.Sequential
  readonly classifier: nn.Sequential

  constructor({ version = '1_1', num_classes = 1000, dropout = 0.5 }: SqueezeNetOptions = {}) {
    super()
    this.features = this.registerModule(
      'features',
      version === '1_0' ? new nn.Sequential(
        new nn.Conv2d({ in_channels: 3, out_channels: 96, kernel_size: 7, stride: 2 }),
        new nn.ReLU({ inplace: true }),
        new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }),
        new Fire({ inplanes: 96, squeeze_planes: 16, expand1x1_planes: 64, expand3x3_planes: 64 }),
        new Fire({ inplanes: 128, squeeze_planes: 16, expand1x1_planes: 64, expand3x3_planes: 64 }),
        new Fire({ inplanes: 128, squeeze_planes: 32, expand1x1_planes: 128, expand3x3_planes: 128 }),
        new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }),
        new Fire({ inplanes: 256, squeeze_planes: 32, expand1x1_planes: 128, expand3x3_planes: 128 }),
        new Fire({ inplanes: 256, squeeze_planes: 48, expand1x1_planes: 192, expand3x3_planes: 192 }),
        new Fire({ inplanes: 384, squeeze_planes: 48, expand1x1_planes: 192, expand3x3_planes: 192 }),
        new Fire({ inplanes: 384, squeeze_planes: 64, expand1x1_planes: 256, expand3x3_planes: 256 }),
        new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }),
        new Fire({ inplanes: 512, squeeze_planes: 64, expand1x1_planes: 256, expand3x3_planes: 256 }),
      ) : new nn.Sequential(new nn.Conv2d({ in_channels: 3, out_channels: 64, kernel_size: 3, stride: 2 }), new nn.ReLU({ inplace: true }), new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }), new Fire({ inplanes: 64, squeeze_planes: 16, expand1x1_planes: 64, expand3x3_planes: 64 }), new Fire({ inplanes: 128, squeeze_planes: 16, expand1x1_planes: 64, expand3x3_planes: 64 }), new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }), new Fire({ inplanes: 128, squeeze_planes: 32, expand1x1_planes: 128, expand3x3_planes: 128 }), new Fire({ inplanes: 256, squeeze_planes: 32, expand1x1_planes: 128, expand3x3_planes: 128 }), new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }), new Fire({ inplanes: 256, squeeze_planes: 48, expand1x1_planes: 192, expand3x3_planes: 192 }), new Fire({ inplanes: 384, squeeze_planes: 48, expand1x1_planes: 192, expand3x3_planes: 192 }), new Fire({ inplanes: 384, squeeze_planes: 64, expand1x1_planes: 256, expand3x3_planes: 256 }), new Fire({ inplanes: 512, squeeze_planes: 64, expand1x1_planes: 256, expand3x3_planes: 256 })),
    )
    this.classifier = this.registerModule(
      'classifier',
      new nn.Sequential(
        new nn.Dropout({ p: dropout }),
        new nn.Conv2d({ in_channels: 512, out_channels: num_classes, kernel_size: 1 }),
        new nn.ReLU({ inplace: true }),
        new nn.AdaptiveAvgPool2d({ output_size: [1, 1] }),
      ),
    )
    this.madeFrom(async () => (await import('./squeezenet.source.js')).source, { version, num_classes, dropout })
  }

  override forward(x: Tensor): Tensor {
    x = this.features.forward(x)
    x = this.classifier.forward(x)
    return F.flatten(x, { start_dim: 1 })
  }
}
