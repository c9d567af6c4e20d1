/** `holdfast convert IN OUT`: any checkpoint into PyTorch's zip format, its legacy format, or safetensors. */
import {
  type Checkpoint,
  CheckpointError,
  openPath,
  PyDict,
  type StateDictCandidate,
  type StoredTensor,
  stateDictsOf,
  writeSafetensors,
  writeTorch,
} from '../../runtime/checkpoint/index.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { CommandError, faultText } from './failure.ts'
import { type CommandOutput, checkpointFault } from './inspect.ts'
import { writeOutput } from './output-file.ts'

export interface ConvertOptions {
  /** `pt`, `legacy` or `safetensors`; by default what OUT's extension says, else `pt`. */
  readonly to?: string
  /** Take the weights out of a whole pickled model, inertly. */
  readonly fromModule?: boolean
  /** Which state_dict of several, as a dotted path, e.g. `ema.state_dict`. */
  readonly prefix?: string
  /** `OLD=NEW` renames one key; where OLD ends with a dot, a prefix (`module.=` takes it away). */
  readonly rename?: readonly string[]
  /** Checks the keys before anything is written; gives the problems found. */
  readonly checkKeys?: (
    tensors: ReadonlyMap<string, StoredTensor>,
  ) => readonly string[] | Promise<readonly string[]>
}

const TARGETS = new Set(['pt', 'legacy', 'safetensors'])

/** Exit code: 0; 1 when the input is at fault; 2 for wrong usage. OUT is replaced whole or not at all. */
export async function convert(
  input: string,
  output: string,
  options: ConvertOptions,
  io: CommandOutput,
): Promise<number> {
  const to = options.to ?? (/\.safetensors$/i.test(output) ? 'safetensors' : 'pt')
  if (!TARGETS.has(to)) {
    io.stderr(`error: --to ${to}: the formats are pt, legacy and safetensors\n`)
    return 2
  }
  const renames = parseRenames(options.rename ?? [])
  if (renames === undefined) {
    io.stderr('error: --rename takes OLD=NEW\n')
    return 2
  }
  try {
    const checkpoint = await openPath(input, { full: options.fromModule ?? false, torchScript: true })
    try {
      return await convertOpened(checkpoint, input, output, to, renames, options, io)
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
  input: string,
  output: string,
  to: string,
  renames: readonly Rename[],
  options: ConvertOptions,
  io: CommandOutput,
): Promise<number> {
  for (const what of checkpoint.leftOut) io.stderr(`${safeText(`${input}: not read: ${what}`)}\n`)
  const whole = to !== 'safetensors' && isPlainTree(checkpoint) && !options.fromModule && !options.prefix
  if (whole && renames.length === 0 && options.checkKeys === undefined) {
    await writeOutput(output, sink => writeTorch(checkpoint.value, sink, torchOptions(output, to)))
    io.stdout(`${output}: ${to}, everything in ${input}\n`)
    return 0
  }
  const candidate = choose(stateDictsOf(checkpoint), options.prefix)
  const tensors = renamed(candidate, renames)
  const problems = (await options.checkKeys?.(tensors)) ?? []
  if (problems.length > 0) {
    io.stderr(problems.map(problem => `${problem}\n`).join(''))
    return 1
  }
  if (to === 'safetensors') {
    const metadata = checkpoint.metadata ?? new Map([['format', 'pt']])
    await writeOutput(output, sink => writeSafetensors(tensors, sink, { metadata }))
  } else {
    const dict = new PyDict('OrderedDict', tensors)
    await writeOutput(output, sink => writeTorch(dict, sink, torchOptions(output, to)))
  }
  const from = candidate.path.length === 0 ? input : `${candidate.path.join('.')} in ${input}`
  io.stdout(`${output}: ${to}, ${tensors.size} tensors of ${from}\n`)
  return 0
}

/** A value that can be written as it is: not the tree of a TorchScript archive, program or zip of checkpoints. */
function isPlainTree({ format }: Checkpoint): boolean {
  return format === 'zip' || format === 'legacy' || format === 'tar' || format === 'distributed'
}

function choose(candidates: readonly StateDictCandidate[], prefix: string | undefined): StateDictCandidate {
  const named = (candidate: StateDictCandidate) => candidate.path.join('.') || '(the root)'
  const fitting =
    prefix === undefined ? candidates : candidates.filter(candidate => named(candidate) === prefix)
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return only
  if (candidates.length === 0) {
    throw new CheckpointError('state-dict/missing', 'the file holds no tensors under text keys')
  }
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

/** torch names the folder in the archive after the file. */
function torchOptions(output: string, to: string): { name: string; format: 'zip' | 'legacy' } {
  const file = output.split(/[\\/]/).at(-1) ?? ''
  const stem = file.replace(/\.[^.]*$/, '')
  return { name: stem === '' ? 'archive' : stem, format: to === 'legacy' ? 'legacy' : 'zip' }
}
