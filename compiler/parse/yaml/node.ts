/**
 * A YAML file as a tree with places. Unlike the values of a YAML library it keeps the order of keys, `1.0` apart from `1`,
 * and for every scalar the way back from each character of its value to the file.
 */
import type { EmbeddedText, Range } from '../source.ts'

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

export interface YamlScalar {
  readonly kind: 'scalar'
  /** Quotes and block headers included. */
  readonly range: Range
  readonly style: ScalarStyle
  /** By the core schema of YAML 1.2: only plain scalars can be other than strings. */
  readonly type: 'string' | 'int' | 'float' | 'bool' | 'null'
  readonly value: string | number | boolean | null
  /** What the author wrote, with quotes, folds and indentation undone. */
  readonly text: EmbeddedText
  /** Plain scalars: a comment follows on the same line. It may be the rest of a cut expression. */
  readonly beforeComment: boolean
}

export interface YamlPair {
  readonly key: YamlScalar
  readonly value: YamlNode
}

export interface YamlMapping {
  readonly kind: 'mapping'
  readonly range: Range
  readonly flow: boolean
  /** No two keys have the same text: repetitions are reported and left out. */
  readonly entries: readonly YamlPair[]
}

export interface YamlSequence {
  readonly kind: 'sequence'
  readonly range: Range
  readonly flow: boolean
  readonly items: readonly YamlNode[]
}

/** What could not be read, or may not be used. It has been reported: later phases stay silent about it. */
export interface YamlBroken {
  readonly kind: 'broken'
  readonly range: Range
}

export type YamlNode = YamlScalar | YamlMapping | YamlSequence | YamlBroken

/** The value under a key. */
export function lookup(mapping: YamlMapping, key: string): YamlPair | undefined {
  return mapping.entries.find(entry => entry.key.text.text === key)
}

/** The tree with other texts for the keys that begin at these offsets. */
export function respelled(mapping: YamlMapping, keys: ReadonlyMap<number, string>): YamlMapping {
  const inside = (node: YamlNode): YamlNode => {
    if (node.kind === 'mapping') return respelled(node, keys)
    return node.kind === 'sequence' ? { ...node, items: node.items.map(inside) } : node
  }
  const entries = mapping.entries.map(({ key, value }): YamlPair => {
    const text = keys.get(key.range.start)
    const meant = text === undefined ? key : { ...key, value: text, text: { ...key.text, text } }
    return { key: meant, value: inside(value) }
  })
  return { ...mapping, entries }
}
