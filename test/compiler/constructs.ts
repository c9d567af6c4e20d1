/** The constructs of the language, each in a small model. */

export interface Construct {
  readonly what: string
  readonly spec: string
  /** Shapes of the inputs in order; integers below 5 for int64 inputs. */
  readonly inputs: readonly (readonly number[])[]
  readonly keys?: readonly string[]
  readonly shapes?: readonly (readonly number[])[]
}

export const CONSTRUCTS: readonly Construct[] = [
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
    what: 'params and arguments of children as attributes',
    spec: `
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
modules: { a: { type: Block, scale: 3 }, b: "Linear(4, 4)" }
forward: return self.a(x) * self.a.scale + b.in_features
definitions:
  Block:
    params: { scale: int }
    modules: { fc: "Linear(4, 4)" }
    forward: return self.fc(x) + self.scale
`,
    inputs: [[2, 4]],
  },
  {
    what: 'lists of numbers as tensors, in buffers and forwards',
    spec: `
inputs: { x: "float32[N, 3]" }
outputs: { y: "float32[N, 3]", first: "float32[N]" }
buffers:
  mean: "tensor([0.5, 1.0, 2.0])"
  steps: "torch.tensor([[1, 2, 3]])"
forward: |
  y = (x - mean) / tensor([1.0, 2.0, 4.0]) + steps
  first, *rest = y.unbind(1)
  sizes = torch.tensor(y.shape)
  return y * sizes[0] + torch.tensor([y.size(0), 2.5]).sum(), first + rest[-1]
`,
    inputs: [[2, 3]],
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
    what: 'lists and dicts that come to hold tensors, pairs of pools, tuples of functions, defaults of None',
    spec: `
inputs: { x: "float32[N, 2, 8]" }
outputs: { y: "float32[N, 2, 4]", z: "float32[N, 2, 8]" }
modules: { pool: "MaxPool1d(2, return_indices=True)" }
forward: |
  L = [0] * 3
  for i in range(3):
    L[i] = x * i
  r = {}
  r["out"] = L[2] + L[1]
  y, where_ = pool(r["out"])
  a, b = both(x)
  return y + where_, a + b + or_default(x)
functions: |
  def both(t):
    return t * 2, t * 3
  def or_default(t, d=None):
    if d is None:
      d = t
    return t + d
`,
    inputs: [[2, 2, 8]],
  },
  {
    what: 'bare parameters and buffers, blocks, persistence, a mutable buffer',
    spec: `
params: { d: int = 4 }
inputs: { x: "float32[N, d]" }
outputs: { y: "float32[N, d]" }
parameters:
  gamma: 1e-4 * ones(1, d)
  shift: { init: "normal(d, std=0.5)", trainable: false }
buffers:
  table:
    init: |
      i = arange(d)
      return (i[:, None] - i[None, :]).abs().float()
  hidden: { init: "zeros(d)", persistent: false }
  seen: { init: "full((), 1.5)", mutable: true }
forward: |
  self.seen = seen + 1
  return x @ table * gamma + shift + hidden + self.seen
`,
    inputs: [[3, 4]],
    keys: ['gamma', 'shift', 'table', 'seen'],
  },
  {
    what: 'definitions with params, lets, several inputs and outputs, methods and functions',
    spec: `
params: { d: int = 6, heads: int = 2 }
let: { half: d // heads }
inputs: { x: "float32[N, T, d]" }
outputs: { y: "float32[N, T, d]", w: "float32[N, heads, T, T]" }
modules: { attn: "Attention(d, scale=half ** -0.5)" }
methods: |
  def twice(v, times=2):
    return v * times
forward: |
  y, w = attn(x, x)
  return twice(y) + twice(x, times=3), w
functions: |
  def split_heads(t, n):
    b, s, c = t.shape
    return t.view(b, s, n, c // n).transpose(1, 2)
definitions:
  Attention:
    params: { width: int, scale: float }
    let: { inner: width * 1 }
    inputs: { q: tensor, kv: tensor, mask: tensor = None }
    modules: { qp: "Linear(width, inner)", kp: "Linear(width, inner)" }
    forward: |
      q, k = split_heads(qp(q), heads), split_heads(kp(kv), heads)
      w = softmax(q @ k.transpose(-2, -1) * scale, dim=-1)
      if mask is not None:
        w = w.masked_fill(mask, 0.0)
      return (w @ k).transpose(1, 2).flatten(2), w
`,
    inputs: [[2, 3, 6]],
    shapes: [
      [2, 3, 6],
      [2, 2, 3, 3],
    ],
  },
  {
    what: 'sizes computed from the inputs: floor division, remainder, min, conditional, padding and slices',
    spec: `
inputs: { x: "float32[N, 2, H, W]" }
outputs: { y: "float32[N, _, _, _]" }
modules: { conv: "Conv2d(2, 3, 3, stride=2, padding=1)" }
forward: |
  n, c, h, w = x.shape
  ph = (4 - h % 4) % 4
  pw = 0 if w % 4 == 0 else 4 - w % 4
  x = F.pad(x, (0, pw, 0, ph))
  y = conv(x)
  k = min(h, w) // 2
  y = interpolate(y, size=(x.shape[2], x.shape[3]), mode="nearest")
  return cat([x, y], dim=1)[:, ::2, :h, -k:]
`,
    inputs: [[1, 2, 6, 9]],
    shapes: [[1, 3, 6, 3]],
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
    what: 'lists that grow, item assignment, comprehensions, early exit from loops',
    spec: `
inputs: { x: "float32[N, 6]" }
outputs: { parts: "list[float32[N, 2], 3]", total: "float32[N]" }
forward: |
  parts = [p * (i + 1) for i, p in enumerate(x.chunk(3, dim=1)) if i != 5]
  L = [0] * 3
  for i in range(10):
    if i in (3, 4):
      break
    if i == 1:
      continue
    L[i] = i + 1
  L += [7]
  parts[1] = parts[1] + sum(L)
  total = None
  for p in parts:
    s = p.sum(dim=1)
    total = s if total is None else total + s
  return parts, total
`,
    inputs: [[2, 6]],
  },
  {
    what: 'x[m] = v and in-place operators rebind',
    spec: `
inputs: { x: "float32[N, 4, 5]" }
outputs: { y: "float32[N, 4, 5]" }
forward: |
  y = x + 0
  y[:, 0] = 1.0
  y[:, 1:3, ::2] += 2
  y[y > 1] = 0.5
  y *= 3
  y.clamp_(-2, 2)
  return y
`,
    inputs: [[2, 4, 5]],
  },
  {
    what: 'a residual block as it is usually written, in-place modules that rebind their operand, torch._assert',
    spec: `
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
modules: { fc: "Linear(4, 4)", relu: "ReLU(inplace=True)" }
forward: |
  torch._assert(x.shape[1] == 4, f"Wrong width: {x.shape}")
  identity = x
  out = self.fc(x)
  out = self.relu(out)
  for _ in range(2):
      out = self.fc(out)
      out += identity
      out = self.relu(out)
  return out
`,
    inputs: [[2, 4]],
  },
  {
    what: 'casts by to(): a dtype, another tensor, its dtype, by keyword, with a device',
    spec: `
inputs: { x: "float32[N, 4]", i: "int64[N, 4]" }
outputs: { y: "float32[N, 4]", k: "int64[N, 4]", d: "float64[N, 4]" }
modules: { fc: "Linear(4, 4)" }
forward: |
  y = i.to(torch.float32) + i.to(x) + i.to(x.dtype) + i.to(dtype=self.fc.weight.dtype)
  return fc(y.to(x.device, torch.float32)), x.to(torch.long) + x.type(torch.int64) + i.type_as(i), x.to(float) + torch.ones(4, dtype=float)
`,
    inputs: [
      [2, 4],
      [2, 4],
    ],
  },
  {
    what: '`or` and `and` as values, loops that take lists of numbers apart',
    spec: `
params: { plan: "list[list[int]] = [[4, 6, 0], [6, 4, 5]]" }
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
modules:
  steps: { type: ModuleList, modules: [ { for: "a, b, mid in plan", type: Step, a: a, b: b, mid: mid } ] }
forward: |
  for step in steps:
      x = step(x)
  for a, b, mid in plan:
      x = x * (mid and a) + (mid or b or a)
  return x
definitions:
  Step:
    params: { a: int, b: int, mid: int }
    let: { width: mid or b }
    modules: { fc: "Linear(a, width)", out: "Linear(width, b)" }
    forward: return out(fc(x))
`,
    inputs: [[2, 4]],
    keys: [0, 1].flatMap(i => ['fc', 'out'].flatMap(m => [`steps.${i}.${m}.weight`, `steps.${i}.${m}.bias`])),
  },
  {
    what: 'advanced indexing and None, Ellipsis',
    spec: `
inputs: { x: "float32[N, 4, 5]", i: "int64[T]" }
outputs: { a: "float32[N, T, 5]", b: "float32[N, 1, 4]", c: "float32[T, N]" }
forward: |
  return x[:, i], x[..., -1][:, None], x.permute(1, 2, 0)[i, i]
`,
    inputs: [[2, 4, 5], [3]],
  },
  {
    what: 'a module type as a param, enum params, nested lists',
    spec: `
params:
  norm: module = LayerNorm
  act: { type: str, enum: [gelu, relu], default: gelu }
  plan: list[list[int]] = [[4, 6], [6, 4]]
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
modules:
  steps: { type: ModuleList, modules: [ { for: "a, b in plan", type: Step, norm: norm, a: a, b: b, act: act } ] }
forward: |
  for step in steps:
    x = step(x)
  return x
definitions:
  Step:
    params: { norm: module, a: int, b: int, act: { type: str, enum: [gelu, relu], default: relu } }
    modules: { n: { type: norm, normalized_shape: a }, fc: "Linear(a, b)" }
    forward: return gelu(fc(n(x))) if act == "gelu" else relu(fc(n(x)))
`,
    inputs: [[2, 4]],
    keys: [
      'steps.0.n.weight',
      'steps.0.n.bias',
      'steps.0.fc.weight',
      'steps.0.fc.bias',
      'steps.1.n.weight',
      'steps.1.n.bias',
      'steps.1.fc.weight',
      'steps.1.fc.bias',
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
    what: 'integer arithmetic beside floats: what torch promotes',
    spec: `
inputs: { i: "int64[N]" }
outputs: { a: "float32[N]", b: "int64[N]", c: "float32[N]", d: "int64[N]" }
forward: |
  return i * 2.0, i * 2, i / 2, (i + 7) // 2 % 3 - (-i) // 2
`,
    inputs: [[6]],
  },
  {
    what: 'names that are words of TypeScript or members of Module',
    spec: `
params: { class_: int = 3, options: int = 2 }
inputs: { function: "float32[N, 3]" }
outputs: { out: "float32[N, 3]" }
modules: { options_: "Linear(class_, class_)", new: "Linear(3, 3)", length: "Linear(3, 3)" }
forward: |
  var = options_(function) * options
  const = new(var)
  return length(const)
`,
    inputs: [[2, 3]],
    keys: ['options_.weight', 'options_.bias', 'new.weight', 'new.bias', 'length.weight', 'length.bias'],
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
    what: 'sums that start from 0, and tuples that grow in a loop',
    spec: `
inputs: { x: "float32[N, 4]" }
modules: { fc: "Linear(4, 4)" }
forward: |
  total = 0
  ys = ()
  both = (x, x * 3)
  for i in range(3):
    x = fc(x)
    total += x
    ys += (x,)
  for y in [x, x * 2]:
    total = total + y
  first, rest = both[0], both[1:]
  loss = 0.
  for y in both:
    loss = loss + y.mean()
  return F.relu(total), total * loss, first + rest[0], ys
`,
    inputs: [[3, 4]],
  },
  {
    what: 'items of tensors assigned anew, in a forward and in what a buffer starts from, and True as 1',
    spec: `
params: { last: "str = \\"B\\"" }
inputs: { x: "float32[N, 4]" }
buffers:
  mask: |
    mask = torch.ones(4, 4)
    mask[:, 2 + (last == "B"):] = 0
    mask.mul_(2)
    return mask
forward: |
  y = x @ mask
  y[y < 0] = 0
  z = torch.zeros_like(x)
  z.add_(y)
  return z
`,
    inputs: [[3, 4]],
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
    what: "a definition that takes its file's params by self, and slices of a ModuleList",
    spec: `
params: { depth: int = 2, scale: float = 0.5 }
inputs: { x: "float32[N, 4]" }
modules:
  layers: { type: ModuleList, modules: [ { for: _ in range(3), type: Block } ] }
forward: |
  for layer in self.layers[: self.depth]:
    x = layer(x)
  return x
definitions:
  Block:
    modules: { fc: "Linear(4, 4)" }
    forward: return self.fc(x) * self.scale
`,
    inputs: [[3, 4]],
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
    what: 'what raises where it is not reached, generators, named results, and sizes as numbers and slices',
    spec: `
params: { act: "str = \\"relu\\"" }
inputs: { x: "float32[N, 4, H]" }
forward: |
  if x.ndim != 3:
    raise ValueError(f"three dimensions, not {x.ndim}")
  if x.shape[2] % 2 != 0:
    raise ValueError("even")
  if (x > 9).all():
    raise ValueError("small")
  if act == "relu":
    x = relu(x)
  else:
    raise NotImplementedError(act)
  y = sum(x[:, i] for i in range(4))
  best = x.max(dim=1)
  x = torch.cat(tuple(x * i for i in range(2)), dim=1)
  part = slice(0, 2)
  return best.values + y, x.reshape(-1, x.shape[1:].numel()), x[:, part], x * torch.Size([2, 3])[1]
`,
    inputs: [[3, 4, 2]],
  },
  {
    what: "lists as indices, NumPy's names of arguments, chains of in-place methods, and tensors filled anew",
    spec: `
inputs: { x: "float32[N, 4]" }
forward: |
  y = x[:, [2, 0]].sum(axis=1, keepdims=True)
  z = x.clone()
  z.mul_(2).add_(1)
  z[:, [1]] = 0.0
  keep = x.new_empty((x.shape[0],) + (1,) * (x.ndim - 1)).bernoulli_(1.0)
  keep.div_(0.5)
  return torch.concat([y, z], axis=-1) * keep + torch.empty(1).fill_(2)
`,
    inputs: [[3, 4]],
  },
  {
    what: 'names that stand twice in a pattern, locals with the names of options, and keys of alternatives',
    spec: `
params: { out: int = 4 }
inputs: { x: "float32[N, 4, H, W]" }
modules: { first: "One(conv=True)", second: "One(conv=False)" }
forward: |
  _, c, _, _ = x.shape
  x = second(first(x))
  B, H, W, C = x.permute(0, 2, 3, 1).shape
  _, H, W, _ = x.shape
  for _, (_, y) in enumerate(zip([1, 2], [x, x])):
    x = x + y
  return x * c * H / C
definitions:
  One:
    params: { conv: bool }
    modules:
      part:
        - { when: conv, key: "0", type: Conv2d, in_channels: 4, out_channels: 4, kernel_size: 1 }
        - { key: "1", type: BatchNorm2d, num_features: 4 }
    forward: |
      k = self.out
      out = self.part(x)
      return out * k
`,
    inputs: [[2, 4, 2, 3]],
    keys: [
      'first.0.weight',
      'first.0.bias',
      'second.1.weight',
      'second.1.bias',
      'second.1.running_mean',
      'second.1.running_var',
      'second.1.num_batches_tracked',
    ],
  },
  {
    what: 'in-place methods inside larger expressions',
    spec: `
inputs: { x: "float32[N, 4]" }
methods: |
  def f(self, y):
    return relu(y.mul_(2).sub_(0.5)) + y
forward: |
  y = x * 2
  out = []
  for t in [x + 1, x + 2]:
    out.append(t.add_(1) * 1)
    a, b = t.add_(2), t.shape[0]
    out.append(a * b)
  z = torch.cat([y.add_(1), y * 2])
  w = self.f(x + 3)
  y.mul_(2).add_(z.sum())
  ys = [i.add_(1) for i in [y * 1, y * 2]]
  return y.add_(w), z, out, ys
`,
    inputs: [[3, 4]],
  },
  {
    what: 'dict comprehensions, a dict as the result, and names put together by older formats',
    spec: `
inputs: { x: "float32[N, 4]" }
modules:
  layer0: Linear(4, 4)
  layer1: Tanh()
  heads: { type: ModuleDict, modules: { a: "Linear(4, 4)", b: Tanh() } }
forward: |
  for i in range(2):
    x = getattr(self, "layer%d" % i)(x)
    x = getattr(self, "layer{}".format(1 - i))(x)
  outs = {k: m(x) for k, m in heads.items()}
  scaled = {f"{k}2": v * 2 for k, v in outs.items() if k != "b"}
  return {"a": outs["a"] + outs["b"], "scaled": scaled["a2"], "both": [x, x + 1]}
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
    what: 'floats with integral values make tensors of floats, also beside integers',
    spec: `
params: { scale: "float = 2.0" }
inputs: { i: "int64[N, 4]" }
outputs: { a: "float32[N, N]", b: "float32[]", c: "float32[4]", d: "float32[N, 4]", e: "float32[N, 4]", f: "float32[N, 4]" }
forward: |
  n = i.shape[0]
  mask = torch.full((n, n), torch.finfo(torch.float32).min)
  a = mask.masked_fill(torch.arange(n) < torch.arange(n)[:, None], 0)
  return a, torch.tensor(scale), torch.full((4,), -1e9), i * scale, i + math.sqrt(4), torch.clamp(i, min=scale)
`,
    inputs: [[3, 4]],
    shapes: [[3, 3], [], [4], [3, 4], [3, 4], [3, 4]],
  },
  {
    what: 'functions of torch in a list, each called in turn',
    spec: `
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 20]" }
forward: |
  out = [x]
  for f in 2.0 ** torch.linspace(0.0, 1.0, 2):
    for p in [torch.sin, torch.cos]:
      out.append(p(x * f))
  a, b = x.split(split_size=[1, 3], dim=-1)
  out[0] = torch.cat([b, a], -1)
  return torch.cat(out, -1)
`,
    inputs: [[3, 4]],
    shapes: [[3, 20]],
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
