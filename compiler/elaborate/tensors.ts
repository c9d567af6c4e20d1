/** Bare parameters and buffers: their expressions give shape, dtype and initial value. */

import { isSym, printShape } from '../../runtime/ops/dim.ts'
import { tensorInit, tensorSize } from '../diagnostics/catalogue/elaborate.ts'
import { evaluate } from '../eval/expression.ts'
import { Machine } from '../eval/machine.ts'
import { bodyFrame, expressionFrame, type Scope } from '../eval/scope.ts'
import { runBlock } from '../eval/statement.ts'
import { describeKind, ERROR, type Value } from '../eval/value.ts'
import type { TensorInstance } from '../ir/module.ts'
import type { SpecExpr, TensorDecl } from '../spec/spec.ts'
import { GraphBuilder } from '../trace/graph-builder.ts'
import { whether } from './whether.ts'

/** null where `when` is false; undefined after an error. */
export function makeTensor(
  decl: TensorDecl,
  kind: 'parameter' | 'buffer',
  path: string,
  trainable: boolean,
  scope: Scope,
  machine: Machine,
): TensorInstance | null | undefined {
  const present = decl.when === null ? true : whether(decl.when, scope, machine)
  if (present !== true) return present === false ? null : undefined
  const flag = (e: SpecExpr | null, otherwise: boolean): boolean =>
    e === null ? otherwise : (whether(e, scope, machine) ?? otherwise)
  const graph = new GraphBuilder()
  // Its own machine: nodes of one tensor's graph must not mix with another's.
  const inner = new Machine(machine.diagnostics, graph, { training: false, observer: machine.observer })
  graph.machine = inner
  const value = initialValue(decl.init, scope, inner)
  if (value.kind === 'error') return undefined
  const { place, name } = decl.name
  if (value.kind !== 'tensor') {
    machine.report(tensorInit('place' in decl.init ? decl.init.place : place, name, describeKind(value)))
    return undefined
  }
  const { shape, dtype } = value.value.aval
  if (shape.some(d => isSym(d) || d < 0)) {
    machine.report(tensorSize(place, name, printShape(shape)))
    return undefined
  }
  return {
    kind,
    persistent: kind === 'parameter' || flag(decl.persistent, true),
    mutable: kind === 'buffer' && flag(decl.mutable, false),
    requiresGrad: kind === 'parameter' && trainable && flag(decl.trainable, true),
    shape: shape as readonly number[],
    dtype,
    init: { nodes: graph.nodes, outputs: [{ name: 'value', value: value.value }], guards: graph.guards },
    id: path,
    place,
  }
}

function initialValue(init: TensorDecl['init'], scope: Scope, machine: Machine): Value {
  if (!('body' in init)) return evaluate(init.expr, expressionFrame(scope), machine)
  const outcome = runBlock(init, bodyFrame('init', init, scope, null, new Map()), machine)
  if (outcome.kind === 'return') return outcome.value
  return outcome.kind === 'failed' ? ERROR : { kind: 'none' }
}
