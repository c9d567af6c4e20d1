import { describe, expect, it } from 'vitest'
import { holdfast } from './captured-terminal.ts'
import { linear, scratchFolder } from './scratch.ts'

const scratch = scratchFolder()
const spec = scratch.write('tiny.yaml', linear)

const keys = async (...params: readonly string[]): Promise<unknown> => {
  const { code, out, err } = await holdfast('keys', spec, ...params.flatMap(p => ['--param', p]), '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

describe('holdfast keys', () => {
  it('lists key, shape, dtype and kind as JSON', async () => {
    expect(await keys()).toEqual([
      { key: 'fc.weight', shape: [2, 4], dtype: 'float32', kind: 'parameter' },
      { key: 'fc.bias', shape: [2], dtype: 'float32', kind: 'parameter' },
    ])
  })

  it('lists them as a table', async () => {
    const { out } = await holdfast('keys', spec)
    expect(out).toBe('fc.weight  float32  [2, 4]  parameter\nfc.bias    float32  [2]     parameter\n')
  })

  it('takes params as expressions', async () => {
    expect(await keys('width=2 * 8', 'sizes=[3, 4]', 'bias=False')).toEqual([
      { key: 'fc.weight', shape: [3, 16], dtype: 'float32', kind: 'parameter' },
    ])
  })

  it("understands YAML's booleans, bare words for strings, and the names of module types", async () => {
    expect(await keys('bias=false', 'act=tanh', 'layer=Linear')).toHaveLength(1)
    expect(await keys('act="tanh"')).toHaveLength(2)
  })

  it.each([
    ['a value out of bounds', 'width=0', 'param/range', '--param:1:7'],
    ['a value of another type', 'width=[1]', 'param/type', '--param:1:7'],
    ['a value that is none of an enum', 'act=gelu', 'param/range', '--param:1:5'],
    ['an unknown param', 'widht=3', "did you mean 'width'?", '--param:1:7'],
    ['a name that is not there', 'width=nope', 'nope', '--param:1:7'],
    ['a broken expression', 'width=(1', 'error[', '--param:1:7'],
  ])('points at %s', async (_what, param, message, place) => {
    const { code, out, err } = await holdfast('keys', spec, '--param', param)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(message)
    expect(err).toContain(place)
  })

  it.each([['width'], ['=3']])('refuses --param %s as wrong usage', async param => {
    expect((await holdfast('keys', spec, '--param', param)).code).toBe(2)
  })

  it('refuses a param that is given twice', async () => {
    const { code, err } = await holdfast('keys', spec, '--param', 'width=1', '--param', 'width=2')
    expect(code).toBe(2)
    expect(err).toContain('width is given twice')
  })
})
