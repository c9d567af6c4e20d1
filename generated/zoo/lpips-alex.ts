// Made by holdfast from specs/zoo/lpips-alex.yaml; do not edit: change the spec and build again.
// spec sha256 0ce1acd5152ff94f674736317776fa26476ff88176d077f55830b04fb4cddb3e
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of LPIPSAlex with default options: every key with dtype and shape. */
export type LPIPSAlexState = {
  'lin0.model.1.weight': TypedTensor<'float32', [1, 64, 1, 1]>
  'lin1.model.1.weight': TypedTensor<'float32', [1, 192, 1, 1]>
  'lin2.model.1.weight': TypedTensor<'float32', [1, 384, 1, 1]>
  'lin3.model.1.weight': TypedTensor<'float32', [1, 256, 1, 1]>
  'lin4.model.1.weight': TypedTensor<'float32', [1, 256, 1, 1]>
}

export interface HeadOptions {
  readonly channels: number
}

function unit(x: Tensor): Tensor {
  return x.div(F.sqrt(x.pow(2).sum({ dim: 1, keepdim: true })).add(1e-10))
}

export class Head extends Module {
  readonly model: nn.Sequential

  constructor({ channels }: HeadOptions) {
    super()
    this.model = this.registerModule(
      'model',
      new nn.Sequential(
        new nn.Dropout(),
        new nn.Conv2d({ in_channels: channels, out_channels: 1, kernel_size: 1, bias: false }),
      ),
    )
  }

  override forward(a: Tensor, b: Tensor): Tensor {
    const difference = unit(a).sub(unit(b)).pow(2)
    return this.model.forward(difference).mean({ dim: [2, 3], keepdim: true })
  }
}

/**
 * Perceptual distance of two images from the features of AlexNet, Zhang et al. 2018 (arXiv:1801.03924). Keys as richzhang/PerceptualSimilarity.
 *
 * Inputs of forward:
 * - feat_a0 float32[N, 64, H0, W0]
 * - feat_a1 float32[N, 192, H1, W1]
 * - feat_a2 float32[N, 384, H2, W2]
 * - feat_a3 float32[N, 256, H3, W3]
 * - feat_a4 float32[N, 256, H4, W4]
 * - feat_b0 float32[N, 64, H0, W0]
 * - feat_b1 float32[N, 192, H1, W1]
 * - feat_b2 float32[N, 384, H2, W2]
 * - feat_b3 float32[N, 256, H3, W3]
 * - feat_b4 float32[N, 256, H4, W4]
 */
export class LPIPSAlex extends Module<LPIPSAlexState> {
  readonly lin0: Head
  readonly lin1: Head
  readonly lin2: Head
  readonly lin3: Head
  readonly lin4: Head

  constructor() {
    super()
    this.lin0 = this.registerModule('lin0', new Head({ channels: 64 }))
    this.lin1 = this.registerModule('lin1', new Head({ channels: 192 }))
    this.lin2 = this.registerModule('lin2', new Head({ channels: 384 }))
    this.lin3 = this.registerModule('lin3', new Head({ channels: 256 }))
    this.lin4 = this.registerModule('lin4', new Head({ channels: 256 }))
    this.madeFrom(async () => (await import('./lpips-alex.source.js')).source)
  }

  override forward(feat_a0: Tensor, feat_a1: Tensor, feat_a2: Tensor, feat_a3: Tensor, feat_a4: Tensor, feat_b0: Tensor, feat_b1: Tensor, feat_b2: Tensor, feat_b3: Tensor, feat_b4: Tensor): { readonly distance: Tensor; readonly layers: readonly Tensor[] } {
    const layers = [
      this.lin0.forward(feat_a0, feat_b0),
      this.lin1.forward(feat_a1, feat_b1),
      this.lin2.forward(feat_a2, feat_b2),
      this.lin3.forward(feat_a3, feat_b3),
      this.lin4.forward(feat_a4, feat_b4),
    ]
    return { distance: layers.reduce((a, b) => a.add(b)), layers }
  }
}
