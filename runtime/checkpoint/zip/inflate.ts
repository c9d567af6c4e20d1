/** Inflates one deflated record with the platform's DecompressionStream, never beyond its declared size. */
import { CheckpointError, quoted } from '../checkpoint-error.ts'

const INPUT_CHUNK = 64 << 10

export async function inflateRecord(data: Uint8Array, size: number, record: string): Promise<Uint8Array> {
  const fail = (what: string) =>
    new CheckpointError('zip/corrupt', `the compressed data of record ${quoted(record)} ${what}`, {
      hint: 'the file is damaged: fetch or save it again',
    })
  const out = new Uint8Array(size)
  let filled = 0
  const reader = chunks(data).pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (filled + value.length > size) throw fail('is longer than the archive says')
      out.set(value, filled)
      filled += value.length
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined)
    // What the platform throws here varies (TypeError, zlib errors); its one meaning is a stream that is not deflate.
    throw error instanceof CheckpointError ? error : fail('is damaged')
  }
  if (filled !== size) throw fail('is shorter than the archive says')
  return out
}

/** Small pieces in, so that output that must not be is never made. */
function chunks(data: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= data.length) {
        controller.close()
        return
      }
      controller.enqueue(data.slice(at, at + INPUT_CHUNK))
      at += INPUT_CHUNK
    },
  })
}
