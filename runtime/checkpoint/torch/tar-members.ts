/** The members of an uncompressed tar archive (POSIX ustar and the older v7), by name. */
import { type ByteSource, readRange } from '../byte-source.ts'
import { CheckpointError } from '../checkpoint-error.ts'

const BLOCK = 512
const MAX_MEMBERS = 10_000

export interface TarMember {
  readonly start: number
  readonly end: number
}

/** True when the first block is a tar header, which its checksum proves. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK || block[0] === 0) return false
  const claimed = octal(block, 148, 8)
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] as number)
  return claimed === sum
}

export async function readTar(source: ByteSource): Promise<Map<string, TarMember>> {
  const members = new Map<string, TarMember>()
  for (let at = 0; at + BLOCK <= source.size; ) {
    const block = await readRange(source, at, at + BLOCK)
    if (block.every(byte => byte === 0)) return members
    if (!isTarHeader(block))
      throw new CheckpointError('tar/corrupt', 'a tar header is damaged', { position: at })
    const size = octal(block, 124, 12)
    const start = at + BLOCK
    if (size === undefined || start + size > source.size) {
      throw new CheckpointError('file/truncated', 'a member of the tar archive is cut short', {
        position: at,
      })
    }
    const end = block.indexOf(0)
    const name = new TextDecoder('latin1').decode(block.subarray(0, end < 0 || end > 100 ? 100 : end))
    const plain = block[156] === 0 || block[156] === 0x30
    if (plain && members.has(name)) throw new CheckpointError('tar/corrupt', `two members are named ${name}`)
    if (plain) members.set(name.replace(/^\.\//, ''), { start, end: start + size })
    if (members.size > MAX_MEMBERS)
      throw new CheckpointError('limit/exceeded', 'the tar archive has too many members')
    at = start + Math.ceil(size / BLOCK) * BLOCK
  }
  return members
}

function octal(block: Uint8Array, at: number, length: number): number | undefined {
  const text = new TextDecoder('latin1')
    .decode(block.subarray(at, at + length))
    .replace(/[\0 ]+$/, '')
    .trim()
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : undefined
}
