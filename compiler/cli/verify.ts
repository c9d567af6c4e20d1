/** `holdfast verify FILE...`: whether files hold what they say. */
import { contentDigest, KeysError, stampOf } from '../../runtime/keys/index.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { digestOf } from '../link/model-source.ts'
import { faultText, reportFailure } from './failure.ts'
import { openCheckpoint } from './open-checkpoint.ts'
import type { Terminal } from './terminal.ts'

/** Ends with 1 where a file is not what it says, says nothing, or cannot be read. */
export async function verify(files: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0
  for (const file of files) {
    try {
      terminal.stdout(`${safeText(`${file}: ${await verified(file)}`)}\n`)
    } catch (error) {
      if (error instanceof KeysError) {
        terminal.stderr(faultText(error.code, `${file}: ${error.message}`, error.hint))
        code = 1
      } else code = Math.max(code, reportFailure(error, terminal))
    }
  }
  return code
}

/** What is in order, in a line. Throws KeysError (`keys/digest`, `keys/no-source`) and CheckpointError. */
async function verified(file: string): Promise<string> {
  const checkpoint = await openCheckpoint(file)
  try {
    const stamp = stampOf(checkpoint)
    if (stamp === null) {
      throw new KeysError(
        'keys/no-source',
        'it does not say what it holds, so that there is nothing to compare',
        {
          hint: 'files that Holdfast saves from a model say it',
        },
      )
    }
    const { digest, tensors } = await contentDigest(checkpoint.value)
    const differing = differences(stamp.tensors, tensors)
    if (digest !== stamp.digest || differing.length > 0) {
      const which = differing.length === 0 ? 'its tensors' : differing.slice(0, 5).join(', ')
      const more = differing.length > 5 ? `, and ${differing.length - 5} more` : ''
      throw new KeysError('keys/digest', `the content is not what the file was saved with: ${which}${more}`)
    }
    const { source } = stamp
    if (source !== null && digestOf(source.files) !== source.digest)
      throw new KeysError('keys/digest', 'the spec in the file is not the one that it was saved with')
    const generation = stamp.generation === null ? '' : `, generation ${stamp.generation}`
    const spec = source === null ? 'no spec' : 'with its spec'
    return `${stamp.model}${generation}, ${Object.keys(tensors).length} tensors, ${spec}: as it was saved`
  } finally {
    await checkpoint.close()
  }
}

/** Paths of tensors that differ, are missing or were added. */
function differences(
  saved: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): string[] {
  const changed = Object.keys(found).filter(
    path => (Object.hasOwn(saved, path) ? saved[path] : null) !== found[path],
  )
  const missing = Object.keys(saved).filter(path => !Object.hasOwn(found, path))
  return [...changed.map(p => `'${p}' differs`), ...missing.map(p => `'${p}' is missing`)]
}
