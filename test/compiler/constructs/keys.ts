/** Keys of the state_dict: pinned ones, ties. */
import type { Construct } from './construct.ts'

export const KEYS: readonly Construct[] = [
  {
    what: 'keys that are pinned, a child called self in the checkpoint, ties',
    spec: `
inputs: { tokens: "int64[N, T]" }
outputs: { y: "float32[N, T, 5]" }
modules:
  attention: { type: Module, modules: { attn: { key: self, type: Linear, in_features: 3, out_features: 3 } } }
  emb: { key: word_embeddings, type: Embedding, num_embeddings: 5, embedding_dim: 3 }
  head: Linear(3, 5, bias=False)
ties: [ [emb.weight, head.weight] ]
forward: return head(attention.attn(emb(tokens)))
`,
    inputs: [[2, 6]],
    keys: ['attention.self.weight', 'attention.self.bias', 'word_embeddings.weight', 'head.weight'],
  },
  {
    what: 'a tie whose first name is declared last',
    spec: `
inputs: { x: "float32[N, 3]" }
outputs: { y: "float32[N, 3]" }
modules: { a: "Linear(3, 3)", b: "Linear(3, 3)" }
parameters: { bias: "ones(3)" }
ties: [ [b.weight, a.weight], [b.bias, bias] ]
forward: return a(b(x)) + bias
`,
    inputs: [[2, 3]],
    keys: ['bias', 'a.weight', 'a.bias', 'b.weight', 'b.bias'],
  },
  {
    what: 'ties of tensors and of whole modules that stand under other keys than their names',
    spec: `
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
parameters: { w: ones(4), v: { init: zeros(4), key: other } }
modules:
  a: { type: Linear, in_features: 4, out_features: 4 }
  b: { type: Linear, key: b-1, in_features: 4, out_features: 4 }
  c: { type: Linear, key: c-1, in_features: 4, out_features: 4 }
  inner: Inner()
ties: [[w, v], [a.weight, b.weight, inner.fc.weight], [a, c]]
forward: return a(x) * b(x) + c(x) * w + v + inner(x)
definitions:
  Inner:
    modules: { fc: { type: Linear, key: "0", in_features: 4, out_features: 4 } }
    forward: return fc(x)
`,
    inputs: [[3, 4]],
    keys: [
      'w',
      'other',
      'a.weight',
      'a.bias',
      'b-1.weight',
      'b-1.bias',
      'c-1.weight',
      'c-1.bias',
      'inner.0.weight',
      'inner.0.bias',
    ],
  },
  {
    what: 'the keys of torch.nn.utils.parametrizations, whose child is a number',
    spec: `
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 3]" }
modules:
  parametrizations:
    type: Module
    modules:
      weight:
        type: Module
        parameters: { original: "normal(3, 4)" }
        modules: { "0": { type: Module, buffers: { _u: normal(3), _v: normal(4) } } }
forward: |
  p = self.parametrizations.weight
  u, v = getattr(p, "0")._u, getattr(p, "0")._v
  return F.linear(x, p.original / torch.dot(u, torch.mv(p.original, v)))
`,
    inputs: [[3, 4]],
    keys: [
      'parametrizations.weight.original',
      'parametrizations.weight.0._u',
      'parametrizations.weight.0._v',
    ],
    shapes: [[3, 3]],
  },
]
