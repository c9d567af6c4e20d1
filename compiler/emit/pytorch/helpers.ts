/** Functions and classes that some files need beside what PyTorch has. Each is written only where it is used. */
import { type Code, printed } from './code.ts'

const stochasticDepth = `def stochastic_depth(input, p, mode, training=True):
    """Drops whole samples (mode "row") or the whole batch with probability p, as torchvision.ops does."""
    if not training or p == 0.0:
        return input
    samples = input.shape[0] if mode == "row" else 1
    size = [samples] + [1] * (input.ndim - 1)
    noise = torch.empty(size, dtype=input.dtype, device=input.device).bernoulli_(1.0 - p)
    return input * (noise / (1.0 - p) if p < 1.0 else noise)`

const stochasticDepthModule = `class StochasticDepth(nn.Module):
    """Drops whole samples (mode "row") or the whole batch with probability p, as torchvision.ops does."""

    def __init__(self, p: float, mode: str):
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return stochastic_depth(x, self.p, self.mode, self.training)`

const withModules = `def with_modules(container, modules):
    """The container, with modules under keys of their own."""
    for key, module in modules:
        container.add_module(key, module)
    return container`

const trainable = `def trainable(module: nn.Module, yes: bool) -> nn.Module:
    """The module, frozen unless it is to be trained."""
    return module if yes else module.requires_grad_(False)`

const either = (name: string): string => `def ${name}_of(first, *args, **kwargs):
    """Python's ${name} of numbers and lists, torch's of tensors."""
    call = torch.${name} if isinstance(first, torch.Tensor) else ${name}
    return call(first, *args, **kwargs)`

/** In the order of the file. */
const helpers: readonly (readonly [string, string])[] = [
  ...['abs', 'all', 'any', 'max', 'min', 'pow', 'round', 'sum'].map(n => [`${n}_of`, either(n)] as const),
  ['trainable', trainable],
  ['with_modules', withModules],
  ['stochastic_depth', stochasticDepth],
  ['StochasticDepth', stochasticDepthModule],
]

export function helpersFor(needed: ReadonlySet<string>): readonly Code[] {
  const wanted = new Set(needed)
  if (wanted.has('StochasticDepth')) wanted.add('stochastic_depth')
  return helpers.filter(([name]) => wanted.has(name)).map(([, text]) => printed(text))
}
