/**
 * Code that no elaboration of the model reaches: a block that the defaults leave out, a method that nothing calls. Classes have it
 * too, so evaluation looks at it by itself, with stand-ins for what nobody has given.
 */
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { elaborateAlone } from '../elaborate/elaborate.ts'
import { callDefined, runForward } from '../eval/call.ts'
import { Machine } from '../eval/machine.ts'
import { expressionFrame, Scope } from '../eval/scope.ts'
import { bool, floating, int, list, NONE, str, tuple, type Value } from '../eval/value.ts'
import { GraphValue } from '../ir/graph.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { ErrorNode, FunctionDef, TypeExpr } from '../parse/python/ast.ts'
import type { Definition, ParamDecl, SpecFile } from '../spec/spec.ts'
import { GraphBuilder } from '../trace/graph-builder.ts'
import type { Observations } from './observations.ts'

/** Stands for every size: what is cut in halves, heads or groups still fits. */
const SIZE = 8
/** Ranks of the tensors that inputs are taken for, in the order in which they are tried. */
const RANKS = [3, 4, 2, 5, 1]

/** Adds what is seen of the file's code that was never evaluated, and gives the modules that were made for it. */
export function observeUnreached(file: SpecFile, observations: Observations): readonly ModuleInstance[] {
  const made: ModuleInstance[] = []
  for (const definition of [...file.definitions.values(), file.root]) {
    const bodies = [definition.forward, ...[...definition.methods.values()].map(m => m.body)]
    if (bodies.every(b => b === null || observations.typeOf(b) !== null)) continue
    const module = moduleFor(definition, observations)
    if (module === null) continue
    made.push(module)
    observeModule(module, definition, observations)
  }
  for (const def of file.functions.values()) {
    if (observations.typeOf(def.body) === null) observeFunction(def, file, null, observations)
  }
  return made
}

function moduleFor(definition: Definition, observations: Observations): ModuleInstance | null {
  const given = definition.params
    .filter(decl => decl.default === null)
    .map(decl => ({ name: decl.name.name, place: decl.name.place, value: standIn(decl) }))
  return elaborateAlone(definition, given, new Diagnostics(), observations)
}

/** A value for a param that has no default. */
function standIn(decl: ParamDecl): Value {
  const [first] = decl.enum ?? []
  if (first !== undefined && first.expr.kind !== 'Int')
    return str(first.expr.kind === 'Str' ? first.expr.value : first.text)
  return ofType(decl.type)
}

function ofType(type: TypeExpr | ErrorNode | undefined): Value {
  if (type?.kind !== 'TypeExpr') return int(SIZE)
  switch (type.name) {
    case 'float':
      return floating(0.5)
    case 'bool':
      return bool(true)
    case 'str':
      return str('')
    case 'dtype':
      return { kind: 'dtype', value: 'float32' }
    case 'module':
      return { kind: 'type', name: 'Identity', definition: null }
    case 'list':
      return list(Array.from({ length: 4 }, () => ofType(type.args[0] as TypeExpr | undefined)))
    case 'tuple':
      return tuple(type.args.map(a => ofType(a as TypeExpr)))
    default:
      return int(SIZE)
  }
}

function observeModule(module: ModuleInstance, definition: Definition, observations: Observations): void {
  const { forward } = definition
  if (forward !== null && observations.typeOf(forward) === null) {
    const inputs = definition.inputs.filter(i => i.default === null && !i.optional)
    attempt(observations, (machine, tensor) => {
      const locals = new Map<string, Value>()
      for (const input of definition.inputs)
        locals.set(input.name.name, inputs.includes(input) ? tensor() : NONE)
      for (const input of definition.inputs) machine.observe(input, locals.get(input.name.name)!)
      return runForward(module, forward, locals, machine)
    })
  }
  for (const def of definition.methods.values()) {
    if (observations.typeOf(def.body) === null) observeFunction(def, definition.file(), module, observations)
  }
}

function observeFunction(
  def: FunctionDef,
  file: SpecFile,
  owner: ModuleInstance | null,
  observations: Observations,
): void {
  attempt(observations, (machine, tensor) => {
    const frame = expressionFrame(owner?.scope ?? new Scope(file))
    const params = def.header.params.filter(p => p.name !== 'self' && p.default === undefined)
    const args = params.map(p => ({ name: p.name, value: tensor(), node: def.body }))
    return callDefined({ kind: 'function', def, file, owner }, args, def.body, frame, machine)
  })
}

/** Runs a body with tensors of one rank after the other, until it comes to a result. */
function attempt(observations: Observations, run: (machine: Machine, tensor: () => Value) => Value): void {
  for (const rank of RANKS) {
    const world = new GraphBuilder()
    const machine = new Machine(new Diagnostics(), world, { training: true, observer: observations })
    world.machine = machine
    machine.shadow = 1
    const shape = Array.from({ length: rank }, () => SIZE)
    const tensor = (): Value => ({ kind: 'tensor', value: new GraphValue({ dtype: 'float32', shape }) })
    if (run(machine, tensor).kind !== 'error') return
  }
}
