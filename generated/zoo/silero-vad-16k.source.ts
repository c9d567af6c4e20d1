// Made by holdfast from specs/zoo/silero-vad-16k.yaml; do not edit: change the spec and build again.
// spec sha256 823895685cd7f733c8151889e9f839029c4002afa8f2d2a3364f32aa174d5905
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'SileroVAD', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'SileroVAD',
  files: [
    {
      path: 'silero-vad-16k.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: SileroVAD',
        'doc: Voice activity of 16 kHz speech in chunks of 512 samples. Keys as the safetensors file of snakers4/silero-vad.',
        'params:',
        '  chunks: { type: int, default: 20, min: 1 }',
        'inputs:',
        '  wav: float32[N, 512 * chunks]',
        'outputs:',
        '  prob: float32[N, chunks]',
        '  h: float32[N, 128]',
        '  c: float32[N, 128]',
        'modules:',
        '  stft_conv: Conv1d(1, 258, 256, stride=128, bias=False)',
        '  conv1: Conv1d(129, 128, 3, padding=1)',
        '  conv2: Conv1d(128, 64, 3, stride=2, padding=1)',
        '  conv3: Conv1d(64, 64, 3, stride=2, padding=1)',
        '  conv4: Conv1d(64, 128, 3, padding=1)',
        '  lstm_cell: LSTMCell(128, 128)',
        '  final_conv: Conv1d(128, 1, 1)',
        'forward: |',
        '  n = wav.shape[0]',
        '  # each chunk comes with the 64 samples before it',
        '  x = F.pad(wav, (64, 0))',
        '  x = cat([x[:, 512 * i : 512 * i + 576] for i in range(chunks)], dim=0).unsqueeze(1)',
        '  x = stft_conv(F.pad(x, (0, 64), mode="reflect"))',
        '  x = sqrt(x[:, :129] ** 2 + x[:, 129:] ** 2)',
        '  x = relu(conv4(relu(conv3(relu(conv2(relu(conv1(x))))))))',
        '  x = x.view(chunks, n, 128)',
        '  h = zeros(n, 128)',
        '  c = zeros(n, 128)',
        '  probs = []',
        '  for i in range(chunks):',
        '    h, c = lstm_cell(x[i], (h, c))',
        '    probs.append(sigmoid(final_conv(relu(h).unsqueeze(-1))).squeeze(-1))',
        '  return cat(probs, dim=1), h, c',
        '',
      ].join('\n'),
    },
  ],
  digest: '58b51182d6f869de31da03610f4cf3bb48ad7bf3dbeb859588dd926d53ff3b22',
  lock: null,
}
