/** Changes of a spec against its lock: which rule, where, and what covers it. */
import { describe, expect, it } from 'vitest'
import { suggestedMigration } from '../../compiler/keys/suggested-migration.ts'
import { checked, lockOf, net } from './contract.ts'

interface Case {
  readonly name: string
  readonly before: string
  readonly after: string
  readonly said: readonly string[]
  readonly hint?: RegExp
  /** Items of `steps:`, or what makes `after` covered. */
  readonly covered: string | ((after: string) => string)
}

const two = net('a: Linear(4, 8)\nb: Linear(8, 3)', 'b(a(x))')
const fused = net('qkv: Linear(4, 12)\nout: Linear(4, 4)', 'out(qkv(x).chunk(3, -1)[0])')
const parted = net(
  'q: Linear(4, 4)\nk: Linear(4, 4)\nv: Linear(4, 4)\nout: Linear(4, 4)',
  'out(q(x) + k(x) + v(x))',
)
const bare = (parameters: string, buffers = ''): string =>
  `holdfast: 1\nmodel: Net\ninputs: { x: "float32[N, 4]" }\nparameters: ${parameters}\n${buffers}forward: return x\n`

const changes: readonly Case[] = [
  {
    name: 'a module is renamed',
    before: two,
    after: net('enc: Linear(4, 8)\nb: Linear(8, 3)', 'b(enc(x))'),
    said: ['keys/key-renamed "enc"'],
    hint: /renamed_from: a, .*rename: \{ from: a, to: enc \}/,
    covered: '- rename: { from: a, to: enc }',
  },
  {
    name: 'a module is renamed, with renamed_from',
    before: two,
    after: net('enc: Linear(4, 8)\nb: Linear(8, 3)', 'b(enc(x))'),
    said: ['keys/key-renamed "enc"'],
    covered: after =>
      after.replace(
        'enc: Linear(4, 8)',
        'enc: { type: Linear, renamed_from: a, in_features: 4, out_features: 8 }',
      ),
  },
  {
    name: 'a module moves into another',
    before: two,
    after: net('body: { type: Module, modules: { a: "Linear(4, 8)" } }\nb: Linear(8, 3)', 'b(body.a(x))'),
    said: ['keys/key-renamed "a"'],
    hint: /rename: \{ from: a, to: body\.a \}/,
    covered: '- rename: { from: a, to: body.a }',
  },
  {
    name: 'a fused projection is split',
    before: fused,
    after: parted,
    said: ['keys/key-removed "q"'],
    hint: /split: \{ from: "qkv\.\*", to: \["q\.\*", "k\.\*", "v\.\*"\] \}/,
    covered: '- split: { from: "qkv.*", to: ["q.*", "k.*", "v.*"] }',
  },
  {
    name: 'projections are fused',
    before: parted,
    after: fused,
    said: ['keys/key-removed "qkv"'],
    hint: /concat: \{ from: \["q\.\*", "k\.\*", "v\.\*"\], to: "qkv\.\*" \}/,
    covered: '- concat: { from: ["q.*", "k.*", "v.*"], to: "qkv.*" }',
  },
  {
    name: 'modules are reordered',
    before: net('a: Linear(4, 4)\nb: Linear(4, 4)', 'b(a(x))'),
    after: net('b: Linear(4, 4)\na: Linear(4, 4)', 'b(a(x))'),
    said: ['keys/parameter-order "b"'],
    covered: '',
  },
  {
    name: 'a layer is inserted',
    before: two,
    after: net('a: Linear(4, 8)\nnorm: LayerNorm(8)\nb: Linear(8, 3)', 'b(norm(a(x)))'),
    said: ['keys/key-added "norm"'],
    hint: /add: \{ key: norm, init: default \}/,
    covered: '- add: { key: norm }',
  },
  {
    name: 'a layer is inserted among numbered ones',
    before: net('s: { type: Sequential, modules: ["Linear(4, 8)", "ReLU()", "Linear(8, 3)"] }', 's(x)'),
    after: net(
      's: { type: Sequential, modules: ["Linear(4, 8)", "LayerNorm(8)", "ReLU()", "Linear(8, 3)"] }',
      's(x)',
    ),
    said: ['keys/key-added "LayerNorm(8)"', 'keys/key-renamed "Linear(8, 3)"'],
    hint: /rename: \{ from: s\.2, to: s\.3 \}/,
    covered: '- rename: { from: s.2, to: s.3 }\n      - add: { key: s.1 }',
  },
  {
    name: 'a layer is removed',
    before: two,
    after: net('a: Linear(4, 8)', 'a(x)'),
    said: ['keys/key-removed "Net"'],
    hint: /drop: \{ key: b, reason: WHY \}/,
    covered: '- drop: { key: b, reason: not needed }',
  },
  {
    name: 'a shape changes',
    before: two,
    after: net('a: Linear(4, 9)\nb: Linear(9, 3)', 'b(a(x))'),
    said: ['keys/shape "a"', 'keys/shape "a"', 'keys/shape "b"'],
    covered:
      '- pad: { key: "a.*", stop: 8, size: 9 }\n      - pad: { key: b.weight, dim: 1, stop: 8, size: 9 }',
  },
  {
    name: 'a default that decides shapes changes',
    before: net('a: Linear(4, width)', 'a(x)'),
    after: net('a: Linear(4, width)', 'a(x)').replace('width: int = 4', 'width: int = 6'),
    said: ['keys/default-changed "6"', 'keys/shape "a"'],
    covered: '- pad: { key: "a.*", stop: 4, size: width }',
  },
  {
    name: 'a dtype changes',
    before: bare('{ p: ones(3) }'),
    after: bare('{ p: ones(3).half() }'),
    said: ['keys/dtype "p"'],
    covered: '] # \n    ignore: [{ rule: dtype, key: p, reason: loading casts }',
  },
  {
    name: 'a parameter becomes a buffer',
    before: bare('{ p: ones(3), q: ones(2) }'),
    after: bare('{ q: ones(2) }', 'buffers: { p: ones(3) }\n'),
    said: ['keys/parameter-order "q"', 'keys/kind "p"'],
    covered: '] # \n    ignore: [{ rule: kind, key: p, reason: it was never trained }',
  },
  {
    name: 'a buffer is no longer saved',
    before: bare('{ p: ones(3) }', 'buffers: { b: ones(3) }\n'),
    after: bare('{ p: ones(3) }', 'buffers: { b: { init: ones(3), persistent: false } }\n'),
    said: ['keys/persistence "b"'],
    covered: '- drop: { key: b, reason: computed anew }',
  },
  {
    name: 'two tensors become one',
    before: net('a: Linear(4, 4, bias=False)\nb: Linear(4, 4, bias=False)', 'b(a(x))'),
    after: net(
      'a: Linear(4, 4, bias=False)\nb: Linear(4, 4, bias=False)',
      'b(a(x))',
      'ties: [[a.weight, b.weight]]',
    ),
    said: ['keys/tied "a"'],
    hint: /tie: \{ key: b\.weight, to: a\.weight \}/,
    covered: '- tie: { key: b.weight, to: a.weight }',
  },
  {
    name: 'one tensor becomes two',
    before: net(
      'a: Linear(4, 4, bias=False)\nb: Linear(4, 4, bias=False)',
      'b(a(x))',
      'ties: [[a.weight, b.weight]]',
    ),
    after: net('a: Linear(4, 4, bias=False)\nb: Linear(4, 4, bias=False)', 'b(a(x))'),
    said: ['keys/untied "b"'],
    hint: /untie: \{ key: b\.weight, from: a\.weight \}/,
    covered: '- untie: { key: b.weight, from: a.weight }',
  },
]

