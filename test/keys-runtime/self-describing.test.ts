/** Files that carry their spec: the model comes back from the file alone. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { paramFromText } from '../../compiler/elaborate/param-text.ts'
import {
  compileModel,
  Diagnostics,
  EmbeddedSpecError,
  loadModel,
  loadSpec,
  modelSource,
  nodeLoader,
  readSource,
  SpecModule,
} from '../../compiler/index.ts'
import { digestOf } from '../../compiler/link/model-source.ts'
import {
  load,
  MemorySink,
  type PyDict,
  type PyValue,
  save,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import { KeysError, stampOf } from '../../runtime/keys/index.ts'
import { saveCheckpoint } from '../../runtime/nn/index.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'

const scratch = scratchFolder()
const blocks = `holdfast: 1
definitions:
  Block:
    params: { width: int }
    modules:
      fc: Linear(width, width)
      norm: LayerNorm(width)
    forward: |
      return norm(x + relu(fc(x)))
`
const spec = `holdfast: 1
model: Stack
imports: { lib: ../lib/blocks.yaml }
params:
  width: int = 4
  depth: int = 1
inputs:
  x: float32[N, width]
modules:
  blocks: { type: ModuleList, modules: [{ for: i in range(depth), type: lib.Block, width: width }] }
  out: Linear(width, 2)
forward: |
  for block in blocks:
    x = block(x)
  return out(x)
`
scratch.write('lib/blocks.yaml', blocks)
const specPath = scratch.write('models/stack.yaml', spec)

function stack(params: Readonly<Record<string, string>> = {}): SpecModule {
  const diagnostics = new Diagnostics()
  const source = readSource(specPath)
  if ('error' in source) throw new Error(source.error)
  const file = loadSpec(source, nodeLoader, diagnostics)
  const given = Object.entries(params).map(([name, text]) => paramFromText(name, text, file!, diagnostics))
  const model = file === null ? null : compileModel(file, given, diagnostics)
  expect(diagnostics.sorted().filter(d => d.severity === 'error')).toEqual([])
  return new SpecModule(model!, [], modelSource(file!, params)).eval()
}

const x = () => tensor([[1, 2, 3, 4]].map(row => row))
const run = async (model: SpecModule): Promise<number[]> => {
  const { y, ...others } = model.forward({ x: x() }) as Record<string, { data(): Promise<Float32Array> }>
  return [...(await (y ?? Object.values(others)[0]!).data())]
}

async function bytesOf(model: SpecModule, format: 'zip' | 'safetensors'): Promise<Uint8Array> {
  const sink = new MemorySink()
  await saveCheckpoint(model, sink, { format })
  return sink.bytes()
}

describe.each(['zip', 'safetensors'] as const)('a %s file', format => {
  test('gives the model back, imports and params included, with the same outputs', async () => {
    const model = stack({ depth: '3' })
    const loaded = await loadModel(await bytesOf(model, format))
    expect(loaded.model.stateDict().size).toBe(14)
    expect(await run(loaded.model)).toEqual(await run(model))
    expect(loaded.report.missingKeys).toEqual([])
    expect(loaded.stamp).toMatchObject({ model: 'Stack', source: { params: { depth: '3' } } })
  })

  test('has the same bytes each time', async () => {
    const model = stack()
    expect(await bytesOf(model, format)).toEqual(await bytesOf(model, format))
  })

  test('says nothing of the folder that the spec was in', async () => {
    const text = new TextDecoder('latin1').decode(await bytesOf(stack(), format))
    expect(text).toContain('../lib/blocks.yaml')
    expect(text).not.toContain(scratch.path('').replace(/\/$/, ''))
  })

  test('is what it says, until a byte changes', async () => {
    const file = scratch.path(`stack.${format}`)
    const bytes = await bytesOf(stack(), format)
    writeFileSync(file, bytes)
    expect(await holdfast('verify', file)).toEqual({
      code: 0,
      out: `${file}: Stack, 6 tensors, with its spec: as it was saved\n`,
      err: '',
    })
    // Saved again with other elements under the old stamp.
    const opened = await load(bytes)
    const dict = opened.value as PyDict
    dict.set('out.bias', tensorOf(Float32Array.of(7, 7)))
    const sink = new MemorySink()
    await save(opened.value as PyValue, sink, { format, attachment: opened.attachment! })
    writeFileSync(file, sink.bytes())
    const { code, err } = await holdfast('verify', file)
    expect(code).toBe(1)
    expect(err).toContain('error[keys/digest]')
    expect(err).toContain("'out.bias' differs")
  })

  test('gives its spec back', async () => {
    const file = scratch.path(`extract.${format}`)
    writeFileSync(file, await bytesOf(stack({ depth: '2' }), format))
    expect(await holdfast('extract', file)).toEqual({
      code: 0,
      out: spec,
      err: 'made with --param depth=2\n',
    })
    const folder = scratch.path(`out-${format}`)
    const { out } = await holdfast('extract', file, '--output', folder)
    const paths = out.trim().split('\n')
    expect(paths.map(p => readFileSync(p, 'utf8'))).toEqual([spec, blocks])
    expect((await holdfast('check', paths[0]!)).code).toBe(0)
  })
})

test('a file of others has no spec, and says so', async () => {
  const file = scratch.path('plain.pt')
  await save([], file)
  const error = await loadModel(file).catch(e => e)
  expect(error).toBeInstanceOf(KeysError)
  expect(error).toMatchObject({ code: 'keys/no-source', message: 'the file does not say what model it is' })
  const { code, err } = await holdfast('extract', file)
  expect({ code, err }).toEqual({ code: 1, err: `error[spec/none] ${file} does not say what model it is\n` })
  expect((await holdfast('verify', file)).err).toContain('error[keys/no-source]')
})

test('a spec in a file that does not compile is a diagnostic, and its tensors can still be read', async () => {
  const opened = await load(await bytesOf(stack(), 'zip'))
  const stamp = JSON.parse(opened.attachment!)
  stamp.source.files[0].text = spec.replace('Linear(width, 2)', 'Linaer(width, 2)')
  stamp.source.digest = digestOf(stamp.source.files)
  const sink = new MemorySink()
  await save(opened.value, sink, { attachment: JSON.stringify(stamp) })
  const error = await loadModel(sink.bytes()).catch(e => e)
  expect(error).toBeInstanceOf(EmbeddedSpecError)
  expect(error.diagnostics[0].code).toBe('spec/unknown-type')
  expect(((await load(sink.bytes())).value as PyDict).size).toBe(6)
})

test.each([
  ['no JSON', '{'],
  ['another version', '{"holdfast": 99}'],
  [
    'no files',
    '{"holdfast":1,"model":"A","preset":null,"generation":1,"contract":null,"digest":"","tensors":{},"source":{"model":"A","digest":"","files":[],"params":{},"lock":null}}',
  ],
  [
    'a contract whose steps are none',
    '{"holdfast":1,"model":"A","preset":null,"generation":1,"digest":"","tensors":{},"source":null,"contract":{"model":"A","preset":null,"generations":[{"generation":1,"tensors":[],"parameters":[]}],"migrations":[{"from":1,"to":2,"steps":[{"kind":"__proto__"}]}],"layouts":[]}}',
  ],
])('a stamp that is damaged (%s) is refused as such', (_, attachment) => {
  expect(() => stampOf({ attachment })).toThrow(KeysError)
})
