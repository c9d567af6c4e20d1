// Made by holdfast from specs/community/lstm_text_classifier.yaml; do not edit: change the spec and build again.
// spec sha256 ea92ba2c33f419882b12c4d94eaade9b56cb4e57d08b8dedd75bdf1ae732a035
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'TextClassifier', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'TextClassifier',
  files: [
    {
      path: 'lstm_text_classifier.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: TextClassifier',
        'doc: Text classifier, a bidirectional LSTM over word embeddings with dropout and a linear layer over its last states. Keys as bentrevett/pytorch-sentiment-analysis.',
        'params:',
        '  vocab_size: int = 25002',
        '  embedding_dim: int = 100',
        '  hidden_dim: int = 256',
        '  output_dim: int = 1',
        '  n_layers: int = 2',
        '  bidirectional: bool = True',
        '  dropout: float = 0.5',
        '  pad_idx: int = 1',
        'inputs:',
        '  text: int64[T, N]',
        'outputs:',
        '  logits: float32[N, output_dim]',
        'modules:',
        '  embedding: Embedding(vocab_size, embedding_dim, padding_idx=pad_idx)',
        '  rnn: LSTM(embedding_dim, hidden_dim, num_layers=n_layers, bidirectional=bidirectional, dropout=dropout)',
        '  fc: Linear(hidden_dim * 2 if bidirectional else hidden_dim, output_dim)',
        '  dropout: Dropout(dropout)',
        'forward: |',
        '  # text = [sent len, batch size]',
        '  embedded = self.dropout(self.embedding(text))',
        '  output, (hidden, cell) = self.rnn(embedded)',
        '  if self.rnn.bidirectional:',
        '      hidden = self.dropout(torch.cat((hidden[-2,:,:], hidden[-1,:,:]), dim = 1))',
        '  else:',
        '      hidden = self.dropout(hidden[-1,:,:])',
        '  return self.fc(hidden)',
        '',
      ].join('\n'),
    },
  ],
  digest: '3b7ce2475505e4418effa8a3ed3a2e8949fd0ce0625394517c4c013ff940fccf',
  lock: null,
}
