import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  bytesSource,
  CheckpointError,
  describe as describeValue,
  load,
  memoryStorage,
  open,
  PyDict,
  PyFloat,
  PyGlobal,
  PySet,
  type PyValue,
  StoredTensor,
  saveSafetensors,
  saveTorch,
  tensorOf,
  writeTorch,
} from '../../runtime/checkpoint/index.ts'
import { useNativeCrc32 } from '../../runtime/checkpoint/native-crc32.ts'
import { canonical, fixture, haveShared, shared } from './reference.ts'

async function reread(bytes: Uint8Array): Promise<PyValue> {
  return (await load(bytesSource(bytes))).value
}

/** All bytes but the 40 digits of the serialization id, its two CRCs and what stands between. */
function beforeId(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes)
  return buffer.subarray(0, buffer.indexOf('.data/serialization_id'))
}

describe('the writer of .pt files', () => {
  test.each(['values.pt', 'training.pt'])(
    'saves what it read from %s byte for byte as torch 2.13 wrote it',
    async name => {
      const original = fixture(name)
      const saved = await saveTorch((await open(bytesSource(original))).value, {
        name: name.replace('.pt', ''),
      })
      expect(saved.length).toBe(original.length)
      expect(beforeId(saved).equals(beforeId(original))).toBe(true)
    },
  )

  test.each(['values.pt', 'values-legacy.pt', 'training.pt'])(
    'keeps types, order, aliases and bytes of %s through both formats',
    async name => {
      const { value } = await open(bytesSource(fixture(name)))
      const expected = canonical(await describeValue(value))
      for (const format of ['zip', 'legacy'] as const) {
        const saved = await saveTorch(value, { format })
        expect(canonical(await describeValue(await reread(saved)))).toBe(expected)
      }
    },
  )

  test('writes the same bytes for the same value, whenever and from whatever file it came', async () => {
    const { value } = await open(bytesSource(fixture('training.pt')))
    const first = await saveTorch(value)
    const second = await saveTorch(await reread(first))
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true)
  })

  test('writes a storage once, however many tensors share it', async () => {
    const storage = memoryStorage(new Uint8Array(4096))
    const view = (offset: number) =>
      new StoredTensor({ dtype: 'float32', shape: [10], stride: [1], offset, storage })
    const saved = await saveTorch(
      new PyDict('dict', [
        ['a', view(0)],
        ['b', view(5)],
      ]),
    )
    expect(saved.length).toBeLessThan(6000)
    const dict = (await reread(saved)) as PyDict
    expect((dict.get('a') as StoredTensor).storage).toBe((dict.get('b') as StoredTensor).storage)
  })

  test('refuses one storage under two dtypes, as torch does', async () => {
    const storage = memoryStorage(new Uint8Array(8))
    const as = (dtype: 'float32' | 'int32') =>
      new StoredTensor({ dtype, shape: [2], stride: [1], offset: 0, storage })
    await expect(saveTorch([as('float32'), as('int32')])).rejects.toMatchObject({
      code: 'write/shared-memory',
    })
    await expect(saveTorch([as('float32'), as('float32')])).resolves.toBeInstanceOf(Uint8Array)
  })

  test.each<[string, PyValue]>([
    ['a number that is no int', 0.5],
    ['a class outside the list', new PyGlobal('os', 'system')],
    ['a frozenset', new PySet(new PyDict(), true)],
  ])('refuses to write %s, which torch would not read', async (_, value) => {
    await expect(saveTorch([value])).rejects.toMatchObject({ code: 'write/unsupported' })
    await expect(saveTorch([new PyFloat(0.5)])).resolves.toBeInstanceOf(Uint8Array)
  })

  test('batches large containers as CPython does: 999, 1000, 1001 and 2000 entries come back', async () => {
    for (const size of [0, 1, 2, 999, 1000, 1001, 2000]) {
      const entries = Array.from({ length: size }, (_, i) => [`k${i}`, i] as const)
      const value: PyValue = [
        new PyDict('dict', entries),
        new PyDict('OrderedDict', entries),
        entries.map(([, i]) => i),
      ]
      expect(canonical(await describeValue(await reread(await saveTorch(value))))).toBe(
        canonical(await describeValue(value)),
      )
    }
  })

  test('a storage beyond 4 GiB and the records after it are found again', async () => {
    const zeros = new Uint8Array(64 << 20)
    const byteLength = 65 * zeros.length
    const huge = {
      id: 'huge',
      byteLength,
      location: 'cpu',
      read: async (from: number, to: number) => zeros.subarray(0, to - from),
    }
    const chunks: { at: number; bytes: Uint8Array }[] = []
    let size = 0
    const value = [
      new StoredTensor({ dtype: 'uint8', shape: [byteLength], stride: [1], offset: 0, storage: huge }),
      tensorOf(new Float32Array([1, 2, 3])),
    ]
    await useNativeCrc32()
    await writeTorch(value, {
      write(bytes) {
        chunks.push({ at: size, bytes })
        size += bytes.length
      },
    })
    // A source over the pieces as they were written: all of the huge storage's are one.
    const read = async (from: number, to: number) => {
      const out = new Uint8Array(to - from)
      for (const { at, bytes } of chunks) {
        const [start, end] = [Math.max(at, from), Math.min(at + bytes.length, to)]
        if (start < end) out.set(bytes.subarray(start - at, end - at), start - from)
      }
      return out
    }
    const [first, second] = (await open({ size, name: 'huge.pt', read })).value as StoredTensor[]
    expect(first?.storage.byteLength).toBe(byteLength)
    expect(await second?.storage.read(0, 12)).toEqual(new Uint8Array(new Float32Array([1, 2, 3]).buffer))
  })

  test('reports progress up to the bytes of all storages', async () => {
    const seen: [number, number][] = []
    await saveTorch([tensorOf(new Float32Array(4)), tensorOf(new Float32Array(2))], {
      onProgress: (written, total) => seen.push([written, total]),
    })
    expect(seen.at(-1)).toEqual([24, 24])
  })
})

