/** Names that something else has already. */
import type { Construct } from './construct.ts'

export const NAMES: readonly Construct[] = [
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
    what: 'functions of torch.linalg that torch has too, with another meaning, also where no branch reaches them',
    spec: `
params: { own: bool = False }
inputs: { x: "float32[N, 3, 3]" }
outputs: { y: "float32[N, 3, 3]", size: "float32[N]" }
forward: |
  norms = [torch.linalg.norm, torch.linalg.vector_norm]
  size = torch.linalg.norm(x, ord=1, dim=(1, 2)) + norms[0](x) * norms[1](x)
  y = torch.linalg.cross(x, x.roll(1, dims=0)) + torch.linalg.inv(x + 5 * torch.eye(3))
  if own:
    y = torch.linalg.cross(x, y) + torch.special.ndtr(x)
  return torch.cummax(y, 1).values, size
`,
    inputs: [[2, 3, 3]],
  },
]
