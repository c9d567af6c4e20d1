/** Specs written by people: they load without a word, and say what their authors meant. */
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadFile, located } from './load.ts'

const root = path.join(import.meta.dirname, '../..')
const examples = path.join(root, '../shared/examples')

function specsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.yaml'))
    .sort()
    .map(file => path.join(folder, file))
}

it.each(specsBelow(path.join(root, 'specs')))('%s has no error', file => {
  expect(loadFile(file).diagnostics.map(located)).toEqual([])
})

if (!existsSync(examples))
  console.log(`skipped: the six example specs, since ${path.relative(root, examples)} is absent`)

describe.skipIf(!existsSync(examples))('the example specs', () => {
  const load = (name: string) => {
    const { spec, diagnostics } = loadFile(path.join(examples, `${name}.yaml`))
    expect(diagnostics.map(located)).toEqual([])
    return spec!
  }

  it('bert: ties, functions, a child whose key is self, optional inputs', () => {
    const bert = load('bert')
    expect([...bert.functions.keys()]).toEqual(['activate'])
    expect(bert.root.inputs.map(input => [input.name.name, input.optional])).toEqual([
      ['input_ids', false],
      ['attention_mask', true],
      ['token_type_ids', true],
    ])
    expect(bert.root.body.ties.map(tie => tie.names.map(name => name.name))).toEqual([
      ['bert.embeddings.word_embeddings.weight', 'cls.predictions.decoder.weight'],
      ['cls.predictions.bias', 'cls.predictions.decoder.bias'],
    ])
    expect(bert.root.dims[0]!.max!.text).toBe('max_positions')
    const attention = bert.definitions.get('Layer')!.body.modules[0]!
    expect(attention).toMatchObject({
      kind: 'module',
      type: { name: 'Module' },
      body: { kind: 'definition', modules: [{ key: { parts: ['self'] } }, { key: null }] },
    })
  })

  it('efficientnet_b0: lets over functions, a Sequential as a definition, an enum beside an expression', () => {
    const net = load('efficientnet_b0')
    expect(net.root.lets.map(item => item.name.name)).toEqual(['stages', 'total'])
    expect(net.definitions.get('ConvNormAct')).toMatchObject({ forward: null, body: { kind: 'Sequential' } })
    const depth = net.definitions.get('MBConv')!.body.modules[1]!
    expect(depth).toMatchObject({ when: { text: 'stride == 1 and inp == out' }, kind: 'module' })
    expect(depth.kind === 'module' && depth.args.map(arg => arg.value.expr.kind)).toEqual(['Name', 'Str'])
  })

  it('gpt2: bare parameters, a default input, a forward in one line', () => {
    const conv = load('gpt2').definitions.get('Conv1D')!
    expect(conv.body.parameters.map(item => item.name.name)).toEqual(['weight', 'bias'])
    expect(conv.inputs.map(input => input.name.name)).toEqual(['x'])
    expect(conv.forward!.body).toMatchObject([{ kind: 'Return' }])
  })

  it('llama: a tie under a condition, a buffer that is not persistent, a path with buffers', () => {
    const llama = load('llama')
    expect(llama.root.body.ties[0]!.when!.text).toBe('tie')
    expect(llama.root.body.modules[0]).toMatchObject({
      kind: 'module',
      body: {
        buffers: [{ name: { name: 'inv_freq' }, persistent: { expr: { kind: 'Bool', value: false } } }],
      },
    })
  })

  it('swin_t: groups that expand in a Sequential, an init in several statements', () => {
    const swin = load('swin_t')
    const features = swin.root.body.modules[0]!
    expect(features.kind === 'module' && features.body!.modules.map(entry => entry.kind)).toEqual([
      'module',
      'group',
    ])
    const index = swin.definitions.get('ShiftedWindowAttention')!.body.buffers[0]!
    expect('body' in index.init && index.init.body).toHaveLength(4)
  })

  it('whisper: methods, a module that is not trained, named inputs with a default', () => {
    const whisper = load('whisper')
    expect([...whisper.root.methods.keys()]).toEqual(['encode', 'decode'])
    const encoder = whisper.definitions.get('Encoder')!
    expect(encoder.body.modules[2]).toMatchObject({ trainable: { expr: { kind: 'Bool', value: false } } })
    expect(whisper.definitions.get('Attention')!.inputs.map(input => input.optional)).toEqual([
      false,
      false,
      true,
    ])
  })
})
