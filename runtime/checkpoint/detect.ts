/** What a file is, by its first bytes; its name does not matter. */
import { type ByteSource, readRange } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { otherFile } from './other-files.ts'
import { isLegacy } from './torch/legacy-checkpoint.ts'
import { isTarHeader } from './torch/tar-members.ts'

export type Container = 'zip' | 'legacy' | 'pickle' | 'tar' | 'safetensors'

const MAX_HEADER = 100_000_000n

/** Throws file/unknown-format, saying what the file is where that can be told. */
export async function detect(source: ByteSource): Promise<Container> {
  if (source.size === 0) throw unknown(source, 'it is empty', 'the download or the save did not finish')
  const head = await readRange(source, 0, Math.min(512, source.size))
  const text = characters(head.subarray(0, 64))
  if (text.startsWith('PK\x03\x04')) return 'zip'
  // Before pickles: a header of 128 or 640 bytes begins with the bytes of a pickle's PROTO opcode.
  if (isSafetensors(head, true)) return 'safetensors'
  if (head[0] === 0x80) return isLegacy(head) ? 'legacy' : 'pickle'
  if (isTarHeader(head)) return 'tar'
  // Field 1 of the message is a small version number; the name of the producer or of the model comes next.
  if (head[0] === 8 && head[1]! < 16 && (head[2] === 0x12 || head[2] === 0x3a))
    throw unknown(source, 'it is an ONNX model', 'give the checkpoint that it was exported from')
  if (isSafetensors(head, false)) return 'safetensors'
  if (head.every(byte => byte === 0))
    throw unknown(source, 'it begins with zeros', 'the download or the save did not finish')
  const other = otherFile(text)
  if (other !== undefined) throw unknown(source, `it is ${other.what}`, other.hint)
  if (text.startsWith('PK'))
    throw unknown(source, 'it is a zip file that does not begin with a record', 'repack it')
  throw unknown(
    source,
    'its first bytes are none that PyTorch or safetensors write',
    'check that it is a checkpoint',
  )
}

/** A header length that can be, then JSON. One of the two makes a damaged file, which its own reader explains. */
function isSafetensors(head: Uint8Array, both: boolean): boolean {
  if (head.length < 9) return false
  const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true) <= MAX_HEADER
  const json = characters(head.subarray(8, 64)).trimStart().startsWith('{')
  return both ? length && json : length || json
}

/** One character for each byte. TextDecoder's latin1 is another code for those from 0x80 to 0x9f. */
const characters = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

function unknown(source: ByteSource, what: string, hint: string): CheckpointError {
  return new CheckpointError('file/unknown-format', `${source.name} is no checkpoint: ${what}`, { hint })
}
