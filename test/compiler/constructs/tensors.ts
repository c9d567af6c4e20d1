/** Tensors: those that a model declares, their dtypes, sizes and indices. */
import type { Construct } from './construct.ts'

export const TENSORS: readonly Construct[] = [
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
    what: 'variables that hold a tensor and then a list, or a list and then a tensor',
    spec: `
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
functions: |
  def halves(xs, n=2):
    xs = torch.cat([v / n for v in xs], dim=0)
    return xs
forward: |
  outputs, last = [], []
  for i in range(2):
    outputs.append(x * i)
    last.append(x)
  outputs = torch.cat(outputs, dim=1)
  x = [x, outputs[:, :4]]
  x = [v + 1 for v in x]
  return halves(x).sum(dim=0, keepdim=True) + last[1] + outputs.mean()
`,
    inputs: [[3, 4]],
  },
  {
    what: 'what code for older PyTorch says: devices, Variables and classes of tensors',
    spec: `
inputs: { x: "float32[N, 3]" }
outputs: { y: "float32[N, 3]" }
parameters: { w: "torch.FloatTensor(3, 3).fill_(0.5)", b: "torch.Tensor([0.1, 2.0, -3.0])" }
forward: |
  n = x.size(0)
  h = Variable(torch.zeros(n, 3, device=device)).to(self.device)
  if x.is_cuda:
    h = h.cuda()
  i = torch.LongTensor([0, 2, 1]).to(device)
  s = torch.autograd.Variable(torch.FloatTensor(n).zero_(), requires_grad=False)
  return (x @ self.w + self.b + h)[:, i] * 2 + s.unsqueeze(1)
`,
    inputs: [[2, 3]],
  },
  {
    what: 'a mask that fills a tensor, tensors that are made anew, and functions of math',
    spec: `
params: { limit: float = float("inf") }
inputs: { x: "float32[N, 6]", mask: "int64[N, 6]" }
outputs: { y: "float32[N, 6]" }
forward: |
  energies = x * 2
  energies.masked_fill_(mask == 0, -float("inf"))
  h = x.new(x.size(0), math.gcd(12, x.size(1))).fill_(1)
  w = Variable(x.data.new(2, 6).zero_())
  if math.isinf(limit) and not math.isnan(limit):
    h = h + w.sum(0)
  return F.softmax(energies, dim=1) + h
`,
    inputs: [
      [3, 6],
      [3, 6],
    ],
  },
  {
    what: 'the transposes that are attributes, and sizes of broadcast_to as they come',
    spec: `
inputs: { x: "float32[N, 4, 5]" }
forward: |
  a = x[0].T @ x[0].H.T
  b = x.mT @ x.mH.mT
  y = x[:, :1].broadcast_to(x.shape[0], 4, 5) + torch.broadcast_to(x[:, :, :1], x.shape)
  return a, b, y
`,
    inputs: [[2, 4, 5]],
  },
]
