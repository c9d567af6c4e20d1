/**
 * The tree of a spec file with every module entry in mapping form. What the call form spelled as Python is an
 * `expression` node in it: already parsed, at its place in the file.
 */
import type { Expression } from '../parse/python/ast.ts'
import type { Range } from '../parse/source.ts'
import type { YamlBroken, YamlScalar } from '../parse/yaml/node.ts'

export interface SpecExpression {
  readonly kind: 'expression'
  readonly range: Range
  readonly expr: Expression
  /** The author's text of it. */
  readonly text: string
}

/** A key or a type's name: of the file, or implied by the place of an argument in a call. */
export interface SpecKey {
  readonly text: string
  readonly range: Range
  /** As written, where it stands in the file as a scalar. */
  readonly scalar: YamlScalar | null
}

export interface SpecPair {
  readonly key: SpecKey
  readonly value: SpecNode
}

export interface SpecMapping {
  readonly kind: 'mapping'
  readonly range: Range
  readonly flow: boolean
  readonly entries: readonly SpecPair[]
}

export interface SpecSequence {
  readonly kind: 'sequence'
  readonly range: Range
  readonly flow: boolean
  readonly items: readonly SpecNode[]
}

/** A word that the call form implies: the name before its parenthesis. */
export interface SpecWord {
  readonly kind: 'word'
  readonly range: Range
  readonly text: string
}

export type SpecNode = YamlScalar | SpecExpression | SpecWord | SpecMapping | SpecSequence | YamlBroken

/** The pair with this key. */
export function field(mapping: SpecMapping, key: string): SpecPair | undefined {
  return mapping.entries.find(entry => entry.key.text === key)
}

/** The value under a key; undefined too where it could not be read. */
export function fieldValue(mapping: SpecMapping, key: string): SpecNode | undefined {
  const value = field(mapping, key)?.value
  return value?.kind === 'broken' ? undefined : value
}

export const asMapping = (node: SpecNode | undefined): SpecMapping | null =>
  node?.kind === 'mapping' ? node : null

export const asSequence = (node: SpecNode | undefined): SpecSequence | null =>
  node?.kind === 'sequence' ? node : null

/** A text of the author's, which names or says something and is no expression; null for other kinds of node. */
export function asText(node: SpecNode | undefined): string | null {
  if (node?.kind === 'word') return node.text
  return node?.kind === 'scalar' && node.type === 'string' ? node.text.text : null
}
