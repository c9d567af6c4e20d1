/** A checkpoint that carries its spec, given where a command takes a spec. */
import { CheckpointError, openPath } from '../../runtime/checkpoint/index.ts'
import { type Stamp, stampOf } from '../../runtime/keys/index.ts'
import { type SpecModel, stampedModel } from '../link/stamped-model.ts'
import { CommandError, UsageError } from './failure.ts'
import { splitParams } from './given-params.ts'
import { naming } from './open-checkpoint.ts'
import type { ChosenParams } from './read-model.ts'

/**
 * null for what is no checkpoint: whoever reads specs says what is wrong with it then. `--param` goes before the params that the model
 * was made with. Throws CommandError and UsageError, KeysError, EmbeddedSpecError and CheckpointError.
 */
export async function carriedModel(path: string, chosen: ChosenParams): Promise<SpecModel | null> {
  const stamp = await stampIn(path)
  if (stamp === undefined) return null
  if (stamp?.source == null) {
    throw new CommandError(
      'spec/none',
      `${path} is a checkpoint that carries no spec`,
      'name the spec; commands that read a checkpoint beside it have an option for that',
    )
  }
  if (chosen.preset !== undefined)
    throw new UsageError(`--preset ${chosen.preset}: a checkpoint says itself with which params it was made`)
  return stampedModel(stamp, Object.fromEntries(splitParams(chosen.param)))
}

/** What a checkpoint says of itself; undefined for what is no checkpoint. */
async function stampIn(path: string): Promise<Stamp | null | undefined> {
  try {
    const checkpoint = await openPath(path, { torchScript: true })
    return await (async () => stampOf(checkpoint))().finally(() => checkpoint.close())
  } catch (error) {
    const isNone =
      error instanceof CheckpointError && ['file/unknown-format', 'file/read'].includes(error.code)
    if (isNone) return undefined
    throw naming(path, error)
  }
}
