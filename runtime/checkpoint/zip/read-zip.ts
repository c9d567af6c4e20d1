/**
 * The zip container of torch.save since 1.6, read strictly: two readers must never see two different archives in one
 * file. Only the central directory is read on opening; local headers are checked when a record is read.
 * Source: APPNOTE.TXT 6.3.10; caffe2/serialize/inline_container.cc for what PyTorch writes and accepts.
 */
import { type ByteSource, readLargeRange, readRange } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { crc32 } from '../crc32.ts'
import { findDirectory } from './end-record.ts'
import { inflateRecord } from './inflate.ts'

export interface ZipEntry {
  readonly name: string
  readonly nameBytes: Uint8Array
  readonly deflated: boolean
  readonly flags: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  readonly headerOffset: number
  /** Where the next record, or the directory, begins. */
  limit: number
}

const LOCAL_SIGNATURE = 0x04034b50
const CENTRAL_SIGNATURE = 0x02014b50
const ENCRYPTED_FLAGS = 0x0001 | 0x0040 | 0x2000
const HAS_DESCRIPTOR = 0x0008
const SATURATED = 0xffffffff
/** Inflated data beyond this must not exceed its compressed form a hundredfold. */
const FREE_INFLATION = 32 << 20
const MAX_RATIO = 100
const MAX_CACHED = 64 << 20

/** An opened archive. Every read checks what the local header says against the directory, whole reads the CRC too. */
export class ZipArchive {
  readonly source: ByteSource
  /** In directory order. */
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly #dataStart = new Map<ZipEntry, Promise<number>>()
  readonly #inflated = new Map<ZipEntry, Uint8Array>()
  readonly #progress = new Map<ZipEntry, { at: number; crc: number }>()
  #cached = 0

  constructor(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>) {
    this.source = source
    this.entries = entries
  }

  /** All bytes of a record. Throws zip/missing-record, zip/corrupt, zip/crc. */
  async readAll(name: string): Promise<Uint8Array> {
    const entry = this.entry(name)
    return this.read(entry, 0, entry.size)
  }

  entry(name: string): ZipEntry {
    const entry = this.entries.get(name)
    if (entry === undefined) {
      throw new CheckpointError('zip/missing-record', `the archive has no record ${quoted(name)}`)
    }
    return entry
  }

  /** Bytes of a record; `into` is memory that may be used for them. */
  async read(entry: ZipEntry, from: number, to: number, into?: Uint8Array): Promise<Uint8Array> {
    if (entry.deflated) return (await this.#inflate(entry)).subarray(from, to)
    const start = await this.#locate(entry)
    let at = from
    const inspect = (piece: Uint8Array): void => {
      this.#continueCrc(entry, at, piece)
      at += piece.length
    }
    return readLargeRange(this.source, start + from, start + to, inspect, into)
  }

  /** Whoever reads a record from its beginning to its end, in however many pieces, has its CRC checked. */
  #continueCrc(entry: ZipEntry, from: number, bytes: Uint8Array): void {
    const progress = from === 0 ? { at: 0, crc: 0 } : this.#progress.get(entry)
    if (progress === undefined || progress.at !== from) return
    progress.crc = crc32(bytes, progress.crc)
    progress.at += bytes.length
    if (progress.at === entry.size) checkCrc(entry, progress.crc)
    if (progress.at === entry.size) this.#progress.delete(entry)
    else this.#progress.set(entry, progress)
  }

  async #inflate(entry: ZipEntry): Promise<Uint8Array> {
    const cached = this.#inflated.get(entry)
    if (cached !== undefined) return cached
    checkRatio(entry.name, entry.size, entry.compressedSize)
    const start = await this.#locate(entry)
    const bytes = await inflateRecord(
      await readRange(this.source, start, start + entry.compressedSize),
      entry.size,
      entry.name,
    )
    checkCrc(entry, crc32(bytes))
    this.#cached += bytes.length
    if (this.#cached > MAX_CACHED) {
      this.#inflated.clear()
      this.#cached = bytes.length
    }
    this.#inflated.set(entry, bytes)
    return bytes
  }

  #locate(entry: ZipEntry): Promise<number> {
    let start = this.#dataStart.get(entry)
    if (start === undefined) {
      start = checkLocalHeader(this.source, entry)
      this.#dataStart.set(entry, start)
    }
    return start
  }
}

