/** torch.save's zip format, PyTorch 1.6 to 2.x: `<folder>/data.pkl` and one record per storage. */
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { LazyStorage, type StorageId } from '../lazy-storage.ts'
import type { MapLocation } from '../map-location.ts'
import { type PickleHost, unpickle } from '../pickle/unpickler.ts'
import type { PyValue, StorageRef } from '../python-value.ts'
import type { ZipArchive } from '../zip/read-zip.ts'
import { parseStorageId, StorageTable } from './storage-table.ts'
import { WeightsOnlyHost } from './weights-only.ts'

const MAX_PICKLE = 256 << 20
const MAX_SMALL_RECORD = 4096
const MAX_JSON = 32 << 20

/** The records of a PyTorch archive, all in the folder that the first record names. */
export class TorchArchive {
  readonly zip: ZipArchive
  readonly folder: string

  private constructor(zip: ZipArchive, folder: string) {
    this.zip = zip
    this.folder = folder
  }

  /** Undefined when the first record lies in no folder: then PyTorch did not write the archive. */
  static of(zip: ZipArchive): TorchArchive | undefined {
    const [first] = zip.entries.keys()
    const slash = first?.indexOf('/') ?? -1
    return first === undefined || slash < 1 ? undefined : new TorchArchive(zip, first.slice(0, slash + 1))
  }

  has(record: string): boolean {
    return this.zip.entries.has(this.folder + record)
  }

  /** Bytes of a record. Throws zip/missing-record. */
  size(record: string): number {
    return this.zip.entry(this.folder + record).size
  }

  read(record: string): Promise<Uint8Array> {
    return this.zip.readAll(this.folder + record)
  }

  async readText(record: string): Promise<string> {
    const size = this.size(record)
    if (size > MAX_SMALL_RECORD) throw corrupt(`record ${record} has ${size} bytes`)
    return new TextDecoder('latin1').decode(await this.read(record))
  }

  /** `damaged` makes the error for a record that is no JSON, or too large. */
  async readJson(record: string, damaged: (what: string) => CheckpointError): Promise<unknown> {
    const name = record.slice(record.lastIndexOf('/') + 1)
    if (this.size(record) > MAX_JSON) throw damaged(`${name} is too large`)
    const bytes = await this.read(record)
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } catch {
      throw damaged(`${name} is no JSON`)
    }
  }

  /** A storage whose bytes are those of a record. Throws zip/missing-record. */
  storage(record: string, id: Omit<StorageId, 'numel'>, bigEndian = false): LazyStorage {
    const entry = this.zip.entry(this.folder + record)
    return new LazyStorage(id, (from, to, into) => this.zip.read(entry, from, to, into), bigEndian)
  }

  /** Names of the records below a prefix, without the folder. */
  under(prefix: string): string[] {
    const start = this.folder + prefix
    return [...this.zip.entries.keys()]
      .filter(name => name.startsWith(start))
      .map(name => name.slice(this.folder.length))
  }
}

export interface PickledRecord {
  readonly value: PyValue
  readonly storages: readonly StorageRef[]
}

/** Who decides about the names of a pickle, over what gives its storages. */
export type MakeHost = (persistent: (id: PyValue) => PyValue) => PickleHost

/** Reads `data.pkl`; storages stay in the file. Throws CheckpointError. */
export async function readTorchZip(
  archive: TorchArchive,
  mapLocation: MapLocation | undefined,
  makeHost: MakeHost = persistent => new WeightsOnlyHost(persistent),
): Promise<PickledRecord> {
  await checkVersion(archive)
  return readPickledRecord(archive, 'data.pkl', 'data/', mapLocation, makeHost)
}

/** torch reads versions 1 to 10 of its file format, and nothing without one. */
export async function checkVersion(archive: TorchArchive): Promise<void> {
  const version = (await archive.readText('version')).trim()
  if (!/^\d{1,4}$/.test(version) || Number(version) < 1 || Number(version) > 10) {
    throw corrupt(`the archive's format version is ${quoted(version)}; 1 to 10 are read`)
  }
}

/** One pickle of an archive whose storages are records below `prefix`. */
export async function readPickledRecord(
  archive: TorchArchive,
  record: string,
  prefix: string,
  mapLocation: MapLocation | undefined,
  makeHost: MakeHost,
): Promise<PickledRecord> {
  const size = archive.size(record)
  if (size > MAX_PICKLE) throw new CheckpointError('limit/exceeded', `${record} has ${size} bytes`)
  const bigEndian = await isBigEndian(archive)
  const table = new StorageTable(mapLocation)
  const host = makeHost(id => {
    const { storage } = parseStorageId(id, 5)
    return table.resolve(storage, known => {
      const held = archive.size(prefix + known.key)
      if (held !== known.byteLength) {
        throw new CheckpointError(
          'tensor/storage',
          `storage ${quoted(known.key)} should have ${known.byteLength} bytes, its record has ${held}`,
          { hint: 'the file is damaged or was made to mislead' },
        )
      }
      return archive.storage(prefix + known.key, known, bigEndian)
    })
  })
  const bytes = await archive.read(record)
  const { value } = unpickle({ bytes, start: 0, base: 0, record: archive.folder + record }, host)
  return { value, storages: [...table.refs()] }
}

async function isBigEndian(archive: TorchArchive): Promise<boolean> {
  if (!archive.has('byteorder')) return false
  const order = await archive.readText('byteorder')
  if (order !== 'little' && order !== 'big') throw corrupt(`the byteorder record says ${quoted(order)}`)
  return order === 'big'
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('zip/corrupt', what, {
    hint: 'the archive is damaged or not a PyTorch checkpoint',
  })
}