/** With a migration to generation 2. */
const migrated = (spec: string, steps: string): string =>
  steps.startsWith(']')
    ? `${spec}\nmigrations:\n  - to: 2\n    steps: [${steps}]\n`
    : `${spec}\nmigrations:\n  - to: 2\n    steps:${steps === '' ? ' []' : `\n      ${steps}`}\n`

describe.each(changes)('$name', ({ before, after, said, hint, covered }) => {
  const lock = lockOf(before)

  it('is refused by its rule, at its place', () => {
    const found = checked(after, lock)
    expect(found.said).toEqual(said)
    if (hint !== undefined) expect(found.hints.join('\n')).toMatch(hint)
  })

  it('is accepted once it is covered, and locked as the next generation', () => {
    const spec = typeof covered === 'string' ? migrated(after, covered) : covered(after)
    expect(checked(spec, lock).said).toEqual(['keys/lock-behind "Net"'])
    const next = lockOf(spec, lock)
    expect(next.startsWith(lock)).toBe(true)
    expect(checked(spec, next).said).toEqual([])
    expect(lockOf(spec, next)).toBe(next)
  })
})

describe('ids', () => {
  const first = lockOf(two)
  const renamed = migrated(net('c: Linear(4, 8)\nb: Linear(8, 3)', 'b(c(x))'), '- rename: { from: a, to: c }')

  it('stay with the tensors', () => {
    expect(lockOf(renamed, first)).toContain('          c.weight: parameter float32[8, 4] id=a.weight\n')
  })

  it('are never used twice', () => {
    const again = migrated(
      net('c: Linear(4, 8)\na: Linear(8, 8)\nb: Linear(8, 3)', 'b(a(c(x)))'),
      '- rename: { from: a, to: c }\n      - add: { key: a }',
    )
    expect(lockOf(again, first)).toContain('          a.weight: parameter float32[8, 8] id=a.weight@2\n')
  })

  it('of dropped tensors keep their keys reserved', () => {
    const without = migrated(net('a: Linear(4, 8)', 'a(x)'), '- drop: { key: b, reason: unused }')
    const second = lockOf(without, first)
    expect(second).toContain('          b.weight: unused\n')
    const back = `${without.replace('a: Linear(4, 8)', 'a: Linear(4, 8)\n  b: Linear(8, 3)').replace('a(x)', 'b(a(x))')}`
    expect(checked(`${back}  - to: 3\n    steps: [{ add: { key: b } }]\n`, second).said).toEqual([
      'keys/key-reused "b"',
      'keys/key-reused "b"',
    ])
  })
})

