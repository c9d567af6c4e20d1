/** A file on a web server, read by ranges: any static server will do. One that ignores ranges is read once, whole. */
import { type ByteSource, bytesSource } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'

/** Requests at least this much, so that neighbouring small reads share one request. */
const BLOCK = 256 << 10

export interface HttpSourceOptions {
  /** Passed to every fetch: credentials, headers, an abort signal. */
  readonly init?: RequestInit
}

/** Opens a URL. Throws file/read when the server does not give it. */
export async function httpSource(url: string | URL, options: HttpSourceOptions = {}): Promise<ByteSource> {
  const name = String(url)
  const get = async (range: string): Promise<Response> => {
    const headers = new Headers(options.init?.headers)
    headers.set('range', range)
    let response: Response
    try {
      response = await fetch(url, { ...options.init, headers })
    } catch (error) {
      throw failed(name, error instanceof Error ? error.message : String(error))
    }
    // No byte of an empty file can be asked for.
    if (response.status === 416 && range.startsWith('bytes=0-')) return new Response(null)
    if (!response.ok) throw failed(name, `the server answers ${response.status} ${response.statusText}`)
    return response
  }
  const first = await get(`bytes=0-${BLOCK - 1}`)
  const head = new Uint8Array(await first.arrayBuffer())
  if (first.status !== 206) return bytesSource(head, name)
  const size = sizeIn(first) ?? (await sizeByHead(url, options))
  if (size === undefined) throw failed(name, 'the server does not say how large the file is')
  // A changed file between two requests would be read as a mixture of both.
  const tag = first.headers.get('etag') ?? first.headers.get('last-modified')
  let block = { from: 0, bytes: head }
  return {
    size,
    name,
    async read(from, to) {
      if (from === to) return new Uint8Array(0)
      if (from < block.from || to > block.from + block.bytes.length) {
        const end = Math.min(Math.max(to, from + BLOCK), size)
        const response = await get(`bytes=${from}-${end - 1}`)
        const now = response.headers.get('etag') ?? response.headers.get('last-modified')
        if (response.status !== 206 || now !== tag) throw failed(name, 'the file changed while it was read')
        const bytes = new Uint8Array(await response.arrayBuffer())
        if (to - from > BLOCK) return bytes.subarray(0, to - from)
        block = { from, bytes }
      }
      return block.bytes.subarray(from - block.from, to - block.from)
    },
  }
}

/** The size that a Content-Range header ends with. */
function sizeIn(response: Response): number | undefined {
  const size = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
  return size === undefined || !Number.isSafeInteger(Number(size)) ? undefined : Number(size)
}

/** Browsers hide Content-Range from pages of other origins unless the server exposes it, but never Content-Length. */
async function sizeByHead(url: string | URL, options: HttpSourceOptions): Promise<number | undefined> {
  const response = await fetch(url, { ...options.init, method: 'HEAD' }).catch(() => undefined)
  const length = response?.ok ? response.headers.get('content-length') : null
  return length === null || length === undefined ? undefined : Number(length)
}

function failed(name: string, reason: string): CheckpointError {
  return new CheckpointError('file/read', `${name} cannot be read: ${reason}`)
}
