import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Definition, Entry, ModuleEntry, NamePattern, SpecExpr } from '../../compiler/spec/spec.ts'
import { loadText, located } from './load.ts'

const here = path.join(import.meta.dirname, '../fixtures/front/model.yaml')

/** A model with these modules, and whatever else is given. */
function model(modules: string, more = ''): string {
  const body = modules.trim().split('\n').join('\n  ')
  return `holdfast: 1\nmodel: Net\nparams: { n: int = 4, norm: module = Identity }\ninputs: { x: tensor }\nmodules:\n  ${body}\nforward: return x\n${more}`
}

function root(text: string): Definition {
  const { spec, diagnostics } = loadText(text, here)
  expect(diagnostics.map(located)).toEqual([])
  return spec!.root
}

const definitionOf = (text: string, name: string): Definition => {
  const { spec, diagnostics } = loadText(text, here)
  expect(diagnostics.map(located)).toEqual([])
  return spec!.definitions.get(name)!
}

/** What an entry says, without where. */
function summary(entry: Entry): unknown {
  const name = entry.name === null ? null : patternText(entry.name)
  const when = entry.when?.text ?? null
  const loop = entry.for === null ? null : entry.for.iterable.text
  const base = {
    ...(name === null ? {} : { name }),
    ...(when === null ? {} : { when }),
    ...(loop === null ? {} : { for: loop }),
  }
  if (entry.kind === 'group') return { ...base, group: entry.entries.map(summary) }
  if (entry.kind === 'choice') return { ...base, choice: entry.alternatives.map(summary) }
  const body = entry.body === null ? {} : { modules: entry.body.modules.map(summary) }
  return { ...base, type: entry.type.name, args: argumentsOf(entry), ...body }
}

const patternText = (pattern: NamePattern): string =>
  pattern.parts.map(part => (typeof part === 'string' ? part : `{${part.text}}`)).join('')

const argumentsOf = (entry: ModuleEntry): Record<string, unknown> =>
  Object.fromEntries(entry.args.map(arg => [arg.name.name, literalOf(arg.value)]))

/** Literals as values, all else as the kind of expression. */
function literalOf({ expr }: SpecExpr): unknown {
  switch (expr.kind) {
    case 'Int':
    case 'Float':
    case 'Bool':
    case 'Str':
      return expr.value
    case 'None':
      return null
    case 'List':
    case 'Tuple':
      return expr.elements.map(element => literalOf({ expr: element } as SpecExpr))
    case 'Name':
      return `${expr.id}?`
    default:
      return expr.kind
  }
}

const modulesOf = (text: string): unknown[] => root(model(text)).body.modules.map(summary)

