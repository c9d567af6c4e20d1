/** `presets:`, `migrations:` and `layouts:`: what a spec says of its keys over time. Nothing is evaluated. */
import type { Step } from '../../runtime/keys/step.ts'
import * as messages from '../diagnostics/catalogue/keys.ts'
import { notOneOf } from '../diagnostics/catalogue/schema.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import {
  asMapping,
  asSequence,
  asText,
  field,
  fieldValue,
  type SpecMapping,
  type SpecNode,
} from '../schema/spec-node.ts'
import { type StepFieldForm, stepForms } from '../schema/step-form.ts'
import type { DeclarationContext } from './declarations.ts'
import { literalString, readExpression } from './expression.ts'
import type {
  Ident,
  IgnoreDecl,
  LayoutDecl,
  MigrationDecl,
  ParamDecl,
  PresetDecl,
  StepDecl,
  StepField,
} from './spec.ts'

const presetName = /^[A-Za-z_][A-Za-z0-9_.-]*$/

export function readPresets(
  node: SpecNode | undefined,
  params: readonly ParamDecl[],
  context: DeclarationContext,
): readonly PresetDecl[] {
  const { source, diagnostics } = context
  return (asMapping(node)?.entries ?? []).map(pair => {
    const name: Ident = { name: pair.key.text, place: { source, range: pair.key.range } }
    if (!presetName.test(name.name)) diagnostics.add(messages.presetName(name.place, name.name))
    const values = (asMapping(pair.value)?.entries ?? []).flatMap(given => {
      const place: Place = { source, range: given.key.range }
      const param = params.find(p => p.name.name === given.key.text)
      if (param === undefined) {
        const names = params.map(p => p.name.name)
        diagnostics.add(messages.presetParam(place, given.key.text, didYouMean(given.key.text, names), names))
        return []
      }
      return [{ name: { name: given.key.text, place }, value: presetValue(given.value, param, context) }]
    })
    return { name, values }
  })
}

