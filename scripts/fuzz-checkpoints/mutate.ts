/**
 * Changes of files that keep as much of their form as a reader checks first: a zip keeps its CRCs and directory, a
 * safetensors file the length of its header, so that what is behind them is reached.
 */
import { bytesSource, MemorySink } from '../../runtime/checkpoint/index.ts'
import { OP } from '../../runtime/checkpoint/pickle/opcodes.ts'
import { ALLOWED_GLOBALS } from '../../runtime/checkpoint/torch/allowed-globals.ts'
import { openZip } from '../../runtime/checkpoint/zip/read-zip.ts'
import { ZipWriter } from '../../runtime/checkpoint/zip/write-zip.ts'

/** A stream of numbers in [0, 2^32). */
export type Random = () => number

const MAX_SIZE = 256 << 10

const latin1 = (text: string) => Uint8Array.from(text, char => char.charCodeAt(0))

const PICKLE_TOKENS: readonly Uint8Array[] = [
  ...Object.values(OP).map(code => Uint8Array.of(code)),
  ...[...ALLOWED_GLOBALS, 'os.system', '__main__.Net', 'torch.nn.modules.linear.Linear'].map(name => {
    const dot = name.lastIndexOf('.')
    return latin1(`c${name.slice(0, dot)}\n${name.slice(dot + 1)}\n`)
  }),
  ...[
    '_parameters',
    '_modules',
    '_buffers',
    '__proto__',
    'state_dict',
    '_metadata',
    'storage',
    'cpu',
    '0',
  ].map(text => latin1(`X${String.fromCharCode(text.length)}\0\0\0${text}`)),
  ...[
    '}',
    ')',
    ']',
    'N',
    '\x88',
    'K\0',
    'K\x01',
    'J\xff\xff\xff\xff',
    'J\xff\xff\xff\x7f',
    '0',
    '2',
    '1',
    '(',
  ].map(latin1),
  ...[
    '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f',
    '\x8a\x09\0\0\0\0\0\0\0\0\x01',
    'G\x7f\xf0\0\0\0\0\0\0',
  ].map(latin1),
]

const TEXT_TOKENS: readonly Uint8Array[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\u0000',
    '\\ud800',
    '-',
    '1e9',
    '0',
    '9007199254740993',
    'null',
    'true',
  ],
  ...[
    '"F32"',
    '"F4"',
    '"BOOL"',
    '"__metadata__"',
    '"dtype"',
    '"shape"',
    '"data_offsets"',
    '[0,0]',
    '[]',
    '{}',
  ],
  ...['"weight_map"', '"__proto__":', '"path_name"', '"sizes"', '"as_int"', '"is_param"', '4294967296'],
].map(latin1)

/** A variant of `base`; `other` is a second file to take parts from. */
export async function mutate(base: Uint8Array, other: Uint8Array, random: Random): Promise<Uint8Array> {
  if (random() % 8 === 0) return havoc(base, other, random, [])
  if (base[0] === 0x50 && base[1] === 0x4b) {
    const rebuilt = await mutateRecords(base, other, random).catch(() => undefined)
    if (rebuilt !== undefined) return rebuilt
  }
  if (base[8] === 0x7b) return mutateHeader(base, other, random)
  if (base[0] === 0x7b) return havoc(base, other, random, TEXT_TOKENS)
  return havoc(base, other, random, PICKLE_TOKENS)
}

async function mutateRecords(base: Uint8Array, other: Uint8Array, random: Random): Promise<Uint8Array> {
  const records = await recordsOf(base)
  const donor = (await recordsOf(other).catch(() => undefined)) ?? records
  const target = pick(records, random)
  // Most of what a reader does depends on its pickles and JSON tables.
  const wanted = records.filter(({ name }) => /\.(pkl|json)$/.test(name))
  const chosen = wanted.length > 0 && random() % 4 > 0 ? pick(wanted, random) : target
  const tokens = chosen.name.endsWith('.pkl') ? PICKLE_TOKENS : TEXT_TOKENS
  const part = donor.find(({ name }) => name.slice(-8) === chosen.name.slice(-8)) ?? pick(donor, random)
  chosen.bytes = havoc(chosen.bytes, part.bytes, random, tokens)
  if (random() % 16 === 0) records.splice(random() % records.length, 1)
  if (random() % 16 === 0) records.splice(random() % (records.length + 1), 0, pick(donor, random))
  if (random() % 32 === 0) target.name = pick(donor, random).name
  const sink = new MemorySink()
  const writer = new ZipWriter(sink, random() % 8 === 0 ? 1 : 64)
  for (const { name, bytes } of records) await writer.add(name, bytes)
  await writer.finish()
  return sink.bytes()
}

async function recordsOf(bytes: Uint8Array): Promise<{ name: string; bytes: Uint8Array }[]> {
  const zip = await openZip(bytesSource(bytes))
  const records = []
  for (const [name, entry] of zip.entries) records.push({ name, bytes: await zip.read(entry, 0, entry.size) })
  return records
}

function mutateHeader(base: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(base.buffer, base.byteOffset, base.byteLength)
  const end = Math.min(base.length, 8 + view.getUint32(0, true))
  const header = havoc(base.subarray(8, end), other.subarray(8, end), random, TEXT_TOKENS)
  const data = random() % 8 === 0 ? havoc(base.subarray(end), other, random, []) : base.subarray(end)
  const result = new Uint8Array(8 + header.length + data.length)
  new DataView(result.buffer).setUint32(0, header.length, true)
  result.set(header, 8)
  result.set(data, 8 + header.length)
  return result
}

/** One to eight small changes of bytes. */
function havoc(
  base: Uint8Array,
  other: Uint8Array,
  random: Random,
  tokens: readonly Uint8Array[],
): Uint8Array {
  let bytes: Uint8Array = base.slice(0, MAX_SIZE)
  for (let i = 1 << (random() % 4); i > 0; i--) {
    const at = random() % (bytes.length + 1)
    const length = Math.min(bytes.length - at, 1 + (random() % 16))
    switch (random() % 9) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << (random() % 8))
        break
      case 1:
        if (at < bytes.length) bytes[at] = random()
        break
      case 2:
        bytes.fill(pick([0, 0xff, 0x7f, 0x80], random), at, at + length)
        break
      case 3:
        bytes = spliced(bytes, at, length, new Uint8Array(0))
        break
      case 4:
        bytes = spliced(bytes, at, 0, bytes.slice(at, at + (random() % 64)))
        break
      case 5: {
        const from = random() % (other.length + 1)
        bytes = spliced(
          bytes,
          at,
          random() % 2 === 0 ? length : 0,
          other.subarray(from, from + (random() % 64)),
        )
        break
      }
      case 6:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) + (random() % 2 === 0 ? 1 : -1)
        break
      default:
        if (tokens.length > 0) bytes = spliced(bytes, at, random() % 2, pick(tokens, random))
    }
  }
  return bytes.slice(0, MAX_SIZE)
}

function spliced(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const tail = bytes.subarray(Math.min(bytes.length, at + removed))
  const result = new Uint8Array(at + inserted.length + tail.length)
  result.set(bytes.subarray(0, at))
  result.set(inserted, at)
  result.set(tail, at + inserted.length)
  return result
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random() % items.length] as T
}