describe('the call form', () => {
  it('binds arguments by position and by name, like the mapping form', () => {
    const call = modulesOf('conv: Conv2d(3, 8, (1, 5), bias=False, padding_mode=reflect)')
    const mapping = modulesOf(
      'conv: { type: Conv2d, in_channels: 3, out_channels: 8, kernel_size: [1, 5], bias: false, padding_mode: reflect }',
    )
    expect(call).toEqual(mapping)
    expect(call).toEqual([
      {
        name: 'conv',
        type: 'Conv2d',
        args: { in_channels: 3, out_channels: 8, kernel_size: [1, 5], bias: false, padding_mode: 'reflect' },
      },
    ])
  })

  it('takes the namespaces of torch, quotes around an enum, and padding=same as PyTorch prints it', () => {
    expect(modulesOf(`conv: nn.Conv2d(3, n, 3, padding='same', padding_mode="zeros")`)).toEqual(
      modulesOf('conv: torch.nn.Conv2d(3, n, kernel_size=3, padding=same, padding_mode=zeros)'),
    )
  })

  it('stands in lists, in alternatives, and nests containers', () => {
    expect(
      modulesOf(`
body: Sequential(Linear(n, 8), ReLU(), ModuleList([Linear(8, 8)]))
head:
  type: Sequential
  modules:
    - Linear(8, 2)
    - [{ when: n > 1, type: ReLU }, GELU()]`),
    ).toEqual([
      {
        name: 'body',
        type: 'Sequential',
        args: {},
        modules: [
          { type: 'Linear', args: { in_features: 'n?', out_features: 8 } },
          { type: 'ReLU', args: {} },
          {
            type: 'ModuleList',
            args: {},
            modules: [{ type: 'Linear', args: { in_features: 8, out_features: 8 } }],
          },
        ],
      },
      {
        name: 'head',
        type: 'Sequential',
        args: {},
        modules: [
          { type: 'Linear', args: { in_features: 8, out_features: 2 } },
          {
            choice: [
              { when: 'n > 1', type: 'ReLU', args: {} },
              { type: 'GELU', args: {} },
            ],
          },
        ],
      },
    ])
  })

  it('binds the params of definitions, here and in imports', () => {
    const text = model(
      'a: Block(n, act=gelu)\nb: blocks.Dense(n, 2)',
      'imports: { blocks: lib/blocks.yaml }\ndefinitions:\n  Block:\n    params: { width: int, act: { type: str, enum: [relu, gelu], default: relu } }\n    forward: return x\n',
    )
    expect(root(text).body.modules.map(summary)).toEqual([
      { name: 'a', type: 'Block', args: { width: 'n?', act: 'gelu' } },
      { name: 'b', type: 'blocks.Dense', args: { inp: 'n?', out: 2 } },
    ])
  })

  it('takes lists of any kind, null and types for params that hold them', () => {
    const text = model(
      'a: Block([[1, 2], [3]], [0.5], None, GELU)\nb: { type: Block, sizes: [[1]], rates: null, width: null, act: null }',
      'definitions:\n  Block:\n    params: { sizes: "list[list[int]]", rates: "list[float] = None", width: int = None, act: module = None }\n    forward: return x\n',
    )
    expect(root(text).body.modules.map(summary)).toMatchObject([
      { args: { sizes: [[1, 2], [3]], rates: [0.5], width: null, act: 'GELU?' } },
      { args: { sizes: [[1]], rates: null, width: null, act: null } },
    ])
  })

  it('gives every argument its place in the file', () => {
    const text = model('conv: "Conv2d(3, 8, (1, 5))"')
    const entry = root(text).body.modules[0] as ModuleEntry
    const marked = entry.args.map(({ value }) => text.slice(value.place.range.start, value.place.range.end))
    expect(marked).toEqual(['3', '8', '(1, 5)'])
    expect(text.slice(entry.type.place.range.start, entry.type.place.range.end)).toBe('Conv2d')
  })
})

describe('entries', () => {
  it('repeat by for:, with patterns in names and a condition', () => {
    const text =
      'layer{i + 1}: { for: "i, s in enumerate([1, 2]) if s > 1", type: Linear, in_features: s, out_features: n }'
    const [entry] = root(model(text)).body.modules
    expect(summary(entry!)).toEqual({
      name: 'layer{i + 1}',
      for: 'enumerate([1, 2])',
      type: 'Linear',
      args: { in_features: 's?', out_features: 'n?' },
    })
    expect(entry!.for!.condition!.text).toBe('s > 1')
    expect(entry!.for!.target).toMatchObject({ kind: 'Tuple' })
  })

  it('in groups expand in place; in a list of a definition they are named by name:', () => {
    expect(
      modulesOf(`
- { name: stem, type: ReLU }
- for: i in range(n)
  modules:
    - { name: "a{i}", type: GELU }
    - { name: "b{i}", when: i > 0, type: SiLU }`),
    ).toEqual([
      { name: 'stem', type: 'ReLU', args: {} },
      {
        for: 'range(n)',
        group: [
          { name: 'a{i}', type: 'GELU', args: {} },
          { name: 'b{i}', when: 'i > 0', type: 'SiLU', args: {} },
        ],
      },
    ])
  })

  it('have numbers for names where a container has them, and keep their order', () => {
    expect(
      modulesOf(`
seq:
  type: Sequential
  modules: { 10: ReLU(), 2: ReLU(), act: ReLU() }`),
    ).toMatchObject([{ modules: [{ name: '10' }, { name: '2' }, { name: 'act' }] }])
  })

  it('pin their key, be trainable or not, and be of a type that is a param', () => {
    const [entry] = root(model('attn: { key: self, trainable: n > 1, type: norm, width: n }')).body.modules
    expect(entry).toMatchObject({
      kind: 'module',
      key: { parts: ['self'] },
      type: { kind: 'param', name: 'norm' },
    })
    expect((entry as ModuleEntry).trainable!.text).toBe('n > 1')
  })

  it('tell 3 from 3.0, and hold null, lists and expressions', () => {
    expect(
      modulesOf(`
a: { type: Hardtanh, min_val: -1, max_val: 3.0 }
b: { type: Embedding, num_embeddings: 10, embedding_dim: n, padding_idx: null }
c: { type: AdaptiveAvgPool2d, output_size: [null, 7] }
d: { type: LayerNorm, normalized_shape: "[n, 2 * n]" }`),
    ).toMatchObject([
      { args: { min_val: 'Unary', max_val: 3 } },
      { args: { padding_idx: null } },
      { args: { output_size: [null, 7] } },
      { args: { normalized_shape: ['n?', 'Binary'] } },
    ])
    const entry = root(model('a: { type: Hardtanh, min_val: 3, max_val: 3.0 }')).body
      .modules[0] as ModuleEntry
    expect(entry.args.map(arg => arg.value.expr.kind)).toEqual(['Int', 'Float'])
  })

  it('write infinities as Python does', () => {
    const entry = root(model('a: { type: Hardtanh, max_val: .inf }')).body.modules[0] as ModuleEntry
    expect(entry.args[0]!.value.expr).toMatchObject({
      kind: 'Call',
      func: { id: 'float' },
      args: [{ value: 'inf' }],
    })
  })

  it('name definitions that hide a class of torch.nn, with a warning', () => {
    const { spec, diagnostics } = loadText(
      model(
        'a: { type: GELU, alpha: 1 }',
        'definitions:\n  GELU:\n    params: { alpha: int }\n    forward: return x\n',
      ),
    )
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['spec/hides-type', 'warning'],
    ])
    expect(spec!.root.body.modules[0]).toMatchObject({ type: { kind: 'definition' } })
  })
})

