import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  MemorySink,
  openPath,
  PyDict,
  type PyValue,
  type StoredTensor,
  saveSafetensors,
  saveTorch,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import { ZipWriter } from '../../runtime/checkpoint/zip/write-zip.ts'
import { type Ended, holdfast } from './captured-terminal.ts'
import { scratchFolder } from './scratch.ts'

const scratch = scratchFolder()

/** y = x W + b, with a list and an optional input beside it. */
const spec = scratch.write(
  'lists.yaml',
  `holdfast: 1
model: Lists
inputs:
  x: float32[N, 2]
  ids: int64[N] = None
outputs:
  sum: float32[N, 2]
  parts: list[float32[N, 2], 2]
modules:
  fc: Linear(2, 2)
  norm: BatchNorm1d(2)
forward: |
  y = norm(fc(x))
  if ids is not None:
    y = y + ids.unsqueeze(1)
  return y, [x, 2 * y]
`,
)

const f32 = (values: readonly number[], shape: readonly number[]): StoredTensor =>
  tensorOf(Float32Array.from(values), shape)

const weights: readonly (readonly [string, StoredTensor])[] = [
  ['fc.weight', f32([1, 2, 3, 4], [2, 2])],
  ['fc.bias', f32([10, 20], [2])],
  ['norm.weight', f32([1, 1], [2])],
  ['norm.bias', f32([0, 0], [2])],
  ['norm.running_mean', f32([0, 0], [2])],
  ['norm.running_var', f32([1, 1], [2])],
  ['norm.num_batches_tracked', tensorOf(BigInt64Array.from([7n]), [])],
]

const dict = (entries: Iterable<readonly [PyValue, PyValue]>): PyDict => new PyDict('dict', entries)
const prefixed = (prefix: string): PyDict => dict(weights.map(([key, t]) => [prefix + key, t]))

async function checkpoint(name: string, value: PyValue): Promise<string> {
  const file = scratch.path(name)
  writeFileSync(file, await saveTorch(value))
  return file
}

async function inputs(name: string, tensors: Readonly<Record<string, StoredTensor>>): Promise<string> {
  const file = scratch.path(name)
  writeFileSync(file, await saveSafetensors(Object.entries(tensors)))
  return file
}

const out = scratch.path('out.safetensors')

const run = (files: readonly string[], input: string, ...more: readonly string[]): Promise<Ended> =>
  holdfast('run', spec, ...files.flatMap(f => ['--weights', f]), '--inputs', input, '--outputs', out, ...more)

async function outputs(): Promise<Readonly<Record<string, unknown>>> {
  const opened = await openPath(out)
  const found: Record<string, unknown> = { order: JSON.parse(opened.metadata!.get('outputs')!) }
  for (const [name, tensor] of opened.value as PyDict) {
    const { dtype, shape, storage, offset, byteLength } = tensor as StoredTensor
    const bytes = await storage.read(offset * 4, offset * 4 + byteLength)
    const elements = [...new Float32Array(bytes.slice().buffer)].map(v => Math.round(v * 100) / 100)
    found[name as string] = { dtype, shape, elements }
  }
  await opened.close()
  return found
}

let good: string
let x: string

beforeAll(async () => {
  good = await checkpoint('good.pt', dict(weights))
  x = await inputs('x.safetensors', { x: f32([1, 1], [1, 2]) })
})

