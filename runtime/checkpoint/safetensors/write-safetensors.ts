/** Writes safetensors files byte for byte as the Rust library does: by dtype, widest first, then by name. */
import { type ByteSink, MemorySink } from '../byte-sink.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { safetensorsNameOf } from '../file-dtype.ts'
import { byteRange, materialize } from '../materialize.ts'
import { isContiguous, type StoredTensor } from '../stored-tensor.ts'

/** Order of the library's Dtype enum, widest and latest first. */
const RANK = (
  'U64 I64 F64 C64 F32 U32 I32 BF16 F16 U16 I16 F8_E5M2FNUZ F8_E4M3FNUZ F8_E8M0 F8_E4M3 F8_E5M2 I8 U8 ' +
  'F6_E3M2 F6_E2M3 F4 BOOL'
).split(' ')
const MAX_HEADER = 100_000_000
const CHUNK = 8 << 20

export interface SaveSafetensorsOptions {
  readonly metadata?: Iterable<readonly [string, string]>
  readonly onProgress?: (written: number, total: number) => void
}

type NamedTensors = Iterable<readonly [string, StoredTensor]>

/** The bytes of a safetensors file. The same tensors give the same bytes, in whatever order they come. */
export async function saveSafetensors(
  tensors: NamedTensors,
  options: SaveSafetensorsOptions = {},
): Promise<Uint8Array> {
  const sink = new MemorySink()
  await writeSafetensors(tensors, sink, options)
  return sink.bytes()
}

/**
 * Streams a safetensors file to a sink. Tensors that share a storage are each written in full, since the format has no
 * aliases. Throws write/unsupported for dtypes that the format has no name for.
 */
export async function writeSafetensors(
  tensors: NamedTensors,
  sink: ByteSink,
  options: SaveSafetensorsOptions = {},
): Promise<void> {
  const sorted = canonicalOrder(tensors)
  await sink.write(header(sorted, options.metadata ?? []))
  const total = sorted.reduce((sum, { tensor }) => sum + tensor.byteLength, 0)
  let written = 0
  for (const { tensor } of sorted) {
    for await (const chunk of elementChunks(tensor)) {
      await sink.write(chunk)
      written += chunk.length
      options.onProgress?.(written, total)
    }
  }
}

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly tensor: StoredTensor
}

function canonicalOrder(tensors: NamedTensors): Entry[] {
  const names = new Set<string>()
  const entries: Entry[] = []
  for (const [name, tensor] of tensors) {
    const dtype = safetensorsNameOf(tensor.dtype)
    if (dtype === null || tensor.quantization !== null) {
      throw new CheckpointError(
        'write/unsupported',
        `safetensors has no type for ${tensor.dtype}, that of ${quoted(name)}`,
        {
          hint: 'write a .pt file, or convert the tensor first',
        },
      )
    }
    if (name === '__metadata__' || names.has(name)) {
      throw new CheckpointError(
        'write/unsupported',
        `a safetensors file cannot have a tensor ${quoted(name)} here`,
      )
    }
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(name)) {
      throw new CheckpointError('write/unsupported', `the name ${quoted(name)} is no valid Unicode text`)
    }
    names.add(name)
    entries.push({ name, dtype, tensor })
  }
  return entries.sort((a, b) => RANK.indexOf(a.dtype) - RANK.indexOf(b.dtype) || compareUtf8(a.name, b.name))
}

/** Order of the UTF-8 bytes, which is that of code points and not of UTF-16 units. */
function compareUtf8(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)]
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i]?.codePointAt(0) as number) - (y[i]?.codePointAt(0) as number)
    if (difference !== 0) return difference
  }
  return x.length - y.length
}

/** Length, JSON and the spaces that bring the data to a multiple of 8. */
function header(entries: readonly Entry[], metadata: Iterable<readonly [string, string]>): Uint8Array {
  const fields: string[] = []
  const pairs = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  if (pairs.length > 0) fields.push(`"__metadata__":{${pairs.join(',')}}`)
  let at = 0
  for (const { name, dtype, tensor } of entries) {
    const end = at + tensor.byteLength
    fields.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${tensor.shape}],"data_offsets":[${at},${end}]}`,
    )
    at = end
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`)
  const length = Math.ceil(json.length / 8) * 8
  if (length > MAX_HEADER) {
    throw new CheckpointError(
      'write/unsupported',
      `the header would have ${length} bytes; readers take ${MAX_HEADER}`,
    )
  }
  const bytes = new Uint8Array(8 + length).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(json, 8)
  return bytes
}

/** Contiguous elements stream; others are gathered first. */
async function* elementChunks(tensor: StoredTensor): AsyncIterable<Uint8Array> {
  if (!isContiguous(tensor) || tensor.conj || tensor.neg) {
    yield await materialize(tensor)
    return
  }
  const [from, to] = byteRange(tensor)
  for (let at = from; at < to; at += CHUNK) yield tensor.storage.read(at, Math.min(at + CHUNK, to))
}