describe('declarations', () => {
  const params = (text: string): unknown[] =>
    root(`holdfast: 1\nmodel: Net\nparams:\n${text}inputs: { x: tensor }\nforward: return x\n`).params.map(
      ({ name, type, default: initial, min, max, enum: choices }) => ({
        name: name.name,
        type: type.kind === 'TypeExpr' ? type.name : 'broken',
        default: initial && literalOf(initial),
        ...(min && { min: literalOf(min) }),
        ...(max && { max: literalOf(max) }),
        ...(choices && { enum: choices.map(literalOf) }),
      }),
    )

  it('of params are short or long', () => {
    expect(
      params(
        '  a: int\n  b: float = 1e-5\n  c: list[list[int]] = [[1, 2]]\n  d: { type: int, default: 3, min: 1, max: 9, doc: Some }\n  e: { type: "list[int]", default: [1, 2] }\n  f: module = LayerNorm\n  g: int = None\n  h: bool = True\n',
      ),
    ).toEqual([
      { name: 'a', type: 'int', default: null },
      { name: 'b', type: 'float', default: 1e-5 },
      { name: 'c', type: 'list', default: [[1, 2]] },
      { name: 'd', type: 'int', default: 3, min: 1, max: 9 },
      { name: 'e', type: 'list', default: [1, 2] },
      { name: 'f', type: 'module', default: 'LayerNorm?' },
      { name: 'g', type: 'int', default: null },
      { name: 'h', type: 'bool', default: true },
    ])
  })

  it('of enums take their words literally, whatever YAML makes of them', () => {
    expect(params('  a: { type: str, enum: [gelu, yes, 1, null], default: gelu }\n')).toEqual([
      { name: 'a', type: 'str', default: 'gelu', enum: ['gelu', 'yes', '1', 'null'] },
    ])
  })

  it('of inputs are a mapping, a list, the def line of a pasted forward, or x', () => {
    const inputs = (text: string): unknown[] =>
      definitionOf(
        `holdfast: 1\nmodel: Net\ninputs: { x: tensor }\nforward: return x\ndefinitions:\n  D:\n${text}`,
        'D',
      ).inputs.map(({ name, type, optional }) => [name.name, type?.kind ?? null, optional])
    expect(
      inputs('    inputs: { x: "float32[N, 3]", mask: "bool[N] = None" }\n    forward: return x\n'),
    ).toEqual([
      ['x', 'TypeExpr', false],
      ['mask', 'TypeExpr', true],
    ])
    expect(inputs('    inputs: [x, mask = None]\n    forward: return x\n')).toEqual([
      ['x', null, false],
      ['mask', null, true],
    ])
    expect(inputs('    forward: |\n      def forward(self, x, mask=None):\n        return x\n')).toEqual([
      ['x', null, false],
      ['mask', null, true],
    ])
    expect(inputs('    forward: return x\n')).toEqual([['x', null, false]])
  })

  it('of tensors are an expression, a mapping, or a block with return', () => {
    const { body } = root(`holdfast: 1
model: Net
inputs: { x: tensor }
parameters:
  gamma: 1e-4 * ones(1, 3)
  scale: { init: ones(3), trainable: false, key: weight_scale }
buffers:
  index:
    init: |
      i = arange(3)
      return i * 2
  state: { init: zeros(3), persistent: false, mutable: true, when: 1 > 0 }
ties:
  - [gamma, scale]
  - { when: 1 > 0, keys: [gamma, scale] }
forward: return x
`)
    expect(body.parameters.map(({ name, init, key }) => [name.name, 'expr' in init, key?.name])).toEqual([
      ['gamma', true, undefined],
      ['scale', true, 'weight_scale'],
    ])
    const [index, state] = body.buffers
    expect(index!.init).toMatchObject({ kind: 'Block', body: [{ kind: 'Assign' }, { kind: 'Return' }] })
    expect([state!.persistent!.text, state!.mutable!.text, state!.when!.text]).toEqual([
      'false',
      'true',
      '1 > 0',
    ])
    expect(body.ties.map(({ when, names }) => [when?.text ?? null, names.map(name => name.name)])).toEqual([
      [null, ['gamma', 'scale']],
      ['1 > 0', ['gamma', 'scale']],
    ])
  })
})