describe('holdfast run', () => {
  it('writes outputs by name, lists by number, and their order into the metadata', async () => {
    expect(await run([good], x)).toMatchObject({ code: 0, out: '' })
    expect(await outputs()).toEqual({
      order: ['sum', 'parts.0', 'parts.1'],
      sum: { dtype: 'float32', shape: [1, 2], elements: [13, 27] },
      'parts.0': { dtype: 'float32', shape: [1, 2], elements: [1, 1] },
      'parts.1': { dtype: 'float32', shape: [1, 2], elements: [26, 54] },
    })
  })

  it('reads an input x from in.x, optional inputs where they are there, and ignores other tensors', async () => {
    const file = await inputs('in.safetensors', {
      'in.x': f32([1, 1], [1, 2]),
      'in.ids': tensorOf(BigInt64Array.from([100n]), [1]),
      'out.logits': f32([0], [1]),
    })
    expect((await run([good], file)).code).toBe(0)
    expect(await outputs()).toMatchObject({ sum: { elements: [113, 127] } })
  })

  it("gives the digits' logits that PyTorch gave", async () => {
    const digits = 'examples/digits'
    const args = [
      '--weights',
      `${digits}/digits.pt`,
      '--inputs',
      `${digits}/heldout.safetensors`,
      '--outputs',
      out,
    ]
    const { code, err } = await holdfast('run', 'specs/tutorial/digits-cnn.yaml', ...args)
    expect(code).toBe(0)
    expect(err).toContain(`${digits}/digits.pt: took model_state_dict (16 tensors)`)
    const elements = async (file: string): Promise<Float32Array> => {
      const opened = await openPath(file)
      const { storage, offset, byteLength } = (opened.value as PyDict).get('logits') as StoredTensor
      const bytes = await storage.read(offset * 4, offset * 4 + byteLength)
      await opened.close()
      return new Float32Array(bytes.slice().buffer)
    }
    const [ours, torchs] = [await elements(out), await elements(`${digits}/heldout.safetensors`)]
    expect(ours.length).toBe(3600)
    expect(Math.max(...ours.map((v, i) => Math.abs(v - torchs[i]!)))).toBeLessThan(2e-5)
  })
})

describe('the weights that are taken', () => {
  it.each([
    [
      'a nested state_dict',
      'state_dict',
      (): PyDict =>
        dict([
          ['state_dict', dict(weights)],
          ['epoch', 3],
        ]),
      '',
    ],
    ['keys of DataParallel', 'the state_dict', () => prefixed('module.'), "keys without 'module.'"],
    ['keys of a compiled model', 'the state_dict', () => prefixed('_orig_mod.'), "keys without '_orig_mod.'"],
    ['keys below an attribute of a wrapper', 'the state_dict', () => prefixed('net.'), "keys without 'net.'"],
    [
      'the one that fits of two',
      'b',
      () =>
        dict([
          ['a', dict(weights.slice(2))],
          ['b', dict(weights)],
        ]),
      '',
    ],
  ])('are %s, and stderr says so', async (_what, path, value, without) => {
    const file = await checkpoint('nested.pt', value())
    const { code, err } = await run([file], x)
    expect(code).toBe(0)
    expect(err).toContain(`${file}: took ${path} (7 tensors${without === '' ? '' : `, ${without}`})`)
    expect(await outputs()).toMatchObject({ sum: { elements: [13, 27] } })
  })

  it('are asked for with --prefix where two fit', async () => {
    const ema = weights.map(([key, t]) => [key, key === 'fc.bias' ? f32([0, 0], [2]) : t] as const)
    const file = await checkpoint(
      'two.pt',
      dict([
        ['model', dict(weights)],
        ['ema', dict(ema)],
      ]),
    )
    const { code, err } = await run([file], x)
    expect(code).toBe(1)
    expect(err).toContain('error[weights/ambiguous]')
    expect(err).toContain("choose one with --prefix: 'model.', 'ema.'")
    expect((await run([file], x, '--prefix', 'ema')).code).toBe(0)
    expect(await outputs()).toMatchObject({ sum: { elements: [3, 7] } })
    expect((await run([file], x, '--prefix', 'model.')).code).toBe(0)
    expect(await outputs()).toMatchObject({ sum: { elements: [13, 27] } })
  })

  it('are no question where both are the same tensors', async () => {
    const file = await checkpoint(
      'same.pt',
      dict([
        ['model', dict(weights)],
        ['best', dict(weights)],
      ]),
    )
    expect((await run([file], x)).code).toBe(0)
  })

  it('are a part of a larger model with --prefix, which the hint proposes', async () => {
    const larger = dict([...prefixed('encoder.'), ['decoder.weight', f32([1], [1])]])
    const file = await checkpoint('larger.pt', dict([['state_dict', larger]]))
    const { code, err } = await run([file], x)
    expect(code).toBe(1)
    expect(err).toContain('--prefix state_dict.encoder.')
    expect((await run([file], x, '--prefix', 'state_dict.encoder')).code).toBe(0)
  })

  it('are refused where --prefix names nothing', async () => {
    const { code, err } = await run([good], x, '--prefix', 'nowhere')
    expect(code).toBe(1)
    expect(err).toContain('error[weights/prefix]')
  })

  it('are merged from several files, of which each has a part', async () => {
    const first = await checkpoint('first.pt', dict([['model', dict(weights.slice(0, 2))]]))
    const second = await checkpoint('second.pt', dict(weights.slice(2).map(([k, t]) => [`module.${k}`, t])))
    expect((await run([first, second], x)).code).toBe(0)
    expect(await outputs()).toMatchObject({ sum: { elements: [13, 27] } })
    const { code, err } = await run([first, good], x)
    expect(code).toBe(1)
    expect(err).toContain('error[merge/duplicate-key]')
    expect(err).toContain('fc.weight')
  })

  it('may lack num_batches_tracked, which files older than PyTorch 0.4.1 do', async () => {
    const file = await checkpoint('old.pt', dict(weights.slice(0, -1)))
    expect((await run([file], x)).code).toBe(0)
  })

  it('must not lack it where the file says that its batch norms are of version 2, as in PyTorch', async () => {
    const state = new PyDict('OrderedDict', weights.slice(0, -1))
    const version = (n: number): PyDict => dict([['version', n]])
    const versions = new PyDict('OrderedDict', [
      ['', version(1)],
      ['fc', version(1)],
      ['norm', version(2)],
    ])
    state.attrs = dict([['_metadata', versions]])
    const { code, err } = await run([await checkpoint('new.pt', state)], x)
    expect(code).toBe(1)
    expect(err).toContain('Missing key(s) in state_dict: "norm.num_batches_tracked"')
  })

  it("are reported as PyTorch does where keys and sizes don't fit, and nothing is written", async () => {
    const other = scratch.path('untouched.safetensors')
    const state = weights
      .filter(([key]) => key !== 'fc.bias')
      .map(([key, t]) => [key.replace('norm.b', 'norm.c'), t] as const)
    const file = await checkpoint('bad.pt', dict([...state.slice(1), ['fc.weight', f32([1, 2], [1, 2])]]))
    const { code, err } = await run([file], x, '--outputs', other)
    expect(code).toBe(1)
    expect(err).toContain('error[state/mismatch] Error(s) in loading state_dict for Lists:')
    expect(err).toContain('Missing key(s) in state_dict: "fc.bias", "norm.bias"')
    expect(err).toContain('Unexpected key(s) in state_dict: "norm.cias"')
    expect(err).toContain(
      'size mismatch for fc.weight: copying a param with shape torch.Size([1, 2]) from checkpoint, ' +
        'the shape in current model is torch.Size([2, 2])',
    )
    expect(() => readFileSync(other)).toThrow('ENOENT')
  })

  it('are refused where there are none', async () => {
    const empty = await checkpoint('empty.pt', dict([['epoch', 3]]))
    expect(await run([empty], x)).toMatchObject({
      code: 1,
      err: expect.stringContaining('error[weights/none]'),
    })
    expect(await run([], x)).toMatchObject({ code: 1, err: expect.stringContaining('--weights FILE') })
  })
})

