// Made by holdfast from specs/torchvision/vgg_bn.yaml; do not edit: change the spec and build again.
// spec sha256 8ebc5df10f6162660c844c628f05e52373cbf33f0c8e3f45f09b02ca31e1355c
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of VGG with default options: every key with dtype and shape. */
export type VGGState = {
  'features.0.weight': TypedTensor<'float32', [64, 3, 3, 3]>
  'features.0.bias': TypedTensor<'float32', [64]>
  'features.1.weight': TypedTensor<'float32', [64]>
  'features.1.bias': TypedTensor<'float32', [64]>
  'features.1.running_mean': TypedTensor<'float32', [64]>
  'features.1.running_var': TypedTensor<'float32', [64]>
  'features.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.4.weight': TypedTensor<'float32', [128, 64, 3, 3]>
  'features.4.bias': TypedTensor<'float32', [128]>
  'features.5.weight': TypedTensor<'float32', [128]>
  'features.5.bias': TypedTensor<'float32', [128]>
  'features.5.running_mean': TypedTensor<'float32', [128]>
  'features.5.running_var': TypedTensor<'float32', [128]>
  'features.5.num_batches_tracked': TypedTensor<'int64', []>
  'features.8.weight': TypedTensor<'float32', [256, 128, 3, 3]>
  'features.8.bias': TypedTensor<'float32', [256]>
  'features.9.weight': TypedTensor<'float32', [256]>
  'features.9.bias': TypedTensor<'float32', [256]>
  'features.9.running_mean': TypedTensor<'float32', [256]>
  'features.9.running_var': TypedTensor<'float32', [256]>
  'features.9.num_batches_tracked': TypedTensor<'int64', []>
  'features.11.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'features.11.bias': TypedTensor<'float32', [256]>
  'features.12.weight': TypedTensor<'float32', [256]>
  'features.12.bias': TypedTensor<'float32', [256]>
  'features.12.running_mean': TypedTensor<'float32', [256]>
  'features.12.running_var': TypedTensor<'float32', [256]>
  'features.12.num_batches_tracked': TypedTensor<'int64', []>
  'features.15.weight': TypedTensor<'float32', [512, 256, 3, 3]>
  'features.15.bias': TypedTensor<'float32', [512]>
  'features.16.weight': TypedTensor<'float32', [512]>
  'features.16.bias': TypedTensor<'float32', [512]>
  'features.16.running_mean': TypedTensor<'float32', [512]>
  'features.16.running_var': TypedTensor<'float32', [512]>
  'features.16.num_batches_tracked': TypedTensor<'int64', []>
  'features.18.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'features.18.bias': TypedTensor<'float32', [512]>
  'features.19.weight': TypedTensor<'float32', [512]>
  'features.19.bias': TypedTensor<'float32', [512]>
  'features.19.running_mean': TypedTensor<'float32', [512]>
  'features.19.running_var': TypedTensor<'float32', [512]>
  'features.19.num_batches_tracked': TypedTensor<'int64', []>
  'features.22.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'features.22.bias': TypedTensor<'float32', [512]>
  'features.23.weight': TypedTensor<'float32', [512]>
  'features.23.bias': TypedTensor<'float32', [512]>
  'features.23.running_mean': TypedTensor<'float32', [512]>
  'features.23.running_var': TypedTensor<'float32', [512]>
  'features.23.num_batches_tracked': TypedTensor<'int64', []>
  'features.25.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'features.25.bias': TypedTensor<'float32', [512]>
  'features.26.weight': TypedTensor<'float32', [512]>
  'features.26.bias': TypedTensor<'float32', [512]>
  'features.26.running_mean': TypedTensor<'float32', [512]>
  'features.26.running_var': TypedTensor<'float32', [512]>
  'features.26.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.weight': TypedTensor<'float32', [4096, 25088]>
  'classifier.0.bias': TypedTensor<'float32', [4096]>
  'classifier.3.weight': TypedTensor<'float32', [4096, 4096]>
  'classifier.3.bias': TypedTensor<'float32', [4096]>
  'classifier.6.weight': TypedTensor<'float32', [1000, 4096]>
  'classifier.6.bias': TypedTensor<'float32', [1000]>
}

export interface VGGOptions {
  readonly cfg?: readonly number[]
  readonly batch_norm?: boolean
  readonly hidden?: number
  readonly num_classes?: number
  readonly dropout?: number
}

/**
 * VGG with batch normalisation, Simonyan and Zisserman 2014 (arXiv:1409.1556). Keys as torchvision vgg11_bn; other depths by cfg.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class VGG extends Module<VGGState> {
  readonly features: nn.Sequential
  readonly avgpool: nn.AdaptiveAvgPool2d
  readonly classifier: nn.Sequential

  constructor({
      cfg = [64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0],
      batch_norm = true,
      hidden = 4096,
      num_classes = 1000,
      dropout = 0.5,
    }: VGGOptions = {}) {
    super()
    const widths = [3, ...cfg.filter(v => v !== 0).map(v => v)]
    this.features = this.registerModule(
      'features',
      new nn.Sequential(...(py.enumerate(cfg) as [number, number][]).flatMap(([i, v]) => [
        ...(v === 0 ? [new nn.MaxPool2d({ kernel_size: 2, stride: 2 })] : []),
        ...(v !== 0 ? [new nn.Conv2d({
          in_channels: widths.at(cfg.slice(0, i).filter(u => u !== 0).map(u => u).length)!,
          out_channels: v,
          kernel_size: 3,
          padding: 1,
        })] : []),
        ...(v !== 0 && batch_norm ? [new nn.BatchNorm2d({ num_features: v })] : []),
        ...(v !== 0 ? [new nn.ReLU({ inplace: true })] : []),
      ])),
    )
    this.avgpool = this.registerModule('avgpool', new nn.AdaptiveAvgPool2d({ output_size: [7, 7] }))
    this.classifier = this.registerModule(
      'classifier',
      new nn.Sequential(
        new nn.Linear({ in_features: widths.at(-1)! * 7 * 7, out_features: hidden }),
        new nn.ReLU({ inplace: true }),
        new nn.Dropout({ p: dropout }),
        new nn.Linear({ in_features: hidden, out_features: hidden }),
        new nn.ReLU({ inplace: true }),
        new nn.Dropout({ p: dropout }),
        new nn.Linear({ in_features: hidden, out_features: num_classes }),
      ),
    )
    this.madeFrom(
      async () => (await import('./vgg_bn.source.js')).source,
      { cfg, batch_norm, hidden, num_classes, dropout },
    )
  }

  override forward(x: Tensor): Tensor {
    x = this.features.forward(x)
    x = this.avgpool.forward(x)
    x = F.flatten(x, { start_dim: 1 })
    x = this.classifier.forward(x)
    return x
  }
}
