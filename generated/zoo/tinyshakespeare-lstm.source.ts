// Made by holdfast from specs/zoo/tinyshakespeare-lstm.yaml; do not edit: change the spec and build again.
// spec sha256 8dc6c3c1ff61b20091af84147984915ec32d70520c4fa8b3e6de87bb7bd99e22
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'LSTMLanguageModel', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'LSTMLanguageModel',
  files: [
    {
      path: 'tinyshakespeare-lstm.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: LSTMLanguageModel',
        'doc: Character language model, a two-layer LSTM. Keys as malawada/tinyshakespeare-gpt.',
        'params:',
        '  vocab: int = 65',
        '  hidden: int = 128',
        '  layers: int = 2',
        'inputs:',
        '  tokens: int64[N, T]',
        'outputs:',
        '  logits: float32[N, T, vocab]',
        'modules:',
        '  token_embedding_table: Embedding(vocab, vocab)',
        '  lstm: LSTM(vocab, hidden, layers, batch_first=True)',
        '  linear: Linear(hidden, vocab)',
        'forward: |',
        '  x, _ = lstm(token_embedding_table(tokens))',
        '  return linear(x)',
        '',
      ].join('\n'),
    },
  ],
  digest: 'bf3ec40f07fe9e845ea616fcab3c43ae190db602182644fb58b9c47111cf6704',
  lock: null,
}
