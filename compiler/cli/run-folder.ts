/** The folder of a run: a copy of its configuration, its checkpoints, its curves. */
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import path from 'node:path'
import { makeFolder } from '../../runtime/checkpoint/make-folder.ts'
import type { Source } from '../parse/source.ts'
import { CommandError } from './failure.ts'
import { readSource } from './node-loader.ts'
import { writeText } from './output-file.ts'

const CONFIG = 'config.yaml'
const RUN = 'run.json'

/** A configuration, and the folder that its paths are relative to. */
export interface RunSource {
  readonly source: Source
  readonly folder: string
}

/** The file that a run goes on from. */
export const lastCheckpoint = (run: string): string => path.join(run, 'last.pt')

export function readConfig(file: string): RunSource {
  const source = readSource(file)
  if ('error' in source) throw new CommandError('train/unreadable', `${file}: ${source.error}`)
  // Where the file is a link's, `..` is the parent of what the link leads to.
  return { source, folder: path.relative('', realpathSync(path.dirname(file))) }
}

/** Makes the folder; true where there was none. Throws CommandError where there is a run in it already. */
export async function createRun(run: string, { source, folder }: RunSource): Promise<boolean> {
  if (existsSync(path.join(run, RUN)) || existsSync(lastCheckpoint(run))) {
    throw new CommandError(
      'train/exists',
      `${run} holds a run already`,
      `holdfast resume ${run} goes on with it; --run names another folder`,
    )
  }
  const isNew = await makeFolder(run)
  await writeText(path.join(run, CONFIG), source.text)
  await writeText(path.join(run, RUN), `${JSON.stringify({ folder: path.relative(run, folder) || '.' })}\n`)
  return isNew
}

/** Takes away what a run left where nothing was saved, so that the corrected configuration can go there. */
export function discardUnsaved(run: string, isNew: boolean): void {
  if (existsSync(lastCheckpoint(run))) return
  if (isNew) rmSync(run, { recursive: true, force: true })
  else for (const file of [CONFIG, RUN]) rmSync(path.join(run, file), { force: true })
}

/** The configuration of a run in a folder. Throws CommandError where there is none. */
export function openRun(run: string): RunSource {
  const file = path.join(run, RUN)
  if (!existsSync(file)) {
    throw new CommandError('train/no-run', `${run} holds no run`, 'holdfast train CONFIG starts one')
  }
  const read = readSource(path.join(run, CONFIG))
  const folder = folderIn(readFileSync(file, 'utf8'))
  if ('error' in read || folder === null)
    throw new CommandError(
      'train/no-run',
      `${run}: ${'error' in read ? `${CONFIG}: ${read.error}` : `${RUN} is damaged`}`,
    )
  return { source: read, folder: path.join(run, folder) }
}

function folderIn(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    const found = typeof value === 'object' && value !== null && 'folder' in value ? value.folder : null
    return typeof found === 'string' ? found : null
  } catch {
    return null
  }
}