/** Reads the directory. Throws zip/corrupt or zip/unsupported for anything that two readers could see differently. */
export async function openZip(source: ByteSource): Promise<ZipArchive> {
  const directory = await findDirectory(source)
  const bytes = await readRange(source, directory.offset, directory.offset + directory.size)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = new Map<string, ZipEntry>()
  let at = 0
  for (let i = 0; i < directory.count; i++) {
    const { entry, end } = readCentralHeader(bytes, view, at, directory.offset)
    if (entries.has(entry.name)) throw corrupt(`two records are named ${quoted(entry.name)}`)
    entries.set(entry.name, entry)
    at = end
  }
  if (at !== bytes.length) throw corrupt('the directory holds more entries than the end record counts')
  checkOverlap([...entries.values()], directory.offset)
  return new ZipArchive(source, entries)
}

function readCentralHeader(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  base: number,
): { entry: ZipEntry; end: number } {
  if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL_SIGNATURE) {
    throw corrupt('a directory entry is damaged or missing', base + at)
  }
  const nameLength = view.getUint16(at + 28, true)
  const extraAt = at + 46 + nameLength
  const extraEnd = extraAt + view.getUint16(at + 30, true)
  const end = extraEnd + view.getUint16(at + 32, true)
  if (end > bytes.length) throw corrupt('a directory entry runs over the end of the directory', base + at)
  const nameBytes = bytes.subarray(at + 46, extraAt)
  const name = decodeName(nameBytes, base + at)
  const wide = readZip64Extra(view, extraAt, extraEnd, name, {
    size: view.getUint32(at + 24, true),
    compressedSize: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  })
  const flags = view.getUint16(at + 8, true)
  const method = view.getUint16(at + 10, true)
  if (flags & ENCRYPTED_FLAGS) throw unsupported(`record ${quoted(name)} is encrypted`)
  if (method !== 0 && method !== 8)
    throw unsupported(`record ${quoted(name)} uses compression method ${method}`)
  if (view.getUint16(at + 34, true) !== 0) throw unsupported('the archive is split over several files')
  if (method === 0 && wide.size !== wide.compressedSize) {
    throw corrupt(`record ${quoted(name)} is stored, but its two sizes differ`, base + at)
  }
  const entry: ZipEntry = {
    name,
    nameBytes,
    deflated: method === 8,
    flags,
    crc: view.getUint32(at + 16, true),
    compressedSize: wide.compressedSize,
    size: wide.size,
    headerOffset: wide.offset,
    limit: 0,
  }
  return { entry, end }
}

interface Extent {
  size: number
  compressedSize: number
  offset: number
}

