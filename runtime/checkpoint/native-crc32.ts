/** Node only: its zlib computes CRC-32 ten times as fast as JavaScript can. */
import { type Crc32, setCrc32 } from './crc32.ts'

/** Does nothing where zlib has no crc32 (before Node 20.15). */
export async function useNativeCrc32(): Promise<void> {
  const zlib: { crc32?: Crc32 } = await import('node:zlib')
  if (zlib.crc32 !== undefined) setCrc32(zlib.crc32)
}
