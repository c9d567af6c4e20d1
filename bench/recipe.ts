/**
 * A model as the peers build it: a list of a few well-known operations with all sizes known, made from the graph that the compiler
 * traces of a spec. So one spec says what every contender computes, with the same weights.
 */
import type { Model } from '../compiler/compile.ts'
import { type GraphArg, type GraphNode, type GraphResult, GraphValue } from '../compiler/ir/graph.ts'
import type { TensorInstance } from '../compiler/ir/module.ts'
import { type Dim, evaluate, isSym, Sym, variablesOf } from '../runtime/ops/dim.ts'

/** Attributes are those of PyTorch's functions of these names; `inputs` are names of earlier values. */
export type Operation =
  | { readonly op: 'conv2d'; readonly stride: Pair; readonly padding: Pair; readonly groups: number } // x, weight, bias?
  | { readonly op: 'batch_norm'; readonly eps: number } // x, weight, bias, mean, variance
  | { readonly op: 'linear' } // x, weight [out, in], bias?
  | { readonly op: 'layer_norm'; readonly eps: number } // x, weight, bias, over the last dim
  | { readonly op: 'embedding' } // ids, weight
  | { readonly op: 'relu' | 'relu6' | 'add' | 'matmul' }
  | { readonly op: 'gelu'; readonly tanh: boolean }
  | { readonly op: 'softmax'; readonly dim: number }
  | { readonly op: 'max_pool2d'; readonly kernel: Pair; readonly stride: Pair; readonly padding: Pair }
  | { readonly op: 'global_avg_pool' } // keeps two dims of size 1
  | { readonly op: 'reshape' }
  | { readonly op: 'transpose'; readonly dims: Pair }
  | { readonly op: 'narrow'; readonly dim: number; readonly start: number; readonly length: number }
  | { readonly op: 'cat'; readonly dim: number }
  | { readonly op: 'attention'; readonly causal: boolean } // query, key, value, each [N, heads, T, head]
  | { readonly op: 'arange'; readonly start: number; readonly length: number }

type Pair = readonly [number, number]

export type Step = Operation & {
  readonly inputs: readonly string[]
  readonly output: string
  readonly shape: readonly number[]
}

export interface TensorInfo {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int64'
}

export interface Recipe {
  readonly inputs: readonly TensorInfo[]
  /** By key of the state_dict. */
  readonly weights: readonly TensorInfo[]
  /** Parameters of training, in order; the other weights are buffers. */
  readonly parameters: readonly string[]
  readonly steps: readonly Step[]
  readonly outputs: readonly TensorInfo[]
}

/** An operation on named values. */
interface Call {
  readonly operation: Operation
  readonly inputs: readonly string[]
}

const call = (operation: Operation, inputs: readonly string[]): Call => ({ operation, inputs })

/** Throws where the graph has an operation that the peers' tables do not know. */
export function recipeOf(model: Model, inputs: Readonly<Record<string, readonly number[]>>): Recipe {
  return new Writer(model, inputs).write()
}

class Writer {
  readonly #model: Model
  readonly #given: Readonly<Record<string, readonly number[]>>
  readonly #sizes = new Map<string, number>()
  readonly #names = new Map<GraphValue, string>()
  readonly #keys: ReadonlyMap<TensorInstance, string>
  readonly #steps: Step[] = []

  constructor(model: Model, given: Readonly<Record<string, readonly number[]>>) {
    this.#model = model
    this.#given = given
    // Tied tensors go by their first key.
    this.#keys = new Map([...model.state].reverse().map(({ key, tensor }) => [tensor, key]))
  }

  write(): Recipe {
    const { graph, state } = this.#model
    const ports = graph.nodes.flatMap(n => (n.kind === 'input' ? [n] : []))
    for (const { name, result } of ports) {
      for (const [i, dim] of result.aval.shape.entries())
        if (isSym(dim) && variablesOf(dim).size === 1)
          this.#sizes.set([...variablesOf(dim)][0]!, this.#given[name]![i]!)
    }
    for (const node of graph.nodes) this.#node(node)
    const tensors = [...this.#keys].map(([tensor, key]) => ({ tensor, key })).reverse()
    return {
      inputs: ports.map(({ name, result }) => this.#info(name, result)),
      weights: tensors
        .filter(({ tensor }) => tensor.dtype === 'float32')
        .map(({ tensor, key }) => ({ name: key, shape: tensor.shape, dtype: 'float32' })),
      parameters: state
        .filter(({ key, tensor }) => tensor.kind === 'parameter' && this.#keys.get(tensor) === key)
        .map(({ key }) => key),
      steps: this.#steps,
      outputs: graph.outputs.flatMap(({ value }) =>
        leaves(value).map(leaf => this.#info(this.#names.get(leaf)!, leaf)),
      ),
    }
  }

  #size(dim: Dim): number {
    return isSym(dim) ? evaluate(dim, this.#sizes) : dim
  }

  #info(name: string, value: GraphValue): TensorInfo {
    const { shape, dtype } = value.aval
    if (dtype !== 'float32' && dtype !== 'int64') throw new Error(`${name} is ${dtype}`)
    return { name, shape: shape.map(d => this.#size(d)), dtype }
  }

  #node(node: GraphNode): void {
    if (node.kind === 'write') return
    if (node.kind === 'input') this.#names.set(node.result, node.name)
    else if (node.kind === 'state') this.#names.set(node.result, this.#keys.get(node.tensor)!)
    else if (node.kind === 'module' && node.module.row!.name === 'Dropout')
      this.#names.set(node.result as GraphValue, this.#name(node.args.input))
    else if (node.kind === 'function' && node.row.name === 'split') this.#split(node)
    else {
      const { operation, inputs } = node.kind === 'module' ? this.#module(node) : this.#function(node)
      this.#emit(node.result, operation, inputs)
    }
  }

  #split({ args, result }: GraphNode & { kind: 'function' }): void {
    const dim = this.#dim(args.dim, args.tensor)
    let start = 0
    for (const part of leaves(result)) {
      const length = this.#size(part.aval.shape[dim]!)
      this.#emit(part, { op: 'narrow', dim, start, length }, [this.#name(args.tensor)])
      start += length
    }
  }

  #emit(result: GraphResult, operation: Operation, inputs: readonly string[]): void {
    const [value] = leaves(result)
    // No name of an input or key has this form.
    const output = `%${this.#steps.length}`
    this.#steps.push({ ...operation, inputs, output, shape: value!.aval.shape.map(d => this.#size(d)) })
    this.#names.set(value!, output)
  }

  #name(arg: GraphArg | undefined): string {
    if (!(arg instanceof GraphValue)) throw new Error('a tensor is expected')
    return this.#names.get(arg)!
  }

  #number(arg: GraphArg | undefined): number {
    if (arg instanceof Sym || typeof arg === 'number') return this.#size(arg)
    if (arg !== null && typeof arg === 'object' && 'value' in arg) return Number(arg.value)
    return Number(arg)
  }

