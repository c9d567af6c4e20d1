// Made by holdfast from specs/zoo/gan-mlp-mnist-G.yaml; do not edit: change the spec and build again.
// spec sha256 586e1549d67af065508c9a1332644b5b22e37dcce0e978ae40899b5ef52d5689
/* eslint-disable */
import { nn, type StateDict, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of GANGenerator with default options: every key with dtype and shape. */
export type GANGeneratorState = {
  '0.weight': TypedTensor<'float32', [256, 64]>
  '0.bias': TypedTensor<'float32', [256]>
  '2.weight': TypedTensor<'float32', [256, 256]>
  '2.bias': TypedTensor<'float32', [256]>
  '4.weight': TypedTensor<'float32', [784, 256]>
  '4.bias': TypedTensor<'float32', [784]>
}

export interface GANGeneratorOptions {
  readonly latent?: number
  readonly hidden?: number
}

/**
 * Generator of a GAN of perceptrons for MNIST, Goodfellow et al. 2014 (arXiv:1406.2661). Keys as csinva/gan-vae-pretrained-pytorch.
 *
 * Inputs of forward:
 * - z float32[N, latent]
 */
export class GANGenerator extends nn.Sequential {
  constructor({ latent = 64, hidden = 256 }: GANGeneratorOptions = {}) {
    super(
      new nn.Linear({ in_features: latent, out_features: hidden }),
      new nn.ReLU(),
      new nn.Linear({ in_features: hidden, out_features: hidden }),
      new nn.ReLU(),
      new nn.Linear({ in_features: hidden, out_features: 784 }),
      new nn.Tanh(),
    )
    this.madeFrom(async () => (await import('./gan-mlp-mnist-G.source.js')).source, { latent, hidden })
  }

  override stateDict(): StateDict<GANGeneratorState> {
    return super.stateDict() as StateDict<GANGeneratorState>
  }
}
