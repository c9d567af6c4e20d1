// Made by holdfast from specs/zoo/vae-mnist.yaml; do not edit: change the spec and build again.
// spec sha256 8b19206a30651c69facef92c89624f46a0757b1461559704251e5cbd165ef7b5
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'VAE', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'VAE',
  files: [
    {
      path: 'vae-mnist.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: VAE',
        'doc: Variational autoencoder, Kingma and Welling 2013 (arXiv:1312.6114), on MNIST; the noise is an input. Keys as csinva/gan-vae-pretrained-pytorch.',
        'params:',
        '  hidden: int = 400',
        '  latent: int = 20',
        'inputs:',
        '  image: float32[N, 1, 28, 28]',
        '  eps: float32[N, latent]',
        'outputs:',
        '  recon: float32[N, 784]',
        '  mu: float32[N, latent]',
        '  logvar: float32[N, latent]',
        'modules:',
        '  fc1: Linear(784, hidden)',
        '  fc21: Linear(hidden, latent)',
        '  fc22: Linear(hidden, latent)',
        '  fc3: Linear(latent, hidden)',
        '  fc4: Linear(hidden, 784)',
        'methods: |',
        '  def encode(x):',
        '    h = relu(fc1(x))',
        '    return fc21(h), fc22(h)',
        '  def decode(z):',
        '    return sigmoid(fc4(relu(fc3(z))))',
        'forward: |',
        '  mu, logvar = encode(image.view(-1, 784))',
        '  z = mu + eps * exp(0.5 * logvar)',
        '  return decode(z), mu, logvar',
        '',
      ].join('\n'),
    },
  ],
  digest: 'b254c02e4f13df33a67bed05d120f26e2d1af3e593ef17677a1baa716ca90b08',
  lock: null,
}
