/** Makes the graph IR while a forward is evaluated: binds calls to rows of the tables, infers, records nodes and guards. */

import { type Arg, FloatScalar } from '../../runtime/ops/args.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { type Dim, dimKey } from '../../runtime/ops/dim.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { applyRow, type FunctionRow } from '../../runtime/ops/function.ts'
import { badCall } from '../diagnostics/catalogue/evaluate.ts'
import { opRefused, sometimesEqual } from '../diagnostics/catalogue/infer.ts'
import { recordState, recordView } from '../eval/alias.ts'
import { pythonType } from '../eval/bound.ts'
import type { CallArgument, Machine, TensorWorld } from '../eval/machine.ts'
import type { Frame } from '../eval/scope.ts'
import { describeKind, ERROR, hasError, NONE, tuple, type Value } from '../eval/value.ts'
import { type GraphArg, type GraphNode, type GraphResult, GraphValue, type Guard } from '../ir/graph.ts'
import type { ModuleInstance, TensorInstance } from '../ir/module.ts'
import type { Node } from '../parse/python/ast.ts'
import { InferBuilder } from './infer-builder.ts'
import { givesBack, moduleGivesBack, viewsOfFunction, viewsOfModule } from './views.ts'

export class GraphBuilder implements TensorWorld {
  readonly nodes: GraphNode[] = []
  readonly guards: Guard[] = []
  readonly #infer = new InferBuilder()
  readonly #states = new Map<TensorInstance, Value>()
  readonly #guardKeys = new Set<string>()
  /** Set right after construction: the machine needs its world first. */
  machine!: Machine

  input(name: string, value: GraphValue): Value {
    this.nodes.push({ kind: 'input', name, result: value })
    return { kind: 'tensor', value }
  }

  state(tensor: TensorInstance): Value {
    let value = this.#states.get(tensor)
    if (value === undefined) {
      const result = new GraphValue({ shape: tensor.shape, dtype: tensor.dtype })
      value = { kind: 'tensor', value: result, state: tensor }
      this.#states.set(tensor, value)
      recordState(result, tensor)
      this.nodes.push({ kind: 'state', tensor, result })
    }
    return value
  }

  write(tensor: TensorInstance, value: GraphValue, node: Node, frame: Frame): void {
    if (this.machine.shadow > 0) return
    this.nodes.push({ kind: 'write', tensor, value, place: this.machine.place(node, frame) })
    const old = this.#states.get(tensor)
    if (old?.kind === 'tensor') recordState(old.value, null)
    recordState(value, tensor)
    this.#states.set(tensor, { kind: 'tensor', value, state: tensor })
  }

  assume(a: Dim, b: Dim, node: Node, frame: Frame): void {
    this.#infer.assumeEqual(a, b)
    this.#keepGuards(node, frame)
  }

