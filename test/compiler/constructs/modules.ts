/** Trees of modules: containers, repetition, and calls of what stands in them. */
import type { Construct } from './construct.ts'

export const MODULES: readonly Construct[] = [
  {
    what: 'repetition, enumerate and zip over modules, a pattern reached by getattr',
    spec: `
params: { widths: "list[int] = [4, 6, 8]" }
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 8]" }
modules:
  "layer{i + 1}":
    for: i in range(len(widths) - 1)
    type: Linear
    in_features: widths[i]
    out_features: widths[i + 1]
  scales:
    type: ModuleList
    modules: [ { for: "w in widths[1:]", type: LayerNorm, normalized_shape: w } ]
forward: |
  for i, scale in enumerate(scales):
    x = scale(getattr(self, f"layer{i + 1}")(x))
  for i, (scale, k) in enumerate(zip(scales, [1, 2])):
    x = x * k + i
  return x
`,
    inputs: [[3, 4]],
    keys: [
      'layer1.weight',
      'layer1.bias',
      'layer2.weight',
      'layer2.bias',
      'scales.0.weight',
      'scales.0.bias',
      'scales.1.weight',
      'scales.1.bias',
    ],
    shapes: [[3, 8]],
  },
  {
    what: 'Sequential indexed, sliced, looped and with names; ModuleDict',
    spec: `
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]", n: "float32[N, 4]" }
modules:
  net: { type: Sequential, modules: [ "Linear(4, 4)", "ReLU()", "Linear(4, 4)", "Tanh()" ] }
  named: { type: Sequential, modules: { first: "Linear(4, 4)", act: "ReLU()" } }
  heads: { type: ModuleDict, modules: { a: "Linear(4, 4)", b: "Linear(4, 4)" } }
forward: |
  y = net[2](net[:2](x))
  for m in net[-1:]:
    y = m(y)
  for m in net:
    y = m(y)
  return heads["a"](y) + named.first(x), named(heads["b"](x))
`,
    inputs: [[2, 4]],
    keys: [
      'net.0.weight',
      'net.0.bias',
      'net.2.weight',
      'net.2.bias',
      'named.first.weight',
      'named.first.bias',
      'heads.a.weight',
      'heads.a.bias',
      'heads.b.weight',
      'heads.b.bias',
    ],
  },
  {
    what: 'a model and a definition that are Sequentials',
    spec: `
type: Sequential
params: { d: int = 3 }
inputs: { x: "float32[N, d]" }
outputs: { y: "float32[N, d]" }
modules:
  - Linear(d, d)
  - { type: Block, width: d }
  - { for: _ in range(2), type: Block, width: d, act: false }
definitions:
  Block:
    type: Sequential
    params: { width: int, act: bool = True }
    modules:
      - Linear(width, width)
      - { when: act, type: ReLU }
`,
    inputs: [[2, 3]],
    keys: [
      '0.weight',
      '0.bias',
      '1.0.weight',
      '1.0.bias',
      '2.0.weight',
      '2.0.bias',
      '3.0.weight',
      '3.0.bias',
    ],
  },
  {
    what: 'recurrent modules with and without state',
    spec: `
inputs: { x: "float32[N, T, 3]" }
outputs: { y: "float32[N, T, 4]", h: "float32[2, N, 4]", z: "float32[N, 4]" }
modules: { lstm: "LSTM(3, 4, 2, batch_first=True)", gru: "GRU(4, 4, batch_first=True)", cell: "LSTMCell(3, 4)" }
forward: |
  y, (h, c) = lstm(x)
  y, (h, c) = lstm(x, (h, c))
  y, _ = gru(y)
  a, b = cell(x[:, 0])
  a, b = cell(x[:, 1], (a, b))
  return y, h, a
`,
    inputs: [[2, 5, 3]],
  },
  {
    what: 'items of a ModuleDict and a Sequential, one class or several, and attention with and without weights',
    spec: `
inputs: { x: "float32[N, 3, 4]" }
outputs: { y: "float32[N, 3, 4]", w: "float32[N, 3, 3]" }
modules:
  same: { type: ModuleDict, modules: { a: "Linear(4, 4)", b: "Linear(4, 4)" } }
  net: Sequential(Linear(4, 4), Tanh())
  mha: MultiheadAttention(4, 2, batch_first=True)
forward: |
  y = same["a"](x) + same["b"](x)
  y = net[-1](net[0](y))
  for name, m in same.items():
    y = y + m(x) if name == "b" else y
  for m in same.values():
    y = y - m(x)
  y = y * len([name for name in same.keys()])
  y, w = mha(y, y, y)
  z, _ = mha(y, y, y, need_weights=False)
  return y + z, w
`,
    inputs: [[2, 3, 4]],
  },
  {
    what: 'lists and dicts of modules of several classes, called by their places and names',
    spec: `
inputs: { x: "float32[N, 4]" }
modules:
  layers: ModuleList(Linear(4, 4), Tanh(), Block(4))
  heads: { type: ModuleDict, modules: { a: "Linear(4, 4)", b: Tanh(), c: Block(4) } }
forward: |
  x = self.layers[1](self.layers[0](x))
  x = self.layers[-1](x, x)
  return self.heads["c"](self.heads.b(self.heads["a"](x)), x)
definitions:
  Block:
    params: { dim: int }
    inputs: [x, y]
    modules: { fc: "Linear(dim, dim)" }
    forward: return fc(x) + y
`,
    inputs: [[3, 4]],
  },
  {
    what: 'modules of several classes that take other arguments, and loops over pairs of different things',
    spec: `
inputs: { x: "float32[N, 4]", emb: "float32[N, 4]" }
modules:
  levels: { type: ModuleList, modules: [ Res(4), "Linear(4, 4)", Scale() ] }
forward: |
  for i, module in enumerate(levels):
    x = module(x, emb) if i == 0 else module(x)
  for m, k in [(levels[1], 2), (levels[2], 0.5)]:
    x = m(x) * k
  for name, t in (("a", x), ("b", emb)):
    if name == "a":
      x = x + t
  return x
definitions:
  Res:
    params: { dim: int }
    inputs: [x, emb]
    modules: { fc: "Linear(dim, dim)" }
    forward: return fc(x) + emb
  Scale:
    forward: return x * 2
`,
    inputs: [
      [3, 4],
      [3, 4],
    ],
  },
]
