/** Size and digest of a tensor's elements and of storages, without holding a large one in memory. */
import { materialize } from './materialize.ts'
import { nativeSha256 } from './native-sha256.ts'
import { isNode } from './open-input.ts'
import { Sha256, sha256Hex } from './sha256.ts'
import { isContiguous, type StoredStorage, type StoredTensor } from './stored-tensor.ts'

/** Up to 256 bytes in hexadecimal; the SHA-256 of more. */
export type Blob = { readonly nbytes: number } & ({ readonly hex: string } | { readonly sha256: string })

const INLINE = 256
const STREAM_FROM = 64 << 20
const CHUNK = 8 << 20

/** Of the logical elements: row-major, little-endian, conj and neg resolved. */
export async function digestTensor(tensor: StoredTensor): Promise<Blob> {
  const nbytes = tensor.byteLength
  if (nbytes > STREAM_FROM && isWhole(tensor)) return { nbytes, sha256: await digestStorage(tensor.storage) }
  const bytes = await materialize(tensor)
  return nbytes <= INLINE ? { nbytes, hex: hexOf(bytes) } : { nbytes, sha256: await sha256Hex(bytes) }
}

/** SHA-256 of dtype, shape and elements: equal for tensors that are equal, however their files hold them. */
export async function digestTensorContent(tensor: StoredTensor): Promise<string> {
  const blob = await digestTensor(tensor)
  const text = `${tensor.dtype}[${tensor.shape}] ${'hex' in blob ? blob.hex : blob.sha256}`
  return sha256Hex(new TextEncoder().encode(text))
}

/** True when the tensor's elements are its storage's bytes, in order. */
export function isWhole(tensor: StoredTensor): boolean {
  return (
    tensor.byteLength === tensor.storage.byteLength && isContiguous(tensor) && !tensor.conj && !tensor.neg
  )
}

export async function digestStorage(storage: StoredStorage): Promise<string> {
  if (storage.byteLength <= STREAM_FROM) return sha256Hex(await storage.read(0, storage.byteLength))
  const digest = isNode() ? await nativeSha256() : new Sha256()
  for (let at = 0; at < storage.byteLength; at += CHUNK) {
    digest.update(await storage.read(at, Math.min(at + CHUNK, storage.byteLength)))
  }
  return digest.hex()
}

export function hexOf(bytes: Uint8Array): string {
  const digits = new Uint8Array(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    digits[2 * i] = HEX.charCodeAt(byte >> 4)
    digits[2 * i + 1] = HEX.charCodeAt(byte & 15)
  }
  return new TextDecoder().decode(digits)
}

const HEX = '0123456789abcdef'
