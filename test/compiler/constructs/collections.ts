/** Lists, tuples and dicts, loops over them, and what loops and branches leave by. */
import type { Construct } from './construct.ts'

export const COLLECTIONS: readonly Construct[] = [
  {
    what: 'a list that a generator extends while it reads it, and places that are counted from the end',
    spec: `
params: { last: int = -1 }
inputs: { x: "float32[N, 4]" }
modules: { ms: { type: ModuleList, modules: [ "Linear(4, 4)", "Linear(4, 4)" ] } }
forward: |
  y = [x]
  y.extend(m(y[-1]) for m in self.ms)
  y.extend(y[-1] * i + len(y) for i in range(3) if i != 1)
  for f in (0, -2):
    x = x + y[f]
  return x + y[last], y
`,
    inputs: [[2, 4]],
    others: [{ last: -3 }],
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
    what: 'lists of names that a block extends for those that gave them, as pyramids of features do',
    spec: `
inputs: { x: "float32[N, 4, 8, 8]" }
modules: { fpn: Fpn() }
functions: |
  def named(names, more):
    names += more
    return names
forward: |
  features = [x, x * 2]
  names = ["0", "1"]
  out, names = self.fpn(features, names)
  names = named(names, ["last"])
  return out[2] * len(names), [y * len(name) for name, y in zip(names, out)]
definitions:
  Fpn:
    inputs: [ xs, names ]
    modules: { pool: Pool() }
    forward: |
      results = []
      for x in xs:
        results.append(x + 1)
      results, names = self.pool(results, names)
      return results, names
  Pool:
    inputs: [ x, names ]
    forward: |
      names.append("pool")
      x.append(F.max_pool2d(x[-1], 1, 2, 0))
      return x, names
`,
    inputs: [[2, 4, 8, 8]],
  },
]
