/** From Ajv's path of a value to the node at that place. */
import type { Range, Source } from '../parse/source.ts'
import type { SpecNode, SpecPair } from './spec-node.ts'

export interface NodePath {
  readonly node: SpecNode
  /** The pairs that lead to it, from the root. */
  readonly pairs: readonly SpecPair[]
  /** Whether it is an item of a list, below the last pair. */
  readonly inList: boolean
}

/** `pointer` is a JSON Pointer, RFC 6901. null if the path leads into an expression. */
export function nodeAt(root: SpecNode, pointer: string): NodePath | null {
  let node = root
  let inList = false
  const pairs: SpecPair[] = []
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (node.kind === 'mapping') {
      const pair = node.entries.find(entry => entry.key.text === key)
      if (pair === undefined) return null
      pairs.push(pair)
      node = pair.value
      inList = false
    } else if (node.kind === 'sequence') {
      const item = node.items[Number(key)]
      if (item === undefined) return null
      node = item
      inList = true
    } else return { node, pairs, inList: false }
  }
  return { node, pairs, inList }
}

/** Blocks are marked by their first line. */
export function firstLineOf(node: SpecNode, source: Source): Range {
  const { start, end } = node.range
  const lineBreak = source.text.indexOf('\n', start)
  if (lineBreak === -1 || lineBreak >= end) return node.range
  return { start, end: Math.max(start + 1, start + source.text.slice(start, lineBreak).trimEnd().length) }
}
