/** Definitions, and params as they see them. */
import type { Construct } from './construct.ts'

export const DEFINITIONS: readonly Construct[] = [
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
]
