/** Positions of expressions under CPython's names for them. */
import type { Node } from '../../compiler/parse/python/ast.ts'
import { children } from '../../compiler/parse/python/visit.ts'

const cpythonName: Readonly<Record<string, string>> = {
  Int: 'Constant',
  Float: 'Constant',
  Str: 'Constant',
  Bool: 'Constant',
  None: 'Constant',
  Ellipsis: 'Constant',
  Unary: 'UnaryOp',
  Binary: 'BinOp',
}

/** `start-end-kind` of a node and all below it, except inside f-strings, where CPython 3.11 has no exact positions. */
export function expressionRanges(node: Node): string[] {
  const own = `${node.range.start}-${node.range.end}-${cpythonName[node.kind] ?? node.kind}`
  return [own, ...(node.kind === 'JoinedStr' ? [] : children(node).flatMap(expressionRanges))]
}
