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
  {
    what: 'containers as PyTorch code makes them: comprehensions, stars, ordered dicts and dicts',
    spec: `
params: { sizes: "list[int] = [2, 3]" }
inputs: { x: "float32[N, 1, 8, 4]" }
outputs: { y: "float32[N, 4]" }
modules:
  convs: nn.ModuleList([nn.Conv2d(1, 2, (K, 4)) for K in sizes])
  pairs: nn.ModuleList([nn.Linear(4, 4) for i in range(2) for j in range(i + 1)])
  deep: nn.Sequential(*[nn.Linear(4, 4, bias=False) for _ in range(2)], nn.Tanh())
  named: "nn.Sequential(OrderedDict([('fc', nn.Linear(4, 4)), ('act', nn.ReLU())]))"
  heads: "nn.ModuleDict({'a': nn.Linear(4, 4), 'b': nn.Tanh()})"
forward: |
  x = [F.relu(conv(x)).squeeze(3) for conv in self.convs]
  x = [F.max_pool1d(i, i.size(2)).squeeze(2) for i in x]
  x = torch.cat(x, 1)
  for fc in pairs:
    x = fc(x)
  return heads["b"](heads["a"](named(deep(x))))
`,
    inputs: [[2, 1, 8, 4]],
    keys: [
      ...['convs.0', 'convs.1', 'pairs.0', 'pairs.1', 'pairs.2'].flatMap(m => [`${m}.weight`, `${m}.bias`]),
      'deep.0.weight',
      'deep.1.weight',
      'named.fc.weight',
      'named.fc.bias',
      'heads.a.weight',
      'heads.a.bias',
    ],
  },
  {
    what: 'a tie into a ModuleDict that holds a list beside modules',
    spec: `
inputs: { x: "int64[N]" }
outputs: { y: "float32[N, 6]" }
modules:
  transformer:
    type: ModuleDict
    modules:
      wte: Embedding(6, 4)
      h: { type: ModuleList, modules: [ { for: _ in range(2), type: Block } ] }
      ln_f: LayerNorm(4)
  lm_head: Linear(4, 6, bias=False)
ties: [ [lm_head.weight, transformer.wte.weight] ]
forward: |
  x = self.transformer.wte(x)
  for block in self.transformer.h:
    x = block(x)
  return self.lm_head(self.transformer.ln_f(x))
definitions:
  Block:
    modules: { fc: "Linear(4, 4)" }
    forward: return x + self.fc(x)
`,
    inputs: [[3]],
    keys: [
      'transformer.wte.weight',
      'transformer.h.0.fc.weight',
      'transformer.h.0.fc.bias',
      'transformer.h.1.fc.weight',
      'transformer.h.1.fc.bias',
      'transformer.ln_f.weight',
      'transformer.ln_f.bias',
      'lm_head.weight',
    ],
  },
  {
    what: 'recurrent classes that a param chooses, by name and by type',
    spec: `
params: { kind: { type: str, enum: [gru, lstm], default: gru }, rnn_type: module = LSTM }
inputs: { x: "float32[T, N, 3]", h: "float32[1, N, 3]" }
outputs: { y: "float32[T, N, 3]", g: "float32[1, N, 3]" }
modules:
  rnn: [ { when: kind == "gru", type: GRU, input_size: 3, hidden_size: 3 }, { when: kind == "lstm", type: LSTM, input_size: 3, hidden_size: 3 } ]
  other: { type: rnn_type, input_size: 3, hidden_size: 3 }
forward: |
  y, g = self.rnn(x, h)
  y, (_, c) = self.other(y, (h, h))
  return y, g + c
`,
    inputs: [
      [4, 2, 3],
      [1, 2, 3],
    ],
  },
  {
    what: 'lists of modules that are joined and chosen from, and blocks whose forward is called by name',
    spec: `
params: { depth: int = 3, width: int = 4, skips: "list[int] = [1]", last: bool = False }
inputs: { x: "float32[T, width]" }
outputs: { y: "float32[T, width]" }
modules:
  linears: "nn.ModuleList([nn.Linear(width, width)] + [nn.Linear(width, width) if i not in skips else nn.Linear(width + width, width, bias=False) for i in range(depth - 1)])"
  out: "nn.Tanh() if last else nn.Sigmoid()"
  none: nn.Tanh() if last else None
  block: Block(4)
  rnn: nn.LSTM(4, 4)
forward: |
  self.rnn.flatten_parameters()
  h, _ = self.rnn(x)
  for i, fc in enumerate(linears):
    h = fc(torch.cat([x, h], -1) if i == 2 else h)
  h.requires_grad = False
  return self.block.forward(out(h)) if none is None else none(h)
definitions:
  Block:
    params: { width: int }
    modules: { fc: "Linear(width, width)" }
    forward: return self.fc.forward(x)
`,
    inputs: [[2, 4]],
    keys: [
      ...['linears.0.weight', 'linears.0.bias', 'linears.1.weight', 'linears.1.bias', 'linears.2.weight'],
      ...['block.fc.weight', 'block.fc.bias'],
      ...['rnn.weight_ih_l0', 'rnn.weight_hh_l0', 'rnn.bias_ih_l0', 'rnn.bias_hh_l0'],
    ],
  },
]
