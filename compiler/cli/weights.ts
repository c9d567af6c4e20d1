/** Reads the files of `--weights` and loads them into a module, by PyTorch's rules. */
import {
  type Checkpoint,
  CheckpointError,
  isModule,
  mergeStateDicts,
  openPath,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import {
  type Module,
  StateDictError,
  type StateMetadata,
  stateDictFromStored,
} from '../../runtime/nn/index.ts'
import type { Model } from '../compile.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { chooseStateDict, valueAt } from './choose-state-dict.ts'
import { CommandError, faultText } from './failure.ts'
import { naming } from './open-checkpoint.ts'
import { withProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

export interface WeightsOptions {
  /** Which part of the files; see `chooseStateDict`. */
  readonly prefix?: string
}

/** Says on stderr what was taken. Throws what is wrong with a file; false after a report of keys that do not fit. */
export async function loadWeights(
  module: Module,
  model: Model,
  files: readonly string[],
  options: WeightsOptions,
  terminal: Terminal,
): Promise<boolean> {
  const opened: Checkpoint[] = []
  try {
    const parts = []
    for (const file of files) {
      const checkpoint = await openWeights(file, terminal)
      opened.push(checkpoint)
      const isPart = files.length > 1
      const part = chooseStateDict(file, checkpoint, model.state, { ...options, isPart })
      terminal.stderr(`${safeText(`${file}: took ${part.label}`)}\n`)
      parts.push(part)
    }
    const tensors = [...mergeStateDicts(parts.map(p => p.tensors))]
    const read = withProgress('reading weights', tensors, ([, t]) => t.byteLength, terminal)
    const state = await stateDictFromStored(read, { metadata: mergedMetadata(parts) })
    const hint = parts.find(p => p.hint !== null)?.hint ?? null
    return load(module, state, hint, terminal)
  } finally {
    for (const checkpoint of opened) await checkpoint.close()
  }
}

function load(
  module: Module,
  state: Parameters<Module['loadStateDict']>[0],
  hint: string | null,
  terminal: Terminal,
): boolean {
  try {
    module.loadStateDict(state)
    return true
  } catch (error) {
    if (!(error instanceof StateDictError)) throw error
    terminal.stderr(faultText(error.code, error.message, hint ?? error.hint))
    return false
  }
}

/**
 * What weights-only reading refuses is read all the same where it is a module that was pickled whole: inertly, as data, of
 * which nothing runs. Anything else stays refused.
 */
async function openWeights(file: string, terminal: Terminal): Promise<Checkpoint> {
  try {
    return await openPath(file, { torchScript: true })
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.code !== 'pickle/refused-global')
      throw naming(file, error)
    const checkpoint = await openPath(file, { full: true }).catch(() => null)
    if (
      checkpoint === null ||
      !stateDictsOf(checkpoint).some(c => isModule(valueAt(checkpoint.value, c.path)))
    ) {
      await checkpoint?.close()
      throw naming(file, error)
    }
    const name = error.global ?? 'a class'
    const said = `${file}: a whole model was pickled here (${name}); its tensors are read, its code is not run`
    const hint = `hint: holdfast convert ${file} OUT.safetensors --from-module keeps them without the class`
    terminal.stderr(`${safeText(said)}\n${safeText(hint)}\n`)
    return checkpoint
  }
}

/** null where a part has none: what PyTorch infers from versions, it then infers from keys. */
function mergedMetadata(parts: readonly { readonly metadata: StateMetadata | null }[]): StateMetadata | null {
  const all = parts.map(p => p.metadata)
  if (all.some(m => m === null)) return null
  return new Map(all.flatMap(m => [...(m as StateMetadata)]))
}

/** Throws CommandError where a model that has tensors is given none. */
export function requireWeights(model: Model, files: readonly string[]): void {
  if (files.length > 0 || model.state.length === 0) return
  throw new CommandError(
    'weights/missing',
    `${model.file.model.name} has ${model.state.length} tensors to load`,
    'give a checkpoint with --weights FILE',
  )
}
