// Made by holdfast from specs/zoo/tinyshakespeare-bigram.yaml; do not edit: change the spec and build again.
// spec sha256 c9e00b7273164398d24a86a2440e41fc6b9bd1bcd910333c7c6e9b51b75e6145
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'BigramLanguageModel', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'BigramLanguageModel',
  files: [
    {
      path: 'tinyshakespeare-bigram.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: BigramLanguageModel',
        'doc: The next character from the last one alone. Keys as malawada/tinyshakespeare-gpt.',
        'params:',
        '  vocab: int = 65',
        'inputs:',
        '  tokens: int64[N, T]',
        'outputs:',
        '  logits: float32[N, T, vocab]',
        'modules:',
        '  token_embedding_table: Embedding(vocab, vocab)',
        'forward: |',
        '  return token_embedding_table(tokens)',
        '',
      ].join('\n'),
    },
  ],
  digest: 'fda7e540dff382c914f78c8438d5fcc9776feaafceac934eb1e1d6e82f11e799',
  lock: null,
}