it('a renamed_from whose name is locked stays, one whose name never was is a warning', () => {
  const spec = net('b: { type: Linear, renamed_from: a, in_features: 4, out_features: 4 }', 'b(x)')
  const lock = lockOf(spec, lockOf(net('a: Linear(4, 4)', 'a(x)')))
  expect(lock).toContain('        renamed:\n          a: b\n')
  expect(checked(spec, lock).said).toEqual([])
  const wrong = net('b: { type: Linear, renamed_from: z, in_features: 4, out_features: 4 }', 'b(x)')
  expect(checked(wrong, lockOf(net('a: Linear(4, 4)', 'a(x)'))).said).toEqual([
    'keys/key-renamed "b"',
    'keys/renamed-unknown "z"',
  ])
})

describe('steps that cannot be taken are refused at their places', () => {
  const lock = lockOf(two)
  const said = (steps: string, spec = net('enc: Linear(4, 8)\nb: Linear(8, 3)', 'b(enc(x))')) =>
    checked(migrated(spec, steps), lock)

  it.each([
    ['nothing matches', '- rename: { from: aa, to: enc }', /there is no 'aa'/],
    ['a pattern matches nothing', '- drop: { key: "x.*", reason: gone }', /no key matches 'x\.\*'/],
    ['a pattern matches in two ways', '- drop: { key: "**.**", reason: gone }', /more than one way/],
    ['two tensors would have one key', '- rename: { from: a, to: b }', /there already/],
    ['sizes do not fit', '- split: { from: a.weight, to: [p, q, r] }', /3 equal parts/],
    ['parts do not join', '- concat: { from: [a.weight, b.weight], to: c }', /do not join/],
    ['there is no such dim', '- transpose: { key: a.weight, dims: [0, 2] }', /no dim 2/],
    ['elements do not fit', '- reshape: { key: a.weight, from: [8, 4], to: [5, -1] }', /cannot have shape/],
    ['what is added is not there', '- add: { key: norm }', /shape is not known/],
  ])('%s', (_, step, message) => {
    const found = said(step)
    expect(found.said).toEqual([`keys/step-refused "${/\w+/.exec(step)![0]}"`])
    expect(found.messages[0]).toMatch(message)
  })

  it('a number that is none', () => {
    expect(said('- split: { from: a.weight, to: [p, q], dim: nope }').said).toEqual(['name/unknown "nope"'])
    expect(said('- split: { from: a.weight, to: [p, q], dim: 1.5 }').said).toEqual([
      'schema/wrong-kind "1.5"',
    ])
  })

  it('steps that lead elsewhere leave what is still missing', () => {
    expect(said('- rename: { from: a, to: en }').said).toEqual(['keys/key-renamed "enc"'])
  })

  it('generations that are not next', () => {
    const ahead = `${two}\nmigrations: [{ to: 3, steps: [] }]\n`
    expect(checked(ahead, lock).said).toEqual(['keys/migration-ahead "3"'])
    expect(checked(`${two}\nmigrations: [{ to: 2, steps: [] }]\n`, lock).said).toEqual([
      'keys/migration-idle "2"',
    ])
    expect(checked(`${two}\nmigrations: [{ to: 2, steps: [] }]\n`, null).said).toEqual([
      'keys/migration-unlocked "2"',
    ])
  })

  it('a rule that is none', () => {
    expect(said('] # \n    ignore: [{ rule: dtyp, reason: none }').said).toEqual(['keys/ignore-rule "dtyp"'])
  })

  it('a key to rename, or to ignore, that is misspelled', () => {
    const [emb, enc] = [net('emb: Linear(4, 8)', 'emb(x)'), net('enc: Linear(4, 8)', 'enc(x)')]
    const renamed = checked(migrated(enc, '- rename: { from: embb, to: enc }'), lockOf(emb))
    expect(renamed.messages).toEqual(["rename: there is no 'embb'"])
    expect(renamed.hints).toEqual(["did you mean 'emb'?"])
    const ignored = (key: string) => said(`] # \n    ignore: [{ rule: dtype, key: ${key}, reason: cast }`)
    const found = ignored('enc.wieght')
    expect([found.said, found.messages, found.hints]).toEqual([
      ['keys/ignore-key "enc.wieght"'],
      ["no key on either side of the migration matches 'enc.wieght'"],
      ["did you mean 'enc.weight'?"],
    ])
    for (const known of ['enc.weight', 'a.weight', '"*.bias"', 'b', 'width'])
      expect(ignored(known).said).not.toContain(`keys/ignore-key "${known.replaceAll('"', '')}"`)
  })
})

