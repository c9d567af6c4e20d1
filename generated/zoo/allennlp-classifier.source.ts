// Made by holdfast from specs/zoo/allennlp-classifier.yaml; do not edit: change the spec and build again.
// spec sha256 4234f4554f6ce6ed2685dc5f6a3684d6b033abc7b829af2a8dd7eccf4fe611b8
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'SentenceClassifier', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'SentenceClassifier',
  files: [
    {
      path: 'allennlp-classifier.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: SentenceClassifier',
        'doc: Sentence classifier, an LSTM over the words and their masked mean. Keys as AllenNLP\'s BasicClassifier test fixture.',
        'params:',
        '  vocab: int = 213',
        '  embedding: int = 10',
        '  hidden: int = 16',
        '  feedforward: int = 20',
        '  labels: int = 2',
        'inputs:',
        '  tokens: int64[N, T]',
        '  mask: int64[N, T]',
        'outputs:',
        '  logits: float32[N, labels]',
        'modules:',
        '  _text_field_embedder:',
        '    type: Module',
        '    modules:',
        '      token_embedder_tokens: Embedding(vocab, embedding)',
        '  _seq2seq_encoder:',
        '    type: Module',
        '    modules:',
        '      _module: LSTM(embedding, hidden, batch_first=True)',
        '  _feedforward:',
        '    type: Module',
        '    modules:',
        '      _linear_layers:',
        '        type: ModuleList',
        '        modules:',
        '          - Linear(hidden, feedforward)',
        '  _classification_layer: Linear(feedforward, labels)',
        'forward: |',
        '  x = self._text_field_embedder.token_embedder_tokens(tokens)',
        '  # padding stands at the end, so it changes no state of a real word; a packed sequence gives the same',
        '  x, _ = self._seq2seq_encoder._module(x)',
        '  m = mask.float().unsqueeze(-1)',
        '  x = (x * m).sum(dim=1) / m.sum(dim=1).clamp(min=1)',
        '  x = relu(self._feedforward._linear_layers[0](x))',
        '  return self._classification_layer(x)',
        '',
      ].join('\n'),
    },
  ],
  digest: '81eccc0d91c779dea813d2db056b9bf602da1a1a96a0073dacf42a00c7f86041',
  lock: null,
}
