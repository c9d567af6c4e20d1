/** Names that a spec may have, and those that would break a forward, PyTorch or generated code. */
import { describe, expect, it } from 'vitest'
import { loadText } from './load.ts'

const codes = (text: string): string[] => loadText(text).diagnostics.map(({ code }) => code)

const withParam = (name: string): string[] =>
  codes(`holdfast: 1\nmodel: Net\nparams: { "${name}": int = 1 }\ninputs: { x: tensor }\nforward: return x\n`)
const withMember = (name: string): string[] =>
  codes(`holdfast: 1\nmodel: Net\ninputs: { x: tensor }\nmodules: { "${name}": ReLU() }\nforward: return x\n`)
const withChild = (name: string): string[] =>
  codes(
    `holdfast: 1\nmodel: Net\ninputs: { x: tensor }\nmodules:\n  d: { type: ModuleDict, modules: { "${name}": ReLU() } }\nforward: return x\n`,
  )
const withModel = (name: string): string[] =>
  codes(`holdfast: 1\nmodel: "${name}"\ninputs: { x: tensor }\nforward: return x\n`)
const withDefinition = (name: string): string[] =>
  codes(
    `holdfast: 1\nmodel: Net\ninputs: { x: tensor }\nforward: return x\ndefinitions: { "${name}": { forward: return x } }\n`,
  )

const kinds = { param: withParam, member: withMember, model: withModel, definition: withDefinition }

describe.each(Object.entries(kinds))('a %s', (_, check) => {
  it.each(['self', 'lambda', 'None', '__proto__', '__init__', 'constructor', 'toString', 'hasOwnProperty'])(
    'cannot be called %s',
    name => {
      expect(check(name)).toEqual(['spec/reserved-name'])
    },
  )

  it.each(['1x', 'a-b', 'a b', 'a.b', '', 'a;b', 'x*/', '${x}', 'a\\u2028b', '\ufb01x'])(
    'cannot be called %j',
    name => {
      expect(check(name)).toEqual(['spec/name'])
    },
  )

  it.each(['Größe', '_hidden', 'x1', 'Prototype'])('can be called %s', name => {
    expect(check(name)).toEqual([])
  })
})

it.each(['class', 'new', 'default', 'function', 'typeof', 'let', 'static', 'await', 'enum'])(
  'a class of generated code cannot be called %s',
  name => {
    expect(withModel(name)).toEqual(['spec/reserved-name'])
    expect(withDefinition(name)).toEqual(['spec/reserved-name'])
  },
)

it.each(['new', 'default', 'function', 'typeof', 'let', 'static', 'enum', 'var', 'this'])(
  'a param or a module can be called %s, which is a word of TypeScript only',
  name => {
    expect(withParam(name)).toEqual([])
    expect(withMember(name)).toEqual([])
  },
)

it.each([
  'forward',
  'train',
  'training',
  'type',
  'float',
  'parameters',
  'state_dict',
  'stateDict',
  'to',
  'apply',
])(
  'a module cannot be called %s, since every module has that already; a param can, if it is no field',
  name => {
    expect(withMember(name)).toEqual(['spec/reserved-name'])
    expect(withParam(name)).toEqual(
      ['type', 'training', 'parameters'].includes(name) ? ['spec/reserved-name'] : [],
    )
  },
)

it.each([
  'type',
  'when',
  'for',
  'key',
  'name',
  'doc',
  'trainable',
  'modules',
  'parameters',
  'buffers',
  'ties',
])('a param cannot be called %s: as an argument it would be a field of the entry', name => {
  expect(new Set(withParam(name))).toEqual(new Set(['spec/reserved-name']))
})

it.each(['0', '12', 'layer-1', 'a b', 'class', 'x'])('a child of a ModuleDict can be called %s', name => {
  expect(withChild(name)).toEqual([])
})

it.each([
  ['a.b', 'spec/key'],
  ['', 'spec/key'],
  ['type', 'spec/reserved-name'],
  ['__proto__', 'spec/reserved-name'],
])('a child of a ModuleDict cannot be called %j', (name, code) => {
  expect(withChild(name)).toEqual([code])
})

it.each(['Sequential', 'ModuleList', 'ModuleDict', 'Module'])('a definition cannot be called %s', name => {
  expect(withDefinition(name)).toEqual(['spec/reserved-name'])
})

it('a module may have the name of a param, and of a field', () => {
  expect(
    codes(
      'holdfast: 1\nmodel: Net\nparams: { fc: int = 1 }\ninputs: { x: tensor }\nmodules: { fc: ReLU(), key: ReLU() }\nforward: return x\n',
    ),
  ).toEqual([])
})
