/** The spec files that paths on the command line name. */
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { CommandError, isSystemError, systemReason } from './failure.ts'

export interface FoundSpec {
  /** As given, or below the folder as given. */
  readonly path: string
  /** Found in a folder, not named: a file that only holds definitions is then in order. */
  readonly isListed: boolean
}

/** Files as they are; folders stand for every `.yaml` and `.yml` below them, in order of their paths. */
export function findSpecs(paths: readonly string[]): readonly FoundSpec[] {
  const found = paths.flatMap((given): FoundSpec[] => {
    if (!isFolder(given)) return [{ path: given, isListed: false }]
    return specsIn(given).map(name => ({ path: path.posix.join(toPosix(given), name), isListed: true }))
  })
  const seen = new Set<string>()
  return found.filter(spec => {
    const key = path.posix.normalize(spec.path)
    return !seen.has(key) && seen.add(key)
  })
}

/** The specs below a folder, relative to it, in order of code points. Throws CommandError where there is no such folder. */
export function specsIn(folder: string): readonly string[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    if (isSystemError(error)) throw new CommandError('spec/unreadable', systemReason(error, folder))
    throw error
  }
  const specs = names.map(toPosix).filter(name => /\.ya?ml$/.test(name) && !isHidden(name))
  return specs.filter(name => !isFolder(path.join(folder, name))).sort((a, b) => (a < b ? -1 : 1))
}

const isHidden = (name: string): boolean =>
  name.split('/').some(part => part.startsWith('.') || part === 'node_modules')

const isFolder = (given: string): boolean =>
  statSync(given, { throwIfNoEntry: false })?.isDirectory() === true

const toPosix = (file: string): string => file.split(path.sep).join('/')
