// Made by holdfast from specs/zoo/gan-mlp-mnist-G.yaml; do not edit: change the spec and build again.
// spec sha256 586e1549d67af065508c9a1332644b5b22e37dcce0e978ae40899b5ef52d5689
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'GANGenerator', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'GANGenerator',
  files: [
    {
      path: 'gan-mlp-mnist-G.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: GANGenerator',
        'doc: Generator of a GAN of perceptrons for MNIST, Goodfellow et al. 2014 (arXiv:1406.2661). Keys as csinva/gan-vae-pretrained-pytorch.',
        'params:',
        '  latent: int = 64',
        '  hidden: int = 256',
        'inputs:',
        '  z: float32[N, latent]',
        'outputs:',
        '  image: float32[N, 784]',
        'type: Sequential',
        'modules:',
        '  - Linear(latent, hidden)',
        '  - ReLU()',
        '  - Linear(hidden, hidden)',
        '  - ReLU()',
        '  - Linear(hidden, 784)',
        '  - Tanh()',
        '',
      ].join('\n'),
    },
  ],
  digest: 'bf526337afa9796f446963bdcfcdcde42372962f5b9c3ca43ef10444086f7a1b',
  lock: null,
}
