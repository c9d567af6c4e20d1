/** What a file is, by its first bytes; its name does not matter. */
import { type ByteSource, readRange } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { isTarHeader } from './torch/tar-members.ts'

export type Container = 'zip' | 'legacy' | 'tar' | 'safetensors'

const MAX_HEADER = 100_000_000n
const ASCII = new TextDecoder('latin1')

/** What else people keep under the names of checkpoints, by how it begins. */
const OTHER_FILES: readonly (readonly [start: string | RegExp, what: string, hint: string])[] = [
  [
    'version https://git-lfs',
    'a Git LFS pointer, not the file itself',
    'run "git lfs pull" to fetch the file',
  ],
  ['\x1f\x8b', 'a gzip archive', 'unpack it first (gunzip, tar xzf): the checkpoint is inside'],
  ['\x89HDF', 'an HDF5 file (Keras)', 'convert it with the framework that wrote it'],
  ['\x93NUMPY', 'a NumPy array', 'convert it in Python'],
  ['GGUF', 'a GGUF file', 'convert it with the tools of llama.cpp'],
  ['BZh', 'a bzip2 archive', 'unpack it first'],
  ['\xfd7zXZ', 'an xz archive', 'unpack it first'],
  ['7z\xbc\xaf', 'a 7z archive', 'unpack it first'],
  ['\xef\xbf\xbd', 'binary data that was damaged by being saved as text', 'fetch the original file again'],
  [
    /^\s*<(!doctype|html|\?xml)/i,
    'an HTML page: the download went wrong',
    'check the address and fetch it again',
  ],
  [/^\s*[{[]/, 'a JSON file', 'give the checkpoint itself'],
]

/** Throws file/unknown-format, saying what the file is where that can be told. */
export async function detect(source: ByteSource): Promise<Container> {
  if (source.size === 0) throw unknown(source, 'it is empty', 'the download or the save did not finish')
  const head = await readRange(source, 0, Math.min(512, source.size))
  const text = ASCII.decode(head.subarray(0, 64))
  if (text.startsWith('PK\x03\x04')) return 'zip'
  // Before pickles: a header of 128 or 640 bytes begins with the bytes of a pickle's PROTO opcode.
  if (isSafetensors(head, true)) return 'safetensors'
  if (head[0] === 0x80) return 'legacy'
  if (isTarHeader(head)) return 'tar'
  // Field 1 of the message is a small version number; the name of the producer or of the model comes next.
  if (head[0] === 8 && head[1]! < 16 && (head[2] === 0x12 || head[2] === 0x3a))
    throw unknown(source, 'it is an ONNX model', 'give the checkpoint that it was exported from')
  if (isSafetensors(head, false)) return 'safetensors'
  if (head.every(byte => byte === 0))
    throw unknown(source, 'it begins with zeros', 'the download or the save did not finish')
  for (const [start, what, hint] of OTHER_FILES) {
    const matches = typeof start === 'string' ? text.startsWith(start) : start.test(text)
    if (matches) throw unknown(source, `it is ${what}`, hint)
  }
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
  const json = ASCII.decode(head.subarray(8, 64)).trimStart().startsWith('{')
  return both ? length && json : length || json
}

function unknown(source: ByteSource, what: string, hint: string): CheckpointError {
  return new CheckpointError('file/unknown-format', `${source.name} is no checkpoint: ${what}`, { hint })
}