  #dim(arg: GraphArg | undefined, of: GraphArg | undefined): number {
    const value = this.#number(arg)
    return value < 0 ? value + (of as GraphValue).aval.shape.length : value
  }

  /** Where a value is one of torch.nn's classes: its weights by key, its arguments from its row. */
  #module({ module, args }: GraphNode & { kind: 'module' }): Call {
    const x = this.#name(args.input)
    const a = module.args
    const weight = (name: string): readonly string[] => {
      const member = module.members.get(name)
      return member?.kind === 'tensor' && member.tensor !== null ? [this.#keys.get(member.tensor)!] : []
    }
    const weights = (...names: string[]) => [x, ...names.flatMap(weight)]
    const number = (name: string) => this.#number(a[name] as GraphArg)
    const pair = (name: string): Pair => {
      const value = a[name] as number | readonly number[] | null
      return Array.isArray(value) ? [value[0]!, value[1]!] : [Number(value), Number(value)]
    }
    switch (module.row!.name) {
      case 'Conv2d':
        return call(
          { op: 'conv2d', stride: pair('stride'), padding: pair('padding'), groups: number('groups') },
          weights('weight', 'bias'),
        )
      case 'BatchNorm2d':
        return call(
          { op: 'batch_norm', eps: number('eps') },
          weights('weight', 'bias', 'running_mean', 'running_var'),
        )
      case 'Linear':
        return call({ op: 'linear' }, weights('weight', 'bias'))
      case 'LayerNorm':
        return call({ op: 'layer_norm', eps: number('eps') }, weights('weight', 'bias'))
      case 'Embedding':
        return call({ op: 'embedding' }, weights('weight'))
      case 'ReLU':
        return call({ op: 'relu' }, [x])
      case 'ReLU6':
        return call({ op: 'relu6' }, [x])
      case 'MaxPool2d':
        return call(
          {
            op: 'max_pool2d',
            kernel: pair('kernel_size'),
            stride: pair(a.stride === null ? 'kernel_size' : 'stride'),
            padding: pair('padding'),
          },
          [x],
        )
      case 'AdaptiveAvgPool2d':
        return call({ op: 'global_avg_pool' }, [x])
      default:
        throw new Error(`${module.row!.name} is not among the operations of the benchmarks`)
    }
  }

  #function({ row, args }: GraphNode & { kind: 'function' }): Call {
    const { name } = row
    const { input } = args
    switch (name) {
      case 'add':
      case 'matmul':
        return call({ op: name }, [this.#name(input), this.#name(args.other)])
      case 'relu':
        return call({ op: 'relu' }, [this.#name(input)])
      case 'gelu':
        return call({ op: 'gelu', tanh: args.approximate === 'tanh' }, [this.#name(input)])
      case 'softmax':
        return call({ op: 'softmax', dim: this.#dim(args.dim, input) }, [this.#name(input)])
      case 'view':
      case 'reshape':
      case 'flatten':
        return call({ op: 'reshape' }, [this.#name(input)])
      case 'transpose':
        return call({ op: 'transpose', dims: [this.#dim(args.dim0, input), this.#dim(args.dim1, input)] }, [
          this.#name(input),
        ])
      case 'cat': {
        const tensors = args.tensors as readonly GraphArg[]
        return call(
          { op: 'cat', dim: this.#dim(args.dim, tensors[0]) },
          tensors.map(t => this.#name(t)),
        )
      }
      case 'scaled_dot_product_attention':
        return call(
          { op: 'attention', causal: args.is_causal === true },
          [args.query, args.key, args.value].map(t => this.#name(t)),
        )
      case 'adaptive_avg_pool2d':
        return call({ op: 'global_avg_pool' }, [this.#name(input)])
      case 'max_pool2d':
        throw new Error('max_pool2d stands in the specs as a module')
      case 'arange':
      case 'arange_start': {
        const start = args.start === undefined ? 0 : this.#number(args.start)
        return call({ op: 'arange', start, length: this.#number(args.end) - start }, [])
      }
      default:
        throw new Error(`${name} is not among the operations of the benchmarks`)
    }
  }
}

const leaves = (result: GraphResult): GraphValue[] => {
  if (result === null) return []
  return result instanceof GraphValue ? [result] : result.flatMap(leaves)
}