/** Fields that are saturated in the header stand, in this order, in extra field 1. */
function readZip64Extra(view: DataView, from: number, to: number, name: string, plain: Extent): Extent {
  let at = from
  let body: { at: number; end: number } | null = null
  while (at + 4 <= to) {
    const end = at + 4 + view.getUint16(at + 2, true)
    if (end > to) break
    if (view.getUint16(at, true) === 1) body = { at: at + 4, end }
    at = end
  }
  const next = (value: number): number => {
    if (value !== SATURATED) return value
    if (body === null || body.at + 8 > body.end) {
      throw corrupt(`the zip64 field of record ${quoted(name)} is missing or too short`)
    }
    const wide = view.getBigUint64(body.at, true)
    body.at += 8
    if (wide > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw corrupt(`record ${quoted(name)} claims a size or position of ${wide}`)
    }
    return Number(wide)
  }
  return { size: next(plain.size), compressedSize: next(plain.compressedSize), offset: next(plain.offset) }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeName(bytes: Uint8Array, position: number): string {
  let name: string
  try {
    name = utf8.decode(bytes)
  } catch {
    throw corrupt('a record name is not UTF-8', position)
  }
  if (name.includes('\0') || name.includes('\\') || name.includes('//')) {
    throw corrupt(`record name ${quoted(name)} is not one that PyTorch writes`, position)
  }
  return name
}

/** Each record must have its bytes to itself: shared bytes are how a small file claims to be a huge one. */
function checkOverlap(entries: ZipEntry[], directoryOffset: number): void {
  entries.sort((a, b) => a.headerOffset - b.headerOffset)
  let inflated = 0
  let deflated = 0
  entries.forEach((entry, i) => {
    entry.limit = entries[i + 1]?.headerOffset ?? directoryOffset
    if (entry.headerOffset + 30 + entry.nameBytes.length + entry.compressedSize > entry.limit) {
      throw corrupt(`record ${quoted(entry.name)} overlaps what follows it`, entry.headerOffset)
    }
    if (entry.deflated) {
      inflated += entry.size
      deflated += entry.compressedSize
    }
  })
  checkRatio('all compressed records', inflated, deflated)
}

function checkRatio(what: string, size: number, compressedSize: number): void {
  if (size > FREE_INFLATION && size > MAX_RATIO * compressedSize) {
    throw new CheckpointError(
      'limit/exceeded',
      `${what}: ${compressedSize} compressed bytes claim to be ${size}; more than ${MAX_RATIO} to 1 is refused`,
      { hint: 'store the archive without compression, as torch.save does' },
    )
  }
}

async function checkLocalHeader(source: ByteSource, entry: ZipEntry): Promise<number> {
  const at = entry.headerOffset
  const fixed = await readRange(source, at, at + 30 + entry.nameBytes.length)
  const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.byteLength)
  const fail = (what: string) => corrupt(`record ${quoted(entry.name)}: ${what}`, at)
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE)
    throw fail('no local header at the place the directory names')
  const nameLength = view.getUint16(26, true)
  const extraLength = view.getUint16(28, true)
  const sameName =
    nameLength === entry.nameBytes.length && entry.nameBytes.every((byte, i) => byte === fixed[30 + i])
  if (!sameName) throw fail('its local header has another name')
  if (view.getUint16(6, true) & ENCRYPTED_FLAGS)
    throw unsupported(`record ${quoted(entry.name)} is encrypted`)
  if (view.getUint16(8, true) !== (entry.deflated ? 8 : 0)) throw fail('its local header has another method')
  const start = at + 30 + nameLength + extraLength
  if (start + entry.compressedSize > entry.limit) throw fail('it runs over what follows it')
  const sizes = [view.getUint32(18, true), view.getUint32(22, true)]
  const open = view.getUint16(6, true) & HAS_DESCRIPTOR && sizes[0] === 0 && sizes[1] === 0
  if (!open) {
    const extra = await readRange(source, start - extraLength, start)
    const local = readZip64Extra(
      new DataView(extra.buffer, extra.byteOffset, extra.byteLength),
      0,
      extra.length,
      entry.name,
      { size: sizes[1] as number, compressedSize: sizes[0] as number, offset: 0 },
    )
    if (local.size !== entry.size || local.compressedSize !== entry.compressedSize) {
      throw fail('its local header has another size')
    }
  }
  return start
}

/** CRC 0 means "not computed": torch.utils.serialization.config.save.compute_crc32 = False writes it everywhere. */
function checkCrc(entry: ZipEntry, crc: number): void {
  if (entry.crc !== 0 && entry.crc !== crc) {
    throw new CheckpointError('zip/crc', `record ${quoted(entry.name)} does not match its CRC-32`, {
      hint: 'its bytes were damaged after they were saved: fetch or copy the file again',
    })
  }
}

function corrupt(what: string, position?: number): CheckpointError {
  return new CheckpointError('zip/corrupt', what, {
    ...(position === undefined ? {} : { position }),
    hint: 'the archive is damaged or incomplete: fetch or save it again',
  })
}

function unsupported(what: string): CheckpointError {
  return new CheckpointError('zip/unsupported', what, {
    hint: 'repack the archive with stored or deflated records',
  })
}
