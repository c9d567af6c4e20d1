import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { GANGenerator, type GANGeneratorState } from '../../generated/zoo/gan-mlp-mnist-G.ts'
import {
  type CheckpointInput,
  describe as describeValue,
  load,
  MemorySink,
  open,
  openPath,
  PyDict,
  type StoredTensor,
  save,
  saveSafetensors,
  saveTorch,
  type TypedStoredTensor,
  tensorOf,
  type WriteFile,
  writeFileAtomically,
  writeShardedSafetensors,
} from '../../runtime/checkpoint/index.ts'
import { stateDictFromStored } from '../../runtime/nn/index.ts'
import { canonical, fixture, fixtureJson, fixtures } from './reference.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-open-save-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A file of a browser's file system, in memory: what is written counts when it is closed. */
class MemoryHandle {
  readonly name: string
  content = new Uint8Array(0)
  aborted = 0

  constructor(name: string) {
    this.name = name
  }

  async getFile(): Promise<Blob> {
    return new Blob([this.content])
  }

  async createWritable() {
    const chunks: Uint8Array<ArrayBuffer>[] = []
    return {
      write: async (chunk: Uint8Array<ArrayBuffer>) => void chunks.push(chunk.slice()),
      close: async () => {
        this.content = new Uint8Array(await new Blob(chunks).arrayBuffer())
      },
      abort: async () => {
        this.aborted++
      },
    }
  }
}

const weights = () => new Map([['w', tensorOf(new Float32Array([1, 2, 3]))]])

