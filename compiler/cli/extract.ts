/** `holdfast extract FILE`: the spec that a file carries. */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeFolder } from '../../runtime/checkpoint/make-folder.ts'
import { type ModelSource, stampOf } from '../../runtime/keys/index.ts'
import { specIn } from '../link/stamped-model.ts'
import { CommandError } from './failure.ts'
import { openCheckpoint } from './open-checkpoint.ts'
import type { Terminal } from './terminal.ts'

export interface ExtractOptions {
  /** Folder to write the spec, its imports and its lock into; without it the spec goes to stdout. */
  readonly output?: string
}

/** Throws CommandError where the file carries no spec, CheckpointError where it is no checkpoint. */
export async function extract(file: string, options: ExtractOptions, terminal: Terminal): Promise<number> {
  const checkpoint = await openCheckpoint(file)
  const stamp = await (async () => stampOf(checkpoint))().finally(() => checkpoint.close())
  if (stamp === null || stamp.source === null) {
    const what =
      stamp === null ? 'does not say what model it is' : `says that it is ${stamp.model}, but carries no spec`
    throw new CommandError('spec/none', `${file} ${what}`)
  }
  const source = specIn(stamp)
  const params = Object.entries(source.params).map(([name, text]) => ` --param ${name}=${text}`)
  if (params.length > 0) terminal.stderr(`made with${params.join('')}\n`)
  if (options.output === undefined) terminal.stdout(source.files[0]!.text)
  else for (const written of await writeSource(source, options.output)) terminal.stdout(`${written}\n`)
  return 0
}

/** The paths that were written. Nothing outside of the folder is, and nothing that is there is replaced. */
async function writeSource({ files, lock }: ModelSource, folder: string): Promise<string[]> {
  const depth = Math.max(...files.map(f => f.path.split('/').filter(s => s === '..').length))
  // Imports from folders above the spec's are kept below this one by moving the spec down.
  const base = Array.from({ length: depth }, (_, i) => `folder${i + 1}`)
  const placed = files.map(f => ({ name: path.posix.join(...base, f.path), text: f.text }))
  if (lock !== null) {
    const spec = placed[0]!.name.replace(/\.ya?ml$/, '')
    placed.push({ name: `${spec}.keys.lock`, text: lock })
  }
  const written: string[] = []
  for (const { name, text } of placed) {
    if (!/^[^\0\\:]+$/.test(name) || path.posix.isAbsolute(name) || name.startsWith('..'))
      throw new CommandError('spec/path', `the file names a spec '${name}', which is no path to write`)
    const target = path.join(folder, name)
    await makeFolder(path.dirname(target))
    await writeFile(target, text, { flag: 'wx' })
    written.push(target)
  }
  return written
}
