import { describe, expect, it } from 'vitest'
import { checked, lockOf, net } from './contract.ts'

const plain = net('a: Linear(4, 2 * width)\nb: Linear(2 * width, 3)', 'b(a(x))')

describe('a lock', () => {
  it('has one line for each tensor, in the order of the state_dict, with the sizes that params decide', () => {
    expect(
      lockOf(plain),
    ).toBe(`# The keys of a model, as its checkpoints have them. Written by \`holdfast lock\`: review it, do not edit it.
lock: 1
model: Net
generations:
  - generation: 1
    digest: ${/digest: (\S+)/.exec(lockOf(plain))![1]}
    presets:
      default:
        params:
          width: 4
        tensors:
          a.weight: parameter float32[2*width=8, 4]
          a.bias: parameter float32[2*width=8]
          b.weight: parameter float32[3, 2*width=8]
          b.bias: parameter float32[3]
`)
  })

  it('is byte-identical when nothing has changed, and then says nothing', () => {
    const lock = lockOf(plain)
    expect(lockOf(plain, lock)).toBe(lock)
    expect(checked(plain, lock)).toMatchObject({ said: [], contract: { isCurrent: true } })
  })

  it('shows no form of a size that two params decide, or that is no linear form', () => {
    const spec = `holdfast: 1
model: Net
params: { a: int = 2, b: int = 3, c: int = 5 }
inputs: { x: "float32[N, 6]" }
parameters: { p: "zeros(a * b, c * c, b + 1)" }
forward: return x
`
    expect(lockOf(spec)).toContain('p: parameter float32[6, 25, b+1=4]\n')
  })

  it('has buffers that are saved, dtypes, tied names and keys of any characters', () => {
    const spec = `holdfast: 1
model: Net
inputs: { t: "int64[N]" }
buffers:
  seen: tensor(0)
  cache: { init: zeros(3), persistent: false }
modules:
  emb: Embedding(5, 4)
  part: { type: Linear, key: "a: b", in_features: 4, out_features: 4, bias: false }
  head: Linear(4, 5, bias=False)
ties: [[emb.weight, head.weight]]
forward: |
  return head(part(emb(t)))
`
    const lock = lockOf(spec)
    const lines = lock.split('\n').slice(-7)
    expect(lines.map(l => l.trim())).toEqual([
      'default:',
      'tensors:',
      'seen: buffer int64[]',
      'emb.weight: parameter float32[5, 4]',
      "'a: b.weight': parameter float32[4, 4]",
      'head.weight: parameter float32[5, 4] tie=emb.weight',
      '',
    ])
    expect(checked(spec, lock).said).toEqual([])
  })

  it('has every preset; a new one joins the last generation, and its params may follow the spec', () => {
    const family = (presets: string): string =>
      net('a: Linear(4, width)', 'a(x)').replace('inputs:', `presets: ${presets}\ninputs:`)
    const lock = lockOf(family('{ small: {} }'))
    const wider = lockOf(family('{ small: {}, large: { width: 8 } }'), lock)
    expect(wider).toContain('          a.weight: parameter float32[width=8, 4]\n')
    expect(wider.match(/generation: \d/g)).toEqual(['generation: 1'])
    expect(checked(family('{ large: { width: 8 } }'), wider).said).toEqual(['keys/preset-removed "large"'])
  })

  it('of defaults goes on when they become the preset default', () => {
    const spec = net('a: Linear(4, width)', 'a(x)')
    const family = spec.replace('inputs:', 'presets: { default: {}, large: { width: 8 } }\ninputs:')
    expect(checked(family, lockOf(spec)).said).toEqual(['keys/lock-behind "Net"'])
  })
})

describe('a lock that is not as it was written', () => {
  const lock = lockOf(plain)
  const said = (text: string): readonly string[] => checked(plain, text).said

  it('has marks of a merge', () => {
    const marked = lock.replace('      default:\n', '<<<<<<< HEAD\n      default:\n=======\n>>>>>>> branch\n')
    expect(said(marked)).toEqual(['keys/lock-conflict "<<<<<<< HEAD"'])
  })

  it('was edited', () => {
    expect(said(lock.replace('b.bias: parameter float32[3]', 'b.bias: parameter float32[4]'))).toEqual([
      expect.stringMatching(/^keys\/lock-edited "[0-9a-f']{32,34}"$/),
    ])
    expect(said(lock.replace(/ {10}a.bias.*\n/, ''))).toEqual([expect.stringMatching(/^keys\/lock-edited/)])
  })

  it.each([
    ['no text', '', 'keys/lock-form ""'],
    ['no mapping', '- 1\n', 'keys/lock-form "- 1"'],
    ['another version', lock.replace('lock: 1', 'lock: 2'), 'keys/lock-form "2"'],
    [
      'a line that is no tensor',
      lock.replace('parameter float32[3]', 'parameter'),
      'keys/lock-form "parameter"',
    ],
    ['a dtype that is none', lock.replace('float32[3]', 'floaty[3]'), 'keys/lock-form "parameter floaty[3]"'],
    [
      'an id twice',
      lock.replace('float32[3]', 'float32[3] id=a.bias'),
      'keys/lock-form "parameter float32[3] id=a.bias"',
    ],
    [
      'a tie to nothing',
      lock.replace('float32[3]', 'float32[3] tie=z'),
      'keys/lock-form "parameter float32[3] tie=z"',
    ],
    [
      'an id in bad quotes',
      lock.replace('parameter float32[3]', `'parameter float32[3] id="\\q"'`),
      /^keys\/lock-form/,
    ],
    ['a gap', lock.replace('generation: 1', 'generation: 2'), 'keys/lock-form "2"'],
    ['broken YAML', lock.replace('presets:', 'presets: ['), /^keys\/lock-form/],
  ])('has %s', (_, text, expected) => {
    expect(said(text)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)])
  })
})
