/** A zip of checkpoints, as Stable-Baselines3 saves them: each member that is a checkpoint, under its name. */
import { type ByteSource, bytesSource } from '../byte-source.ts'
import { CheckpointError } from '../checkpoint-error.ts'
import { otherArchive } from '../other-files.ts'
import { PartBudget } from '../part-budget.ts'
import { PyDict } from '../py-dict.ts'
import type { PyValue } from '../python-value.ts'
import type { ZipArchive } from '../zip/read-zip.ts'

const MAX_MEMBERS = 1000
/** Bytes of all compressed members, which are kept in memory. */
const MAX_INFLATED = 256 << 20
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
  if (names.length > MAX_MEMBERS)
    throw new CheckpointError('limit/exceeded', `the zip archive holds ${names.length} checkpoints`)
  if (names.length === 0) {
    const other = otherArchive([...zip.entries.keys()])
    const what = other === undefined ? '' : `: ${other.what}`
    throw new CheckpointError(
      'zip/missing-record',
      `this zip archive is no checkpoint, and holds none${what}`,
      { hint: other?.hint ?? 'PyTorch keeps its records in one folder, data.pkl among them' },
    )
  }
  const budget = new PartBudget()
  let inflated = 0
  for (const name of names) {
    const entry = zip.entry(name)
    if (entry.deflated) inflated += entry.size
    if (inflated > MAX_INFLATED) {
      throw new CheckpointError(
        'limit/exceeded',
        `the compressed members have more than ${MAX_INFLATED >> 20} MiB`,
        { hint: 'unpack the archive, and give the member that you need' },
      )
    }
    const source: ByteSource = entry.deflated
      ? bytesSource(await zip.readAll(name), name)
      : { size: entry.size, name, read: (from, to) => zip.read(entry, from, to) }
    const { value } = await open(source)
    budget.keep(value)
    members.set(name, value)
  }
  return members
}
