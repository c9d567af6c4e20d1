/** Files as a git revision has them. Git is asked for contents only; no text of a spec or option becomes one of its options. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Source } from '../parse/source.ts'
import type { SourceLoader } from '../spec/spec.ts'
import { CommandError } from './failure.ts'

/** The commit that a name stands for. Throws CommandError where there is none, and where there is no git. */
export function commitOf(ref: string): string {
  const found = git(process.cwd(), [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ])
  if (found !== null) return found.trim()
  const [remote, ...branch] = ref.split('/')
  const hint = branch.length === 0 ? undefined : `fetch it first: git fetch ${remote} ${branch.join('/')}`
  throw new CommandError('git/revision', `there is no file and no git revision '${ref}'`, hint)
}

/** Null where the revision has no such file. */
export function sourceAt(commit: string, file: string): Source | null {
  // The folder may be gone by now.
  const [folder, name] = path.isAbsolute(file) ? [path.dirname(file), path.basename(file)] : ['.', file]
  if (!existsSync(folder)) return null
  const text = git(folder, ['show', `${commit}:./${name}`])
  return text === null ? null : { path: file, text }
}

/** The files below a folder, with its path before them. */
export function filesAt(commit: string, folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const names = git(folder, ['ls-tree', '-r', '-z', '--name-only', commit, '--', '.'])
  return (names ?? '').split('\0').flatMap(name => (name === '' ? [] : [path.posix.join(folder, name)]))
}

/** Imports of a spec of a revision, from the same revision. */
export const gitLoader = (commit: string): SourceLoader => ({
  load(from, imported) {
    const file = path.posix.normalize(path.posix.join(path.posix.dirname(from.path), imported))
    return (
      sourceAt(commit, file) ?? {
        error: `the revision ${commit.slice(0, 12)} has no such file`,
        missing: true,
      }
    )
  },
})

function git(folder: string, args: readonly string[]): string | null {
  try {
    return execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64e6,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      error.code === 'ENOENT' &&
      'path' in error &&
      error.path === 'git'
    )
      throw new CommandError('git/missing', 'git is not installed, so that no revision can be read')
    return null
  }
}