  callFunction(
    rows: readonly FunctionRow[],
    name: string,
    args: readonly CallArgument[],
    node: Node,
    frame: Frame,
  ): Value {
    if (args.some(a => hasError(a.value))) return ERROR
    const { machine } = this
    const place = () => machine.place(node, frame)
    let refusal: OpError | undefined
    for (const row of rows) {
      let bound: Record<string, GraphArg>
      try {
        bound = this.#bind(row.args, args)
      } catch (error) {
        if (!(error instanceof OpError)) throw error
        refusal ??= error
        continue
      }
      const result = this.#run(() =>
        fresh(applyRow(this.#infer, row, bound as never) as GraphResult, givesBack(row.name)),
      )
      if (result instanceof OpError) {
        machine.report(opRefused(place(), name, result, this.#where(frame)))
        return ERROR
      }
      this.#keepGuards(node, frame)
      machine.observer?.row(node, row)
      if (machine.shadow === 0)
        this.nodes.push({ kind: 'function', row, args: bound, result, place: place() })
      for (const [view, source] of viewsOfFunction(row.name, bound, result)) recordView(view, source)
      return toValue(result, row.fields)
    }
    if (refusal === undefined) return machine.report(badCall(place(), name, 'is not available on tensors'))
    return machine.report(opRefused(place(), name, refusal, this.#where(frame)))
  }

  callRow(module: ModuleInstance, args: readonly CallArgument[], node: Node, frame: Frame): Value {
    const { machine } = this
    const row = module.row!
    const title = `'${module.path}' (${row.name})`
    if (args.some(a => hasError(a.value))) return ERROR
    const result = this.#run(() => {
      const bound = this.#bind(row.inputs, args)
      const state: Record<string, GraphValue> = {}
      for (const decl of row.state(module.args as never)) state[decl.name] = new GraphValue(decl)
      const { out } = row.forward(this.#infer, state, bound as never, module.args as never, machine.training)
      return { out: fresh(out as GraphResult, moduleGivesBack(row.name)), bound }
    })
    if (result instanceof OpError) {
      return machine.report(opRefused(machine.place(node, frame), title, result, this.#where(frame)))
    }
    for (const [view, source] of viewsOfModule(row.name, result.bound, result.out)) recordView(view, source)
    this.#keepGuards(node, frame)
    if (machine.shadow === 0) {
      this.nodes.push({
        kind: 'module',
        module,
        args: result.bound,
        result: result.out,
        place: machine.place(node, frame),
      })
    }
    return toValue(result.out)
  }

  #run<T>(rule: () => T): T | OpError {
    try {
      return rule()
    } catch (error) {
      this.#infer.takeAssumptions()
      if (error instanceof OpError) return error
      // The arithmetic of dims refuses divisions by zero so.
      if (error instanceof RangeError) return new OpError('argument/value', error.message)
      throw error
    }
  }

  #bind(list: readonly Arg[], args: readonly CallArgument[]): Record<string, GraphArg> {
    const positional: unknown[] = []
    const named: Record<string, unknown> = {}
    for (const { name, value } of args) {
      const arg =
        name === null ? list[Math.min(positional.length, list.length - 1)] : list.find(a => a.name === name)
      const data = arg?.kind === 'index' ? indexItems(value) : toArg(value)
      if (name === null) positional.push(data)
      else named[name] = data
    }
    return bindArgs(list, positional, named, (v): v is GraphValue => v instanceof GraphValue) as Record<
      string,
      GraphArg
    >
  }

  #keepGuards(node: Node, frame: Frame): void {
    for (const [a, b] of this.#infer.takeAssumptions()) {
      const key = [dimKey(a), dimKey(b)].sort().join('=')
      if (this.machine.shadow > 0 || this.#guardKeys.has(key)) continue
      this.#guardKeys.add(key)
      const place = this.machine.place(node, frame)
      this.guards.push({ a, b, place })
      this.machine.report(sometimesEqual(place, a, b))
    }
  }

  #where(frame: Frame): string | null {
    const path = frame.owner?.path ?? ''
    return path === '' ? null : `'${path}'`
  }
}

/** Values of their own for a node's results: rules may give an input back, or one value twice; they share its memory then. */
function fresh(result: GraphResult, shares: boolean): GraphResult {
  if (result === null) return null
  if (!(result instanceof GraphValue)) return result.map(r => fresh(r, shares))
  const own = new GraphValue(result.aval)
  if (shares) recordView(own, result)
  return own
}

/** Tensors and plain data for binding. Floats stay apart from ints: `x + 1.0` is not `x + 1`. */
export function toArg(value: Value): GraphArg {
  switch (value.kind) {
    case 'tensor':
      return value.value
    case 'int':
    case 'bool':
    case 'str':
    case 'dtype':
      return value.value
    case 'float':
      return new FloatScalar(value.value)
    case 'none':
      return null
    case 'list':
    case 'tuple': {
      const items: readonly Value[] = value.items
      return items.map(toArg)
    }
    case 'builtin': {
      const dtype = pythonType(value.name)
      if (dtype?.kind === 'dtype') return dtype.value
      break
    }
    case 'condition':
      throw new OpError('argument/value', 'an argument that is true for some sizes only is not supported')
  }
  throw new OpError('argument/value', `${describeKind(value)} is no argument of it`)
}

/** What stands between the brackets, in the form of the `index` kind. */
function indexItems(value: Value): GraphArg {
  if (value.kind !== 'tuple') return [indexItem(value)]
  return value.items.map(indexItem)
}

function indexItem(value: Value): GraphArg {
  switch (value.kind) {
    case 'none':
      return 'newaxis'
    case 'ellipsis':
      return 'ellipsis'
    case 'int':
      return value.value
    case 'tensor':
      return value.value
    case 'slice': {
      const bound = (v: Value): Dim | null => {
        if (v.kind === 'none') return null
        if (v.kind === 'int') return v.value
        throw new OpError('argument/value', `a slice goes between ints, not ${describeKind(v)}`, {
          hint:
            v.kind === 'tensor'
              ? 'a bound that a tensor gives is data: make it an input or a param'
              : undefined!,
        })
      }
      const step = bound(value.step) ?? 1
      if (typeof step === 'number' && step < 0) {
        throw new OpError('argument/value', 'a slice of a tensor goes forward only, as in PyTorch', {
          hint: 'x.flip(dim) turns it round',
        })
      }
      if (typeof step !== 'number')
        throw new OpError('argument/value', 'the step of a slice must be a number')
      return { start: bound(value.lower), stop: bound(value.upper), step }
    }
    default:
      throw new OpError(
        'argument/value',
        `a tensor is indexed by ints, slices, None, ... and int64 tensors, not by ${describeKind(value)}`,
      )
  }
}

/** A result as a value: tuples of tensors, with PyTorch's field names where it has them. */
export function toValue(result: GraphResult, fields?: readonly string[]): Value {
  if (result === null) return NONE
  if (result instanceof GraphValue) return { kind: 'tensor', value: result }
  return tuple(
    result.map(r => toValue(r)),
    fields,
  )
}