describe('a whole pickled model', () => {
  const net = scratch.write(
    'net.yaml',
    `holdfast: 1
model: Net
inputs:
  x: float32[N, 2, 8, 8]
modules:
  first: Block()
  head: Linear(3, 2)
  tied: Linear(3, 2, bias=False)
ties:
  - [head.weight, tied.weight]
forward: |
  return head(first(x).mean(dim=[2, 3]))
definitions:
  Block:
    buffers:
      shown: arange(3)
    modules:
      conv: Conv2d(2, 3, 3)
      bn: BatchNorm2d(3)
    forward: return bn(conv(x)) + shown.sum()
`,
  )

  it('is read without its class, and stderr says how to keep its weights', async () => {
    const file = 'test/fixtures/checkpoint/module.pt'
    const image = await inputs('image.safetensors', { x: f32(new Array(128).fill(1), [1, 2, 8, 8]) })
    const args = ['--weights', file, '--inputs', image, '--outputs', out]
    const { code, err } = await holdfast('run', net, ...args)
    expect(err).toContain(`${file}: a whole model was pickled here`)
    expect(err).toContain(`holdfast convert ${file} OUT.safetensors --from-module`)
    expect(err).toContain(`${file}: took the state_dict (11 tensors)`)
    expect(code).toBe(0)
  })

  it('is converted to what its spec says it holds, and to nothing else', async () => {
    const file = 'test/fixtures/checkpoint/module.pt'
    const kept = scratch.path('kept.safetensors')
    const convert = (model: string): Promise<Ended> =>
      holdfast('convert', file, kept, '--from-module', '--spec', model)
    const { code, err } = await convert(spec)
    expect(code).toBe(1)
    expect(err).toContain('error[state/mismatch]')
    expect(err).toContain('missing key: fc.weight, float32[2, 2]')
    expect(err).toContain('unexpected key: first.conv.weight')
    expect(() => readFileSync(kept)).toThrow('ENOENT')
    expect(await convert(net)).toMatchObject({ code: 0, err: '' })
  })

  it('or argparse.Namespace and NumPy beside a state_dict: the tensors are read, and converted', async () => {
    const file = 'test/fixtures/checkpoint/beside.pt'
    const image = await inputs('image.safetensors', { x: f32(new Array(128).fill(1), [1, 2, 8, 8]) })
    const { code, err } = await holdfast('run', net, '--weights', file, '--inputs', image, '--outputs', out)
    expect(err).toContain(
      `${file}: it also holds argparse.Namespace; its tensors are read, nothing of it is run`,
    )
    expect(err).toContain(`${file}: took state_dict (11 tensors)`)
    expect(code).toBe(0)
    const kept = scratch.path('beside.safetensors')
    const converted = await holdfast('convert', file, kept, '--from-module')
    expect(converted.out).toContain(`11 tensors of state_dict in ${file}`)
    const refused = await holdfast('inspect', file)
    expect(refused.err).toContain('argparse.Namespace, which a checkpoint may not name')
    expect(refused.err).toContain('inspect --full')
  })

  it('is no excuse for another name in a file: that stays refused', async () => {
    const sink = new MemorySink()
    const zip = new ZipWriter(sink, 64)
    const bytes = (text: string): Uint8Array => Uint8Array.from(text, char => char.charCodeAt(0))
    await zip.add('a/data.pkl', bytes('\x80\x02}U\x05modelcos\nsystem\nU\x02id\x85Rs.'))
    await zip.add('a/version', bytes('3\n'))
    await zip.finish()
    const file = scratch.path('hostile.pt')
    writeFileSync(file, sink.bytes())
    const { code, err } = await run([file], x)
    expect(code).toBe(1)
    expect(err).toContain('error[pickle/refused-global]')
    expect(err).toContain('os.system')
    expect(err).not.toContain('whole model')
  })
})

