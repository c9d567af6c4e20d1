/** Reads imported specs from disk. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Source } from '../parse/source.ts'
import type { SourceLoader } from '../spec/spec.ts'

/** Paths stay as relative as the importing file's; two ways of writing one file give one path. */
export const nodeLoader: SourceLoader = {
  load(from: Source, imported: string): Source | { readonly error: string } {
    if (/^[a-z][a-z0-9+.-]+:/i.test(imported)) return { error: 'only files can be imported' }
    if (path.isAbsolute(imported)) return { error: 'the path is not relative' }
    return readSource(path.posix.normalize(path.posix.join(path.posix.dirname(from.path), imported)))
  },
}

/** The spec at a path; the error says why there is none. Works for files of the author's, so the path is used as given. */
export function readSource(file: string): Source | { readonly error: string } {
  try {
    if (statSync(file).isDirectory()) return { error: 'it is a directory' }
    const bytes = readFileSync(file)
    return {
      path: toPosix(file),
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    }
  } catch (error) {
    return { error: reason(error) }
  }
}

const toPosix = (file: string): string => file.split(path.sep).join('/')

function reason(error: unknown): string {
  if (error instanceof TypeError) return 'it is no UTF-8 text'
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read'
  return error instanceof Error ? error.message : String(error)
}
