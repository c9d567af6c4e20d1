// Made by holdfast from specs/zoo/zero-dce.yaml; do not edit: change the spec and build again.
// spec sha256 47df0c50a6ec8698939a77e51d05e5683214dfa8a6f25228ae719cf6d576dc51
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'ZeroDCE', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'ZeroDCE',
  files: [
    {
      path: 'zero-dce.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: ZeroDCE',
        'doc: Zero-reference deep curve estimation for dark photos, Guo et al. 2020 (arXiv:2001.06826). Keys as Li-Chongyi/Zero-DCE.',
        'params:',
        '  features: int = 32',
        'inputs:',
        '  image: float32[N, 3, H, W]',
        'outputs:',
        '  halfway: float32[N, 3, H, W]',
        '  enhanced: float32[N, 3, H, W]',
        '  curves: float32[N, 24, H, W]',
        'modules:',
        '  e_conv1: Conv2d(3, features, 3, padding=1)',
        '  e_conv2: Conv2d(features, features, 3, padding=1)',
        '  e_conv3: Conv2d(features, features, 3, padding=1)',
        '  e_conv4: Conv2d(features, features, 3, padding=1)',
        '  e_conv5: Conv2d(2 * features, features, 3, padding=1)',
        '  e_conv6: Conv2d(2 * features, features, 3, padding=1)',
        '  e_conv7: Conv2d(2 * features, 24, 3, padding=1)',
        'forward: |',
        '  x1 = relu(e_conv1(image))',
        '  x2 = relu(e_conv2(x1))',
        '  x3 = relu(e_conv3(x2))',
        '  x4 = relu(e_conv4(x3))',
        '  x5 = relu(e_conv5(cat([x3, x4], 1)))',
        '  x6 = relu(e_conv6(cat([x2, x5], 1)))',
        '  curves = tanh(e_conv7(cat([x1, x6], 1)))',
        '  x = image',
        '  halfway = image',
        '  for i, r in enumerate(split(curves, 3, dim=1)):',
        '    x = x + r * (x ** 2 - x)',
        '    if i == 3:',
        '      halfway = x',
        '  return halfway, x, curves',
        '',
      ].join('\n'),
    },
  ],
  digest: '2ce7b3e08b5fbad33b9e84e1f803c2d8916502e3c8aa9c726219c14b64759f32',
  lock: null,
}