/** A text for a param of type str is taken literally, as on the command line. */
function presetValue(node: SpecNode, param: ParamDecl, { source, diagnostics }: DeclarationContext) {
  const isText = param.type.kind === 'TypeExpr' && param.type.name === 'str'
  if (isText && node.kind === 'scalar' && node.type === 'string') {
    const quoted = /^(["'])(.*)\1$/s.exec(node.text.text)
    return literalString(node, quoted?.[2] ?? node.text.text, source)
  }
  return readExpression(node, source, diagnostics)
}

export function readMigrations(
  node: SpecNode | undefined,
  context: DeclarationContext,
): readonly MigrationDecl[] {
  const found: MigrationDecl[] = []
  for (const item of asSequence(node)?.items ?? []) {
    const mapping = asMapping(item)
    const to = generationOf(mapping, context)
    if (mapping === null || to === null) continue
    const { place } = to
    if (found.some(m => m.to === to.value)) {
      context.diagnostics.add(messages.migrationTwice(place, to.value))
      continue
    }
    found.push({
      to: to.value,
      place,
      steps: readSteps(fieldValue(mapping, 'steps'), context),
      ignored: readIgnored(fieldValue(mapping, 'ignore'), context),
    })
  }
  return found.sort((a, b) => a.to - b.to)
}

export function readLayouts(node: SpecNode | undefined, context: DeclarationContext): readonly LayoutDecl[] {
  return (asMapping(node)?.entries ?? []).flatMap(pair => {
    const mapping = asMapping(pair.value)
    const to = generationOf(mapping, context)
    if (mapping === null || to === null) return []
    const place: Place = { source: context.source, range: pair.key.range }
    const steps = readSteps(fieldValue(mapping, 'steps'), context)
    const order = readOrder(fieldValue(mapping, 'order'), context)
    return [{ name: { name: pair.key.text, place }, to: to.value, order, steps }]
  })
}

function readOrder(node: SpecNode | undefined, { source }: DeclarationContext): readonly Ident[] | null {
  const items = asSequence(node)?.items ?? null
  return (
    items?.flatMap(item => {
      const name = asText(item)
      return name === null ? [] : [{ name, place: { source, range: item.range } }]
    }) ?? null
  )
}

/** `to:` of a migration or layout; null where the schema has reported it. */
function generationOf(
  mapping: SpecMapping | null,
  { source }: DeclarationContext,
): { value: number; place: Place } | null {
  const node = mapping === null ? undefined : fieldValue(mapping, 'to')
  // 2.0 and 1e99 are integers by JSON Schema.
  if (node?.kind !== 'scalar' || !Number.isInteger(Number(node.value))) return null
  return { value: Number(node.value), place: { source, range: node.range } }
}

function readIgnored(
  node: SpecNode | undefined,
  { source, diagnostics }: DeclarationContext,
): readonly IgnoreDecl[] {
  return (asSequence(node)?.items ?? []).flatMap(item => {
    const mapping = asMapping(item)
    const ident = (name: string): Ident | null => {
      const value = mapping === null ? undefined : fieldValue(mapping, name)
      const text = asText(value)
      return value === undefined || text === null
        ? null
        : { name: text, place: { source, range: value.range } }
    }
    const [rule, key, reason] = [ident('rule'), ident('key'), ident('reason')]
    if (reason?.name.trim() === '') diagnostics.add(messages.noReason(reason.place))
    return rule === null || reason === null ? [] : [{ rule, key, reason: reason.name }]
  })
}

function readSteps(node: SpecNode | undefined, context: DeclarationContext): readonly StepDecl[] {
  return (asSequence(node)?.items ?? []).flatMap(item => {
    const mapping = asMapping(item)
    if (mapping === null) return []
    const place: Place = { source: context.source, range: mapping.entries[0]?.key.range ?? item.range }
    const known = mapping.entries.filter(pair => Object.hasOwn(stepForms, pair.key.text))
    const [only] = known
    if (known.length !== 1 || mapping.entries.length !== 1) {
      if (known.length === mapping.entries.length) context.diagnostics.add(messages.stepKinds(place))
      return []
    }
    const fields = asMapping(only!.value)
    return fields === null ? [] : [readStep(only!.key.text as Step['kind'], fields, place, context)].flat()
  })
}

/** Empty where a field is missing or of the wrong kind, which has been reported. */
function readStep(
  kind: Step['kind'],
  mapping: SpecMapping,
  place: Place,
  context: DeclarationContext,
): readonly StepDecl[] {
  const fields = new Map<string, StepField>()
  const forms: Readonly<Record<string, StepFieldForm>> = stepForms[kind].fields
  for (const [name, form] of Object.entries(forms)) {
    if (field(mapping, name) === undefined) {
      if (form.default === undefined) return []
      continue
    }
    const node = fieldValue(mapping, name)
    const read = node === undefined ? null : readField(node, form, context)
    if (read === null) return []
    fields.set(name, read)
  }
  return [{ kind, place, fields }]
}

function readField(
  node: SpecNode,
  { kind }: StepFieldForm,
  { source, diagnostics }: DeclarationContext,
): StepField | null {
  const place: Place = { source, range: node.range }
  const literal = (item: SpecNode) =>
    literalString(item, item.kind === 'scalar' ? item.text.text : (asText(item) ?? ''), source)
  const several = asSequence(node)?.items ?? null
  if (kind === 'keys') return several === null ? null : { place, values: several.map(literal) }
  if (kind === 'ints')
    return several === null
      ? null
      : { place, values: several.map(item => readExpression(item, source, diagnostics)) }
  if (node.kind !== 'scalar') return null
  const { text } = node.text
  if (typeof kind === 'object') {
    if (!kind.oneOf.includes(text)) {
      diagnostics.add(notOneOf(place, text, kind.oneOf, didYouMean(text, kind.oneOf)))
      return null
    }
    return { place, values: [literal(node)] }
  }
  if (kind === 'text' && asText(node)?.trim() === '') diagnostics.add(messages.noReason(place))
  if (kind === 'key' || kind === 'text' || (kind === 'init' && text === 'default'))
    return { place, values: [literal(node)] }
  return { place, values: [readExpression(node, source, diagnostics)] }
}
