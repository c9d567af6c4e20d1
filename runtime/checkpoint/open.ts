/** Opens any checkpoint lazily: what it is, its value tree, and storages whose bytes stay in the file. */
import { ATTACHMENT_FIELD, readAttachment } from './attachment.ts'
import type { ByteSource } from './byte-source.ts'
import { checkTree } from './check-tree.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { detect } from './detect.ts'
import type { MapLocation } from './map-location.ts'
import { PyDict } from './py-dict.ts'
import type { PyValue } from './python-value.ts'
import { readSafetensors } from './safetensors/read-safetensors.ts'
import { isExportedProgram, readExportedProgram } from './torch/exported-program.ts'
import { InertHost } from './torch/inert.ts'
import { readLegacy } from './torch/legacy-checkpoint.ts'
import { readNested } from './torch/nested-archive.ts'
import { isOldTorchScript, readOldTorchScript } from './torch/old-torchscript.ts'
import { readPlainPickle, refusePlainPickle } from './torch/plain-pickle.ts'
import { readTorchTar } from './torch/tar-checkpoint.ts'
import { isTorchScript, readTorchScript } from './torch/torchscript.ts'
import { type MakeHost, readTorchZip, TorchArchive } from './torch/zip-checkpoint.ts'
import { openZip } from './zip/read-zip.ts'

export type CheckpointFormat =
  | 'zip'
  | 'legacy'
  | 'tar'
  | 'torchscript'
  | 'exported-program'
  | 'nested-zip'
  | 'pickle'
  | 'safetensors'
  | 'distributed'

export interface OpenOptions {
  /**
   * Also read what torch.load(weights_only=True) refuses: whole pickled modules, plain pickles and TorchScript archives. They
   * are read inertly; nothing in them runs. Default false.
   */
  readonly full?: boolean
  /** Read TorchScript archives, inertly, without the rest of `full`. */
  readonly torchScript?: boolean
  /**
   * Where storages are said to live: one device, a table of locations, or a function. `stateDictFromStored` puts tensors on
   * the device of that name where it is one of ours: `'webgpu'`.
   */
  readonly mapLocation?: MapLocation
}

/** An opened checkpoint. Its tensors read from the source until it is closed. */
export interface Checkpoint {
  readonly format: CheckpointFormat
  readonly value: PyValue
  /** The state_dict where the format itself defines one (TorchScript, exported programs); else null. */
  readonly stateDict: PyDict | null
  /** Text metadata of a safetensors file; null for other formats and where the file has none. */
  readonly metadata: ReadonlyMap<string, string> | null
  /** Tensors that the code of a TorchScript archive uses as constants; null for other formats. */
  readonly constants: PyValue
  /** What Holdfast wrote beside the tensors: see runtime/keys/stamp.ts; null for files of others. */
  readonly attachment: string | null
  /** What the file holds that is not in `value`, each as a few words; of exported programs and of TorchScript before 1.4. */
  readonly leftOut: readonly string[]
  /** With `full`: names of classes and functions in the file that are not on the list, sorted. Nothing of them is run. */
  readonly globals: readonly string[]
  close(): Promise<void>
}

/**
 * Opens a checkpoint by its content. Reads only structure (directory, pickle or header) and the indices of sparse
 * tensors. Throws a CheckpointError that says what the file is when it is none, or names the global that was refused;
 * the source is closed then.
 */
export async function openSource(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  let parts: Parts
  const named = new Set<string>()
  try {
    parts = await read(source, { options, named, nesting: 0 })
    await checkTree(parts.value)
  } catch (error) {
    await source.close?.()
    throw error
  }
  return {
    format: parts.format,
    value: parts.value,
    stateDict: parts.stateDict ?? null,
    metadata: parts.metadata ?? null,
    constants: parts.constants ?? null,
    attachment: parts.attachment ?? null,
    leftOut: parts.leftOut ?? [],
    globals: [...named].sort(),
    close: async () => source.close?.(),
  }
}

/** What reading one file goes by, down to the files inside of it. */
interface Reading {
  readonly options: OpenOptions
  readonly named: Set<string>
  readonly nesting: number
}

type Parts = Pick<Checkpoint, 'format' | 'value'> &
  Partial<Pick<Checkpoint, 'stateDict' | 'metadata' | 'constants' | 'leftOut' | 'attachment'>>

/** Zips of checkpoints in zips of checkpoints: a deflated zip may contain itself. */
const MAX_NESTING = 2

async function read(source: ByteSource, reading: Reading): Promise<Parts> {
  const { options, named } = reading
  const makeInert: MakeHost | undefined = options.full
    ? persistent => new InertHost(persistent, named)
    : undefined
  const container = await detect(source)
  // The name promises a format without pickles; another content under it is a trap, whoever set it.
  if (container !== 'safetensors' && /\.safetensors$/i.test(source.name)) {
    throw new CheckpointError(
      'file/unknown-format',
      `${source.name} is named a safetensors file, but is none`,
      {
        hint: 'if you trust it, rename it',
      },
    )
  }
  switch (container) {
    case 'safetensors': {
      const { metadata, tensors } = await readSafetensors(source, options.mapLocation)
      const attachment = metadata?.get(ATTACHMENT_FIELD) ?? null
      return { format: 'safetensors', value: new PyDict('dict', tensors), metadata, attachment }
    }
    case 'legacy':
      return { format: 'legacy', ...(await readLegacy(source, options.mapLocation, makeInert)) }
    case 'pickle':
      if (!options.full) return refusePlainPickle(source)
      return { format: 'pickle', value: await readPlainPickle(source, named) }
    case 'tar':
      return { format: 'tar', ...(await readTorchTar(source, options.mapLocation)) }
    case 'zip':
      return readZip(source, reading, makeInert)
  }
}

async function readZip(
  source: ByteSource,
  reading: Reading,
  makeInert: MakeHost | undefined,
): Promise<Parts> {
  const { options, nesting } = reading
  const inner = (member: ByteSource) => read(member, { ...reading, nesting: nesting + 1 })
  const zip = await openZip(source)
  const archive = TorchArchive.of(zip)
  const isOld = archive !== undefined && isOldTorchScript(archive)
  if (archive === undefined || !(isOld || archive.has('data.pkl') || isExportedProgram(archive))) {
    if (nesting === MAX_NESTING) throw tooDeep()
    const value = await readNested(zip, inner)
    return { format: 'nested-zip', value }
  }
  if (isOld || isTorchScript(archive)) {
    if (!options.full && !options.torchScript) {
      throw new CheckpointError(
        'torchscript/refused',
        `${source.name} is a TorchScript archive, not a plain checkpoint`,
        {
          hint: 'its weights are read on request: "holdfast convert", "holdfast run", or inspect with --full',
        },
      )
    }
    if (!isOld) return { format: 'torchscript', ...(await readTorchScript(archive, options.mapLocation)) }
    const { stateDict, leftOut } = await readOldTorchScript(archive, options.mapLocation)
    return { format: 'torchscript', value: stateDict, stateDict, leftOut }
  }
  if (isExportedProgram(archive)) {
    const openMember = (member: ByteSource) => {
      if (nesting === MAX_NESTING) throw tooDeep()
      return inner(member)
    }
    return { format: 'exported-program', ...(await readExportedProgram(archive, openMember)) }
  }
  const pickled = await readTorchZip(archive, options.mapLocation, makeInert)
  return { format: 'zip', ...pickled, attachment: await readAttachment(archive) }
}

function tooDeep(): CheckpointError {
  return new CheckpointError('limit/exceeded', `archives are nested more than ${MAX_NESTING} deep`)
}
