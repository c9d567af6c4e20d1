/** Reads the files of `--weights` and loads them into a module: by its contract of keys, else by PyTorch's rules. */
import {
  type Checkpoint,
  CheckpointError,
  hostileRefusal,
  isModule,
  mergeStateDicts,
  openPath,
  PyDict,
  type PyValue,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import { currentGeneration, placeName } from '../../runtime/keys/index.ts'
import {
  contractFor,
  type LoadReport,
  loadCheckpoint,
  type Module,
  StateDictError,
} from '../../runtime/nn/index.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { type ChosenState, chooseStateDict } from './choose-state-dict.ts'
import { CommandError, faultText } from './failure.ts'
import { naming } from './open-checkpoint.ts'
import { ProgressBar } from './progress.ts'
import type { Terminal } from './terminal.ts'

export interface WeightsOptions {
  /** Which part of the files; see `chooseStateDict`. */
  readonly prefix?: string
}

/** Says on stderr what was taken. Throws what is wrong with a file; false after a report of keys that do not fit. */
export async function loadWeights(
  module: Module,
  files: readonly string[],
  options: WeightsOptions,
  terminal: Terminal,
): Promise<boolean> {
  const opened: Checkpoint[] = []
  const contract = contractFor(module)
  try {
    const parts = []
    for (const file of files) {
      const checkpoint = await openWeights(file, terminal)
      opened.push(checkpoint)
      const part = chooseStateDict(file, checkpoint, contract, { ...options, isPart: files.length > 1 })
      terminal.stderr(`${safeText(`${file}: took ${part.label}`)}\n`)
      parts.push(part)
    }
    const state = {
      value: merged(parts),
      stateDict: null,
      // What one of several says of itself does not hold of all.
      attachment: opened.length === 1 ? opened[0]!.attachment : null,
    }
    const report = await load(module, state, parts, terminal)
    if (report !== null) tell(report, currentGeneration(contract).generation, files, terminal)
    return report !== null
  } finally {
    for (const checkpoint of opened) await checkpoint.close()
  }
}

async function load(
  module: Module,
  state: Parameters<typeof loadCheckpoint>[1],
  parts: readonly ChosenState[],
  terminal: Terminal,
): Promise<LoadReport | null> {
  const progress = new ProgressBar('reading weights', terminal)
  try {
    return await loadCheckpoint(module, state, { onProgress: (read, total) => progress.at(read, total) })
  } catch (error) {
    if (!(error instanceof StateDictError)) throw error
    const hint = parts.find(p => p.hint !== null)?.hint ?? null
    terminal.stderr(faultText(error.code, error.message, hint ?? error.hint))
    return null
  } finally {
    progress.end()
  }
}

/** Says where the tensors came from, unless they are of the keys that the model has now. */
function tell(
  { place, initialised }: LoadReport,
  current: number,
  files: readonly string[],
  terminal: Terminal,
): void {
  if (place === null || ('generation' in place && place.generation === current)) return
  const fresh =
    initialised.length === 0 ? '' : `; new since, as they are initialised: ${initialised.join(', ')}`
  const text = `${files.join(', ')}: ${placeName(place)}, brought to generation ${current}${fresh}`
  terminal.stderr(`${safeText(text)}\n`)
}

/**
 * What weights-only reading refuses is read all the same, inertly, as data of which nothing runs: where it is a module that was
 * pickled whole, and where it stands beside a state_dict, as `argparse.Namespace` and NumPy's numbers do in what training
 * loops save. What only an attack names stays refused.
 */
async function openWeights(file: string, terminal: Terminal): Promise<Checkpoint> {
  try {
    return await openPath(file, { torchScript: true })
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.code !== 'pickle/refused-global')
      throw naming(file, error)
    const name = error.global ?? 'a class'
    const checkpoint = await openPath(file, { full: true }).catch(() => null)
    if (checkpoint === null) throw naming(file, error)
    const found = stateDictsOf(checkpoint)
    const hostile = hostileRefusal(checkpoint.globals)
    if (found.length === 0 || hostile !== null) {
      await checkpoint.close()
      throw naming(file, hostile ?? error)
    }
    if (!found.some(c => isModule(valueAt(checkpoint.value, c.path)))) {
      const beside = `${file}: it also holds ${name}; its tensors are read, nothing of it is run`
      terminal.stderr(`${safeText(beside)}\n`)
      return checkpoint
    }
    const said = `${file}: a whole model was pickled here (${name}); its tensors are read, its code is not run`
    const hint = `hint: holdfast convert ${file} OUT.safetensors --from-module keeps them without the class`
    terminal.stderr(`${safeText(said)}\n${safeText(hint)}\n`)
    return checkpoint
  }
}

/** What stands in a file under these keys, one below the other; null where there is nothing. */
const valueAt = (value: PyValue, path: readonly string[]): PyValue =>
  path.reduce((at, key) => (at instanceof PyDict ? (at.get(key) ?? null) : null), value)

/** One state_dict; without `_metadata` where a part has none: what PyTorch infers from versions, it then infers from keys. */
function merged(parts: readonly ChosenState[]): PyDict {
  const state = new PyDict('OrderedDict', mergeStateDicts(parts.map(p => p.tensors)))
  const versions = parts.map(p => p.metadata?.entries() ?? null)
  if (versions.every(v => v !== null))
    state.attrs = new PyDict('dict', [['_metadata', new PyDict('OrderedDict', versions.flat())]])
  return state
}

/** Throws CommandError where a model that has tensors is given none. */
export function requireWeights(module: Module, files: readonly string[]): void {
  const { length } = currentGeneration(contractFor(module)).tensors
  if (files.length > 0 || length === 0) return
  throw new CommandError(
    'weights/missing',
    `${module.typeName} has ${length} tensors to load`,
    'give a checkpoint with --weights FILE',
  )
}
