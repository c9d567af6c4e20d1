/** What must hold of every graph: the tests run this after tracing. */
import { FloatScalar } from '../../runtime/ops/args.ts'
import { type Dim, isSym, Sym, variablesOf } from '../../runtime/ops/dim.ts'
import { isDType } from '../../runtime/ops/dtype.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { type Graph, type GraphArg, type GraphResult, GraphValue } from './graph.ts'

/** Throws InternalError where a value is used before it is made or made twice, or a size is named by no input. */
export function verifyGraph(graph: Graph): void {
  const made = new Set<GraphValue>()
  const sizes = new Set<string>()
  for (const node of graph.nodes) {
    if (node.kind === 'input')
      for (const d of node.result.aval.shape) for (const name of variablesOf(d)) sizes.add(name)
  }
  const checkDim = (dim: Dim, where: string): void => {
    for (const name of variablesOf(dim)) if (!sizes.has(name)) fail(`${where}: no input has the size ${name}`)
    if (!isSym(dim) && (!Number.isInteger(dim) || dim < 0)) fail(`${where}: ${dim} is no size`)
  }
  const define = (result: GraphResult, where: string): void => {
    if (result === null) return
    if (!(result instanceof GraphValue)) {
      for (const part of result) define(part, where)
      return
    }
    if (made.has(result)) fail(`${where}: a value is made twice`)
    if (!isDType(result.aval.dtype)) fail(`${where}: ${result.aval.dtype} is no dtype`)
    for (const d of result.aval.shape) checkDim(d, where)
    made.add(result)
  }
  const use = (arg: GraphArg | GraphResult, where: string): void => {
    if (arg instanceof GraphValue) {
      if (!made.has(arg)) fail(`${where}: a value is used before it is made`)
    } else if (Array.isArray(arg)) for (const a of arg) use(a as GraphArg, where)
    else if (arg instanceof Sym) {
      for (const name of variablesOf(arg))
        if (!sizes.has(name)) fail(`${where}: no input has the size ${name}`)
    } else if (typeof arg === 'object' && arg !== null && !(arg instanceof FloatScalar)) {
      for (const a of Object.values(arg)) use(a as GraphArg, where)
    }
  }
  for (const node of graph.nodes) {
    switch (node.kind) {
      case 'input':
        define(node.result, `input ${node.name}`)
        break
      case 'state':
        define(node.result, `state ${node.tensor.id}`)
        break
      case 'write':
        use(node.value, `write ${node.tensor.id}`)
        break
      default: {
        const where = node.kind === 'function' ? node.row.name : node.module.path
        for (const arg of Object.values(node.args)) use(arg, where)
        define(node.result, where)
      }
    }
  }
  for (const { name, value } of graph.outputs) use(value, `output ${name}`)
}

function fail(message: string): never {
  throw new InternalError(`the graph is not well formed: ${message}`)
}
