/** What is there for some params or callers only: members, alternatives, inputs. */
import type { Construct } from './construct.ts'

export const OPTIONAL: readonly Construct[] = [
  {
    what: 'when, alternatives, and an absent list item that takes no number',
    spec: `
params: { kind: "str = \\"b\\"", norm: bool = False }
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
modules:
  act: [ { when: kind == "a", type: Tanh }, { when: kind == "b", type: PReLU }, { type: ReLU } ]
  skip: { when: norm, type: Linear, in_features: 4, out_features: 4 }
  net: { type: Sequential, modules: [ "Linear(4, 4)", { when: norm, type: BatchNorm1d, num_features: 4 }, "Linear(4, 4)" ] }
forward: |
  y = act(net(x))
  return y + (skip(x) if skip else x)
`,
    inputs: [[2, 4]],
    keys: ['act.weight', 'net.0.weight', 'net.0.bias', 'net.1.weight', 'net.1.bias'],
  },
  {
    what: 'what is absent for the default params',
    spec: `
params: { depth: int = 1 }
inputs: { x: "float32[N, 3]" }
outputs: { y: "float32[N, 3]" }
parameters:
  extra: { init: "zeros(3)", when: depth > 100 }
modules:
  skip: { when: depth > 2, type: Linear, in_features: 3, out_features: 3 }
forward: |
  if skip is not None:
    x = skip(x).softmax(-1)
  if extra is not None:
    x = x + extra
  return x
`,
    inputs: [[2, 3]],
  },
  {
    what: 'inputs that are None for some callers, used where they are not',
    spec: `
inputs: { x: "float32[N, 4]", mask: "float32[N, 4] = None" }
modules: { a: "Block(4)", b: "Block(4)" }
forward: |
  x, w = a(x, scale=(x, x))
  x, v = b(x, mask, query=x, weights=True)
  if mask is not None:
    x = x + v * mask
  return x + w if w is not None else x
definitions:
  Block:
    params: { dim: int, gain: float = 0.5 }
    modules: { fc: "Linear(dim, dim)" }
    methods: |
      def attend(self, query, key, weights):
        out = query * key
        if not weights:
          return out, None
        return out, out.sum(-1, keepdim=True)
    forward: |
      def forward(self, x, mask=None, scale=None, query=None, weights=False):
        if query is None:
          query = x
        if scale is not None:
          a, b = scale
          query = query + a * b
        y, w = self.attend(self.fc(query), x, weights)
        if mask is not None and not weights:
          y = y * mask
        return y * (self.gain if self.training else 1.0), w
`,
    inputs: [
      [3, 4],
      [3, 4],
    ],
  },
  {
    what: 'a member with when, called without asking whether it is there',
    spec: `
params: { project: bool = True }
inputs: { x: "float32[N, 4]" }
modules:
  proj: { when: project, type: Linear, in_features: 4, out_features: 4 }
  norm: [ { when: project, type: LayerNorm, normalized_shape: 4 }, { when: not project, type: Identity } ]
forward: |
  if project:
    x = self.proj(x)
    x = norm(proj(x))
  return x
`,
    inputs: [[3, 4]],
  },
  {
    what: 'tensors that other params leave out, in branches that those do not take',
    spec: `
params: { scored: bool = True, flash: bool = False }
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
parameters: { v: { when: scored, init: ones(4) } }
buffers: { mask: { when: not flash, init: "tril(ones(1, 1, 4, 4))" } }
methods: |
  def score(self, y):
    return torch.sum(self.v * y, dim=1, keepdim=True) + y * self.v
forward: |
  if self.flash:
    y = F.relu(x)
  else:
    y = x + self.mask[:, :, :2, :].sum((0, 1, 2)) + torch.mv(x, self.mask[0, 0, 0]).unsqueeze(1)
  return self.score(y) if scored else y
`,
    inputs: [[3, 4]],
  },
]
