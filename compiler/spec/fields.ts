/** Fields that modules and tensors have in common. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import { fieldValue, type SpecMapping, type SpecNode } from '../schema/spec-node.ts'
import type { BodyContext } from './body-context.ts'
import { readExpression } from './expression.ts'
import { readNamePattern } from './name-pattern.ts'
import type { NamePattern, SpecExpr } from './spec.ts'

export function expressionField(mapping: SpecMapping, name: string, context: BodyContext): SpecExpr | null {
  const value = fieldValue(mapping, name)
  return value === undefined ? null : readExpression(value, context.source, context.diagnostics)
}

/** `key:`, one segment of a state_dict key. */
export function readKey(node: SpecNode, context: BodyContext): NamePattern | null {
  if (node.kind !== 'scalar' || (node.type !== 'string' && node.type !== 'int')) return null
  const place: Place = { source: context.source, range: node.range }
  const pattern = readNamePattern(node.text, place, context.diagnostics)
  if (pattern === null) return null
  const dotted = pattern.parts.some(part => typeof part === 'string' && part.includes('.'))
  if (!dotted && node.text.text !== '') return pattern
  context.diagnostics.add(messages.dottedKey(place, node.text.text))
  return null
}
