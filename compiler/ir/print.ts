/** The graph IR as text, for people and tests: one node a line, values numbered in order. */
import { FloatScalar } from '../../runtime/ops/args.ts'
import { printDim, printShape, Sym } from '../../runtime/ops/dim.ts'
import { type Graph, type GraphArg, type GraphResult, GraphValue } from './graph.ts'

/** `%3 = conv2d(%1, weight=%2, stride=[2, 2]) : float32[N, 64, H//2, W//2]`. */
export function printGraph(graph: Graph): string {
  const numbers = new Map<GraphValue, number>()
  const ref = (value: GraphValue): string => `%${numbers.get(value) ?? '?'}`
  const define = (result: GraphResult): string => {
    if (result === null) return 'None'
    if (result instanceof GraphValue) {
      numbers.set(result, numbers.size)
      return ref(result)
    }
    return `(${result.map(define).join(', ')})`
  }
  const lines = graph.nodes.map(node => {
    if (node.kind === 'input') return `${define(node.result)} = input ${node.name} : ${typeOf(node.result)}`
    if (node.kind === 'state')
      return `${define(node.result)} = state ${node.tensor.id} : ${typeOf(node.result)}`
    if (node.kind === 'write') return `write ${node.tensor.id} = ${ref(node.value)}`
    const args = Object.entries(node.args).map(([name, arg]) => `${name}=${printArg(arg, ref)}`)
    const callee = node.kind === 'function' ? node.row.name : `${node.module.row!.name} '${node.module.path}'`
    return `${define(node.result)} = ${callee}(${args.join(', ')}) : ${typeOf(node.result)}`
  })
  const guards = graph.guards.map(g => `guard ${printDim(g.a)} == ${printDim(g.b)}`)
  const outputs = graph.outputs.map(o => `output ${o.name} = ${printResult(o.value, ref)}`)
  return [...lines, ...guards, ...outputs, ''].join('\n')
}

const typeOf = (result: GraphResult): string => {
  if (result === null) return 'None'
  if (result instanceof GraphValue) return `${result.aval.dtype}${printShape(result.aval.shape)}`
  return `(${result.map(typeOf).join(', ')})`
}

const printResult = (result: GraphResult, ref: (value: GraphValue) => string): string =>
  result === null
    ? 'None'
    : result instanceof GraphValue
      ? ref(result)
      : `[${result.map(r => printResult(r, ref)).join(', ')}]`

function printArg(arg: GraphArg, ref: (value: GraphValue) => string): string {
  if (arg === null) return 'None'
  if (arg instanceof GraphValue) return ref(arg)
  if (arg instanceof FloatScalar) return Number.isInteger(arg.value) ? `${arg.value}.0` : `${arg.value}`
  if (Array.isArray(arg)) return `[${arg.map(a => printArg(a as GraphArg, ref)).join(', ')}]`
  if (arg instanceof Sym || typeof arg === 'number') return printDim(arg)
  if (typeof arg === 'object') {
    const fields = Object.entries(arg as Readonly<Record<string, GraphArg>>).map(
      ([name, value]) => `${name}: ${printArg(value, ref)}`,
    )
    return `{${fields.join(', ')}}`
  }
  return typeof arg === 'string' ? JSON.stringify(arg) : `${arg}`
}
