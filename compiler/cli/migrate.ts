/** `holdfast migrate FILE`: a checkpoint in another generation of its model's keys, or in a layout; model, optimizers, averaged copies. */
import { ATTACHMENT_FIELD } from '../../runtime/checkpoint/attachment.ts'
import type { Checkpoint, StoredTensor } from '../../runtime/checkpoint/index.ts'
import {
  type Converted,
  type ConvertOptions,
  convertCheckpoint,
  currentGeneration,
  type KeyContract,
  KeysError,
  type Place,
  placeName,
  type Stamp,
  stampedPlace,
  stampFor,
  stampOf,
  stampText,
} from '../../runtime/keys/index.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { CommandError, UsageError } from './failure.ts'
import { openCheckpoint } from './open-checkpoint.ts'
import { saveOutput } from './output-file.ts'
import { ProgressBar } from './progress.ts'
import { type LockedSpec, readLockedSpec } from './read-locked-spec.ts'
import type { Terminal } from './terminal.ts'

export interface MigrateOptions {
  /** The spec whose lock and migrations lead the way; without it, the contract that the file carries. */
  readonly spec?: string
  /** Generation to write; default the newest. */
  readonly to?: string
  /** Layout to write, by its name in the spec. */
  readonly toLayout?: string
  /** What the file is, where neither its stamp nor its keys say it. */
  readonly from?: string
  readonly fromLayout?: string
  /** Index of the optimizer's group that parameters join which the file does not have; for files with several groups. */
  readonly newInGroup?: string
  /** File to write; default the same file. */
  readonly output?: string
}

/** Writes the file whole or not at all. Throws CommandError, KeysError and CheckpointError; nothing is written then. */
export async function migrate(file: string, options: MigrateOptions, terminal: Terminal): Promise<number> {
  const from = placeOption('--from', options.from, options.fromLayout)
  const to = placeOption('--to', options.to, options.toLayout)
  const group = groupOption(options.newInGroup)
  const spec = options.spec === undefined ? null : readLockedSpec(options.spec, terminal)
  if (spec === 'errors') return 1
  const checkpoint = await openCheckpoint(file)
  try {
    const format = formatOf(checkpoint, file)
    const stamp = stampOf(checkpoint)
    const contracts = spec === null ? contractIn(stamp, file) : spec.contracts
    const { contract, converted, target } = await convertBy(contracts, checkpoint, stamp, {
      from,
      to,
      spec,
      group,
    })
    const [first] = converted.parts
    const output = options.output ?? file
    const names = `${placeName(first!.from)} -> ${placeName(target)}`
    const isSame = output === file && placeName(first!.from) === placeName(target)
    if (isSame && stamp !== null) {
      terminal.stdout(`${safeText(file)}: is of ${placeName(target)} already\n`)
      return 0
    }
    const source = spec === null ? (stamp?.source ?? null) : spec.source(contract.preset)
    const facts = { model: contract.model, contract, place: target, source }
    const progress = new ProgressBar('writing', terminal)
    const metadata = [...(checkpoint.metadata ?? [['format', 'pt']])].filter(
      ([name]) => name !== ATTACHMENT_FIELD,
    )
    await saveOutput(output, converted.value, {
      format,
      attachment: stampText(await stampFor(converted.value, facts)),
      metadata: metadata as [string, string][],
      onProgress: (written, total) => progress.at(written, total),
    }).finally(() => progress.end())
    const parts = converted.parts.map(p => `${p.path.join('.') || 'the state_dict'} (${p.kind})`)
    terminal.stdout(`${safeText(`${output}: ${names}: ${parts.join(', ')}`)}\n`)
    return 0
  } finally {
    await checkpoint.close()
  }
}

function placeOption(name: string, generation?: string, layout?: string): Place | null {
  if (generation !== undefined && layout !== undefined)
    throw new UsageError(`${name} and ${name}-layout exclude each other`)
  if (layout !== undefined) return { layout }
  if (generation === undefined) return null
  if (!/^\d{1,9}$/.test(generation))
    throw new UsageError(`${name} takes the number of a generation, not '${generation}'`)
  return { generation: Number(generation) }
}

function groupOption(index: string | undefined): number | null {
  if (index === undefined) return null
  if (!/^\d{1,4}$/.test(index))
    throw new UsageError(`--new-in-group takes the index of a group, counted from 0, not '${index}'`)
  return Number(index)
}

function formatOf({ format }: Checkpoint, file: string): 'zip' | 'legacy' | 'safetensors' {
  if (format === 'zip' || format === 'legacy' || format === 'safetensors') return format
  throw new CommandError(
    'migrate/format',
    `${file} is a ${format} file, which is not written`,
    'convert it first: holdfast convert',
  )
}

function contractIn(stamp: Stamp | null, file: string): readonly KeyContract[] {
  if (stamp?.contract != null) return [stamp.contract]
  throw new CommandError(
    'migrate/contract',
    `${file} does not say which generations its keys have`,
    'name the spec: --spec SPEC',
  )
}

interface Way {
  readonly from: Place | null
  readonly to: Place | null
  readonly spec: LockedSpec | null
  /** That new parameters join. */
  readonly group: number | null
}

/** By the member of the family that the file is of. Throws what the first one has against it where it is of none. */
async function convertBy(
  contracts: readonly KeyContract[],
  { value, stateDict }: Checkpoint,
  stamp: Stamp | null,
  { from, to, spec, group }: Way,
): Promise<{ contract: KeyContract; converted: Converted; target: Place }> {
  let refused: KeysError | null = null
  for (const contract of contracts) {
    const target = to ?? { generation: currentGeneration(contract).generation }
    const source = from ?? stampedPlace(stamp, contract)
    const initial: ConvertOptions['initial'] =
      spec === null ? undefined : key => initialOf(spec, contract, key)
    try {
      const converted = await convertCheckpoint(contract, stateDict ?? value, {
        to: target,
        ...(source === null ? {} : { from: source }),
        ...(initial === undefined ? {} : { initial }),
        ...(group === null ? {} : { optimizer: { groupOfAdded: () => group } }),
      })
      return { contract, converted, target }
    } catch (error) {
      if (!(error instanceof KeysError)) throw error
      refused ??= error
    }
  }
  throw refused!
}

function initialOf(spec: LockedSpec, contract: KeyContract, key: string): StoredTensor {
  const tensor = spec.initialState(contract.preset).get(key)
  if (tensor !== undefined) return tensor
  throw new KeysError(
    'keys/no-value',
    `'${key}' is no tensor of the model as it is now, so that it has no initial value`,
    {
      key,
      hint: 'give its drop a number as init',
    },
  )
}
