// Made by holdfast from specs/zoo/vae-mnist.yaml; do not edit: change the spec and build again.
// spec sha256 8b19206a30651c69facef92c89624f46a0757b1461559704251e5cbd165ef7b5
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of VAE with default options: every key with dtype and shape. */
export type VAEState = {
  'fc1.weight': TypedTensor<'float32', [400, 784]>
  'fc1.bias': TypedTensor<'float32', [400]>
  'fc21.weight': TypedTensor<'float32', [20, 400]>
  'fc21.bias': TypedTensor<'float32', [20]>
  'fc22.weight': TypedTensor<'float32', [20, 400]>
  'fc22.bias': TypedTensor<'float32', [20]>
  'fc3.weight': TypedTensor<'float32', [400, 20]>
  'fc3.bias': TypedTensor<'float32', [400]>
  'fc4.weight': TypedTensor<'float32', [784, 400]>
  'fc4.bias': TypedTensor<'float32', [784]>
}

export interface VAEOptions {
  readonly hidden?: number
  readonly latent?: number
}

/**
 * Variational autoencoder, Kingma and Welling 2013 (arXiv:1312.6114), on MNIST; the noise is an input. Keys as csinva/gan-vae-pretrained-pytorch.
 *
 * Inputs of forward:
 * - image float32[N, 1, 28, 28]
 * - eps float32[N, latent]
 */
export class VAE extends Module<VAEState> {
  readonly fc1: nn.Linear
  readonly fc21: nn.Linear
  readonly fc22: nn.Linear
  readonly fc3: nn.Linear
  readonly fc4: nn.Linear

  constructor({ hidden = 400, latent = 20 }: VAEOptions = {}) {
    super()
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 784, out_features: hidden }))
    this.fc21 = this.registerModule('fc21', new nn.Linear({ in_features: hidden, out_features: latent }))
    this.fc22 = this.registerModule('fc22', new nn.Linear({ in_features: hidden, out_features: latent }))
    this.fc3 = this.registerModule('fc3', new nn.Linear({ in_features: latent, out_features: hidden }))
    this.fc4 = this.registerModule('fc4', new nn.Linear({ in_features: hidden, out_features: 784 }))
    this.madeFrom(async () => (await import('./vae-mnist.source.js')).source, { hidden, latent })
  }

  public encode(x: Tensor): readonly [Tensor, Tensor] {
    const h = F.relu(this.fc1.forward(x))
    return [this.fc21.forward(h), this.fc22.forward(h)]
  }

  public decode(z: Tensor): Tensor {
    return F.sigmoid(this.fc4.forward(F.relu(this.fc3.forward(z))))
  }

  override forward(image: Tensor, eps: Tensor): { readonly recon: Tensor; readonly mu: Tensor; readonly logvar: Tensor } {
    const [mu, logvar] = this.encode(image.view([-1, 784]))
    const z = mu.add(eps.mul(F.exp(F.mul(0.5, logvar))))
    return { recon: this.decode(z), mu, logvar }
  }
}
