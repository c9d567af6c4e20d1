import { describe, expect, test } from 'vitest'
import { checkpointTable } from '../../compiler/cli/checkpoint-table.ts'
import {
  bytesSource,
  CheckpointError,
  describeCheckpoint,
  MemorySink,
  open,
  PyDict,
  PyTuple,
  saveTorch,
} from '../../runtime/checkpoint/index.ts'
import { ZipWriter } from '../../runtime/checkpoint/zip/write-zip.ts'

const ascii = (text: string) => Uint8Array.from(text, char => char.charCodeAt(0))
const u32 = (value: number) =>
  String.fromCharCode(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24)

async function archive(pickled: string, records: Record<string, Uint8Array> = {}): Promise<Uint8Array> {
  const sink = new MemorySink()
  const zip = new ZipWriter(sink, 64)
  await zip.add('a/data.pkl', ascii(`\x80\x02${pickled}.`))
  await zip.add('a/version', ascii('3\n'))
  for (const [name, bytes] of Object.entries(records)) await zip.add(`a/${name}`, bytes)
  await zip.finish()
  return sink.bytes()
}

/** What a file ends in: `open`, its table with statistics, and its description. */
async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    const checkpoint = await open(bytesSource(bytes))
    await checkpointTable('x', checkpoint, true)
    await describeCheckpoint(checkpoint)
    return 'read'
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error
    return error.code
  }
}

/** A call of a tensor's function whose function and arguments are memo entries 16 and 17. */
const tensor = (elements: number) =>
  `ctorch._utils\n_rebuild_tensor_v2\nq\x10((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuJ${u32(elements)}tQ` +
  `K\0J${u32(elements)}\x85K\x01\x85\x89ccollections\nOrderedDict\n)Rtq\x11R`
const data = (elements: number) => ({ 'data/0': new Uint8Array(4 * elements) })

/** Tuples of 3000 parts, memo entry 1. */
const wide = `(${'K\x01'.repeat(3000)}tq\x01`
const entries = (count: number) => Array.from({ length: count }, (_, i) => `J${u32(i)}N`).join('')

describe('short files that ask for much are refused before they get it', () => {
  test('the same in small is read', async () => {
    for (const pickled of [`]]]aa`, `}${wide}Ns`, `](${tensor(4)}h\x10h\x11Re`, `N\x94\x94`]) {
      expect(await outcome(await archive(pickled, data(4)))).toBe('read')
    }
  })

  test.each([
    ['millions of dicts', `](${'}'.repeat(5e6)}e`],
    ['a million tensors', `${tensor(4)}0](${'h\x10h\x11R'.repeat(1e6)}e`],
    ['copies of a large size', `ctorch\nSize\nq\x02${wide}\x85q\x03R0](${'h\x02h\x03R'.repeat(5e3)}e`],
    [
      'copies of a large dict',
      `ccollections\nCounter\nq\x02}(${entries(3000)}u\x85q\x03R0](${'h\x02h\x03R'.repeat(5e3)}e`,
    ],
    [
      'a large state, set again and again',
      `ccollections\nOrderedDict\n)R}(${entries(3000)}uq\x01b${'h\x01b'.repeat(5e3)}`,
    ],
    ['dicts with a large key each', `${wide}0](${'}h\x01\x85Ns'.repeat(5e4)}e`],
    ['ten million and one operations', 'N0'.repeat(5e6)],
  ])(
    '%s',
    async (_, pickled) => {
      expect(await outcome(await archive(pickled, data(4)))).toBe('limit/exceeded')
    },
    30_000,
  )

  test('tuples inside tuples are no key beyond 64 KiB of text, however they are shared', async () => {
    const memo = (i: number) => String.fromCharCode(i)
    const doubling = Array.from({ length: 24 }, (_, i) => `h${memo(i)}h${memo(i)}\x86q${memo(i + 1)}0`)
    expect(await outcome(await archive(`)q\0${doubling.join('')}0}h\x18Ns`))).toBe('limit/exceeded')
    expect(await outcome(await archive(`}(${'N'}${'\x85'.repeat(3000)}Nu`))).toBe('limit/exceeded')
  })

  test('views that unfold to many times their storage are no more read for statistics and digests', async () => {
    // 20,000 windows of a mebibyte each, all of them different.
    const windows = Array.from(
      { length: 20_000 },
      (_, i) => `h\x10(h\x12J${u32(i)}J${u32(1 << 18)}\x85K\x01\x85\x89h\x13tR`,
    )
    const first = tensor(1 << 19)
      .replace('tQ', 'tQq\x12')
      .replace(')Rtq\x11R', ')Rq\x13tq\x11R')
    expect(await outcome(await archive(`](${first}${windows.join('')}e`, data(1 << 19)))).toBe(
      'limit/exceeded',
    )
  }, 30_000)
})

