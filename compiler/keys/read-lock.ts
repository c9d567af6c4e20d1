/** Reads the text of a lock. Whatever is wrong with it is reported at its place. */
import { DTYPES, type DType } from '../../runtime/ops/dtype.ts'
import * as messages from '../diagnostics/catalogue/keys.ts'
import { type Diagnostics, Diagnostics as Found, type Place } from '../diagnostics/diagnostic.ts'
import type { Range, Source } from '../parse/source.ts'
import { lookup, type YamlMapping, type YamlNode } from '../parse/yaml/node.ts'
import { parseYaml } from '../parse/yaml/parse.ts'
import type { SourceLoader } from '../spec/spec.ts'
import {
  type LockEntry,
  type LockedGeneration,
  type LockedMember,
  lockPath,
  type PlacedLock,
} from './lock.ts'
import { generationDigest, readEntry } from './lock-text.ts'

/** The lock beside a spec; null where there is none, undefined after errors. */
export function lockBeside(
  spec: Source,
  loader: SourceLoader,
  diagnostics: Diagnostics,
): PlacedLock | null | undefined {
  const path = lockPath(spec.path)
  const found =
    path === spec.path ? { error: '', missing: true } : loader.load(spec, `./${path.split('/').at(-1)}`)
  if ('text' in found) return readLock(found, diagnostics) ?? undefined
  if (found.missing === true) return null
  diagnostics.add(messages.lockUnreadable({ source: spec, range: { start: 0, end: 0 } }, path, found.error))
  return undefined
}

/** Null after errors, which are in `diagnostics`. */
export function readLock(source: Source, diagnostics: Diagnostics): PlacedLock | null {
  const marks = /^(<{7}|={7}|>{7}|\|{7})(?: .*)?$/m.exec(source.text)
  if (marks !== null) {
    const range = { start: marks.index, end: marks.index + marks[0].length }
    diagnostics.add(messages.lockConflict({ source, range }))
    return null
  }
  const found = new Found()
  const tree = parseYaml(source, found)
  const [first] = found.sorted().filter(d => d.severity === 'error')
  if (tree === null || first !== undefined) {
    const range = first?.range ?? { start: 0, end: 0 }
    diagnostics.add(messages.lockForm({ source, range }, first?.message ?? 'it is empty'))
    return null
  }
  try {
    return new LockReader(source, diagnostics).read(tree)
  } catch (error) {
    if (!(error instanceof FormError)) throw error
    diagnostics.add(messages.lockForm({ source, range: error.range }, error.message))
    return null
  }
}

class FormError extends Error {
  readonly range: Range

  constructor(range: Range, message: string) {
    super(message)
    this.range = range
  }
}

class LockReader {
  readonly #source: Source
  readonly #diagnostics: Diagnostics

  constructor(source: Source, diagnostics: Diagnostics) {
    this.#source = source
    this.#diagnostics = diagnostics
  }

  read(tree: YamlNode): PlacedLock | null {
    const root = this.#mapping(tree, ['lock', 'model', 'generations'])
    if (this.#text(root, 'lock') !== '1')
      throw new FormError(lookup(root, 'lock')!.value.range, 'it is of another version')
    const place: Place = { source: this.#source, range: lookup(root, 'lock')!.key.range }
    const list = lookup(root, 'generations')!.value
    if (list.kind !== 'sequence' || list.items.length === 0)
      throw new FormError(list.range, 'it has no generations')
    const generations = list.items.map((item, i) => this.#generation(item, i + 1))
    if (generations.includes(null)) return null
    return {
      source: this.#source,
      place,
      model: this.#text(root, 'model'),
      generations: generations as readonly LockedGeneration[],
    }
  }

  #generation(node: YamlNode, expected: number): LockedGeneration | null {
    const mapping = this.#mapping(node, ['generation', 'digest', 'presets'])
    const { value } = lookup(mapping, 'generation')!
    if (this.#text(mapping, 'generation') !== `${expected}`)
      throw new FormError(value.range, `generation ${expected} is expected here`)
    const presets = this.#mapping(lookup(mapping, 'presets')!.value, [])
    const members = new Map(
      presets.entries.map(({ key, value: member }) => [key.text.text, this.#member(member)] as const),
    )
    const generation: LockedGeneration = { generation: expected, members }
    if (this.#text(mapping, 'digest') === generationDigest(generation)) return generation
    const place = { source: this.#source, range: lookup(mapping, 'digest')!.value.range }
    this.#diagnostics.add(messages.lockEdited(place, expected))
    return null
  }

  #member(node: YamlNode): LockedMember {
    const mapping = this.#mapping(node, [])
    const tensors = this.#entries(mapping, 'tensors').map(
      ({ key, text, range }) => [this.#tensor(key, text, range), range] as const,
    )
    const owners = new Set<string>()
    for (const [{ id, tie }, range] of tensors) {
      if (owners.has(id)) throw new FormError(range, `the id '${id}' stands twice`)
      if (tie !== null && !owners.has(tie)) throw new FormError(range, `no tensor above has the id '${tie}'`)
      owners.add(id)
    }
    return {
      params: new Map(this.#entries(mapping, 'params').map(({ key, text }) => [key, text] as const)),
      renamed: this.#entries(mapping, 'renamed').map(({ key, text }) => [key, text] as const),
      tensors: tensors.map(([tensor]) => tensor),
      dropped: new Map(this.#entries(mapping, 'dropped').map(({ key, text }) => [key, text] as const)),
    }
  }

  #tensor(key: string, text: string, range: Range): LockEntry {
    const entry = readEntry(key, text)
    if (entry === null || !DTYPES.includes(entry.dtype as DType))
      throw new FormError(range, `'${text}' is no tensor`)
    return entry
  }

  #entries(mapping: YamlMapping, name: string): readonly { key: string; text: string; range: Range }[] {
    const pair = lookup(mapping, name)
    if (pair === undefined) return []
    return this.#mapping(pair.value, []).entries.map(({ key, value }) => {
      if (value.kind !== 'scalar') throw new FormError(value.range, `'${key.text.text}' has no text`)
      return { key: key.text.text, text: value.text.text, range: value.range }
    })
  }

  #text(mapping: YamlMapping, name: string): string {
    const { value } = lookup(mapping, name)!
    if (value.kind !== 'scalar') throw new FormError(value.range, `'${name}' is no text`)
    return value.text.text
  }

  #mapping(node: YamlNode, needed: readonly string[]): YamlMapping {
    if (node.kind !== 'mapping') throw new FormError(node.range, 'a mapping is expected here')
    const missing = needed.find(name => lookup(node, name) === undefined)
    if (missing !== undefined) throw new FormError(node.range, `'${missing}' is missing`)
    return node
  }
}
