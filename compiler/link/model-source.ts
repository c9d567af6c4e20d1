/** The texts that a model was made from, as files carry them, and the loader that reads them again. */
import { Sha256 } from '../../runtime/checkpoint/index.ts'
import type { ModelSource, SpecSource, SpecText } from '../../runtime/keys/index.ts'
import type { Source } from '../parse/source.ts'
import type { SourceLoader, SpecFile } from '../spec/spec.ts'

export type { SpecSource }

/** `params` as a spec writes them; `lock` is the text of the spec's lock. */
export const modelSource = (
  file: SpecFile,
  params: ModelSource['params'] = {},
  lock: string | null = null,
): ModelSource => ({ ...specSource(file, lock), params })

/** What all models of a spec share. */
export function specSource(file: SpecFile, lock: string | null): SpecSource {
  const files = relative(filesOf(file))
  return { model: file.model.name, files, digest: digestOf(files), lock }
}

/** The spec first, then what it imports, each file once. */
function filesOf(root: SpecFile): Source[] {
  const found = new Map<string, Source>()
  const visit = (file: SpecFile): void => {
    if (found.has(file.source.path)) return
    found.set(file.source.path, file.source)
    for (const imported of file.imports.values()) visit(imported)
  }
  visit(root)
  return [...found.values()]
}

/** Paths from the spec's own folder on: a file says nothing of the machine that it was written on. */
function relative(sources: readonly Source[]): SpecText[] {
  const base = folderOf(sources[0]!.path)
  return sources.map(({ path, text }) => ({ path: pathFrom(base, path), text }))
}

const folderOf = (path: string): readonly string[] => path.split('/').slice(0, -1)

function pathFrom(base: readonly string[], path: string): string {
  const segments = path.split('/')
  let common = 0
  while (common < base.length && base[common] === segments[common]) common++
  return [...base.slice(common).map(() => '..'), ...segments.slice(common)].join('/')
}

/** SHA-256 of paths and texts, each with its length. */
export function digestOf(files: readonly SpecText[]): string {
  const digest = new Sha256()
  const encoder = new TextEncoder()
  for (const { path, text } of files)
    digest.update(encoder.encode(`${path.length} ${path} ${text.length}\n${text}`))
  return digest.hex()
}

/** Reads the files of a source by the paths that they import each other by. */
export function sourceLoader({ files }: SpecSource): SourceLoader {
  const byPath = new Map(files.map(file => [normalised(file.path.split('/')), file]))
  return {
    load(from, imported) {
      const path = normalised([...folderOf(from.path), ...imported.split('/')])
      return byPath.get(path) ?? { error: 'the file was saved without it' }
    },
  }
}

function normalised(segments: readonly string[]): string {
  const path: string[] = []
  for (const segment of segments) {
    if (segment === '..' && path.length > 0 && path.at(-1) !== '..') path.pop()
    else if (segment !== '.' && segment !== '') path.push(segment)
  }
  return path.join('/')
}