describe('open takes', () => {
  const bytes = fixture('training.pt')
  const path = join(fixtures, 'training.pt')
  const handle = new MemoryHandle('training.pt')
  handle.content = bytes.slice()

  test.each<[string, CheckpointInput]>([
    ['a path', path],
    ['a file: URL', pathToFileURL(path)],
    ['bytes', bytes],
    ['a Blob', new Blob([bytes.slice()])],
    ['a handle of a browser’s file system', handle],
  ])('%s', async (_, input) => {
    const expected = canonical(fixtureJson('training.pt.json'))
    const opened = await open(input)
    expect(canonical(await describeValue(opened.value))).toBe(expected)
    await opened.close()
    expect(canonical(await describeValue((await load(input)).value))).toBe(expected)
  })

  test('the address of a file, and of an index whose shards stand beside it', async () => {
    const tensors = [...weights(), ['v', tensorOf(new Int8Array([4]))]] as [string, StoredTensor][]
    const files = new Map<string, Uint8Array>()
    const write: WriteFile = async (name, content) => {
      const sink = new MemorySink()
      await content(sink)
      files.set(`/m/${name}`, sink.bytes())
    }
    await writeShardedSafetensors(tensors, write, { maxShardBytes: 8 })
    files.set('/training.pt', bytes)
    const server = createServer((request, response) => {
      const file = files.get(request.url ?? '')
      const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')
      if (file === undefined || range === null) return void response.writeHead(404).end()
      const [from, to] = [Number(range[1]), Math.min(Number(range[2]), file.length - 1)]
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${file.length}` })
      response.end(file.subarray(from, to + 1))
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const { value } = await load(`${base}/training.pt`)
      expect(canonical(await describeValue(value))).toBe(canonical(fixtureJson('training.pt.json')))
      const sharded = await load(new URL(`${base}/m/model.safetensors.index.json`))
      expect([...(sharded.value as PyDict).keys()].sort()).toEqual(['v', 'w'])
      await expect(open(`${base}/m/none.safetensors.index.json`)).rejects.toMatchObject({ code: 'file/read' })
    } finally {
      server.close()
    }
  })

  test('what a server hides from pages of other origins is asked for another way', async () => {
    const server = createServer((request, response) => {
      const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')
      if (request.method === 'HEAD')
        return void response.writeHead(200, { 'content-length': bytes.length }).end()
      const [from, to] = [Number(range?.[1]), Math.min(Number(range?.[2]), bytes.length - 1)]
      response.writeHead(206).end(bytes.subarray(from, to + 1))
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    try {
      const { value } = await load(`http://127.0.0.1:${(server.address() as AddressInfo).port}/training.pt`)
      expect(canonical(await describeValue(value))).toBe(canonical(fixtureJson('training.pt.json')))
    } finally {
      server.close()
    }
  })
})

describe('mapLocation', () => {
  const cuda = async () => {
    const storage = (location: string, id: string) => ({
      id,
      location,
      byteLength: 4,
      read: async (from: number, to: number) => new Uint8Array([1, 2, 3, 4]).subarray(from, to),
    })
    const tensor = (location: string, id: string) => {
      const base = tensorOf(new Float32Array(1))
      return base.with({ storage: storage(location, id) })
    }
    return new PyDict('dict', [
      ['a', tensor('cuda:0', 'a')],
      ['b', tensor('cuda:1', 'b')],
      ['c', tensor('cpu', 'c')],
    ])
  }
  const locations = async (mapLocation?: Parameters<typeof withMap>[0], format: 'zip' | 'legacy' = 'zip') => {
    const saved = await saveTorch(await cuda(), { format })
    const { value } = await open(saved, withMap(mapLocation))
    return [...(value as PyDict).values()].map(tensor => (tensor as StoredTensor).storage.location)
  }
  const withMap = (mapLocation?: string | ReadonlyMap<string, string> | ((location: string) => string)) =>
    mapLocation === undefined ? {} : { mapLocation }

  test.each(['zip', 'legacy'] as const)('of a %s file is a device, a table or a function', async format => {
    expect(await locations(undefined, format)).toEqual(['cuda:0', 'cuda:1', 'cpu'])
    expect(await locations('cpu', format)).toEqual(['cpu', 'cpu', 'cpu'])
    expect(await locations(new Map([['cuda:1', 'cuda:0']]), format)).toEqual(['cuda:0', 'cuda:0', 'cpu'])
    const next = (location: string) => (location === 'cpu' ? location : 'cuda:7')
    expect(await locations(next, format)).toEqual(['cuda:7', 'cuda:7', 'cpu'])
  })
})

describe('a state_dict with a type', () => {
  test('of a generated class is saved, read back, and has the types of its keys', async () => {
    const model = new GANGenerator()
    const [first] = model.stateDict().keys()
    for (const name of ['model.pt', 'model.safetensors']) {
      const path = join(folder, name)
      await save(model.stateDict(), path)
      const { state } = await load(path, { like: model.stateDict() })
      expect(state.size).toBe(model.stateDict().size)
      const tensor = state.get(first as keyof GANGeneratorState)
      expectTypeOf(tensor.dtype).toEqualTypeOf<'float32'>()
      expectTypeOf(state.get).parameter(0).toEqualTypeOf<keyof GANGeneratorState>()
      expectTypeOf(tensor).toExtend<TypedStoredTensor<{ dtype: 'float32'; shape: readonly number[] }>>()
      const other = new GANGenerator()
      other.loadStateDict(await stateDictFromStored(state))
      for (const [key, value] of model.stateDict()) {
        expect(
          await other
            .stateDict()
            .get(key as keyof GANGeneratorState)
            .data(),
        ).toEqual(await value.data())
      }
    }
  })

  test('keeps the versions of its classes in a .pt file, as PyTorch does', async () => {
    const path = join(folder, 'versions.pt')
    await save(new GANGenerator().stateDict(), path)
    const metadata = ((await load(path)).value as PyDict).attrs?.get('_metadata') as PyDict
    expect(metadata.kind).toBe('OrderedDict')
    expect((metadata.get('') as PyDict).get('version')).toBe(1)
  })

  test('is refused with every key that differs, and the file is closed', async () => {
    const path = join(folder, 'other.pt')
    const w = tensorOf(new Float32Array(3))
    await save(
      new Map([
        ['w', w],
        ['x', w],
        ['y', w],
      ]),
      path,
    )
    const like = new Map([
      ['w', { dtype: 'float32', shape: [3] }],
      ['x', { dtype: 'float32', shape: [4] }],
      ['z', { dtype: 'int64', shape: [] }],
    ] as const)
    const error = await open(path, { like }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'state-dict/mismatch' })
    expect(
      (error as Error).message
        .split('\n')
        .slice(1)
        .map(line => line.trim()),
    ).toEqual(['"x" is float32[3], not float32[4]', '"z" is missing', '"y" is unexpected'])
    const fitting = new Map(['w', 'x', 'y'].map(key => [key, { dtype: 'float32', shape: [3] }] as const))
    await expect(load(path, { like: fitting })).resolves.toMatchObject({ format: 'zip' })
  })

  test('in two places of a file is for the caller to choose', async () => {
    const dict = new PyDict('dict', [
      ['model', new PyDict('dict', weights())],
      ['ema', new PyDict('dict', weights())],
    ])
    const like = new Map([['w', { dtype: 'float32', shape: [3] }]] as const)
    await expect(open(await saveTorch(dict), { like })).rejects.toMatchObject({
      code: 'state-dict/ambiguous',
    })
    await expect(open(await saveTorch(2), { like })).rejects.toMatchObject({ code: 'state-dict/missing' })
  })
})

