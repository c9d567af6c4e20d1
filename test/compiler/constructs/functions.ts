/** Functions that are held as values, and code that only other params reach. */
import type { Construct } from './construct.ts'

export const FUNCTIONS: readonly Construct[] = [
  {
    what: 'functions of torch and of the author that params choose, in variables, dicts and arguments',
    spec: `
params: { act: str = "gelu", mode: str = "a" }
inputs: { x: "float32[N, 4]" }
functions: |
  def swish(x, beta=1.0):
    return x * torch.sigmoid(beta * x)
  def apply(x, f, g):
    return g(f(x))
methods: |
  def forward_a(self, x, scale=1.0):
    return x * scale
  def forward_b(self, x, scale=1.0):
    return x + scale
forward: |
  f = F.leaky_relu if act == "leaky" else F.gelu
  h = swish if act == "swish" else F.tanh
  x = f(x) + h(x)
  x = {"leaky": F.leaky_relu, "gelu": F.gelu, "swish": F.relu}[act](x)
  x = (F.relu if act == "leaky" else F.silu)(x)
  k = self.forward_a if mode == "b" else self.forward_b
  x = apply(x, F.relu, h) + k(x)
  return getattr(self, f"forward_{mode}")(x, scale=2.0)
`,
    inputs: [[2, 4]],
    others: [{ act: 'leaky' }, { act: 'swish', mode: 'b' }],
  },
  {
    what: 'isinstance of plain values, lists, tensors and modules, hasattr, and dicts of pairs',
    spec: `
params: { k: int = 3, skip: bool = False }
inputs: { x: "float32[N, 4]" }
let: { plan: "[-1, [0, 1], 2]" }
functions: |
  def pad(k, p=None):
    if p is None:
      p = k // 2 if isinstance(k, int) else [x // 2 for x in k]
    return p
  def both(x):
    if isinstance(x, (list, tuple)):
      return sum(x)
    return x
modules:
  a: Block(4)
  items: { type: ModuleList, modules: [ "Linear(4, 4)", "Block(4)", "ReLU()" ] }
  skip: { when: skip, type: Identity }
forward: |
  n = pad(k)
  ys = [x]
  for f in plan:
    y = ys[f] if isinstance(f, int) else [ys[j] for j in f]
    ys.append(both(y) * n)
    ys.append(x)
  for m in self.items:
    if isinstance(m, nn.Linear):
      x = x + m.weight.sum()
    elif isinstance(m, (Block, nn.Identity)):
      x = m(x) * 2
    else:
      x = m(x)
  d = OrderedDict([(str(i), v) for i, v in enumerate(ys)])
  e = dict(d, last=x)
  if hasattr(self, "skip"):
    x = self.skip(x) * 2
  if hasattr(self, "nothing"):
    x = x * 3
  return self.a([x, e["last"], d["0"]]), self.a(x), list(d.values())[-1]
definitions:
  Block:
    params: { dim: int }
    forward: |
      def forward(self, input):
        if isinstance(input, torch.Tensor):
          prev = [input]
        else:
          prev = input
        return torch.cat(prev, 1)[:, :4]
`,
    inputs: [[2, 4]],
    others: [{ skip: true }],
  },
  {
    what: 'getattr of tensors, params and optional members, by names that are computed and such that are not',
    spec: `
params: { slope: float = 0.2, deep: bool = False }
inputs: { x: "float32[N, 4]" }
modules:
  ws: { type: Module, parameters: { "0": "ones(4) * 3", "1": "ones(4) * 2" } }
  fc1: Linear(4, 4)
  fc2: { when: deep, type: Linear, in_features: 4, out_features: 4 }
parameters: { w1: 1.5 * ones(4) }
buffers: { b0: 2.5 * ones(4), b1: ones(4) }
forward: |
  for i in range(2):
    x = x * getattr(ws, f"{i}") + getattr(self, f"b{i}")
    fc = getattr(self, f"fc{i + 1}")
    if fc is not None:
      x = fc(x)
  last = getattr(self, f"fc{len([1, 2, 3])}", None)
  return x * getattr(self, "w1") * getattr(self, "slope") if last is None else x
`,
    inputs: [[2, 4]],
    others: [{ deep: true, slope: 0.5 }],
  },
  {
    what: 'blocks and methods that nothing reaches by default, tuples in variables, and None in branches never taken',
    spec: `
params: { drop: float = 0.0, scale: float = 0.0, pool: bool = False }
inputs: { x: "float32[N, 4]" }
modules:
  att: Attention(4)
  gate: [ { when: scale > 0, type: Scale, dim: 4, init: scale, inplace: true }, { type: Identity } ]
  path: [ { when: drop > 0, type: DropPath, drop_prob: drop }, { type: Identity } ]
methods: |
  def pooled(self, x, mask=None, factor=2.0):
    if mask is not None:
      x = x.masked_fill(mask[:, None], 0.0)
    shape = (x.shape[0],) + (1,) * (x.ndim - 1)
    return x.sum(-1).view(shape) * factor
forward: |
  y, bias = self.att(x)
  y = self.path(self.gate(y))
  if self.pool:
    y = self.pooled(y)
  outputs = (y,)
  return outputs + (bias,)
definitions:
  Scale:
    params: { dim: int, init: float = 1e-5, inplace: bool = False }
    parameters: { gamma: init * ones(dim) }
    forward: "return x.mul_(self.gamma) if self.inplace else x * self.gamma"
  DropPath:
    params: { drop_prob: float = 0.0, scale_by_keep: bool = True }
    forward: |
      if self.drop_prob == 0. or not self.training:
        return x
      keep_prob = 1 - self.drop_prob
      shape = (x.shape[0],) + (1,) * (x.ndim - 1)
      random_tensor = x.new_empty(shape).bernoulli_(keep_prob)
      if keep_prob > 0.0 and self.scale_by_keep:
        random_tensor.div_(keep_prob)
      return x * random_tensor
  Attention:
    params: { dim: int }
    modules: { proj: "Linear(dim, dim)" }
    forward: |
      def forward(self, x, bias=None, state=None, want=None):
        length = x.shape[0] if x is not None else state.shape[1]
        if want is None:
          want = self.proj.weight.shape[0]
        if bias is None:
          bias = torch.zeros_like(x)
        outputs = (self.proj(x) + bias, bias)
        return outputs
`,
    inputs: [[2, 4]],
    others: [{ scale: 0.5 }, { drop: 0.25 }, { pool: true }],
  },
  {
    what: 'convolutions with a group for each sample, whose weights are modulated by it',
    spec: `
inputs: { x: "float32[N, 4, 6, 6]", s: "float32[N, 4]" }
parameters: { weight: "randn(5, 4, 3, 3)", up: "randn(4, 5, 2, 2)" }
forward: |
  batch, channels, height, width = x.shape
  w = self.weight.unsqueeze(0) * s[:, None, :, None, None]
  image = x.view(1, batch * channels, height, width)
  y = F.conv2d(image, w.view(batch * 5, channels, 3, 3), padding=1, groups=batch)
  u = (self.up * s[:, :, None, None, None]).reshape(batch * channels, 5, 2, 2)
  z = F.conv_transpose2d(image, u, stride=2, groups=batch)
  return y.view(batch, 5, height, width), z.view(batch, 5, height * 2, width * 2)
`,
    inputs: [
      [2, 4, 6, 6],
      [2, 4],
    ],
  },
]
