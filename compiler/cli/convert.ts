/** `holdfast convert IN OUT`: any checkpoint into PyTorch's zip format, its legacy format, or safetensors. */

import { ATTACHMENT_FIELD } from '../../runtime/checkpoint/attachment.ts'
import {
  type Checkpoint,
  CheckpointError,
  hostileRefusal,
  openPath,
  PyDict,
  type PyValue,
  type SavedState,
  type SaveOptions,
  type StateDictCandidate,
  type StoredTensor,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import { moduleStamp } from '../../runtime/nn/module-stamp.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { moduleFor, type SpecModel } from '../link/stamped-model.ts'
import { CommandError, faultText } from './failure.ts'
import { currentTensors, keyProblems } from './fit-spec.ts'
import { checkpointFault } from './inspect.ts'
import { keptStamp, readStamp } from './kept-stamp.ts'
import { saveOutput } from './output-file.ts'
import { ProgressBar } from './progress.ts'
import { readSpecModel } from './read-spec-model.ts'
import type { Terminal } from './terminal.ts'

export interface ConvertOptions {
  /** `pt`, `legacy` or `safetensors`; by default what OUT's extension says, else `pt`. */
  readonly to?: string
  /** Take the weights out of a whole pickled model, inertly. */
  readonly fromModule?: boolean
  /** Which state_dict of several, as a dotted path, e.g. `ema.state_dict`. */
  readonly prefix?: string
  /** `OLD=NEW` renames one key; where OLD ends with a dot, a prefix (`module.=` takes it away). */
  readonly rename?: readonly string[]
  /** Of a model in several files: most bytes of tensors in one, such as `500MB` or `2GiB`. */
  readonly shardSize?: string
  /** Write only what has the keys, shapes and dtypes of this spec; older generations and layouts are brought to its keys. */
  readonly spec?: string
  readonly param?: readonly string[]
  readonly preset?: string
}

const FORMATS: Readonly<Record<string, SaveOptions['format']>> = {
  pt: 'zip',
  legacy: 'legacy',
  safetensors: 'safetensors',
}

interface Job {
  readonly input: string
  readonly output: string
  readonly to: string
  readonly renames: readonly Rename[]
  readonly spec: SpecModel | null
  readonly write: (
    value: PyValue | SavedState,
    beside: Pick<SaveOptions, 'metadata' | 'attachment'>,
  ) => Promise<void>
}

/**
 * Exit code: 0; 1 when the input is at fault; 2 for wrong usage. OUT is replaced whole or not at all; an index of several files
 * is never replaced.
 */
export async function convert(
  input: string,
  output: string,
  options: ConvertOptions,
  io: Terminal,
): Promise<number> {
  const to = options.to ?? (/\.safetensors(\.index\.json)?$/i.test(output) ? 'safetensors' : 'pt')
  if (!Object.hasOwn(FORMATS, to)) {
    io.stderr(`error: --to ${to}: the formats are pt, legacy and safetensors\n`)
    return 2
  }
  const maxShardBytes = parseBytes(options.shardSize)
  if (maxShardBytes === null) {
    io.stderr(
      `error: --shard-size ${options.shardSize}: a size is a number with KB, MB, GB, KiB, MiB or GiB\n`,
    )
    return 2
  }
  if (options.shardSize !== undefined && !/\.safetensors\.index\.json$/i.test(output)) {
    io.stderr(
      `error: --shard-size: several files are written for OUT.safetensors.index.json, not for ${output}\n`,
    )
    return 2
  }
  const renames = parseRenames(options.rename ?? [])
  if (renames === undefined) {
    io.stderr('error: --rename takes OLD=NEW\n')
    return 2
  }
  const { spec: path, param = [], preset } = options
  const chosen = { param, ...(preset === undefined ? {} : { preset }) }
  const spec = path === undefined ? null : await readSpecModel(path, chosen, io)
  if (path !== undefined && spec === null) return 1
  try {
    const checkpoint = await openPath(input, { full: options.fromModule ?? false, torchScript: true })
    try {
      const write: Job['write'] = async (value, beside) => {
        const progress = new ProgressBar(`writing ${output}`, io)
        try {
          await saveOutput(output, value, {
            format: FORMATS[to]!,
            ...beside,
            ...(maxShardBytes && { maxShardBytes }),
            onProgress: (written, total) => progress.at(written, total),
          })
        } finally {
          progress.end()
        }
      }
      return await convertOpened(checkpoint, { input, output, to, renames, spec, write }, options, io)
    } finally {
      await checkpoint.close()
    }
  } catch (error) {
    if (error instanceof CommandError) io.stderr(faultText(error.code, error.message, error.hint))
    else if (error instanceof CheckpointError) io.stderr(checkpointFault(input, error))
    else throw error
    return 1
  }
}

async function convertOpened(
  checkpoint: Checkpoint,
  { input, output, to, renames, spec, write }: Job,
  options: ConvertOptions,
  io: Terminal,
): Promise<number> {
  const hostile = hostileRefusal(checkpoint.globals)
  if (hostile !== null) throw hostile
  for (const what of checkpoint.leftOut) io.stderr(`${safeText(`${input}: not read: ${what}`)}\n`)
  const whole = to !== 'safetensors' && isPlainTree(checkpoint) && !options.fromModule && !options.prefix
  if (whole && renames.length === 0 && spec === null) {
    const { attachment } = checkpoint
    await write(checkpoint.value, attachment === null ? {} : { attachment })
    io.stdout(`${output}: ${to}, everything in ${input}\n`)
    return 0
  }
  const candidate = choose(stateDictsOf(checkpoint), options.prefix)
  const own = renamed(candidate, renames)
  const module = spec === null ? null : moduleFor(spec)
  const tensors = module === null ? own : await currentTensors(module, own, readStamp(checkpoint) ?? null)
  const problems = spec === null ? [] : keyProblems(spec.model, tensors)
  if (problems.length > 0) {
    io.stderr(problems.map(problem => `${problem}\n`).join(''))
    return 1
  }
  const attachment =
    module === null
      ? await keptStamp(checkpoint, tensors)
      : await moduleStamp(module, new PyDict('dict', tensors))
  if (attachment === null)
    io.stderr(
      `${safeText(`${input}: what it says of its model does not hold of ${output}, and is left out`)}\n`,
    )
  for (const key of candidate.leftOut)
    io.stderr(`${safeText(`${input}: left out: ${key}, which is no dense tensor`)}\n`)
  const metadata = [...(checkpoint.metadata ?? [])].filter(([name]) => name !== ATTACHMENT_FIELD)
  await write(stateOf(tensors, own === tensors && renames.length === 0 ? candidate.metadata : null), {
    ...(checkpoint.metadata === null ? {} : { metadata }),
    ...(typeof attachment === 'string' ? { attachment } : {}),
  })
  const from = candidate.path.length === 0 ? input : `${candidate.path.join('.')} in ${input}`
  io.stdout(`${output}: ${to}, ${tensors.size} tensors of ${from}\n`)
  return 0
}

/** With the versions of classes, where the keys are those of the file: PyTorch infers from them what older files lack. */
function stateOf(tensors: ReadonlyMap<string, StoredTensor>, versions: PyDict | null): PyDict {
  const state = new PyDict('OrderedDict', tensors)
  if (versions !== null) state.attrs = new PyDict('dict', [['_metadata', versions]])
  return state
}

/** A value that can be written as it is: not the tree of a TorchScript archive, program or zip of checkpoints. */
function isPlainTree({ format }: Checkpoint): boolean {
  return format === 'zip' || format === 'legacy' || format === 'tar' || format === 'distributed'
}

/** What a model's weights are called in a training checkpoint. */
const USUAL_NAMES: readonly string[] = [
  'state_dict',
  'model_state_dict',
  'model',
  'module',
  'net',
  'network',
  'weights',
]

function choose(candidates: readonly StateDictCandidate[], prefix: string | undefined): StateDictCandidate {
  const named = (candidate: StateDictCandidate) => candidate.path.join('.') || '(the root)'
  const fitting =
    prefix === undefined ? candidates : candidates.filter(candidate => named(candidate) === prefix)
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return only
  if (candidates.length === 0) {
    throw new CheckpointError('state-dict/missing', 'the file holds no tensors under text keys', {
      hint: 'holdfast inspect shows what is in it',
    })
  }
  // Beside the weights, training loops save tensors of their own: random states, best scores.
  const usual = USUAL_NAMES.map(name => fitting.filter(c => c.path.length === 1 && c.path[0] === name)).find(
    found => found.length === 1,
  )
  if (prefix === undefined && usual !== undefined) return usual[0]!
  const names = candidates.map(named).join(', ')
  throw new CheckpointError('state-dict/ambiguous', `the file holds several state_dicts: ${names}`, {
    hint: 'choose one with --prefix',
  })
}

interface Rename {
  readonly from: string
  readonly to: string
}

function parseRenames(texts: readonly string[]): Rename[] | undefined {
  const renames: Rename[] = []
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) return undefined
    renames.push({ from: text.slice(0, at), to: text.slice(at + 1) })
  }
  return renames
}

/** Keys as the file has them, then each rename in turn. */
function renamed(
  { prefix, tensors }: StateDictCandidate,
  renames: readonly Rename[],
): Map<string, StoredTensor> {
  const result = new Map<string, StoredTensor>()
  for (const [key, tensor] of tensors) {
    const name = renames.reduce(applyRename, prefix + key)
    if (result.has(name)) {
      throw new CheckpointError('merge/duplicate-key', `two keys would be named ${name} after renaming`)
    }
    result.set(name, tensor)
  }
  return result
}

function applyRename(key: string, { from, to }: Rename): string {
  if (from.endsWith('.')) return key.startsWith(from) ? to + key.slice(from.length) : key
  return key === from ? to : key
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/** Bytes; undefined where no size is given, null where it is none. */
function parseBytes(text: string | undefined): number | undefined | null {
  if (text === undefined) return undefined
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]i?B|)$/.exec(text) ?? []
  const bytes = Math.floor(Number(number) * UNITS[unit]!)
  return bytes >= 1 ? bytes : null
}
