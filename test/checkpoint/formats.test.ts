import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkpointTable } from '../../compiler/cli/checkpoint-table.ts'
import {
  bytesSource,
  describe as describeValue,
  findStateDicts,
  load,
  MemorySink,
  materialize,
  mergeStateDicts,
  moduleStateDict,
  open,
  openPath,
  PyDict,
  type PyValue,
  readShardedSafetensors,
  type StoredTensor,
  save,
  saveTorch,
  stateDictsOf,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import { PyTuple } from '../../runtime/checkpoint/python-value.ts'
import { openZip } from '../../runtime/checkpoint/zip/read-zip.ts'
import { ZipWriter } from '../../runtime/checkpoint/zip/write-zip.ts'
import { canonical, fixture, fixtureJson, fixtures, openFixture } from './reference.ts'

type Summary = [key: string, dtype: string, shape: number[], sha256: string][]

async function summary(dict: Iterable<readonly [PyValue, PyValue]>): Promise<Summary> {
  const rows: Summary = []
  for (const [key, value] of dict) {
    const tensor = value as StoredTensor
    const sha256 = createHash('sha256')
      .update(await materialize(tensor))
      .digest('hex')
    rows.push([key as string, tensor.dtype, [...tensor.shape], sha256])
  }
  return rows
}

describe('values', () => {
  test.each(['values.pt', 'values-legacy.pt', 'training.pt'])('%s reads as torch reads it', async name => {
    const { value } = await openFixture(name)
    expect(canonical(await describeValue(value))).toBe(canonical(fixtureJson(`${name}.json`)))
  })

  test('a loaded checkpoint needs its file no longer', async () => {
    let closed = false
    const close = async () => {
      closed = true
    }
    const source = { ...bytesSource(fixture('training.pt')), close }
    const progress: number[] = []
    const { value } = await load(source, { onProgress: read => progress.push(read) })
    expect(closed).toBe(true)
    source.read = async () => {
      throw new Error('the file is gone')
    }
    expect(canonical(await describeValue(value))).toBe(canonical(fixtureJson('training.pt.json')))
    expect(progress.at(-1)).toBeGreaterThan(0)
  })

  test('mapLocation changes where storages claim to live, and nothing else', async () => {
    for (const mapLocation of [
      'cuda:1',
      new Map([['cpu', 'cuda:1']]),
      (tag: string) => `${tag === 'cpu' ? 'cuda:1' : ''}`,
    ]) {
      const { value } = await openFixture('training.pt', { mapLocation })
      const [model] = findStateDicts(value)
      expect(model?.tensors.get('head.weight')?.storage.location).toBe('cuda:1')
      expect(canonical(await describeValue(value))).toBe(canonical(fixtureJson('training.pt.json')))
    }
  })
})

describe('whole pickled modules', () => {
  test.each(['module.pt', 'module-legacy.pt'])(
    '%s is refused by its class unless it is asked for',
    async name => {
      await expect(openFixture(name)).rejects.toMatchObject({
        code: 'pickle/refused-global',
        global: '__main__.Net',
      })
    },
  )

  test.each(['module.pt', 'module-legacy.pt'])('%s gives the state_dict of the live module', async name => {
    const { value } = await openFixture(name, { full: true })
    const root = value instanceof PyDict ? value.get('model') : value
    expect(await summary(moduleStateDict(root as PyValue))).toEqual(fixtureJson('module.json'))
    const [candidate] = findStateDicts(value)
    expect(await summary(candidate?.tensors ?? [])).toEqual(fixtureJson('module.json'))
  })

  test('a module is found in a list and in a tuple that were saved', async () => {
    const { value } = await openFixture('module.pt', { full: true })
    for (const saved of [[value, null], new PyTuple([1, value])]) {
      const [candidate] = findStateDicts(saved)
      expect(await summary(candidate?.tensors ?? [])).toEqual(fixtureJson('module.json'))
      expect(candidate?.path).toEqual([Array.isArray(saved) ? '0' : '1'])
    }
  })

  test('tied parameters of a module stay one storage', async () => {
    const { value } = await openFixture('module.pt', { full: true })
    const state = moduleStateDict(value)
    expect((state.get('tied.weight') as StoredTensor).storage).toBe(
      (state.get('head.weight') as StoredTensor).storage,
    )
  })

  test('what is no module has no state_dict', () => {
    expect(() => moduleStateDict(new PyDict())).toThrow(
      expect.objectContaining({ code: 'module/unreadable' }),
    )
  })
})

describe('other containers', () => {
  test('a TorchScript archive is refused, and on request gives the state_dict that torch.jit.load gives', async () => {
    await expect(openFixture('scripted.pt')).rejects.toMatchObject({ code: 'torchscript/refused' })
    const checkpoint = await openFixture('scripted.pt', { torchScript: true })
    expect(await summary(stateDictsOf(checkpoint)[0]?.tensors ?? [])).toEqual(fixtureJson('scripted.json'))
  })

  test('an exported program gives its state_dict', async () => {
    const checkpoint = await openFixture('program.pt2')
    const byKey = (rows: Summary) => rows.sort(([a], [b]) => (a < b ? -1 : 1))
    const state = await summary(checkpoint.stateDict ?? [])
    expect(byKey(state)).toEqual(byKey(fixtureJson('program.json') as Summary))
  })

  test('a distributed checkpoint of two ranks is one nested state, its shards joined by rows and by columns', async () => {
    const checkpoint = await openPath(join(fixtures, 'distributed'))
    const root = checkpoint.value as PyDict
    const model = root.get('model') as PyDict
    const [rows, same] = fixtureJson('distributed.json') as Summary
    const renamed = (row: Summary[number] | undefined, key: string) => [key, ...(row?.slice(1) ?? [])]
    expect(await summary(model)).toEqual([
      renamed(rows, 'rows'),
      renamed(rows, 'columns'),
      renamed(same, 'same'),
    ])
    expect(canonical(await describeValue(root.get('optimizer') as PyValue))).toContain('"v":"0.1"')
    expect(root.get('epoch')).toBe(3)
    await checkpoint.close()
  })

  test('a folder without .metadata and a missing file are refused by name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    await expect(openPath(folder)).rejects.toMatchObject({ code: 'file/unknown-format' })
    await expect(openPath(join(folder, 'none.pt'))).rejects.toMatchObject({ code: 'file/read' })
    writeFileSync(join(folder, 'model.h5.index.json'), '{"weight_map":{"a":"model-1.h5"}}')
    await expect(openPath(folder)).rejects.toMatchObject({ hint: expect.stringContaining('.h5.index.json') })
    await expect(openPath(join(folder, 'model.h5.index.json'))).rejects.toMatchObject({
      code: 'file/unknown-format',
      message: expect.stringContaining('model-1.h5'),
    })
    writeFileSync(
      join(folder, 'model.onnx'),
      Uint8Array.from([8, 7, 0x12, 7, ...Buffer.from('pytorch'), 0x3a]),
    )
    await expect(openPath(join(folder, 'model.onnx'))).rejects.toThrow('ONNX')
    rmSync(folder, { recursive: true })
  })

  test('a sharded model comes back whole, from bytes and from a folder', async () => {
    const tensors = new Map(
      Array.from({ length: 5 }, (_, i) => [`t${i}`, tensorOf(new Float32Array(8).fill(i))] as const),
    )
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    const index = join(folder, 'net.safetensors.index.json')
    const seen: [number, number][] = []
    await save(tensors, index, {
      maxShardBytes: 70,
      onProgress: (written, total) => seen.push([written, total]),
    })
    expect(readdirSync(folder).sort()).toEqual([
      'net-00001-of-00003.safetensors',
      'net-00002-of-00003.safetensors',
      'net-00003-of-00003.safetensors',
      'net.safetensors.index.json',
    ])
    expect(seen.at(-1)).toEqual([160, 160])
    expect(JSON.parse(readFileSync(index, 'utf8'))).toMatchObject({
      metadata: { total_size: 160 },
      weight_map: { t0: 'net-00001-of-00003.safetensors', t4: 'net-00003-of-00003.safetensors' },
    })
    const fromFolder = await openPath(folder)
    expect(await summary(fromFolder.value as PyDict)).toEqual(await summary(tensors))
    await fromFolder.close()
    const opened = await openPath(index)
    expect(await summary(opened.value as PyDict)).toEqual(await summary(tensors))
    await opened.close()

    // Other shards under the names of these would end up under this index.
    const before = readdirSync(folder).map(name => readFileSync(join(folder, name)))
    await expect(save(tensors, index, { maxShardBytes: 40 })).rejects.toMatchObject({ code: 'write/exists' })
    expect(readdirSync(folder).map(name => readFileSync(join(folder, name)))).toEqual(before)
    rmSync(folder, { recursive: true })
  })

  test('the shards of torch.save are one state_dict, by their index or their folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    const one = (value: number) => tensorOf(new Float32Array([value]))
    const shard = async (name: string, entries: [PyValue, PyValue][]) =>
      writeFileSync(join(folder, name), await saveTorch(new PyDict('OrderedDict', entries)))
    await shard('pytorch_model-00001-of-00002.bin', [['b', one(2)]])
    await shard('pytorch_model-00002-of-00002.bin', [['a', one(1)]])
    const index = join(folder, 'pytorch_model.bin.index.json')
    const places = (a: string) =>
      JSON.stringify({ metadata: {}, weight_map: { a, b: 'pytorch_model-00001-of-00002.bin' } })
    writeFileSync(index, places('pytorch_model-00002-of-00002.bin'))
    for (const path of [index, folder]) {
      const checkpoint = await openPath(path)
      expect(checkpoint).toMatchObject({ format: 'zip', globals: [] })
      const expected = await summary([
        ['a', one(1)],
        ['b', one(2)],
      ])
      expect(await summary(checkpoint.value as PyDict)).toEqual(expected)
      await checkpoint.close()
    }
    writeFileSync(index, places('pytorch_model-00001-of-00002.bin'))
    await expect(openPath(index)).rejects.toMatchObject({
      code: 'safetensors/corrupt',
      message: expect.stringContaining('which lacks it'),
    })
    // A name that weights-only reading refuses is refused in a shard too, and told when it is read all the same.
    writeFileSync(join(folder, 'pytorch_model-00002-of-00002.bin'), fixture('beside.pt'))
    writeFileSync(index, '{"weight_map":{"epoch":"pytorch_model-00002-of-00002.bin"}}')
    await expect(openPath(index)).rejects.toMatchObject({ code: 'pickle/refused-global' })
    const inert = await openPath(index, { full: true })
    expect(inert.globals).toContain('argparse.Namespace')
    await inert.close()
    rmSync(folder, { recursive: true })
  })

  test('a TorchScript archive of PyTorch 1.1 to 1.3 gives its parameters and buffers', async () => {
    const sink = new MemorySink()
    const zip = new ZipWriter(sink, 64)
    const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
    const tensor = (dims: string[], strides: string[], offset: string, key: string, dataType = 'FLOAT') => {
      return { dims, strides, offset, requiresGrad: true, dataType, data: { key }, device: 'cpu' }
    }
    // As protobuf prints ModelDef: 64-bit integers are text, and what is 0, false or empty is left out.
    const fc = {
      name: 'fc',
      parameters: [{ name: 'weight' }, { name: 'bias', tensorId: '1', isBuffer: false }],
    }
    const main = {
      name: 'Net',
      submodules: [fc],
      parameters: [{ name: 'steps', tensorId: '2', isBuffer: true }],
      attributes: [{ type: 'int', name: 'training', id: '0' }],
    }
    const tensors = [
      tensor(['2', '3'], ['3', '1'], '0', 'tensors/0'),
      tensor(['2'], ['1'], '6', 'tensors/0'),
      tensor([], [], '0', 'tensors/1', 'INT64'),
    ]
    await zip.add('net/version', json(1))
    await zip.add('net/code/fc.py', json('op_version_set = 0'))
    await zip.add('net/tensors/0', new Uint8Array(Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7]).buffer))
    await zip.add('net/tensors/1', new Uint8Array(BigInt64Array.of(3n).buffer))
    await zip.add(
      'net/model.json',
      json({ protoVersion: '2', mainModule: main, producerName: 'pytorch', tensors }),
    )
    await zip.finish()
    await expect(open(bytesSource(sink.bytes()))).rejects.toMatchObject({ code: 'torchscript/refused' })
    const checkpoint = await open(bytesSource(sink.bytes()), { torchScript: true })
    expect(await summary(checkpoint.stateDict as PyDict)).toEqual(
      await summary([
        ['steps', tensorOf(BigInt64Array.of(3n), [])],
        ['fc.weight', tensorOf(Float32Array.from([0, 1, 2, 3, 4, 5]), [2, 3])],
        ['fc.bias', tensorOf(Float32Array.from([6, 7]))],
      ]),
    )
    expect(checkpoint.leftOut).toEqual(['attributes that are no parameters or buffers: 1'])
  })

  test('an index that leads out of its folder is refused', async () => {
    const index = bytesSource(new TextEncoder().encode('{"weight_map":{"a":"../secret.safetensors"}}'))
    await expect(readShardedSafetensors(index, async () => index)).rejects.toMatchObject({
      code: 'safetensors/corrupt',
    })
  })

  test('a pickle under the name of a safetensors file is refused', async () => {
    const bytes = await saveTorch(new PyDict())
    await expect(open(bytesSource(bytes, 'model.safetensors'))).rejects.toMatchObject({
      code: 'file/unknown-format',
    })
    await expect(open(bytesSource(bytes, 'model.pt'))).resolves.toMatchObject({ format: 'zip' })
  })
})

