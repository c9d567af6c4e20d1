/** Reads imported specs from disk. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Source } from '../parse/source.ts'
import type { SourceLoader } from '../spec/spec.ts'

/** Paths stay as relative as the importing file's; two ways of writing one file give one path. */
export const nodeLoader: SourceLoader = {
  load(from: Source, imported: string): Source | Unread {
    if (/^[a-z][a-z0-9+.-]+:/i.test(imported)) return { error: 'only files can be imported' }
    if (path.isAbsolute(imported)) return { error: 'the path is not relative' }
    return readSource(path.posix.normalize(path.posix.join(path.posix.dirname(from.path), imported)))
  },
}

interface Unread {
  readonly error: string
  readonly missing?: boolean
}

/** The spec at a path; the error says why there is none. Works for files of the author's, so the path is used as given. */
export function readSource(file: string): Source | Unread {
  try {
    if (statSync(file).isDirectory()) return { error: 'it is a directory' }
    const bytes = readFileSync(file)
    return {
      path: toPosix(file),
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    }
  } catch (error) {
    return { error: reason(error), missing: isMissing(error) }
  }
}

const toPosix = (file: string): string => file.split(path.sep).join('/')

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(String(codeOf(error)))

function reason(error: unknown): string {
  if (error instanceof TypeError) return 'it is no UTF-8 text'
  const code = codeOf(error)
  if (isMissing(error)) return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read'
  return error instanceof Error ? error.message : String(error)
}
