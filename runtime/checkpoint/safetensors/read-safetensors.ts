/**
 * The safetensors format: u64 header length, JSON header, data without holes.
 * Source: safetensors/src/tensor.rs (version 0.8) and the format's README.
 */
import { type ByteSource, readRange } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { bitsOf, dtypeOfSafetensorsName, type FileDType } from '../file-dtype.ts'
import { LazyStorage } from '../lazy-storage.ts'
import { type MapLocation, mapped } from '../map-location.ts'
import { contiguousStride, StoredTensor } from '../stored-tensor.ts'
import { type HeaderObject, type HeaderValue, parseHeaderJson } from './header-json.ts'

/** The Rust library's own limit. */
const MAX_HEADER = 100_000_000

export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string> | null
  /** In the header's order. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** Reads the header; data stays in the file. Throws CheckpointError. */
export async function readSafetensors(
  source: ByteSource,
  mapLocation?: MapLocation,
): Promise<SafetensorsFile> {
  const location = mapped('cpu', mapLocation)
  const length = await headerLength(source)
  const header = parseHeader(await readRange(source, 8, 8 + length))
  const base = 8 + length
  const tensors = new Map<string, StoredTensor>()
  const ranges: [from: number, to: number][] = []
  let metadata: Map<string, string> | null = null
  for (const [name, entry] of header) {
    if (name === '__metadata__') metadata = readMetadata(entry)
    else {
      const { dtype, shape, from, to } = readEntry(name, entry)
      ranges.push([from, to])
      if (base + to > source.size) throw corrupt(`tensor ${quoted(name)} reaches beyond the end of the file`)
      const byteLength = to - from
      const storage = new LazyStorage({ key: name, location, dtype, byteLength }, (a, b, into) =>
        readRange(source, base + from + a, base + from + b, into),
      )
      tensors.set(
        name,
        new StoredTensor({ dtype, shape, stride: contiguousStride(shape), offset: 0, storage }),
      )
    }
  }
  checkCover(ranges, source.size - base)
  return { metadata, tensors }
}

async function headerLength(source: ByteSource): Promise<number> {
  if (source.size < 8) throw corrupt('the file is too short for a header')
  const bytes = await readRange(source, 0, 8)
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER))
    throw corrupt(`the header claims ${length} bytes; at most ${MAX_HEADER} are allowed`)
  if (8 + Number(length) > source.size)
    throw corrupt(`the header claims ${length} bytes, the file ends before that`)
  return Number(length)
}

function parseHeader(bytes: Uint8Array): HeaderObject {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw corrupt('the header is not UTF-8')
  }
  const header = parseHeaderJson(text)
  if (!(header instanceof Map)) throw corrupt('the header is no JSON object')
  return header
}

function readMetadata(value: HeaderValue): Map<string, string> | null {
  if (value === null) return null
  if (!(value instanceof Map)) throw corrupt('__metadata__ is no object')
  const metadata = new Map<string, string>()
  for (const [key, text] of value) {
    if (typeof text !== 'string') throw corrupt(`the metadata entry ${quoted(key)} is no string`)
    metadata.set(key, text)
  }
  return metadata
}

function readEntry(
  name: string,
  value: HeaderValue,
): { dtype: FileDType; shape: number[]; from: number; to: number } {
  if (!(value instanceof Map)) throw corrupt(`the entry of tensor ${quoted(name)} is no object`)
  const dtypeName = value.get('dtype')
  const shape = integers(value.get('shape'))
  const offsets = integers(value.get('data_offsets'))
  if (typeof dtypeName !== 'string' || shape === undefined || offsets === undefined || offsets.length !== 2) {
    throw corrupt(`the entry of tensor ${quoted(name)} lacks dtype, shape or data_offsets`)
  }
  const dtype = dtypeOfSafetensorsName(dtypeName)
  if (dtype === undefined) throw corrupt(`tensor ${quoted(name)} has the unknown dtype ${quoted(dtypeName)}`)
  const [from, to] = offsets as [number, number]
  const bits = productOf(shape) * BigInt(bitsOf(dtype))
  if (bits > 0xffffffffffffffffn) throw corrupt(`the shape of tensor ${quoted(name)} overflows`)
  if (bits % 8n !== 0n) throw corrupt(`tensor ${quoted(name)} does not end on a byte`)
  if (from > to || BigInt(to - from) !== bits / 8n) {
    throw corrupt(`tensor ${quoted(name)} has ${bits / 8n} bytes by its shape, ${to - from} by its offsets`)
  }
  return { dtype, shape, from, to }
}

/** Checked as the Rust library checks: left to right in 64 bits, so that a 0 after an overflow comes too late. */
function productOf(shape: readonly number[]): bigint {
  let product = 1n
  for (const size of shape) {
    product *= BigInt(size)
    if (product > 0xffffffffffffffffn) throw corrupt(`the shape [${shape.slice(0, 8)}] overflows`)
  }
  return product
}

function integers(value: HeaderValue | undefined): number[] | undefined {
  return Array.isArray(value) && value.every(item => typeof item === 'number')
    ? (value as number[])
    : undefined
}

/** The tensors must cover the data from its first to its last byte, without holes and without sharing any. */
function checkCover(ranges: [from: number, to: number][], size: number): void {
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let at = 0
  for (const [from, to] of ranges) {
    if (from !== at) throw corrupt(from > at ? 'there is a hole between the tensors' : 'two tensors overlap')
    at = to
  }
  if (at !== size) throw corrupt(`the tensors end at byte ${at} of the data, which has ${size}`)
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('safetensors/corrupt', what, {
    hint: 'the file is damaged or no safetensors file',
  })
}