describe('state_dicts inside a checkpoint', () => {
  const tensor = tensorOf(new Float32Array(1))
  const dict = (...entries: [PyValue, PyValue][]) => new PyDict('dict', entries)

  test('wrapper prefixes are recognised when every key has them, one inside the other too', () => {
    const wrapped = dict(['module._orig_mod.a', tensor], ['module._orig_mod.b', tensor])
    expect(findStateDicts(wrapped)).toMatchObject([{ path: [], prefix: 'module._orig_mod.' }])
    expect([...(findStateDicts(wrapped)[0]?.tensors.keys() ?? [])]).toEqual(['a', 'b'])
    expect(findStateDicts(dict(['module.a', tensor], ['b', tensor]))).toMatchObject([{ prefix: '' }])
  })

  test('nested ones are found with their paths, nearer ones first, an optimizer state by ints not at all', () => {
    const value = dict(
      ['deep', dict(['ema', dict(['a', tensor])])],
      ['model', dict(['a', tensor])],
      ['optimizer', dict(['state', dict([0, dict(['step', tensor])])])],
    )
    expect(findStateDicts(value).map(found => found.path)).toEqual([['model'], ['deep', 'ema']])
  })

  test('merging keeps all keys, and a key in two files is an error', () => {
    const merged = mergeStateDicts([new Map([['a', tensor]]), new Map([['b', tensor]])])
    expect([...merged.keys()]).toEqual(['a', 'b'])
    expect(() => mergeStateDicts([new Map([['a', tensor]]), new Map([['a', tensor]])])).toThrow(
      expect.objectContaining({ code: 'merge/duplicate-key' }),
    )
  })
})

