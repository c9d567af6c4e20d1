/** What differs between two versions of a spec for code that uses its class. */
import * as messages from '../diagnostics/catalogue/keys.ts'
import type { InputDecl, OutputDecl, ParamDecl, SpecFile } from '../spec/spec.ts'
import type { Finding } from './findings.ts'

export function sourceChanges(before: SpecFile, after: SpecFile): readonly Finding[] {
  const found: Finding[] = []
  const add = (rule: Finding['rule'], diagnostic: Finding['diagnostic']): void => {
    found.push({ rule, key: null, diagnostic, step: null })
  }
  const { place } = after.model
  if (before.model.name !== after.model.name)
    add('class-renamed', messages.classRenamed(place, before.model.name, after.model.name))
  const old = new Map(before.root.params.map(p => [p.name.name, p]))
  const now = new Map(after.root.params.map(p => [p.name.name, p]))
  for (const name of old.keys()) if (!now.has(name)) add('param-removed', messages.paramRemoved(place, name))
  for (const [name, param] of now) {
    const was = old.get(name)
    if (param.default === null && was?.default !== null)
      add('param-required', messages.paramRequired(param.name.place, name))
    const [a, b] = [was === undefined ? null : typeOf(was, before), typeOf(param, after)]
    if (a !== null && a !== b) add('param-type', messages.paramRetyped(param.name.place, name, a, b))
  }
  const inputs = [portsOf(before.root.inputs, before), portsOf(after.root.inputs, after)] as const
  if (inputs[0] !== inputs[1])
    add('inputs', messages.inputsChanged(after.root.inputs[0]?.name.place ?? place, ...inputs))
  const outputs = [
    portsOf(before.root.outputs ?? [], before),
    portsOf(after.root.outputs ?? [], after),
  ] as const
  if (outputs[0] !== outputs[1])
    add('outputs', messages.outputsChanged(after.root.outputs?.[0]?.name.place ?? place, ...outputs))
  return found
}

const typeOf = ({ type }: Pick<ParamDecl, 'type'>, file: SpecFile): string =>
  file.source.text.slice(type.range.start, type.range.end)

const portsOf = (ports: readonly (InputDecl | OutputDecl)[], file: SpecFile): string =>
  ports
    .map(port => {
      const type = port.type === null ? '' : `: ${typeOf({ type: port.type }, file)}`
      return port.name.name + type + ('optional' in port && port.optional ? ' = None' : '')
    })
    .join(', ') || 'none'
