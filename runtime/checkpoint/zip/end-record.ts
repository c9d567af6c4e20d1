/** Finds the central directory of a zip file through its end records, which must agree with each other. */
import { type ByteSource, readRange } from '../byte-source.ts'
import { CheckpointError } from '../checkpoint-error.ts'

export interface Directory {
  readonly count: number
  readonly offset: number
  readonly size: number
}

const END_SIGNATURE = 0x06054b50
const END64_SIGNATURE = 0x06064b50
const LOCATOR_SIGNATURE = 0x07064b50
const MAX_COMMENT = 0xffff
const MAX_ENTRIES = 1_000_000

export async function findDirectory(source: ByteSource): Promise<Directory> {
  const tailStart = Math.max(0, source.size - 22 - MAX_COMMENT - 20)
  const tail = await readRange(source, tailStart, source.size)
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength)
  const end = findEnd(view)
  const at = tailStart + end
  const short = {
    disk: view.getUint16(end + 4, true),
    directoryDisk: view.getUint16(end + 6, true),
    here: view.getUint16(end + 8, true),
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    offset: view.getUint32(end + 16, true),
  }
  const wide =
    end >= 20 && view.getUint32(end - 20, true) === LOCATOR_SIGNATURE
      ? await readEnd64(source, at - 20, view.getBigUint64(end - 12, true))
      : null
  const pick = (plain: number, saturated: number, full: number | undefined, what: string): number => {
    if (full === undefined) {
      if (plain === saturated)
        throw corrupt(`the end record leaves ${what} to a zip64 record that is not there`)
      return plain
    }
    if (plain !== saturated && plain !== full) throw corrupt(`the two end records disagree about ${what}`)
    return full
  }
  if (
    (short.disk !== 0 && short.disk !== 0xffff) ||
    (short.directoryDisk !== 0 && short.directoryDisk !== 0xffff)
  ) {
    throw new CheckpointError('zip/unsupported', 'the archive is split over several files')
  }
  const count = pick(short.count, 0xffff, wide?.count, 'the number of records')
  const offset = pick(short.offset, 0xffffffff, wide?.offset, 'the place of the directory')
  const size = pick(short.size, 0xffffffff, wide?.size, 'the size of the directory')
  if (pick(short.here, 0xffff, wide?.here, 'the number of records') !== count) {
    throw new CheckpointError('zip/unsupported', 'the archive is split over several files')
  }
  if (offset + size !== (wide?.at ?? at))
    throw corrupt('the directory does not end where the end record begins')
  if (count * 46 > size) throw corrupt('the end record counts more records than the directory holds')
  if (count > MAX_ENTRIES) throw new CheckpointError('limit/exceeded', `the archive has ${count} records`)
  if (count === 0) throw corrupt('the archive is empty')
  return { count, offset, size }
}

/** The last end record whose comment reaches exactly to the end of the file. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0; at--) {
    if (
      view.getUint32(at, true) === END_SIGNATURE &&
      at + 22 + view.getUint16(at + 20, true) === view.byteLength
    ) {
      return at
    }
  }
  throw corrupt('it has no end record: the file was cut short, or more was appended to it')
}

async function readEnd64(source: ByteSource, locatorAt: number, offset: bigint) {
  if (offset > BigInt(locatorAt - 56) || offset < 0n) throw corrupt('the zip64 locator points nowhere')
  const at = Number(offset)
  const bytes = await readRange(source, at, at + 56)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const field = (pos: number): number => {
    const value = view.getBigUint64(pos, true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt(`the zip64 end record claims ${value}`)
    return Number(value)
  }
  if (view.getUint32(0, true) !== END64_SIGNATURE || at + 12 + field(4) !== locatorAt) {
    throw corrupt('the zip64 locator does not point at a zip64 end record')
  }
  if (view.getUint32(16, true) !== 0 || view.getUint32(20, true) !== 0) {
    throw new CheckpointError('zip/unsupported', 'the archive is split over several files')
  }
  return { at, here: field(24), count: field(32), size: field(40), offset: field(48) }
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('zip/corrupt', `the zip archive is damaged: ${what}`, {
    hint: 'fetch or save the file again',
  })
}
