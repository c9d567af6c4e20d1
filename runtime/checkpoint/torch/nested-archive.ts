/** A zip of checkpoints, as Stable-Baselines3 saves them: each member that is a checkpoint, under its name. */
import { type ByteSource, bytesSource } from '../byte-source.ts'
import { CheckpointError } from '../checkpoint-error.ts'
import { PyDict } from '../py-dict.ts'
import type { PyValue } from '../python-value.ts'
import type { ZipArchive } from '../zip/read-zip.ts'

const MAX_MEMBERS = 1000
const MAX_MEMBER = 1 << 30
const NAMES = /\.(pth|pt|th|ckpt|bin|safetensors)$/i

/**
 * Reads the members that are named like checkpoints with `open`. Throws zip/missing-record when there is none: then
 * the archive is a zip file of some other kind.
 */
export async function readNested(
  zip: ZipArchive,
  open: (member: ByteSource) => Promise<{ value: PyValue }>,
): Promise<PyDict> {
  const members = new PyDict()
  const names = [...zip.entries.keys()].filter(name => NAMES.test(name))
  if (names.length === 0 || names.length > MAX_MEMBERS) {
    throw new CheckpointError('zip/missing-record', 'this zip archive is no checkpoint, and holds none', {
      hint: 'PyTorch keeps its records in one folder, data.pkl among them',
    })
  }
  for (const name of names) {
    const entry = zip.entry(name)
    if (entry.size > MAX_MEMBER && entry.deflated) {
      throw new CheckpointError('limit/exceeded', `the compressed member ${name} has ${entry.size} bytes`)
    }
    const source: ByteSource = entry.deflated
      ? bytesSource(await zip.readAll(name), name)
      : { size: entry.size, name, read: (from, to) => zip.read(entry, from, to) }
    members.set(name, (await open(source)).value)
  }
  return members
}