describe.skipIf(!haveShared('serialization'))('the writer against every file that torch 2.13 wrote', () => {
  const corpus = join(shared, 'serialization/corpus')
  const files = existsSync(corpus) ? readdirSync(corpus).filter(name => name.endsWith('.a.t2.pt')) : []
  // Written with another option (alignment, CRC, name), another protocol, or strings that C++ made.
  const different = /^(container_|conj_neg|python_huge_int|.*_proto\d|refuse_|torchscript_)|_legacy/

  test.each(files.filter(name => !different.test(name)))('%s is saved byte for byte', async name => {
    const original = new Uint8Array(readFileSync(join(corpus, name)))
    const { value } = await open(bytesSource(original)).catch((error: CheckpointError) => {
      expect(error.global).toBe('builtins.bytes')
      return { value: undefined }
    })
    if (value === undefined) return
    const saved = await saveTorch(value, { name: name.replace(/\.pt$/, '') })
    expect(beforeId(saved).equals(beforeId(original))).toBe(true)
  })
})

describe('the writer of safetensors files', () => {
  test('writes the bytes that the Rust library wrote for the same tensors, whatever their order', async () => {
    const original = fixture('net.safetensors')
    const { value, metadata } = await open(bytesSource(original))
    const tensors = (value as PyDict).entries() as [string, StoredTensor][]
    const saved = await saveSafetensors(tensors.toReversed(), { metadata: metadata ?? [] })
    expect(Buffer.from(saved).equals(Buffer.from(original))).toBe(true)
  })

  test('writes test_serialization of the Rust library exactly', async () => {
    const floats = new Float32Array([0, 1, 2, 3, 4, 5])
    const saved = await saveSafetensors([['attn.0', tensorOf(floats, [1, 2, 3])]])
    const header = '{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}} '
    const padded = header.trimEnd().padEnd(64)
    expect(new DataView(saved.buffer).getBigUint64(0, true)).toBe(64n)
    expect(new TextDecoder().decode(saved.subarray(8, 72))).toBe(padded)
    expect(saved.subarray(72)).toEqual(new Uint8Array(floats.buffer))
  })

  test('writes no tensors as an empty object', async () => {
    const text = new TextDecoder().decode((await saveSafetensors([])).subarray(8))
    expect(text).toBe('{}      ')
  })

  test('gathers views and resolves conjugates, since the format has neither', async () => {
    const storage = memoryStorage(new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer))
    const t = new StoredTensor({ dtype: 'float32', shape: [2, 2], stride: [1, 2], offset: 0, storage })
    const z = new StoredTensor({
      dtype: 'complex64',
      shape: [2],
      stride: [1],
      offset: 0,
      storage,
      conj: true,
    })
    const { value } = await open(
      bytesSource(
        await saveSafetensors([
          ['t', t],
          ['z', z],
        ]),
      ),
    )
    const read = async (name: string) => {
      const tensor = (value as PyDict).get(name) as StoredTensor
      return [...new Float32Array((await tensor.storage.read(0, 16)).slice().buffer)]
    }
    expect(await read('t')).toEqual([1, 3, 2, 4])
    expect(await read('z')).toEqual([1, -2, 3, -4])
  })

  test('refuses dtypes without a name in the format and names that are taken', async () => {
    const wide = new StoredTensor({
      dtype: 'complex128',
      shape: [1],
      stride: [1],
      offset: 0,
      storage: memoryStorage(new Uint8Array(16)),
    })
    await expect(saveSafetensors([['z', wide]])).rejects.toMatchObject({ code: 'write/unsupported' })
    const one = tensorOf(new Float32Array(1))
    await expect(
      saveSafetensors([
        ['a', one],
        ['a', one],
      ]),
    ).rejects.toBeInstanceOf(CheckpointError)
    await expect(saveSafetensors([['__metadata__', one]])).rejects.toBeInstanceOf(CheckpointError)
    await expect(saveSafetensors([['\ud800', one]])).rejects.toBeInstanceOf(CheckpointError)
  })
})
