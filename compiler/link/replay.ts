/** Runs a graph on tensors: sizes are read off the inputs, guards are checked, then node after node. */

import { FloatScalar } from '../../runtime/ops/args.ts'
import type { Builder } from '../../runtime/ops/builder.ts'
import {
  boundsBroken,
  type Dim,
  evaluate,
  isSym,
  printDim,
  printShape,
  Sym,
  variablesOf,
} from '../../runtime/ops/dim.ts'
import { applyRow } from '../../runtime/ops/function.ts'
import type { Cell } from '../../runtime/tensor/cell.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { type Graph, type GraphArg, type GraphNode, type GraphResult, GraphValue } from '../ir/graph.ts'
import type { ModuleInstance, TensorInstance } from '../ir/module.ts'
import { InputError } from './input-error.ts'

/** What a graph runs against: the live modules and tensors of the instances in it. */
export interface LiveModel {
  cellOf(tensor: TensorInstance): Cell
  callModule(module: ModuleInstance, args: Readonly<Record<string, unknown>>): unknown
}

/** A tensor, a list of them, or null. */
export type Output = Tensor | null | readonly Output[]

/** Outputs by name. Throws InputError where the inputs do not fit the declared ones, OpError where an op refuses them. */
export function replay(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  builder: Builder<Tensor>,
  live: LiveModel,
): Record<string, Output> {
  const sizes = readSizes(graph, inputs)
  for (const { a, b, place } of graph.guards) {
    const [x, y] = [evaluate(a, sizes), evaluate(b, sizes)]
    if (x === y) continue
    const line = place.source.text.slice(0, place.range.start).split('\n').length
    throw new InputError(
      `the model needs ${printDim(a)} to be ${printDim(b)}, but these inputs make it ${x} and ${y}`,
      `${place.source.path}:${line} asks for it; sizes are ${[...sizes].map(([n, s]) => `${n} = ${s}`).join(', ')}`,
    )
  }
  const values = new Map<GraphValue, Tensor>()
  for (const node of graph.nodes) runNode(node, inputs, values, sizes, builder, live)
  return Object.fromEntries(graph.outputs.map(({ name, value }) => [name, outputOf(value, values)]))
}

function runNode(
  node: GraphNode,
  inputs: Readonly<Record<string, Tensor>>,
  values: Map<GraphValue, Tensor>,
  sizes: ReadonlyMap<string, number>,
  builder: Builder<Tensor>,
  live: LiveModel,
): void {
  switch (node.kind) {
    case 'input':
      values.set(node.result, inputs[node.name]!)
      return
    case 'state':
      values.set(node.result, live.cellOf(node.tensor).value)
      return
    case 'function':
      bindResult(node.result, applyRow(builder, node.row, argsOf(node.args, values, sizes) as never), values)
      return
    case 'module':
      bindResult(node.result, live.callModule(node.module, argsOf(node.args, values, sizes)), values)
      return
    case 'write':
      live.cellOf(node.tensor).value = values.get(node.value)!
  }
}

function argsOf(
  args: Readonly<Record<string, GraphArg>>,
  values: ReadonlyMap<GraphValue, Tensor>,
  sizes: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const concrete = (arg: GraphArg): unknown => {
    if (arg instanceof GraphValue) return values.get(arg)!
    if (arg instanceof Sym) return evaluate(arg, sizes)
    if (Array.isArray(arg)) return arg.map(concrete)
    if (typeof arg === 'object' && arg !== null && !(arg instanceof FloatScalar)) {
      return Object.fromEntries(
        Object.entries(arg).map(([name, value]) => [name, concrete(value as GraphArg)]),
      )
    }
    return arg
  }
  return Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, concrete(arg)]))
}

function bindResult(result: GraphResult, value: unknown, values: Map<GraphValue, Tensor>): void {
  if (result instanceof GraphValue) values.set(result, value as Tensor)
  else if (result !== null)
    for (const [i, part] of result.entries()) bindResult(part, (value as readonly unknown[])[i], values)
}

const outputOf = (result: GraphResult, values: ReadonlyMap<GraphValue, Tensor>): Output => {
  if (result === null) return null
  return result instanceof GraphValue ? values.get(result)! : result.map(r => outputOf(r, values))
}

/** The sizes that the declared inputs name, from the shapes that are given. */
function readSizes(graph: Graph, inputs: Readonly<Record<string, Tensor>>): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  const ports = graph.nodes.flatMap(n => (n.kind === 'input' ? [n] : []))
  for (const { name, result } of ports) {
    const { shape, dtype } = result.aval
    const given = inputs[name]
    if (given === undefined)
      throw new InputError(`input '${name}' is missing`, `it is ${dtype}${printShape(shape)}`)
    if (given.dtype !== dtype)
      throw new InputError(`input '${name}' is ${given.dtype}, but must be ${dtype}`, null)
    if (given.shape.length !== shape.length) {
      throw new InputError(
        `input '${name}' has shape ${printShape(given.shape)}, but must be ${printShape(shape)}`,
        null,
      )
    }
    for (const [i, dim] of shape.entries()) solve(dim, given.shape[i]!, sizes)
  }
  for (const { name, result } of ports) {
    checkShape(name, result.aval.shape, inputs[name]!.shape, sizes)
    for (const dim of result.aval.shape) {
      const broken = boundsBroken(dim, sizes)
      if (broken !== null)
        throw new InputError(
          `input '${name}' has shape ${printShape(inputs[name]!.shape)}, but ${broken}`,
          null,
        )
    }
  }
  return sizes
}

/** A dim that is a multiple of one size (`H`, `2*T`) gives that size. */
function solve(dim: Dim, actual: number, sizes: Map<string, number>): void {
  if (!isSym(dim)) return
  const names = [...variablesOf(dim)]
  if (names.length !== 1 || sizes.has(names[0]!)) return
  const [name] = names as [string]
  // Linear dims: two values give slope and offset.
  const at = (n: number): number => evaluate(dim, new Map([[name, n]]))
  const slope = at(1) - at(0)
  const size = slope === 0 ? Number.NaN : (actual - at(0)) / slope
  if (Number.isInteger(size) && size >= 0 && at(size) === actual) sizes.set(name, size)
}

function checkShape(
  name: string,
  shape: readonly Dim[],
  given: readonly number[],
  sizes: ReadonlyMap<string, number>,
): void {
  for (const [i, dim] of shape.entries()) {
    const free = isSym(dim) && [...variablesOf(dim)].some(n => !sizes.has(n))
    const expected = free ? undefined : evaluate(dim, sizes)
    if (expected === given[i]) continue
    const known = [...sizes].map(([n, s]) => `${n} = ${s}`).join(', ')
    throw new InputError(
      `input '${name}' has shape ${printShape(given)}, but must be ${printShape(shape)}`,
      `dim ${i} is ${given[i]}, not ${printDim(dim)}${known === '' ? '' : ` (${known})`}`,
    )
  }
}
