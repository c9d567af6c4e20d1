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
import { readTorchTar } from './torch/tar-checkpoint.ts'
import { isTorchScript, readTorchScript } from './torch/torchscript.ts'
import { readTorchZip, TorchArchive } from './torch/zip-checkpoint.ts'
import { openZip } from './zip/read-zip.ts'

export type CheckpointFormat =
  | 'zip'
  | 'legacy'
  | 'tar'
  | 'torchscript'
  | 'exported-program'
  | 'nested-zip'
  | 'safetensors'
  | 'distributed'

export interface OpenOptions {
  /**
   * Also read what torch.load(weights_only=True) refuses: whole pickled modules and TorchScript archives. They are read
   * inertly; nothing in them runs. Default false.
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
  /** What the file holds that is not in `value`, each as a few words; empty for all formats but exported programs. */
  readonly leftOut: readonly string[]
  close(): Promise<void>
}

/**
 * Opens a checkpoint by its content. Reads only structure (directory, pickle or header) and the indices of sparse
 * tensors. Throws a CheckpointError that says what the file is when it is none, or names the global that was refused;
 * the source is closed then.
 */
export async function openSource(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  let parts: Parts
  try {
    parts = await read(source, options)
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
    close: async () => source.close?.(),
  }
}

type Persistent = (id: PyValue) => PyValue

type Parts = Pick<Checkpoint, 'format' | 'value'> &
  Partial<Pick<Checkpoint, 'stateDict' | 'metadata' | 'constants' | 'leftOut' | 'attachment'>>

/** Zips of checkpoints in zips of checkpoints: a deflated zip may contain itself. */
const MAX_NESTING = 2

async function read(source: ByteSource, options: OpenOptions, nesting = 0): Promise<Parts> {
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
      return { format: 'legacy', ...(await readLegacy(source, options.mapLocation, options.full ?? false)) }
    case 'tar':
      return { format: 'tar', ...(await readTorchTar(source, options.mapLocation)) }
    case 'zip':
      return readZip(source, options, nesting)
  }
}

async function readZip(source: ByteSource, options: OpenOptions, nesting: number): Promise<Parts> {
  const zip = await openZip(source)
  const archive = TorchArchive.of(zip)
  if (archive?.has('model.json') && !archive.has('data.pkl')) {
    throw new CheckpointError(
      'tensor/unsupported',
      `${source.name} is a TorchScript archive of PyTorch before 1.4`,
      {
        hint: 'load it with torch.jit.load and save its state_dict',
      },
    )
  }
  if (archive === undefined || !(archive.has('data.pkl') || isExportedProgram(archive))) {
    if (nesting === MAX_NESTING) throw tooDeep()
    const value = await readNested(zip, member => read(member, options, nesting + 1))
    return { format: 'nested-zip', value }
  }
  if (isTorchScript(archive)) {
    if (!options.full && !options.torchScript) {
      throw new CheckpointError(
        'torchscript/refused',
        `${source.name} is a TorchScript archive, not a plain checkpoint`,
        {
          hint: 'its weights are read on request: "holdfast convert", "holdfast run", or inspect with --full',
        },
      )
    }
    return { format: 'torchscript', ...(await readTorchScript(archive, options.mapLocation)) }
  }
  if (isExportedProgram(archive)) {
    const openMember = (member: ByteSource) => {
      if (nesting === MAX_NESTING) throw tooDeep()
      return read(member, options, nesting + 1)
    }
    return { format: 'exported-program', ...(await readExportedProgram(archive, openMember)) }
  }
  const makeHost = options.full ? (persistent: Persistent) => new InertHost(persistent) : undefined
  const pickled = await readTorchZip(archive, options.mapLocation, makeHost)
  return { format: 'zip', ...pickled, attachment: await readAttachment(archive) }
}

function tooDeep(): CheckpointError {
  return new CheckpointError('limit/exceeded', `archives are nested more than ${MAX_NESTING} deep`)
}
