/** What a forward may not do: every refusal names its rewrite, underlines the culprit, and has a control that is accepted. */
import { tensor } from 'holdfast/runtime'
import { describe, expect, it } from 'vitest'
import { SpecModule } from '../../compiler/link/instantiate.ts'
import { compileText, underlined, withForward } from './compile-text.ts'

interface Case {
  readonly why: string
  readonly bad: string
  readonly expected: readonly string[]
  /** A word of the hint. */
  readonly hint?: string
  readonly good: string
}

const cases: readonly Case[] = [
  {
    why: 'isinstance of what is no class here, once',
    bad: 'return x * 2 if isinstance(x, np.ndarray) else x',
    expected: ['forward/introspection: isinstance(x, np.ndarray)'],
    hint: 'classes of torch.nn and definitions of this file',
    good: 'return x * 2 if isinstance(x, torch.Tensor) else x',
  },
  {
    why: 'print, which has nothing to show while a model is compiled',
    bad: 'print(x.shape)\nreturn x',
    expected: ['forward/introspection: print'],
    hint: 'holdfast graph',
    good: 'return x',
  },
  {
    why: 'einops and its functions',
    bad: 'return rearrange(x, "b c h w -> b (h w) c")',
    expected: ['forward/package: rearrange'],
    hint: 'x.flatten(2).transpose(1, 2)',
    good: 'return x.flatten(2).transpose(1, 2)',
  },
  {
    why: 'packed sequences, by any name',
    bad: 'y = nn.utils.rnn.pack_padded_sequence(x, 2)\nreturn pad_packed_sequence(y)',
    expected: ['forward/package: nn.utils.rnn.pack_padded_sequence', 'forward/package: pad_packed_sequence'],
    hint: 'give the padded batch to the module itself',
    good: 'return x',
  },
  {
    why: 'functions of torch whose results have sizes that depend on data',
    bad: 'return torch.unique(x)',
    expected: ['forward/data: torch.unique'],
    hint: 'keep the shape',
    good: 'return x.flatten().sort().values',
  },
  {
    why: 'a raise that evaluation comes to, with what it says',
    bad: 'if x.ndim != 3:\n  raise ValueError(f"three dimensions, not {x.ndim}")\nreturn x',
    expected: ['flow/raise: raise ValueError(f"three dimensions, not {x.ndim}")'],
    good: 'if x.ndim != 4:\n  raise ValueError("four dimensions")\nif x.shape[2] % 2 != 0:\n  raise ValueError("even")\nreturn x',
  },
  {
    why: 'a class of torch.nn in an expression',
    bad: 'act = Hardswish if x.ndim == 4 else ReLU\nreturn x',
    expected: ['name/unknown: Hardswish'],
    hint: 'alternatives with when:',
    good: 'return x',
  },
  {
    why: 'the children of a module, which have no order of their own in a spec',
    bad: 'for m in self.children():\n  x = m(x)\nreturn x',
    expected: ['name/member: children'],
    hint: 'ModuleList',
    good: 'for m in [self.conv]:\n  x = m(x)\nreturn x',
  },
  {
    why: 'a format of a value in a text, which would make another name',
    bad: 'return getattr(self, f"con{1:02d}")(x)',
    expected: ['value/invalid: {1:02d}'],
    hint: 'the value alone',
    good: 'return getattr(self, "con%s" % "v")(x)',
  },
  {
    why: 'fields of format that have names or widths',
    bad: 'return getattr(self, "con{a}".format(a="v"))(x)',
    expected: ['call/arguments: "con{a}".format(a="v")'],
    hint: 'f-string',
    good: 'return getattr(self, "con{}".format("v"))(x)',
  },
  {
    why: 'a misspelt training',
    bad: 'return x * 2 if self.trainning else x',
    expected: ['name/member: trainning'],
    hint: "'training'",
    good: 'return x * 2 if self.training else x',
  },
  {
    why: 'a name that does not exist is named, with the nearest that does',
    bad: 'return cnov(x)',
    expected: ['name/unknown: cnov'],
    hint: "'conv'",
    good: 'return conv(x)',
  },
  {
    why: 'a local that is read before it has a value',
    bad: 'y = conv + 1\nconv = x\nreturn y',
    expected: ['name/unbound: conv'],
    hint: 'self.conv',
    good: 'y = self.conv(x) + 1\nconv = x\nreturn y',
  },
  {
    why: 'a member that does not exist',
    bad: 'return self.cov(x)',
    expected: ['name/member: cov'],
    hint: "'conv'",
    good: 'return self.conv(x)',
  },
  {
    why: 'a tensor method that does not exist',
    bad: 'return x.relo()',
    expected: ['name/attribute: relo'],
    hint: "'relu'",
    good: 'return x.relu()',
  },
  {
    why: 'an if on the elements of a tensor',
    bad: 'if x.sum() > 0:\n  return x\nreturn -x',
    expected: ['flow/data: x.sum() > 0'],
    hint: 'where',
    good: 'return where(x.sum() > 0, x, -x)',
  },
  {
    why: 'an if on a size of the inputs',
    bad: 'if x.shape[2] % 2 == 0:\n  x = conv(x)\nreturn x',
    expected: ['flow/size: x.shape[2] % 2 == 0'],
    hint: 'dims',
    good: 'n = 1 if x.shape[2] % 2 == 0 else 2\nreturn x * n',
  },
  {
    why: 'a loop over a batch',
    bad: 'y = []\nfor sample in x:\n  y.append(sample)\nreturn stack(y)',
    expected: ['flow/loop: x'],
    hint: 'batched',
    good: 'y = []\nfor channel in x.transpose(0, 1):\n  y.append(channel)\nreturn stack(y)',
  },
  {
    why: 'range over a size',
    bad: 'for i in range(x.shape[3]):\n  x = x + i\nreturn x',
    expected: ['flow/loop: range(x.shape[3])'],
    hint: 'param',
    good: 'for i in range(x.shape[1]):\n  x = x + i\nreturn x',
  },
  {
    why: 'a loop that takes too long, named with its count',
    bad: 'for i in range(1000000):\n  y = 1 + 2 + 3 + 4\nreturn x',
    expected: ['flow/limit: for i in range(1000000):\n    y = 1 + 2 + 3 + 4'],
    hint: '1000000',
    good: 'for i in range(1000):\n  y = 1 + 2 + 3 + 4\nreturn x',
  },
  {
    why: 'a module made inside of the forward',
    bad: 'return nn.ReLU()(x)',
    expected: ['forward/module: nn.ReLU()'],
    hint: 'modules:',
    good: 'return F.relu(x)',
  },
  {
    why: 'reading an element',
    bad: 'return x * x.max().item()',
    expected: ['forward/data: item'],
    hint: 'an input or a param',
    good: 'return x * x.max()',
  },
  {
    why: 'indexing by a mask',
    bad: 'return x[x > 0]',
    expected: ['forward/mask-index: x > 0'],
    hint: 'where',
    good: 'return where(x > 0, x, 0)',
  },
  {
    why: 'nonzero',
    bad: 'return x.nonzero()',
    expected: ['forward/data: nonzero'],
    good: 'return (x != 0).float()',
  },
  {
    why: 'isinstance of a class that no definition has',
    bad: 'if isinstance(skip, Block):\n  x = x + 1\nreturn x',
    expected: ['forward/introspection: isinstance(skip, Block)'],
    hint: 'is not None',
    good: 'if isinstance(skip, nn.Identity):\n  x = x + 1\nreturn x',
  },
  {
    why: 'numpy',
    bad: 'return x * np.sqrt(2)',
    expected: ['forward/package: np'],
    good: 'return x * math.sqrt(2)',
  },
  {
    why: 'assignment to an attribute that is no mutable buffer',
    bad: 'self.fixed = x.mean(dim=(0, 2, 3))\nreturn x',
    expected: ['forward/assign: self.fixed'],
    hint: 'mutable: true',
    good: 'self.count = x.mean(dim=(0, 2, 3))\nreturn x',
  },
  {
    why: 'a mutable buffer of another shape',
    bad: 'self.count = x.mean(dim=(2, 3))\nreturn x',
    expected: ['type/kind: self.count'],
    good: 'self.count = x.mean(dim=(0, 2, 3))\nreturn x',
  },
  {
    why: 'an in-place operation on memory that is used later under another name',
    bad: 'y = x + 1\nz = y\ny += 1\nreturn y * z',
    expected: ['forward/alias: y += 1'],
    hint: 'clone() y',
    good: 'y = x + 1\nz = y\ny = y + 1\nreturn y * z',
  },
  {
    why: 'an in-place operation on a view whose base is used later',
    bad: 'y = x + 1\nz = y.view(-1)\nz *= 2\nreturn y',
    expected: ['forward/alias: z *= 2'],
    good: 'y = x + 1\nz = y.view(-1)\nz *= 2\nreturn z',
  },
  {
    why: 'an in-place function whose operand is used again',
    bad: 'y = x + 1\nz = F.relu(y, inplace=True)\nreturn y + z',
    expected: ['forward/alias: F.relu(y, inplace=True)'],
    hint: 'clone() y',
    good: 'y = x + 1\ny = F.relu(y, inplace=True)\ny += x\ny = F.relu(y, inplace=True)\nreturn y',
  },
  {
    why: 'an in-place function whose operand is still waiting in the same expression',
    bad: 'y = x + 1\nreturn cat([y, F.relu(y, inplace=True)], dim=1)',
    expected: ['forward/alias: F.relu(y, inplace=True)'],
    good: 'y = x + 1\nreturn cat([conv(y), F.relu(y, inplace=True)], dim=1)',
  },
  {
    why: 'an in-place method whose tensor is still waiting in the same expression',
    bad: 'y = x + 1\nz = y + y.mul_(2)\nreturn cat([y.add_(1), y.mul_(2)], dim=1), z',
    expected: ['forward/alias: y.mul_(2)', 'forward/alias: y.mul_(2)'],
    good: 'y = x + 1\nz = cat([y.add_(1), y * 2], dim=1)\nreturn y.add_(1) + y, z',
  },
  {
    why: 'an in-place method while a view of its tensor is still waiting in the same expression',
    bad: 'y = x + 1\nreturn cat([y.view(-1), y.add_(1).view(-1)]), (y[0] + y.mul_(2)[0]).sum()',
    expected: ['forward/alias: y.add_(1)', 'forward/alias: y.mul_(2)'],
    good: 'y = x + 1\nreturn cat([(y * 2).view(-1), y.add_(1).view(-1)]), (y[0] * 2 + y.mul_(2)[0]).sum()',
  },
  {
    why: 'an in-place method that each round of a comprehension repeats',
    bad: 'y = x + 1\nreturn [y.add_(i) for i in range(2)]',
    expected: ['forward/alias: y.add_(i)'],
    good: 'return [y.add_(1) for y in [x + 1, x + 2]]',
  },
  {
    why: 'an in-place operation whose other name gets a new value on some paths only',
    bad: 'y = x + 1\nz = y\ny += 1\nif mask is not None:\n  z = x\nreturn y * z',
    expected: ['forward/alias: y += 1'],
    good: 'y = x + 1\nz = y\ny += 1\n(z, _) = (x, y)\nreturn y * z',
  },
  {
    why: 'an in-place operation on what the next round of a loop reads',
    bad: 'y = x + 1\nfor b in blocks:\n  z = b(y)\n  z = y\n  z += 1\nreturn z',
    expected: ['forward/alias: z += 1'],
    good: 'y = x + 1\nfor b in blocks:\n  z = y\n  z += 1\n  y = b(z)\nreturn z',
  },
  {
    why: 'an in-place operation on a parameter',
    bad: 'g = gain\ng += 1\nreturn x * g[:, None, None]',
    expected: ['forward/assign: g += 1'],
    good: 'g = gain + 1\nreturn x * g[:, None, None]',
  },
  {
    why: 'an in-place operation on one item of a result, which is read later there, or as part of the whole',
    bad: 'o = (x + 1, x + 2)\na = o[0]\na += 1\nb = o[1]\nb += 1\nfor t in o:\n  a = a + t\nreturn a + o[0]',
    expected: ['forward/alias: a += 1', 'forward/alias: b += 1'],
    good: 'o = (x + 1, x + 2)\na = o[0]\na += 1\nb = o[1]\nb += 1\nreturn a + b',
  },
  {
    why: 'an in-place operation on a view of a parameter',
    bad: 'g = gain.view(-1)\ng += 1\nreturn x * g[:, None, None]',
    expected: ['forward/assign: g += 1'],
    good: 'g = gain.view(-1) * 1\ng += 1\nreturn x * g[:, None, None]',
  },
  {
    why: 'an in-place operation on another name or a part of a mutable buffer, which the next call reads',
    bad: 'y = self.count\ny += 1\nz = self.count\nz.add_(1)\nv = self.count.view(-1)\nv[0] = 1\nself.count[:3].mul_(2)\nreturn x',
    expected: [
      'forward/alias: y += 1',
      'forward/alias: z.add_(1)',
      'forward/alias: v[0]',
      'forward/alias: self.count[:3].mul_(2)',
    ],
    good: 'y = self.count.clone()\ny += 1\nself.count.add_(1)\nself.count += 1\nself.count[:3] *= 2\nreturn x * y.sum()',
  },
  {
    why: 'an in-place operation on what a buffer has been set to',
    bad: 'y = x.sum((0, 2, 3))\nself.count = y\ny += 1\nreturn x',
    expected: ['forward/alias: y += 1'],
    good: 'y = x.sum((0, 2, 3))\nself.count = y\nself.count = y + 1\ny += 1\nreturn x',
  },
  {
    why: 'unpacking the wrong number of values',
    bad: 'a, b = x.shape\nreturn x',
    expected: ['value/unpack: a, b'],
    good: 'n, c, h, w = x.shape\nreturn x',
  },
  {
    why: 'a list index out of range',
    bad: 'L = [1, 2]\nreturn x * L[2]',
    expected: ['value/index: 2'],
    good: 'L = [1, 2]\nreturn x * L[1]',
  },
  {
    why: 'wrong channels',
    bad: 'return conv(down(x))',
    expected: ['shape/mismatch: conv(down(x))'],
    good: 'return conv(conv(x))',
  },
  {
    why: 'wrong features',
    bad: 'return fc(x)',
    // H may be 8: this runs for some sizes only, which is a note and no error.
    expected: [],
    good: 'return fc(x.transpose(1, 3))',
  },
  {
    why: 'a linear layer on a dim that never fits',
    bad: 'return fc(x.flatten(1).unsqueeze(-1))',
    expected: ['shape/mismatch: fc(x.flatten(1).unsqueeze(-1))'],
    good: 'return fc(x.permute(0, 2, 3, 1))',
  },
  {
    why: 'shapes that do not broadcast',
    bad: 'return x + gain',
    expected: [],
    good: 'return x + gain[:, None, None]',
  },
  {
    why: 'shapes that never broadcast',
    bad: 'return gain + ones(7)',
    expected: ['shape/mismatch: gain + ones(7)'],
    good: 'return gain + ones(8)',
  },
  {
    why: 'a view of another size',
    bad: 'return gain.view(3, 3)',
    expected: ['shape/mismatch: gain.view(3, 3)'],
    good: 'return gain.view(2, 4)',
  },
  {
    why: 'a dim out of range',
    bad: 'return x.mean(dim=4)',
    expected: ['shape/range: x.mean(dim=4)'],
    good: 'return x.mean(dim=3)',
  },
  {
    why: 'an argument that a function does not have',
    bad: 'return softmax(x, dims=1)',
    expected: ['argument/unknown: softmax(x, dims=1)'],
    hint: 'dim',
    good: 'return softmax(x, dim=1)',
  },
  {
    why: 'floats as indices',
    bad: 'return gain[x]',
    expected: ['dtype/mismatch: gain[x]'],
    good: 'return gain[x.long()]',
  },
  {
    why: 'a call of what cannot be called',
    bad: 'return x(1)',
    expected: ['type/call: x'],
    good: 'return x * 1',
  },
  {
    why: 'a ModuleList has no forward',
    bad: 'return blocks(x)',
    expected: ['type/call: blocks(x)'],
    good: 'for b in blocks:\n  x = b(x)\nreturn x',
  },
  {
    why: 'a member that is absent for these params',
    bad: 'return skip(x)',
    expected: ['type/call: skip'],
    good: 'return skip(x) if skip else x',
  },
  {
    why: 'a definition without return',
    bad: 'y = conv(x)',
    expected: ['flow/return: y = conv(x)'],
    good: 'y = conv(x)\nreturn y',
  },
  {
    why: 'an operator on things that it does not apply to',
    bad: 'n = [1] + 2\nreturn x',
    expected: ['type/operand: [1] + 2'],
    good: 'n = [1] + [2]\nreturn x',
  },
  {
    why: 'dropout that stays active',
    bad: 'return F.dropout(x, 0.1)',
    expected: ['forward/dropout: F.dropout'],
    hint: 'training=training',
    good: 'return F.dropout(x, 0.1, training=training)',
  },
]

