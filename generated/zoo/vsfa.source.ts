// Made by holdfast from specs/zoo/vsfa.yaml; do not edit: change the spec and build again.
// spec sha256 050d4931dacf4f9ea93a4de1612f1774ad9d916a3f83c46544644ec9b80bce6e
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'VSFA', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'VSFA',
  files: [
    {
      path: 'vsfa.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: VSFA',
        'doc: Quality of a video from the features of its frames, Li et al. 2019 (arXiv:1908.00375). Keys as lidq92/VSFA; ann.fc is in the file but unused.',
        'params:',
        '  width: int = 4096',
        '  reduced: int = 128',
        '  hidden: int = 32',
        '  tau: int = 12',
        '  beta: float = 0.5',
        'inputs:',
        '  features: float32[N, T, width]',
        'outputs:',
        '  frame_quality: float32[N, T, 1]',
        '  score: float32[N]',
        'modules:',
        '  ann:',
        '    type: Module',
        '    modules:',
        '      fc0: Linear(width, reduced)',
        '      fc: Linear(reduced, reduced)',
        '  rnn: GRU(reduced, hidden, batch_first=True)',
        '  q: Linear(hidden, 1)',
        'forward: |',
        '  x, _ = rnn(ann.fc0(features))',
        '  quality = q(x)',
        '  # memory: the worst of the last tau frames; impression: a mean of the next tau that leans to the worse ones',
        '  y = quality.transpose(1, 2)',
        '  worst = -F.max_pool1d(F.pad(-y, (tau - 1, 0), value=float("-inf")), tau, stride=1)',
        '  weight = exp(-y)',
        '  mean = F.avg_pool1d(F.pad(y * weight, (0, tau - 1)), tau, stride=1) / F.avg_pool1d(F.pad(weight, (0, tau - 1)), tau, stride=1)',
        '  score = (beta * mean + (1 - beta) * worst).mean(dim=[1, 2])',
        '  return quality, score',
        '',
      ].join('\n'),
    },
  ],
  digest: '1ce1b5b3a57fc357035370b9d646025658a90bd538de320a7b58a09d7d654e66',
  lock: null,
}
