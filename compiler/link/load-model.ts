/**
 * A model from a file alone: the spec that the file carries is compiled, the module made, the tensors loaded. No code is
 * generated, nothing evaluated, and no class of anyone's named; it works in Node and in browsers, under a strict policy too.
 */
import type { Checkpoint, CheckpointInput } from '../../runtime/checkpoint/index.ts'
import { open } from '../../runtime/checkpoint/index.ts'
import {
  type KeyContract,
  KeysError,
  type ModelSource,
  type Stamp,
  stampOf,
} from '../../runtime/keys/index.ts'
import {
  type LoadCheckpointOptions,
  type LoadReport,
  loadCheckpoint,
  skipInit,
} from '../../runtime/nn/index.ts'
import { compileModel } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { paramFromText } from '../elaborate/param-text.ts'
import { loadSpec } from '../spec/load.ts'
import { EmbeddedSpecError } from './embedded-spec-error.ts'
import { SpecModule } from './instantiate.ts'
import { sourceLoader } from './model-source.ts'

export interface LoadedModel {
  readonly model: SpecModule
  readonly stamp: Stamp
  /** What came from where. */
  readonly report: LoadReport
}

/**
 * Opens a file that Holdfast wrote with its spec, and makes the model in it. The module is in eval mode.
 * @throws KeysError (`keys/no-source`) for files without a spec, EmbeddedSpecError, and what opening and loading throw
 */
export async function loadModel(
  input: CheckpointInput,
  options: Omit<LoadCheckpointOptions, 'contract'> = {},
): Promise<LoadedModel> {
  const checkpoint = await open(input)
  try {
    const stamp = stampOf(checkpoint)
    if (stamp?.source == null) throw noSpec(checkpoint)
    const make = () => moduleOfSource(stamp.source!, stamp.contract)
    // What a lenient load leaves out keeps its initial values.
    const model = options.strict === false ? make() : skipInit(make)
    const report = await loadCheckpoint(model, checkpoint, options)
    return { model, stamp, report }
  } finally {
    await checkpoint.close()
  }
}

/** The module of a spec in texts, in eval mode. Throws EmbeddedSpecError. */
export function moduleOfSource(source: ModelSource, contract: KeyContract | null): SpecModule {
  const diagnostics = new Diagnostics()
  const loader = sourceLoader(source)
  const file = loadSpec(source.files[0]!, loader, diagnostics)
  const params = Object.entries(source.params).map(([name, text]) => {
    if (file === null) throw new EmbeddedSpecError(diagnostics.sorted())
    return paramFromText(name, text, file, diagnostics)
  })
  const compiled = file === null ? null : compileModel(file, params, diagnostics)
  if (compiled === null) throw new EmbeddedSpecError(diagnostics.sorted().filter(d => d.severity === 'error'))
  const contracts = contract === null ? [] : [contract]
  return new SpecModule(compiled, contracts, source).eval()
}

function noSpec({ attachment }: Checkpoint): KeysError {
  const what = attachment === null ? 'the file does not say what model it is' : 'the file carries no spec'
  return new KeysError('keys/no-source', what, {
    hint: 'save with saveCheckpoint from a model that knows its spec, or make the model yourself and use loadCheckpoint',
  })
}
