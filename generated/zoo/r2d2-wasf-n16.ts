// Made by holdfast from specs/zoo/r2d2-wasf-n16.yaml; do not edit: change the spec and build again.
// spec sha256 1518b9124ce328e0ba8f3387507e73a55f3ceda4ad09723e35c96481c14916a1
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of R2D2 with default options: every key with dtype and shape. */
export type R2D2State = {
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
  'ops.9.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'ops.9.bias': TypedTensor<'float32', [64]>
  'ops.10.running_mean': TypedTensor<'float32', [64]>
  'ops.10.running_var': TypedTensor<'float32', [64]>
  'ops.10.num_batches_tracked': TypedTensor<'int64', []>
  'ops.12.weight': TypedTensor<'float32', [128, 64, 3, 3]>
  'ops.12.bias': TypedTensor<'float32', [128]>
  'ops.13.running_mean': TypedTensor<'float32', [128]>
  'ops.13.running_var': TypedTensor<'float32', [128]>
  'ops.13.num_batches_tracked': TypedTensor<'int64', []>
  'ops.15.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'ops.15.bias': TypedTensor<'float32', [128]>
  'ops.16.running_mean': TypedTensor<'float32', [128]>
  'ops.16.running_var': TypedTensor<'float32', [128]>
  'ops.16.num_batches_tracked': TypedTensor<'int64', []>
  'ops.18.weight': TypedTensor<'float32', [128, 128, 2, 2]>
  'ops.18.bias': TypedTensor<'float32', [128]>
  'ops.19.running_mean': TypedTensor<'float32', [128]>
  'ops.19.running_var': TypedTensor<'float32', [128]>
  'ops.19.num_batches_tracked': TypedTensor<'int64', []>
  'ops.20.weight': TypedTensor<'float32', [128, 128, 2, 2]>
  'ops.20.bias': TypedTensor<'float32', [128]>
  'ops.21.running_mean': TypedTensor<'float32', [128]>
  'ops.21.running_var': TypedTensor<'float32', [128]>
  'ops.21.num_batches_tracked': TypedTensor<'int64', []>
  'ops.22.weight': TypedTensor<'float32', [128, 128, 2, 2]>
  'ops.22.bias': TypedTensor<'float32', [128]>
  'clf.weight': TypedTensor<'float32', [2, 128, 1, 1]>
  'clf.bias': TypedTensor<'float32', [2]>
  'sal.weight': TypedTensor<'float32', [1, 128, 1, 1]>
  'sal.bias': TypedTensor<'float32', [1]>
}

/**
 * Repeatable and reliable local features, Revaud et al. 2019 (arXiv:1906.06195). Keys as naver/r2d2 (Quad_L2Net_ConfCFS).
 *
 * Inputs of forward:
 * - image float32[N, 3, H, W]
 */
export class R2D2 extends Module<R2D2State> {
  readonly ops: nn.ModuleList<nn.Conv2d | nn.BatchNorm2d | nn.ReLU>
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
        new nn.Conv2d({ in_channels: 64, out_channels: 64, kernel_size: 3, padding: 2, dilation: 2 }),
        new nn.BatchNorm2d({ num_features: 64, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 64, out_channels: 128, kernel_size: 3, padding: 2, dilation: 2 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 3, padding: 4, dilation: 4 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 2, padding: 2, dilation: 4 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 2, padding: 4, dilation: 8 }),
        new nn.BatchNorm2d({ num_features: 128, affine: false }),
        new nn.Conv2d({ in_channels: 128, out_channels: 128, kernel_size: 2, padding: 8, dilation: 16 }),
      ]),
    )
    this.clf = this.registerModule('clf', new nn.Conv2d({ in_channels: 128, out_channels: 2, kernel_size: 1 }))
    this.sal = this.registerModule('sal', new nn.Conv2d({ in_channels: 128, out_channels: 1, kernel_size: 1 }))
    this.madeFrom(async () => (await import('./r2d2-wasf-n16.source.js')).source)
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
