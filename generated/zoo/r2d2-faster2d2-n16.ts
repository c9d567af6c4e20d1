// Made by holdfast from specs/zoo/r2d2-faster2d2-n16.yaml; do not edit: change the spec and build again.
// spec sha256 785b829d774a001247fb9899a6acdebb7b9951b2b94dfc3a7c851e44e9480767
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of FasterR2D2 with default options: every key with dtype and shape. */
export type FasterR2D2State = {
  'ops.0.weight': TypedTensor<'float32', [32, 3, 3, 3]>
  'ops.0.bias': TypedTensor<'float32', [32]>
  'ops.1.running_mean': TypedTensor<'float32', [32]>
  'ops.1.running_var': TypedTensor<'float32', [32]>
  'ops.1.num_batches_tracked': TypedTensor<'int64', []>
  'ops.3.weight': TypedTensor<'float32', [32, 32, 3, 3]>
  'ops.3.bias': TypedTensor<'float32', [32]>
  'ops.4.running_mean': TypedTensor<'float32', [32]>
  'ops.4.running_var': TypedTensor<'float32', [32]>
  'ops.4.num_batches_tracked': TypedTensor<'int64', []>
  'ops.6.weight': TypedTensor<'float32', [64, 32, 3, 3]>
  'ops.6.bias': TypedTensor<'float32', [64]>
  'ops.7.running_mean': TypedTensor<'float32', [64]>
  'ops.7.running_var': TypedTensor<'float32', [64]>
  'ops.7.num_batches_tracked': TypedTensor<'int64', []>
  'ops.10.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'ops.10.bias': TypedTensor<'float32', [64]>
  'ops.11.running_mean': TypedTensor<'float32', [64]>
  'ops.11.running_var': TypedTensor<'float32', [64]>
  'ops.11.num_batches_tracked': TypedTensor<'int64', []>
  'ops.13.weight': TypedTensor<'float32', [128, 64, 3, 3]>
  'ops.13.bias': TypedTensor<'float32', [128]>
  'ops.14.running_mean': TypedTensor<'float32', [128]>
  'ops.14.running_var': TypedTensor<'float32', [128]>
  'ops.14.num_batches_tracked': TypedTensor<'int64', []>
  'ops.16.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'ops.16.bias': TypedTensor<'float32', [128]>
  'ops.17.running_mean': TypedTensor<'float32', [128]>
  'ops.17.running_var': TypedTensor<'float32', [128]>
  'ops.17.num_batches_tracked': TypedTensor<'int64', []>
  'ops.19.weight': TypedTensor<'float32', [128, 128, 2, 2]>
  'ops.19.bias': TypedTensor<'float32', [128]>
  'ops.20.running_mean': TypedTensor<'float32', [128]>
  'ops.20.running_var': TypedTensor<'float32', [128]>
  'ops.20.num_batches_tracked': TypedTensor<'int64', []>
  'ops.21.weight': TypedTensor<'float32', [128, 128, 2, 2]>
  'ops.21.bias': TypedTensor<'float32', [128]>
  'ops.22.running_mean': TypedTensor<'float32', [128]>
  'ops.22.running_var': TypedTensor<'float32', [128]>
  'ops.22.num_batches_tracked': TypedTensor<'int64', []>
  'ops.23.weight': TypedTensor<'float32', [128, 128, 2, 2]>
  'ops.23.bias': TypedTensor<'float32', [128]>
  'clf.weight': TypedTensor<'float32', [2, 128, 1, 1]>
  'clf.bias': TypedTensor<'float32', [2]>
  'sal.weight': TypedTensor<'float32', [1, 128, 1, 1]>
  'sal.bias': TypedTensor<'float32', [1]>
}

/**
 * Repeatable and reliable local features at half the size inside, after Revaud et al. 2019 (arXiv:1906.06195). Keys as naver/r2d2 (Fast_Quad_L2Net_ConfCFS).
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class FasterR2D2 extends Module<FasterR2D2State> {
  readonly ops: nn.ModuleList<nn.Conv2d | nn.BatchNorm2d | nn.ReLU | nn.MaxPool2d | nn.Upsample>
  readonly clf: nn.Conv2d
  readonly sal: nn.Conv2d

  constructor() {
    super()
    this.ops = this.registerModule(
      'ops',
      new nn.ModuleList([
        new nn.Conv2d({ in_channels: 3, out_channels: 32, kernel_size: 3, padding: 1 }),
        new nn.BatchNorm2d({ num_features: 32, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 32, out_channels: 32, kernel_size: 3, padding: 1 }),
        new nn.BatchNorm2d({ num_features: 32, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 32, out_channels: 64, kernel_size: 3, padding: 1 }),
        new nn.BatchNorm2d({ num_features: 64, affine: false }),
        new nn.ReLU(),
        new nn.MaxPool2d({ kernel_size: 2 }),
        new nn.Conv2d({ in_channels: 64, out_channels: 64, kernel_size: 3, padding: 1 }),
        new nn.BatchNorm2d({ num_features: 64, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 64, out_channels: 128, kernel_size: 3, padding: 1 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 3, padding: 2, dilation: 2 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 2, padding: 1, dilation: 2 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 2, padding: 2, dilation: 4 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 2, padding: 4, dilation: 8 }),
        new nn.Upsample({ scale_factor: 2, mode: 'bilinear' }),
      ]),
    )
    this.clf = this.registerModule('clf', new nn.Conv2d({ in_channels: 128, out_channels: 2, kernel_size: 1 }))
    this.sal = this.registerModule('sal', new nn.Conv2d({ in_channels: 128, out_channels: 1, kernel_size: 1 }))
    this.madeFrom(async () => (await import('./r2d2-faster2d2-n16.source.js')).source)
  }

  override forward(image: Tensor): { readonly descriptors: Tensor; readonly repeatability: Tensor; readonly reliability: Tensor } {
    let x = image
    for (const op of [...this.ops]) {
      x = op.forward(x)
    }

    const squared = x.pow(2)
    const saliency = F.softplus(this.sal.forward(squared))
    const reliability = F.softmax(this.clf.forward(squared), { dim: 1 }).getitem([py.sliceOf(), py.sliceOf(1, 2)])
    return {
      descriptors: F.normalize(x, { dim: 1 }),
      repeatability: saliency.div(F.add(1, saliency)),
      reliability,
    }
  }
}