describe('a file with mistakes', () => {
  it('still has a tree, with marks in place of what was reported', () => {
    const { spec, diagnostics } = loadText(
      model('a: Linaer(1)\nb: { type: Linear, in_features: [1], out_feature: 2 }'),
    )
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'spec/unknown-type',
      'schema/wrong-kind',
      'schema/unknown-argument',
    ])
    const [a, b] = spec!.root.body.modules as [ModuleEntry, ModuleEntry]
    expect(a.type).toMatchObject({ kind: 'unknown', name: 'Linaer' })
    expect(b.args.map(({ name, value }) => [name.name, value.expr.kind])).toEqual([
      ['in_features', 'Error'],
      ['out_features', 'Int'],
    ])
  })

  it('means the fields that it misspells, so that nothing else seems to be missing', () => {
    const { spec, diagnostics } = loadText(
      'holdfast: 1\nmodel: Net\nimport: { blocks: lib/blocks.yaml }\nparam: { n: int }\ninput: { x: tensor }\nmodule:\n  a: blocks.Dense(n, 2)\n  b: Own(n)\nforwards: return b(a(x))\ndefinition:\n  Own:\n    parms: { n: int }\n    forward: return x\n',
      here,
    )
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['schema/unknown-field']))
    expect(diagnostics).toHaveLength(7)
    expect(spec!.root.body.modules.map(summary)).toEqual([
      { name: 'a', type: 'blocks.Dense', args: { inp: 'n?', out: 2 } },
      { name: 'b', type: 'Own', args: { n: 'n?' } },
    ])
    expect(spec!.root.forward!.body).toHaveLength(1)
  })

  it('takes an argument for the missing one whose words it shares', () => {
    const { diagnostics } = loadText(model('a: { type: Conv2d, in_channels: 1, out_channels: 2, kernel: 3 }'))
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ['schema/unknown-argument', "did you mean 'kernel_size'?"],
    ])
  })

  it('has none if a definition contains itself, since nothing could be made of it', () => {
    const text = model('a: D()', 'definitions:\n  D:\n    modules: { a: D() }\n    forward: return a(x)\n')
    const { spec, diagnostics } = loadText(text)
    expect(spec).toBeNull()
    expect(diagnostics.map(({ code }) => code)).toEqual(['spec/recursion'])
  })

  it('of definitions only can be imported, but is no model', () => {
    const { spec, diagnostics } = loadText('holdfast: 1\ndefinitions: {}\n')
    expect(spec).toBeNull()
    expect(diagnostics.map(({ code }) => code)).toEqual(['spec/no-model'])
  })

  it('that two others import is read once, and its mistakes are reported once', () => {
    const { diagnostics } = loadText(
      'holdfast: 1\nmodel: Net\nimports: { a: lib/wrong.yaml, b: ./lib/wrong.yaml }\ninputs: { x: tensor }\nforward: return x\n',
      here,
    )
    expect(diagnostics.map(({ code, source }) => [code, path.basename(source.path)])).toEqual([
      ['spec/unknown-type', 'wrong.yaml'],
    ])
  })
})