describe('what is wrong is said without a trace', () => {
  it.each([
    ['a weights file that is not there', (): Promise<Ended> => run(['nowhere.pt'], x), 'nowhere.pt'],
    ['weights that are no checkpoint', () => run([spec], x), 'error[file/'],
    ['an inputs file that is not there', () => run([good], 'nowhere.safetensors'), 'nowhere.safetensors'],
    [
      'an output that cannot be written',
      () => run([good], x, '--outputs', 'no/such/folder/o.safetensors'),
      'error[output/unwritable]',
    ],
    [
      'a spec that is not there',
      () => holdfast('run', 'no.yaml', '--inputs', x, '--outputs', out),
      'error[spec/unreadable]',
    ],
  ])('%s', async (_what, start, message) => {
    const { code, err } = await start()
    expect(code).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toMatch(/internal error|^\s+at /m)
  })

  it('an input that is missing, of another dtype, or of another shape', async () => {
    const missing = await inputs('missing.safetensors', { z: f32([1], [1]) })
    expect(await run([good], missing)).toMatchObject({
      code: 1,
      err: expect.stringContaining("neither 'x' nor 'in.x'"),
    })
    const ints = await inputs('ints.safetensors', { x: tensorOf(BigInt64Array.from([1n, 2n]), [1, 2]) })
    expect(await run([good], ints)).toMatchObject({
      code: 1,
      err: expect.stringContaining("input 'x' is int64"),
    })
    const wide = await inputs('wide.safetensors', { x: f32([1, 2, 3], [1, 3]) })
    expect(await run([good], wide)).toMatchObject({ code: 1, err: expect.stringContaining('[1, 3]') })
  })

  it('a device that does not exist is wrong usage', async () => {
    expect(await run([good], x, '--device', 'abacus')).toMatchObject({
      code: 2,
      err: expect.stringContaining('abacus'),
    })
  })
})
