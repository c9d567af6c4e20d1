/** A model's forward, evaluated with symbolic inputs: the graph, and whether it gives what the spec declares. */

import { type Dim, dimVariable, printDim, relation } from '../../runtime/ops/dim.ts'
import {
  inputType,
  outputCount,
  outputDType,
  outputKind,
  outputRank,
} from '../diagnostics/catalogue/infer.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { callModule, runForward } from '../eval/call.ts'
import { Machine, type Observer, Stopped } from '../eval/machine.ts'
import { expressionFrame } from '../eval/scope.ts'
import { describeKind, ERROR, NONE, type Value } from '../eval/value.ts'
import { type Graph, type GraphResult, GraphValue } from '../ir/graph.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { OutputDecl } from '../spec/spec.ts'
import { GraphBuilder } from './graph-builder.ts'
import { dimScope, type PortType, portType } from './signature.ts'

export interface TraceOptions {
  readonly training: boolean
  /** Optional inputs that are given; the others are None. */
  readonly present: ReadonlySet<string>
  readonly observer?: Observer | null
}

/** null after errors, which have been reported. */
export function traceModel(
  root: ModuleInstance,
  options: TraceOptions,
  diagnostics: Diagnostics,
): Graph | null {
  const definition = root.definition!
  const builder = new GraphBuilder()
  const machine = new Machine(diagnostics, builder, {
    training: options.training,
    observer: options.observer ?? null,
  })
  builder.machine = machine
  try {
    const scope = dimScope(definition, root.scope, machine)
    const locals = new Map<string, Value>()
    for (const input of definition.inputs) {
      const name = input.name.name
      if (input.optional && !options.present.has(name)) {
        locals.set(name, NONE)
        continue
      }
      const type: PortType =
        input.type?.kind === 'TypeExpr' ? portType(input.type, scope, machine) : { kind: 'any' }
      if (type.kind !== 'tensor') {
        // Inputs without a readable type have been reported before.
        if (input.type?.kind === 'TypeExpr' && !diagnostics.hasErrors)
          machine.report(inputType(input.name.place, name))
        locals.set(name, ERROR)
        continue
      }
      locals.set(
        name,
        builder.input(
          name,
          new GraphValue({
            dtype: type.tensor.dtype,
            shape: type.tensor.dims.map((d, i) => d ?? dimVariable(`${name}.${i}`)),
          }),
        ),
      )
    }
    const result = runRoot(root, locals, machine)
    if (result.kind === 'error') return null
    const outputs = nameOutputs(definition.outputs, result, definition.name.place, machine, name => {
      const decl = definition.outputs!.find(o => o.name.name === name)!
      return decl.type.kind === 'TypeExpr' ? portType(decl.type, scope, machine) : { kind: 'any' }
    })
    return outputs === null ? null : { nodes: builder.nodes, outputs, guards: builder.guards }
  } catch (error) {
    if (error instanceof Stopped) return null
    throw error
  }
}

function runRoot(root: ModuleInstance, locals: Map<string, Value>, machine: Machine): Value {
  if (root.kind === 'definition') return runForward(root, root.definition!.forward!, locals, machine)
  // A model that is a Sequential passes its one input through its children.
  const node = { kind: 'Pass', range: root.place.range } as const
  const args = [...locals.values()].map(value => ({ name: null, value, node }))
  return callModule(root, args, node, expressionFrame(root.scope), machine)
}

/** Outputs by their declared names: one value, a tuple in order, or a dict by name. */
function nameOutputs(
  declared: readonly OutputDecl[] | null,
  result: Value,
  place: Place,
  machine: Machine,
  typeOf: (name: string) => PortType,
): Graph['outputs'] | null {
  if (declared === null && result.kind === 'dict')
    return [...result.entries].flatMap(([key, value]) => {
      const data = resultOf(value)
      return data === undefined ? [] : [{ name: String(key), value: data }]
    })
  if (declared === null)
    return flatten(result).map((value, i, all) => ({ name: all.length === 1 ? 'out' : `out.${i}`, value }))
  const values = outputValues(declared, result)
  if (values === null) {
    machine.report(
      outputCount(
        declared[0]?.name.place ?? place,
        declared.length,
        result.kind === 'tuple' ? result.items.length : 1,
      ),
    )
    return null
  }
  const outputs: { name: string; value: GraphResult }[] = []
  for (const [i, decl] of declared.entries()) {
    const value = values[i]!
    if (value.kind === 'error') return null
    const name = decl.name.name
    const before = machine.diagnostics.hasErrors
    checkPort(name, typeOf(name), value, decl.name.place, machine)
    const data = resultOf(value)
    if (data === undefined) {
      if (!machine.diagnostics.hasErrors || before)
        machine.report(outputKind(decl.name.place, name, 'a tensor', describeKind(value)))
      return null
    }
    outputs.push({ name, value: data })
  }
  return outputs
}

function outputValues(declared: readonly OutputDecl[], result: Value): readonly Value[] | null {
  if (result.kind === 'dict') {
    const values = declared.map(d => result.entries.get(d.name.name))
    return values.every(v => v !== undefined) ? (values as Value[]) : null
  }
  if (declared.length === 1)
    return [result.kind === 'tuple' && result.items.length === 1 ? result.items[0]! : result]
  if (result.kind !== 'tuple' && result.kind !== 'list') return null
  return result.items.length === declared.length ? result.items : null
}

function checkPort(name: string, type: PortType, value: Value, place: Place, machine: Machine): void {
  if (type.kind === 'any') return
  if (type.kind === 'list') {
    if (value.kind !== 'list' && value.kind !== 'tuple') {
      machine.report(outputKind(place, name, 'a list of tensors', describeKind(value)))
      return
    }
    if (type.length !== null && value.items.length !== type.length) {
      machine.report(outputKind(place, name, `a list of ${type.length} tensors`, `${value.items.length}`))
    }
    const items: readonly Value[] = value.items
    for (const item of items) checkPort(name, { kind: 'tensor', tensor: type.tensor }, item, place, machine)
    return
  }
  if (value.kind !== 'tensor') {
    machine.report(outputKind(place, name, 'a tensor', describeKind(value)))
    return
  }
  const { shape, dtype } = value.value.aval
  const { dims } = type.tensor
  const print = (ds: readonly (Dim | null)[]) =>
    `[${ds.map(d => (d === null ? '_' : printDim(d))).join(', ')}]`
  if (dtype !== type.tensor.dtype) machine.report(outputDType(place, name, type.tensor.dtype, dtype))
  const fits =
    dims.length === shape.length && dims.every((d, i) => d === null || relation(d, shape[i]!) !== 'different')
  if (!fits) machine.report(outputRank(place, name, print(dims), print(shape)))
}

/** undefined where a value is neither a tensor nor a list of them. */
function resultOf(value: Value): GraphResult | undefined {
  if (value.kind === 'tensor') return value.value
  if (value.kind === 'none') return null
  if (value.kind !== 'list' && value.kind !== 'tuple') return undefined
  const items: readonly Value[] = value.items
  const parts = items.map(resultOf)
  return parts.every(p => p !== undefined) ? (parts as GraphResult[]) : undefined
}

function flatten(value: Value): GraphResult[] {
  if (value.kind === 'tuple' || value.kind === 'list') {
    const items: readonly Value[] = value.items
    return items.flatMap(flatten)
  }
  const data = resultOf(value)
  return data === undefined ? [] : [data]
}
