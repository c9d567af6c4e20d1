/** Where bytes come from. Every reader of this folder asks for ranges, so a source may be a file, a Blob or a server. */
import { CheckpointError } from './checkpoint-error.ts'

export interface ByteSource {
  /** Total bytes. */
  readonly size: number
  /** What to call it in messages. */
  readonly name: string
  /** Exactly the bytes [from, to), 0 <= from <= to <= size; callers may keep, but not change, what they get. */
  read(from: number, to: number): Promise<Uint8Array>
  /** As `read`, into memory that is there. Sources that can do it without a copy have it. */
  readInto?(target: Uint8Array, from: number): Promise<void>
  /** Releases what the source holds (a file handle). Reading after it is an error. */
  close?(): Promise<void>
}

/** A source over bytes that are in memory already; reads are views, not copies. */
export function bytesSource(bytes: Uint8Array, name = 'bytes'): ByteSource {
  // A Buffer's slice() is a view where a Uint8Array's is a copy: readers here rely on the latter.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    size: plain.byteLength,
    name,
    read: async (from, to) => plain.subarray(from, to),
  }
}

/** A source over a Blob or File of a browser (also OPFS handles, through getFile()). */
export function blobSource(
  blob: Blob,
  name = typeof File !== 'undefined' && blob instanceof File ? blob.name : 'blob',
): ByteSource {
  return {
    size: blob.size,
    name,
    read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
  }
}

/** A source over bytes [from, to) of another: a checkpoint inside an archive. */
export function sliceSource(source: ByteSource, from: number, to: number, name: string): ByteSource {
  return {
    size: to - from,
    name,
    read: (start, end) => source.read(from + start, from + end),
  }
}

/**
 * Reads a range and names the file when it ends too early. `into` is memory that may be used for it, if it is large enough and
 * the source can.
 */
export async function readRange(
  source: ByteSource,
  from: number,
  to: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  checkRange(source, from, to)
  if (into !== undefined && into.length >= to - from && source.readInto !== undefined) {
    const bytes = into.subarray(0, to - from)
    await source.readInto(bytes, from)
    return bytes
  }
  const bytes = await source.read(from, to)
  if (bytes.byteLength !== to - from) {
    throw new CheckpointError(
      'file/read',
      `reading ${source.name} gave ${bytes.byteLength} bytes where ${to - from} were asked for`,
    )
  }
  return bytes
}

const PIECE = 4 << 20

/**
 * As `readRange`, for ranges of any size. `inspect` sees the bytes in order, in pieces, each while the next one is being
 * read. Throws limit/exceeded for more than one array can hold.
 */
export async function readLargeRange(
  source: ByteSource,
  from: number,
  to: number,
  inspect: (piece: Uint8Array) => void,
  into?: Uint8Array,
): Promise<Uint8Array> {
  if (source.readInto === undefined || to - from <= PIECE) {
    const bytes = await readRange(source, from, to, into)
    inspect(bytes)
    return bytes
  }
  checkRange(source, from, to)
  const fits = into !== undefined && into.length >= to - from
  const bytes = fits ? into.subarray(0, to - from) : allocate(to - from)
  let read = Promise.resolve()
  let seen = 0
  for (let at = 0; at < bytes.length; at += PIECE) {
    await read
    const last = bytes.subarray(seen, at)
    read = source.readInto(bytes.subarray(at, at + PIECE), from + at)
    // Nobody may miss its failure while the last piece is looked at.
    read.catch(() => undefined)
    inspect(last)
    seen = at
  }
  await read
  inspect(bytes.subarray(seen))
  return bytes
}

/** Throws limit/exceeded where the platform has no array of that many bytes. */
export function allocate(size: number): Uint8Array {
  try {
    return new Uint8Array(size)
  } catch {
    throw new CheckpointError('limit/exceeded', `there is no memory for ${size} bytes at once`, {
      hint: 'open the file instead of loading it, and read the tensors in parts',
    })
  }
}

function checkRange(source: ByteSource, from: number, to: number): void {
  if (!(from >= 0 && from <= to && to <= source.size)) {
    throw new CheckpointError(
      'file/truncated',
      `${source.name} ends at byte ${source.size}, but bytes ${from} to ${to} are needed`,
      { hint: 'the file was cut short or is damaged: fetch it again' },
    )
  }
}