describe('locked generations', () => {
  const after = net('c: Linear(4, 8)\nb: Linear(8, 3)', 'b(c(x))')
  const spec = migrated(after, '- rename: { from: a, to: c }')
  const lock = lockOf(spec, lockOf(two))

  it('keep their migrations', () => {
    expect(checked(spec, lock).said).toEqual([])
    expect(checked(after, lock).said).toEqual(['keys/migration-gap "Net"'])
    expect(checked(migrated(after, '- rename: { from: a, to: d }'), lock).said).toEqual([
      'keys/migration-differs "2"',
    ])
  })

  it('lead on', () => {
    const third = `${migrated(net('c: Linear(4, 8)\nhead: Linear(8, 3)', 'head(c(x))'), '- rename: { from: a, to: c }')}  - to: 3\n    steps: [{ rename: { from: b, to: head } }]\n`
    const { contract } = checked(third, lockOf(third, lock))
    expect(contract?.contracts).toEqual([
      {
        model: 'Net',
        preset: null,
        generations: [1, 2, 3].map(generation => ({
          generation,
          tensors: (['weight', 'bias'] as const)
            .flatMap(name => [
              {
                id: `a.${name}`,
                key: `${generation === 1 ? 'a' : 'c'}.${name}`,
                shape: name === 'bias' ? [8] : [8, 4],
              },
              {
                id: `b.${name}`,
                key: `${generation === 3 ? 'head' : 'b'}.${name}`,
                shape: name === 'bias' ? [3] : [3, 8],
              },
            ])
            .sort(
              (p, q) => p.id.localeCompare(q.id) && (p.id[0]! < q.id[0]! ? -1 : p.id[0]! > q.id[0]! ? 1 : 0),
            )
            .map(t => ({ ...t, dtype: 'float32', kind: 'parameter', tie: null })),
          parameters: ['a.weight', 'a.bias', 'b.weight', 'b.bias'],
        })),
        migrations: [
          { from: 1, to: 2, steps: [{ kind: 'rename', from: 'a', to: 'c' }] },
          { from: 2, to: 3, steps: [{ kind: 'rename', from: 'b', to: 'head' }] },
        ],
        layouts: [],
      },
    ])
  })
})

