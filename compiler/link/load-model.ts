/**
 * A model from a file alone: the spec that the file carries is compiled, the module made, the tensors loaded. No code is
 * generated, nothing evaluated, and no class of anyone's named; it works in Node and in browsers, under a strict policy too.
 */
import { type CheckpointInput, open } from '../../runtime/checkpoint/index.ts'
import { type Stamp, stampOf } from '../../runtime/keys/index.ts'
import { type LoadCheckpointOptions, type LoadReport, loadCheckpoint } from '../../runtime/nn/index.ts'
import type { SpecModule } from './instantiate.ts'
import { moduleFor, stampedModel } from './stamped-model.ts'

export interface LoadedModel {
  readonly model: SpecModule
  readonly stamp: Stamp
  /** What came from where. */
  readonly report: LoadReport
}

/**
 * Opens a file that Holdfast wrote with its spec, and makes the model in it. The module is in eval mode.
 * @throws KeysError (`keys/no-source`, `keys/digest`) for files without a spec, or with another one than they were saved with,
 * EmbeddedSpecError, and what opening and loading throw
 */
export async function loadModel(
  input: CheckpointInput,
  options: Omit<LoadCheckpointOptions, 'contract'> = {},
): Promise<LoadedModel> {
  const checkpoint = await open(input)
  try {
    const stamp = stampOf(checkpoint)
    const model = moduleFor(stampedModel(stamp), options.strict).eval()
    const report = await loadCheckpoint(model, checkpoint, options)
    return { model, stamp: stamp!, report }
  } finally {
    await checkpoint.close()
  }
}