describe('exported programs', () => {
  /** The fixture with more constants: rows of its table, and their records. */
  async function withConstants(rows: Record<string, unknown>, records: Record<string, Uint8Array>) {
    const zip = await openZip(bytesSource(fixture('program.pt2')))
    const sink = new MemorySink()
    const writer = new ZipWriter(sink, 64)
    let folder = ''
    for (const name of zip.entries.keys()) {
      folder ||= name.slice(0, name.indexOf('/') + 1)
      let bytes = await zip.readAll(name)
      if (name.endsWith('constants_config.json')) {
        const { config } = JSON.parse(new TextDecoder().decode(bytes))
        bytes = new TextEncoder().encode(JSON.stringify({ config: { ...config, ...rows } }))
      }
      await writer.add(name, bytes)
    }
    for (const [name, bytes] of Object.entries(records)) {
      await writer.add(`${folder}data/constants/${name}`, bytes)
    }
    await writer.finish()
    return sink.bytes()
  }
  const row = (path_name: string, tensor_meta: object | null) => {
    return { path_name, is_param: false, use_pickle: true, tensor_meta }
  }

  test('say which constants are objects, and read pickled tensors', async () => {
    const plain = await open(bytesSource(fixture('program.pt2')))
    expect(plain.leftOut).toEqual([])
    const tensor = await saveTorch(tensorOf(new Float32Array([1, 2])))
    const bytes = await withConstants(
      { table: row('custom_obj_0', null), sub: row('tensor_9', {}) },
      { custom_obj_0: new Uint8Array(3), tensor_9: tensor },
    )
    const checkpoint = await open(bytesSource(bytes))
    expect(checkpoint.leftOut).toEqual(['constant "table", a pickled object'])
    const [model] = (checkpoint.value as PyDict).values() as Iterable<PyDict>
    const constants = model?.get('constants') as PyDict
    expect(await materialize(constants.get('sub') as StoredTensor)).toEqual(
      new Uint8Array(new Float32Array([1, 2]).buffer),
    )
    expect(await checkpointTable('m.pt2', checkpoint, false)).toContain('not read: constant "table"')
  })

  test('refuse pickled tensors of classes by their name', async () => {
    const sink = new MemorySink()
    const zip = new ZipWriter(sink, 64)
    const text = (value: string) => new TextEncoder().encode(value)
    await zip.add(
      'a/data.pkl',
      Uint8Array.from('\x80\x02cmine\nTensor\n)R.', char => char.charCodeAt(0)),
    )
    await zip.add('a/version', text('3\n'))
    await zip.finish()
    const bytes = await withConstants({ sub: row('tensor_9', {}) }, { tensor_9: sink.bytes() })
    await expect(open(bytesSource(bytes))).rejects.toMatchObject({ global: 'mine.Tensor' })
  })
})
