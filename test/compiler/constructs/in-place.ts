/** What changes a tensor in place, which rebinds names here. */
import type { Construct } from './construct.ts'

export const IN_PLACE: readonly Construct[] = [
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
    what: 'mutable buffers changed in place, as averages over steps are',
    spec: `
inputs: { x: "float32[N, 4]" }
buffers:
  ema: { init: "ones(4)", mutable: true }
  steps: { init: "zeros(1)", mutable: true }
forward: |
  self.steps.add_(1)
  steps.mul_(2)
  if self.training:
    mean = x.mean(0)
    self.ema.data.mul_(0.5).add_(mean, alpha=0.5)
    self.ema += mean
    twice = self.steps.mul_(2) * 2
  return x * self.ema + self.steps
`,
    inputs: [[3, 4]],
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
    what: 'items of mutable buffers assigned anew, as queues and memories are',
    spec: `
inputs: { x: "float32[N, 4]" }
buffers:
  queue: { init: "zeros(3, 4)", mutable: true }
  steps: { init: "zeros(1)", mutable: true }
forward: |
  self.queue[:, 1:3] = 2.0
  self.queue[0] += x.mean(0)
  steps[0] = 5
  self.queue.data[2] = 1
  x = x * 1
  x.data[0] = 2
  return x @ self.queue.t() + self.steps
`,
    inputs: [[3, 4]],
  },
  {
    what: 'copy_ into tensors and buffers, broadcast and cast, and one item of a result changed beside another',
    spec: `
inputs: { x: "float32[N, 4]" }
buffers:
  last: { init: "zeros(4)", mutable: true }
forward: |
  whole = torch.zeros(x.shape[0], 4, dtype=torch.int64)
  whole.copy_(x * 3)
  row = torch.zeros_like(x).copy_(x[0])
  same = torch.zeros_like(x)
  same.copy_(x)
  same += 1
  self.last.copy_(x.mean(0))
  outputs = (x + 1, x + 2)
  a = outputs[0]
  a += 1
  parts = {"a": x * 2, "b": x * 3}
  parts["a"].mul_(2)
  return whole + row, same + x, self.last * a + outputs[1], parts["b"]
`,
    inputs: [[3, 4]],
  },
]