describe('save', () => {
  test('writes the format that the name or the option says, with the bytes that the writers make', async () => {
    const dict = new PyDict('OrderedDict', weights())
    const metadata = [['format', 'pt']] as const
    for (const [name, format, expected] of [
      ['a.pt', undefined, await saveTorch(dict, { name: 'a' })],
      ['b.bin', undefined, await saveTorch(dict, { name: 'b' })],
      ['c.pt', 'legacy', await saveTorch(dict, { format: 'legacy' })],
      ['d.safetensors', undefined, await saveSafetensors(weights(), { metadata })],
      ['e.pt', 'safetensors', await saveSafetensors(weights(), { metadata })],
    ] as const) {
      const path = join(folder, name)
      await save(weights(), path, format === undefined ? {} : { format })
      expect(Buffer.from(readFileSync(path)).equals(expected)).toBe(true)
      const handle = new MemoryHandle(name)
      await save(weights(), handle, format === undefined ? {} : { format })
      expect(Buffer.from(handle.content).equals(expected)).toBe(true)
    }
  })

  test('reports progress, in order, up to all bytes', async () => {
    const seen: [number, number][] = []
    await save(weights(), { write: () => undefined }, { onProgress: (...at) => seen.push(at) })
    expect(seen).toEqual([[12, 12]])
  })

  test('keeps tensors that are one object one storage', async () => {
    const [tensor] = weights().values() as IterableIterator<StoredTensor>
    const live = { dtype: 'float32', shape: [3], data: async () => new Float32Array([1, 2, 3]) } as const
    const path = join(folder, 'tied.pt')
    const entries = [
      ['a', live],
      ['b', live],
      ['c', tensor],
      ['d', tensor],
    ] as [string, StoredTensor | typeof live][]
    await save(new Map(entries), path)
    const [a, b, c, d] = [...((await load(path)).value as PyDict).values()] as StoredTensor[]
    expect(a?.storage).toBe(b?.storage)
    expect(c?.storage).toBe(d?.storage)
    expect(a?.storage).not.toBe(c?.storage)
    expect(await a?.storage.read(0, 12)).toEqual(new Uint8Array(new Float32Array([1, 2, 3]).buffer))
  })

  test('leaves a browser’s file as it was when the value cannot be saved', async () => {
    const handle = new MemoryHandle('kept.safetensors')
    handle.content = new Uint8Array([1])
    await expect(save(new PyDict('dict', [['epoch', 1]]), handle)).rejects.toMatchObject({
      code: 'write/unsupported',
    })
    expect(handle.content).toEqual(new Uint8Array([1]))
    expect(handle.aborted).toBe(1)
  })

  test('refuses an address', async () => {
    await expect(save(weights(), new URL('http://127.0.0.1/x.pt'))).rejects.toMatchObject({
      code: 'write/unsupported',
    })
  })
})

describe('what a killed process left', () => {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

  test('is removed by the next save of the same file, what others are writing is not', async () => {
    const path = join(folder, 'left.pt')
    const ended = 2 ** 22 + 1
    const names = {
      dead: `left.pt.${host}-${ended}-00000000-0.tmp`,
      alive: `left.pt.${host}-${process.pid}-00000000-0.tmp`,
      elsewhere: `left.pt.00000000-${ended}-00000000-0.tmp`,
      abandoned: `left.pt.00000000-${ended}-00000000-1.tmp`,
      another: `left.pt2.${host}-${ended}-00000000-0.tmp`,
      unrelated: 'left.pt.notes.tmp',
    }
    for (const name of Object.values(names)) writeFileSync(join(folder, name), 'x')
    utimesSync(join(folder, names.abandoned), 0, 0)
    await writeFileAtomically(path, async sink => void (await sink.write(new Uint8Array(1))))
    const left = readdirSync(folder).filter(name => name.endsWith('.tmp'))
    expect(left.sort()).toEqual([names.alive, names.elsewhere, names.another, names.unrelated].sort())
    expect(await openPath(path).catch((error: { code: string }) => error.code)).toBe('file/unknown-format')
  })
})