describe('refused in a forward', () => {
  it.each(cases)('$why', ({ bad, expected, hint }) => {
    const { problems } = compileText(withForward(bad))
    expect(problems.map(underlined)).toEqual(expected)
    if (hint !== undefined) expect(problems[0]?.hint).toContain(hint)
  })

  it.each(cases)('accepted instead: $why', ({ good }) => {
    const { problems, model } = compileText(withForward(good))
    expect(problems.map(d => `${underlined(d)} ${d.message}`)).toEqual([])
    expect(model).not.toBeNull()
  })
})

describe('many mistakes', () => {
  it('ten in one forward are ten diagnostics, each at its place', () => {
    const { problems } = compileText(
      withForward(`a = cnov(x)
b = self.nothing
c = conv(down(x))
d = x.item()
e = gain.view(3, 3)
f = [1] + 2
g = x[x > 0]
h = x.mean(dim=7)
i = nn.ReLU()(x)
if x.sum() > 0:
  j = 1
return a + b + c + d + e + f + g + h + i + j`),
    )
    expect(problems.map(underlined)).toEqual([
      'name/unknown: cnov',
      'name/member: nothing',
      'shape/mismatch: conv(down(x))',
      'forward/data: item',
      'shape/mismatch: gain.view(3, 3)',
      'type/operand: [1] + 2',
      'forward/mask-index: x > 0',
      'shape/range: x.mean(dim=7)',
      'forward/module: nn.ReLU()',
      'flow/data: x.sum() > 0',
    ])
  })

  it('a mistake in a definition that is used often is reported once', () => {
    const { problems } = compileText(`holdfast: 1
model: Often
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
modules:
  blocks: { type: Sequential, modules: [ { for: _ in range(5), type: Block } ] }
forward: return blocks(x)
definitions:
  Block:
    modules: { fc: "Linear(5, 4)" }
    forward: return fc(x)
`)
    expect(problems.map(underlined)).toEqual(['shape/mismatch: fc(x)'])
    expect(problems[0]!.label).toContain('blocks.0')
  })
})

