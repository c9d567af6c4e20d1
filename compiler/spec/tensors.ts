/** `parameters:`, `buffers:` and `ties:`. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import {
  asMapping,
  asSequence,
  asText,
  fieldValue,
  type SpecNode,
  type SpecPair,
} from '../schema/spec-node.ts'
import type { BodyContext } from './body-context.ts'
import { errorExpression, readExpression, readInit } from './expression.ts'
import { expressionField, readKey } from './fields.ts'
import { fixedName } from './name-pattern.ts'
import { checkName, isIdentifier, isNumberName } from './names.ts'
import type { Ident, TensorDecl, TieDecl } from './spec.ts'

export function readTensors(
  node: SpecNode | undefined,
  kind: 'parameter' | 'buffer',
  context: BodyContext,
): TensorDecl[] {
  return (asMapping(node)?.entries ?? []).map(pair => readTensor(pair, kind, context))
}

function readTensor(pair: SpecPair, kind: 'parameter' | 'buffer', context: BodyContext): TensorDecl {
  const { source, diagnostics } = context
  const place: Place = { source, range: pair.key.range }
  const name: Ident = { name: pair.key.text, place }
  if (!isNumberName(name.name)) checkName(name.name, 'member', place, diagnostics)
  const mapping = asMapping(pair.value)
  if (mapping === null) {
    const init = readInit(pair.value, source, diagnostics)
    return {
      name,
      init,
      key: null,
      renamedFrom: null,
      when: null,
      trainable: null,
      persistent: null,
      mutable: null,
      doc: null,
    }
  }
  const init = fieldValue(mapping, 'init')
  const segment = (name: string): Ident | null => {
    const node = fieldValue(mapping, name)
    const pattern = node === undefined ? null : readKey(node, context)
    const fixed = pattern === null ? null : fixedName(pattern)
    if (pattern !== null && fixed === null) diagnostics.add(messages.tensorKeyPattern(pattern.place))
    return pattern === null || fixed === null ? null : { name: fixed, place: pattern.place }
  }
  return {
    name,
    init: init === undefined ? errorExpression(source, pair.key.range) : readInit(init, source, diagnostics),
    key: segment('key'),
    renamedFrom: segment('renamed_from'),
    when: expressionField(mapping, 'when', context),
    trainable: kind === 'parameter' ? expressionField(mapping, 'trainable', context) : null,
    persistent: kind === 'buffer' ? expressionField(mapping, 'persistent', context) : null,
    mutable: kind === 'buffer' ? expressionField(mapping, 'mutable', context) : null,
    doc: asText(fieldValue(mapping, 'doc')),
  }
}

/** `[a.weight, b.weight]` or `{ when, keys }`, several of them. */
export function readTies(node: SpecNode | undefined, context: BodyContext): TieDecl[] {
  return (asSequence(node)?.items ?? []).flatMap(item => {
    const mapping = asMapping(item)
    const list = asSequence(mapping === null ? item : fieldValue(mapping, 'keys'))
    if (list === null) return []
    const when = mapping === null ? undefined : fieldValue(mapping, 'when')
    const names = list.items.flatMap(name => readPath(name, context))
    return [
      {
        when: when === undefined ? null : readExpression(when, context.source, context.diagnostics),
        names,
      },
    ]
  })
}

function readPath(node: SpecNode, context: BodyContext): Ident[] {
  const name = asText(node)
  if (name === null) return []
  const place: Place = { source: context.source, range: node.range }
  if (name.split('.').every(part => isIdentifier(part) || isNumberName(part))) return [{ name, place }]
  context.diagnostics.add(messages.tiePath(place, name))
  return []
}