describe('large plain values', () => {
  test('a list of a million Nones is a line of the table, with its first items and their number', async () => {
    const checkpoint = await open(bytesSource(await archive(`](${'N'.repeat(1e6)}e`)))
    const table = await checkpointTable('x', checkpoint, false)
    expect(table.split('\n')).toHaveLength(3)
    expect(table).toContain('1000000 in all')
  })

  test('a table ends after a hundred thousand lines, and says so', async () => {
    const checkpoint = await open(bytesSource(await archive(`}(${entries(100_001)}u`)))
    expect(await checkpointTable('x', checkpoint, false)).toMatch(/and more than these 100000 lines\n$/)
  })

  test('a hundred thousand ints that share their lower 64 bits are keys in no time', async () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `\x8a\x0c\x05\0\0\0\0\0\0\0${u32(i + 1)}N`)
    const started = performance.now()
    expect(await outcome(await archive(`}(${keys.join('')}u`))).toBe('read')
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('a memo whose entries were not made in order goes on counting as Python does', async () => {
    const stray = 'K\x07r\x03\0\0\x000'
    const inOrder = Array.from(
      { length: 4 },
      (_, i) => `K${String.fromCharCode(i)}q${String.fromCharCode(i)}0`,
    )
    const { value } = await open(
      bytesSource(await archive(`](${stray}${inOrder.join('')}K\x09\x940h\x03h\x04e`)),
    )
    expect(value).toEqual([3, 9])
  })

  test('keys are equal where Python’s are', async () => {
    const dict = new PyDict('dict', [
      [2n ** 60n, 'big'],
      [new PyTuple([1, 'a']), 'tuple'],
      [Uint8Array.of(0x80, 0x9f), 'bytes'],
      [5_000_000, 'int'],
    ])
    const { value } = await open(bytesSource(await saveTorch(dict)))
    const read = value as PyDict
    expect(read.get(2n ** 60n)).toBe('big')
    expect(read.get(new PyTuple([true, 'a']))).toBe('tuple')
    expect(read.get(new PyTuple(['1', 'a']))).toBeUndefined()
    expect(read.get(new PyTuple([1, 'a', null]))).toBeUndefined()
    expect(read.get(Uint8Array.of(0x80, 0x9f))).toBe('bytes')
    expect(read.get(5_000_000)).toBe('int')
    expect(read.get('5000000')).toBeUndefined()
  })
})

describe('headers of safetensors', () => {
  const header = (json: string) => {
    const bytes = ascii(`${' '.repeat(8)}${json}`)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
    return bytes
  }
  const row = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'

  test.each([
    [
      'a shape of a million dimensions',
      `{"a":{"dtype":"U8","shape":[${'0,'.repeat(1e6)}0],"data_offsets":[0,0]}}`,
      'safetensors/corrupt',
    ],
    [
      'a number of a million digits',
      `{"a":{"dtype":"U8","shape":[${'9'.repeat(1e6)}e],"data_offsets":[0,0]}}`,
      'safetensors/corrupt',
    ],
  ])(
    'with %s are refused',
    async (_, json, code) => {
      expect(await outcome(header(`{"ok":${row}}`))).toBe('read')
      expect(await outcome(header(json))).toBe(code)
    },
    30_000,
  )
})