describe('sizes that fit sometimes', () => {
  it('are a note and a guard, not an error', () => {
    const { model, notes } = compileText(withForward('return fc(x)'))
    expect(notes.map(underlined)).toEqual(['shape/guard: fc(x)'])
    expect(model!.graph.guards).toHaveLength(1)
  })

  it('are proved where dims say enough', () => {
    const text = withForward('return fc(x)', 'dims: { W: { min: 8, max: 8 } }\n')
    expect(compileText(text).notes).toEqual([])
  })
})

describe('when a model runs', () => {
  const text = `holdfast: 1
model: M
dims: { W: { multiple_of: 4, max: 8 } }
inputs: { x: "float32[N, W]" }
outputs: { y: "float32[N, W]" }
forward: return x + 1
`
  const run = (shape: readonly number[]): unknown => {
    const { model } = compileText(text)
    const x = tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape })
    return new SpecModule(model!).forward({ x })
  }

  it.each([
    [[2, 6], 'W must be a multiple of 4, and is 6'],
    [[2, 12], 'W must be at most 8, and is 12'],
    [[2, 2, 4], 'must be [N, W]'],
  ] as const)('an input of shape %j is refused', (shape, message) => {
    expect(() => run(shape)).toThrow(message)
  })

  it.each([[[2, 8]], [[0, 4]]])('an input of shape %j is taken', shape => {
    expect(run(shape)).toHaveProperty('y')
  })
})

describe('small mercies', () => {
  it("YAML's true in an expression is taken for Python's", () => {
    const { problems } = compileText(withForward('return x.mean(dim=1, keepdim=true)'))
    expect(problems.map(p => p.hint)).toEqual(["did you mean 'True'?"])
  })

  it('a clone may be changed in place, and x be used after', () => {
    expect(compileText(withForward('y = x.clone()\ny += 1\nreturn x + y')).problems).toEqual([])
  })

  it('an input of the model without a type is said', () => {
    const { problems } = compileText(
      'holdfast: 1\nmodel: M\ninputs: { x: tensor }\noutputs: { y: tensor }\nforward: return x\n',
    )
    expect(problems.map(underlined)).toEqual(['shape/input: x'])
  })

  it('a slice goes forward, as in PyTorch', () => {
    const { problems } = compileText(withForward('return x[:, ::-1]'))
    expect(problems.map(p => p.hint)).toEqual(['x.flip(dim) turns it round'])
  })
})
