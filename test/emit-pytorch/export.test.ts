import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { EmitError } from '../../compiler/emit/emit-error.ts'
import { exportPytorch } from '../../compiler/emit/pytorch/index.ts'
import { modelAt, modelFrom } from './model-at.ts'
import { codeOnly } from './python-text.ts'

const root = path.resolve(import.meta.dirname, '../..')
const exported = (file: string): string => exportPytorch(modelAt(path.join(root, file)))
const golden = (name: string): string => readFileSync(path.join(root, 'test/fixtures/emit', name), 'utf8')

/** A one-layer model with more fields. */
const spec = (more: string): string => `holdfast: 1
model: M
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
${more}`

const linear = `modules:
  fc: Linear(4, 4)
forward: return fc(x)
`

describe('a file as a person would have written it', () => {
  it('is a plain class for a plain model', () => {
    expect(exported('specs/tutorial/simple-model.yaml')).toBe(golden('simple-model.py'))
  })

  it('says modules, functions and params in full', () => {
    const text = exported('specs/zoo/resnet20-cifar10.yaml')
    expect(text).toContain('self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)')
    expect(text).toContain('x = F.relu(self.bn1(self.conv1(image)))')
    expect(text).toContain('class Stage(nn.Sequential):')
    expect(text).toContain('*[BasicBlock(out, out) for _ in range(blocks - 1)],')
    expect(text).toContain('if self.stride != 1 or self.inp != self.out:')
    expect(text).toContain('        # every second pixel, and zeros for the new channels\n')
  })

  it('brings definitions of other files along, under names of their own', () => {
    const text = exported('test/emit-pytorch/specs/outer.yaml')
    for (const name of [
      'class LeftBlock(',
      'class RightBlock(',
      'class Block(',
      'def act(',
      'def right_act(',
    ])
      expect(text).toContain(name)
    expect(text).toContain('return right_act(self.fc(x), self.twice)')
    expect(text).not.toContain('class Left(')
  })

  it('takes keys as attributes, whatever the names', () => {
    const text = exported('test/emit-pytorch/specs/structure.yaml')
    expect(text).toContain('self.LayerNorm = nn.LayerNorm(width, eps=1e-3)')
    expect(text).toContain('x = self.holder.back(self.holder.self(x))')
    expect(text).toContain('self.register_buffer("count-0", torch.zeros(2))')
    expect(text).toContain('getattr(self, "count-0")[0]')
  })

  it('builds what `for` and `when` ask for', () => {
    const text = exported('test/emit-pytorch/specs/structure.yaml')
    expect(text).toContain('self.add_module(f"layer{i + 1}", nn.Linear(width, width, bias=i > 0))')
    expect(text).toContain('self.maybe = nn.Linear(width, width) if extra else None')
    expect(text).toContain('nn.GLU(dim=-1) if kind == "gated" else nn.Identity()')
  })

  it('leaves Python its own names', () => {
    const text = exported('test/emit-pytorch/specs/structure.yaml')
    expect(text).toContain('F_, nn_ = x.shape')
    expect(text).toContain('torch.zeros(nn_, device=x.device)')
    expect(text).toContain('self.half_ = half')
  })

  it('slices containers that are definitions: a slice of a class with params of its own failed in PyTorch', () => {
    const text = exportPytorch(
      modelFrom(
        spec(`modules: { s: Stack(4), l: Layers(4) }
forward: |
  for layer in l[1:]:
    x = layer(x)
  return s[:-1](s[0](x))
definitions:
  Stack: { params: { d: int }, type: Sequential, modules: ["Linear(d, d)", ReLU()] }
  Layers: { params: { d: int }, type: ModuleList, modules: ["Linear(d, d)", "Linear(d, d)"] }
`),
      ),
    )
    expect(text).toContain('for layer in nn.ModuleList(self.l)[1:]:')
    expect(text).toContain('return nn.Sequential(*self.s)[:-1](self.s[0](x))')
  })

  it('has the value of a given param as its default', () => {
    const file = path.join(root, 'specs/tutorial/the-model-class.yaml')
    expect(exportPytorch(modelAt(file, { num_classes: 7 }))).toContain('num_classes: int = 7')
    expect(exportPytorch(modelAt(file))).toContain('num_classes: int = 10')
  })

  it('tells sums of Python from sums of tensors', () => {
    const text = exportPytorch(
      modelFrom(
        spec('forward: return x * sum([1, 2]) + sum(x) + max(x, dim=0)[0] + max(1, 2) + sum([x, x])'),
      ),
    )
    expect(text).toContain('sum([1, 2]) + torch.sum(x) + torch.max(x, dim=0)[0] + max(1, 2) + sum([x, x])')
  })

  it('asks at run time where a value is a number in one place and a tensor in another', () => {
    const text = exportPytorch(
      modelFrom(spec('functions: |\n  def f(v):\n    return abs(v)\nforward: return f(x) * f(-2)')),
    )
    expect(text).toContain('return abs_of(v)')
    expect(text).toContain('def abs_of(first, *args, **kwargs):')
  })
})

