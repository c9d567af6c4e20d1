// Made by holdfast from specs/zoo/lpips-squeeze.yaml; do not edit: change the spec and build again.
// spec sha256 80df8b2c10c24f3a81a3c6c224fbfc1da087748c465673eb7f2515757916f70f
/* eslint-disable */
import { Module, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { Head } from './lpips-alex.js'

/** The state_dict of LPIPSSqueeze with default options: every key with dtype and shape. */
export type LPIPSSqueezeState = {
  'lin0.model.1.weight': TypedTensor<'float32', [1, 64, 1, 1]>
  'lin1.model.1.weight': TypedTensor<'float32', [1, 128, 1, 1]>
  'lin2.model.1.weight': TypedTensor<'float32', [1, 256, 1, 1]>
  'lin3.model.1.weight': TypedTensor<'float32', [1, 384, 1, 1]>
  'lin4.model.1.weight': TypedTensor<'float32', [1, 384, 1, 1]>
  'lin5.model.1.weight': TypedTensor<'float32', [1, 512, 1, 1]>
  'lin6.model.1.weight': TypedTensor<'float32', [1, 512, 1, 1]>
}

/**
 * Perceptual distance of two images from the features of SqueezeNet, Zhang et al. 2018 (arXiv:1801.03924). Keys as richzhang/PerceptualSimilarity.
 *
 * Inputs of forward:
 * - feat_a0 float32[N, 64, H0, W0]
 * - feat_a1 float32[N, 128, H1, W1]
 * - feat_a2 float32[N, 256, H2, W2]
 * - feat_a3 float32[N, 384, H3, W3]
 * - feat_a4 float32[N, 384, H4, W4]
 * - feat_a5 float32[N, 512, H5, W5]
 * - feat_a6 float32[N, 512, H6, W6]
 * - feat_b0 float32[N, 64, H0, W0]
 * - feat_b1 float32[N, 128, H1, W1]
 * - feat_b2 float32[N, 256, H2, W2]
 * - feat_b3 float32[N, 384, H3, W3]
 * - feat_b4 float32[N, 384, H4, W4]
 * - feat_b5 float32[N, 512, H5, W5]
 * - feat_b6 float32[N, 512, H6, W6]
 */
export class LPIPSSqueeze extends Module<LPIPSSqueezeState> {
  readonly lin0: Head
  readonly lin1: Head
  readonly lin2: Head
  readonly lin3: Head
  readonly lin4: Head
  readonly lin5: Head
  readonly lin6: Head

  constructor() {
    super()
    this.lin0 = this.registerModule('lin0', new Head({ channels: 64 }))
    this.lin1 = this.registerModule('lin1', new Head({ channels: 128 }))
    this.lin2 = this.registerModule('lin2', new Head({ channels: 256 }))
    this.lin3 = this.registerModule('lin3', new Head({ channels: 384 }))
    this.lin4 = this.registerModule('lin4', new Head({ channels: 384 }))
    this.lin5 = this.registerModule('lin5', new Head({ channels: 512 }))
    this.lin6 = this.registerModule('lin6', new Head({ channels: 512 }))
    this.madeFrom(async () => (await import('./lpips-squeeze.source.js')).source)
  }

  override forward(feat_a0: Tensor, feat_a1: Tensor, feat_a2: Tensor, feat_a3: Tensor, feat_a4: Tensor, feat_a5: Tensor, feat_a6: Tensor, feat_b0: Tensor, feat_b1: Tensor, feat_b2: Tensor, feat_b3: Tensor, feat_b4: Tensor, feat_b5: Tensor, feat_b6: Tensor): { readonly distance: Tensor; readonly layers: readonly Tensor[] } {
    const layers = [
      this.lin0.forward(feat_a0, feat_b0),
      this.lin1.forward(feat_a1, feat_b1),
      this.lin2.forward(feat_a2, feat_b2),
      this.lin3.forward(feat_a3, feat_b3),
      this.lin4.forward(feat_a4, feat_b4),
      this.lin5.forward(feat_a5, feat_b5),
      this.lin6.forward(feat_a6, feat_b6),
    ]
    return { distance: layers.reduce((a, b) => a.add(b)), layers }
  }
}
