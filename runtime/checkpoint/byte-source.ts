/** Where bytes come from. Every reader of this folder asks for ranges, so a source may be a file, a Blob or a server. */
import { CheckpointError } from './checkpoint-error.ts'

export interface ByteSource {
  /** Total bytes. */
  readonly size: number
  /** What to call it in messages. */
  readonly name: string
  /** Exactly the bytes [from, to), 0 <= from <= to <= size; callers may keep, but not change, what they get. */
  read(from: number, to: number): Promise<Uint8Array>
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

/** Reads a range and names the file when it ends too early. */
export async function readRange(source: ByteSource, from: number, to: number): Promise<Uint8Array> {
  if (!(from >= 0 && from <= to && to <= source.size)) {
    throw new CheckpointError(
      'file/truncated',
      `${source.name} ends at byte ${source.size}, but bytes ${from} to ${to} are needed`,
      { hint: 'the file was cut short or is damaged: fetch it again' },
    )
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