describe('every spec', () => {
  const folders = ['specs/tutorial', 'specs/zoo', 'test/emit-pytorch/specs']
  const files = folders.flatMap(folder =>
    readdirSync(path.join(root, folder))
      .filter(name => name.endsWith('.yaml'))
      .map(name => `${folder}/${name}`),
  )

  it.each(files)('%s gives the same tidy text every time', file => {
    const text = exported(file)
    expect(exported(file)).toBe(text)
    expect(text).toMatch(/^# Made by holdfast from [\w.-]+, sha256 [0-9a-f]{64}\.\n# Do not edit/)
    expect(text).not.toMatch(/[ \t]$/m)
    expect(text).not.toMatch(/\n\n\n\n/)
    expect(text).toMatch(/[^\n]\n$/)
    expect(text).not.toContain(root)
    expect(() => codeOnly(text)).not.toThrow()
  })
})

describe('text of a spec never becomes code', () => {
  const hostile = [
    '"""\nimport os  # INJECTED\n"""',
    '\\"""; INJECTED',
    'ends with a backslash INJECTED\\',
    'ends with a quote INJECTED"',
    "'''INJECTED'''",
    'line\u2028INJECTED\u2029INJECTED\u0085INJECTED\fINJECTED\rINJECTED',
    '{{#each}}INJECTED{{/each}}${INJECTED}',
    '\u202eINJECTED',
  ]
  const yaml = (text: string): string => JSON.stringify(text)

  it.each(hostile.map(text => [text]))('in docs: %j', text => {
    const more = `doc: ${yaml(text)}
params:
  p: { type: int, default: 1, doc: ${yaml(text)} }
${linear}`
    const code = codeOnly(exportPytorch(modelFrom(spec(more))))
    expect(code).not.toContain('INJECTED')
    expect(code).toContain('self.fc = nn.Linear(4, 4)')
  })

  it.each(hostile.map(text => [text]))('in strings: %j', text => {
    const more = `params:
  p: { type: str, default: ${yaml(yaml(text))} }
forward: |
  if p == ${yaml(text).replaceAll('\\f', '\\x0c')}:
    x = x + 1
  return x
`
    expect(codeOnly(exportPytorch(modelFrom(spec(more))))).not.toContain('INJECTED')
  })

  // Braces in a key are a pattern's.
  it.each(hostile.filter(text => !text.includes('{')).map(text => [text]))('in keys: %j', text => {
    const more = `buffers:
  b: { init: ones(4), key: ${yaml(text)} }
modules:
  fc: { type: Linear, in_features: 4, out_features: 4, key: ${yaml(`m${text}`)} }
forward: return fc(x) + b
`
    expect(codeOnly(exportPytorch(modelFrom(spec(more))))).not.toContain('INJECTED')
  })

  it('in comments and file names', () => {
    const more =
      'modules:\n  fc: Linear(4, 4)\nforward: |\n  # a\u2028INJECTED \u0085INJECTED\n  return fc(x)\n'
    const model = modelFrom(spec(more))
    const source = { ...model.file.source, path: 'a/b\nINJECTED = 1\n.yaml' }
    const code = codeOnly(exportPytorch({ ...model, file: { ...model.file, source } }))
    expect(code).not.toContain('INJECTED')
    expect(code).toContain('return self.fc(x)')
  })

  it('is told from code by the test itself', () => {
    expect(codeOnly('x = "INJECTED"  # INJECTED\n"""\nINJECTED"""\n')).toBe('x = ""  \n""\n')
    expect(codeOnly('x = "a"\nINJECTED')).toContain('INJECTED')
  })
})

describe('what Python cannot say is refused with a hint', () => {
  const refusal = (more: string): EmitError => {
    try {
      exportPytorch(modelFrom(spec(more)))
    } catch (error) {
      if (error instanceof EmitError) return error
      throw error
    }
    throw new Error('nothing was refused')
  }

  it('a member that is looked up by a name that is not its key', () => {
    const error = refusal(`modules:
  "fc{i}": { for: i in range(2), key: "k{i}", type: Linear, in_features: 4, out_features: 4 }
forward: |
  for i in range(2):
    x = getattr(self, f"fc{i}")(x)
  return x
`)
    expect(error.message).toBe("getattr finds 'fc0' by its name, and PyTorch has it under its key 'k0'")
    expect(error.place?.source.text.slice(error.place.range.start, error.place.range.end)).toBe(
      'getattr(self, f"fc{i}")',
    )
  })

  it('a param of the model that a definition in between hides', () => {
    const error = refusal(`params: { d: int = 4 }
modules: { outer: Outer(2) }
forward: return outer(x)
definitions:
  Outer:
    params: { d: int }
    modules: { inner: Inner() }
    forward: return inner(x) * d
  Inner:
    modules: { fc: "Linear(d, d)" }
    forward: return fc(x)
`)
    expect(error.message).toContain("Inner uses the model's 'd'")
  })

  it('a number that depends on what is absent, among keys', () => {
    const error = refusal(`params: { on: bool = True }
modules:
  s:
    type: Sequential
    modules:
      - { when: on, type: ReLU }
      - { key: last, type: Tanh }
forward: return s(x)
`)
    expect(error.hint).toBe('give every item of the list a name')
  })
})
