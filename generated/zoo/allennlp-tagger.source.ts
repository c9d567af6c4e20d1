// Made by holdfast from specs/zoo/allennlp-tagger.yaml; do not edit: change the spec and build again.
// spec sha256 f61622da5c609de004378a9308e31619d4e1b3b3bb6609c963066f6eaacdb8d4
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'SimpleTagger', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'SimpleTagger',
  files: [
    {
      path: 'allennlp-tagger.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: SimpleTagger',
        'doc: Sequence tagger, an LSTM over projected word embeddings. Keys as AllenNLP\'s SimpleTagger test fixture.',
        'params:',
        '  vocab: int = 15',
        '  embedding: int = 100',
        '  projection: int = 2',
        '  hidden: int = 4',
        '  tags: int = 4',
        'inputs:',
        '  tokens: int64[N, T]',
        'outputs:',
        '  logits: float32[N, T, tags]',
        'modules:',
        '  text_field_embedder:',
        '    type: Module',
        '    modules:',
        '      token_embedder_tokens: ProjectedEmbedding(vocab, embedding, projection)',
        '  encoder:',
        '    type: Module',
        '    modules:',
        '      _module: LSTM(projection, hidden, batch_first=True)',
        '  tag_projection_layer:',
        '    type: Module',
        '    modules:',
        '      _module: Linear(hidden, tags)',
        'forward: |',
        '  x = text_field_embedder.token_embedder_tokens(tokens)',
        '  x, _ = self.encoder._module(x)',
        '  return tag_projection_layer._module(x)',
        'definitions:',
        '  ProjectedEmbedding:',
        '    params: { vocab: int, embedding: int, projection: int }',
        '    parameters:',
        '      weight: normal(vocab, embedding)',
        '    modules:',
        '      _projection: Linear(embedding, projection)',
        '    forward: return self._projection(F.embedding(x, weight))',
        '',
      ].join('\n'),
    },
  ],
  digest: '7ab909b242b938dccaa4afaa2c4091eade0f2ab37c87b542a39dff15f15c87db',
  lock: null,
}