describe('a migration', () => {
  it('needs reasons that are not empty', () => {
    const drop = '{ drop: { key: b, reason: REASON } }'
    const spec = `${net('a: Linear(4, 8)', 'a(x)')}migrations: [{ to: 2, steps: [${drop}], ignore: [{ rule: dtype, reason: REASON }] }]\n`
    expect(checked(spec.replaceAll('REASON', 'gone'), lockOf(two)).said).toEqual(['keys/lock-behind "Net"'])
    const reason = 'keys/reason "" ""'
    expect(checked(spec.replaceAll('REASON', '" "'), lockOf(two)).said).toEqual([reason, reason])
  })

  it('to a generation that is no small integer is none that can come', () => {
    const spec = (to: string) => `${two}migrations: [{ to: ${to}, steps: [] }]\n`
    expect(checked(spec('1e99'), lockOf(two)).said).toEqual(['keys/migration-ahead "1e99"'])
    expect(checked(spec('3.0'), lockOf(two)).said).toEqual(['keys/migration-ahead "3.0"'])
  })
})

describe('presets', () => {
  const family = (modules: string, forward: string, rest = ''): string =>
    `holdfast: 1
model: Net
params: { width: int = 4, deep: bool = False }
presets: { small: {}, deep: { width: 8, deep: true } }
inputs: { x: "float32[N, 4]" }
modules:
${modules.replace(/^(?=.)/gm, '  ')}
forward: |
  x = ${forward}
  return more(x) if more else x
${rest}`
  const more = (name: string): string =>
    `${name}: { when: deep, type: Linear, in_features: width, out_features: width }`
  const before = family(`qk: Linear(4, 2 * width)\n${more('more')}`, 'qk(x).chunk(2, -1)[0]')
  const lock = lockOf(before)

  it('take steps with expressions, and leave out those that are about tensors of others', () => {
    const after = family(
      `q: Linear(4, width)\nk: Linear(4, width)\nmore: { type: Module, when: deep, modules: { fc: "Linear(width, width)" } }`,
      'q(x) + k(x)',
      'migrations:\n  - to: 2\n    steps:\n      - split: { from: "qk.*", to: ["q.*", "k.*"], sizes: [width, width] }\n      - rename: { from: more, to: more.fc }\n',
    ).replace('more(x) if', 'more.fc(x) if')
    const { said, contract } = checked(after, lock)
    expect(said).toEqual(['keys/lock-behind "Net"'])
    expect(contract!.contracts.map(c => [c.preset, c.migrations[0]!.steps])).toEqual([
      ['small', [{ kind: 'split', from: 'qk.*', to: ['q.*', 'k.*'], dim: 0, sizes: [4, 4] }]],
      [
        'deep',
        [
          { kind: 'split', from: 'qk.*', to: ['q.*', 'k.*'], dim: 0, sizes: [8, 8] },
          { kind: 'rename', from: 'more', to: 'more.fc' },
        ],
      ],
    ])
  })

  it('refuse a step that is about tensors of none', () => {
    const spec = `${before}migrations: [{ to: 2, steps: [{ rename: { from: less, to: fewer } }] }]\n`
    expect(checked(spec, lock).said).toEqual(['keys/step-refused "rename"'])
  })
})

