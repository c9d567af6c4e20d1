/** The bytes of a data file, in Node and in browsers; those that gzip compressed are decompressed. */
import { DataError } from '../data-error.ts'

/** A path (Node) or an address (browsers), a URL, a Blob or File, or bytes. */
export type DataInput = string | URL | Blob | Uint8Array

export interface ReadOptions {
  /** The most bytes that are taken into memory, decompressed: 2 GiB unless given. */
  readonly limit?: number
}

const DEFAULT_LIMIT = 2 ** 31

/** Throws DataError: `data/limit` beyond the limit, `data/malformed` for a gzip that cannot be decompressed. */
export async function fileBytes(
  input: DataInput,
  { limit = DEFAULT_LIMIT }: ReadOptions = {},
): Promise<Uint8Array> {
  const bytes = await rawBytes(input, limit)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, limit) : bytes
}

const tooLarge = (limit: number): DataError =>
  new DataError('data/limit', `the file has more than ${limit} bytes`, {
    hint: 'the option limit allows more',
  })

async function rawBytes(input: DataInput, limit: number): Promise<Uint8Array> {
  if (input instanceof Uint8Array) {
    if (input.byteLength > limit) throw tooLarge(limit)
    return input
  }
  const isPath = typeof input === 'string' && !/^https?:/i.test(input)
  const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined
  if (isNode && (isPath || (input instanceof URL && input.protocol === 'file:'))) {
    const { readFile, stat } = await import('node:fs/promises')
    if ((await stat(input as string | URL)).size > limit) throw tooLarge(limit)
    return readFile(input as string | URL)
  }
  const blob = input instanceof Blob ? input : await fetched(input)
  if (blob.size > limit) throw tooLarge(limit)
  return new Uint8Array(await blob.arrayBuffer())
}

async function fetched(address: string | URL): Promise<Blob> {
  const response = await fetch(address)
  if (!response.ok) throw new DataError('data/malformed', `${address}: the server says ${response.status}`)
  return response.blob()
}

async function gunzip(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      size += value.byteLength
      if (size > limit) throw tooLarge(limit)
    }
  } catch (error) {
    if (error instanceof DataError) throw error
    throw new DataError('data/malformed', 'this gzip file is damaged or cut off')
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