describe('layouts', () => {
  const spec = (layout: string): string => `${two}\nlayouts:\n  other: ${layout}\n`

  it('are proven both ways, and carried by the contract', () => {
    const text = spec(
      '{ to: 1, steps: [{ drop: { key: mask, reason: not ours } }, { rename: { from: fc, to: a } }, { transpose: { key: a.weight, dims: [0, 1] } }] }',
    )
    const { said, contract } = checked(text, lockOf(two))
    expect(said).toEqual([])
    expect(contract!.contracts[0]!.layouts).toEqual([
      {
        name: 'other',
        to: 1,
        steps: [
          { kind: 'drop', key: 'mask', reason: 'not ours', init: 'default' },
          { kind: 'rename', from: 'fc', to: 'a' },
          { kind: 'transpose', key: 'a.weight', dims: [0, 1] },
        ],
      },
    ])
  })

  it('are refused where they lead elsewhere', () => {
    expect(checked(spec('{ to: 1, steps: [{ rename: { from: fc, to: c } }] }'), lockOf(two)).said).toEqual([
      'keys/step-refused "rename"',
    ])
    expect(checked(spec('{ to: 2, steps: [] }'), lockOf(two)).said).toEqual([
      'keys/layout-generation "other"',
    ])
    expect(checked(spec('{ to: 1, steps: [{ rename: { from: b, to: a } }] }'), lockOf(two)).said).toEqual([
      'keys/step-refused "rename"',
    ])
  })
})

it('what is renamed into the place of another follows it', () => {
  const before = net('a: Linear(4, 8)\nb: Linear(8, 3)', 'b(a(x))')
  const after = net('b: Linear(4, 8)\nc: Linear(8, 3)', 'c(b(x))')
  const { contract, said } = checked(after, lockOf(before))
  expect(said).toEqual(['keys/key-renamed "b"', 'keys/key-renamed "c"'])
  const proposed = suggestedMigration(contract!)
  expect(proposed).toMatch(/rename: \{ from: b, to: c \}\n.*rename: \{ from: a, to: b \}/)
  expect(checked(`${after}${proposed.slice(proposed.indexOf('\nmigrations'))}`, lockOf(before)).said).toEqual(
    ['keys/lock-behind "Net"'],
  )
})

it('what no step covers is proposed to be ignored, by rule and key', () => {
  const before = bare('{ p: ones(3), q: ones(2) }')
  const after = bare('{ q: ones(2).half() }', 'buffers: { p: ones(3) }\n')
  const { contract } = checked(after, lockOf(before))
  const proposed = suggestedMigration(contract!)
  expect(proposed).toContain('      - { rule: kind, key: p, reason: WHY }\n')
  expect(proposed).toContain('      - { rule: dtype, key: q, reason: WHY }\n')
  const covered = checked(`${after}${proposed.slice(proposed.indexOf('\nmigrations'))}`, lockOf(before))
  expect(covered.said).toEqual(['keys/lock-behind "Net"'])
})
