/** From lazy nodes to the graph below them, and the key that equal graphs share. */
import { printShape } from '../ops/dim.ts'
import { CaptureError } from './capture-error.ts'
import type { Node, Operation } from './node.ts'
import { type Graph, GraphBuilder, type Value } from './value.ts'

/** The lazy part below some nodes: what must be computed, in an order that respects operands, and what is there already. */
export interface Trace {
  /** Nodes with memory, in order of first use. */
  readonly leaves: readonly Node[]
  /** Nodes without, operands first: as they were made. */
  readonly pending: readonly Node[]
  /** Structure, attributes (constants too), shapes and dtypes: equal for equal computations. */
  readonly signature: string
}

/**
 * Walks the nodes below `roots`, none of which has memory.
 * @param isLeaf which nodes are taken as given; those that are not lazy, unless said otherwise
 * @throws CaptureError where an element would be needed that only the runs of a capture have
 */
export function trace(roots: readonly Node[], isLeaf = isThere): Trace {
  const leaves: Node[] = []
  const pending = inOrder(roots, isLeaf)
  const names = new Map<Node, string>()
  const lines: string[] = []
  const nameOf = (node: Node): string => {
    const known = names.get(node)
    if (known !== undefined) return known
    const name = `i${leaves.length}`
    names.set(node, name)
    lines.push(`${node.dtype}[${node.shape.join()}]`)
    leaves.push(node)
    return name
  }
  for (const [i, node] of pending.entries()) {
    // Shape and dtype of the result follow from those of the operands.
    lines.push(`${operationKey(node.operation!)}(${node.inputs.map(nameOf).join()})`)
    names.set(node, `${i}`)
  }
  lines.push(roots.map(nameOf).join())
  return { leaves, pending, signature: lines.join(';') }
}

function isThere(node: Node): boolean {
  if (node.failure !== null) throw node.failure
  if (!node.givenLater) return node.operation === null
  throw new CaptureError(
    'capture/read',
    `a tensor ${node.dtype}${printShape(node.shape)} was read that stands for what the runs of a captured function compute`,
    'return it from the function, and read what run() gives; a function that decides by elements cannot be captured',
  )
}

/** The nodes to compute, in the order in which they were made: what is used up early ends early. */
function inOrder(roots: readonly Node[], isLeaf: (node: Node) => boolean): readonly Node[] {
  const pending = new Set<Node>()
  const open = [...roots]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (pending.has(node) || isLeaf(node)) continue
    pending.add(node)
    open.push(...node.inputs)
  }
  return [...pending].sort((a, b) => a.id - b.id)
}

/** Primitive and attributes as text. */
export function operationKey({ op, attrs }: Operation): string {
  let text: string = op
  for (const name in attrs) text += ` ${name}=${attributeKey(attrs[name as keyof typeof attrs])}`
  return text
}

/** An attribute as text: unlike in JSON, -0, NaN, infinities and bigints are told apart. */
function attributeKey(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(attributeKey).join()}]`
  if (typeof value !== 'object' || value === null) return `${value}`
  return `{${Object.entries(value)
    .map(([name, inner]) => `${name}:${attributeKey(inner)}`)
    .join()}}`
}

/** The graph of a trace. */
export function graphOf({ leaves, pending }: Trace, roots: readonly Node[]): Graph {
  const builder = new GraphBuilder()
  const values = new Map<Node, Value>()
  for (const leaf of leaves) values.set(leaf, builder.input(leaf.shape, leaf.dtype))
  for (const node of pending) {
    const inputs = node.inputs.map(n => values.get(n)!)
    values.set(node, builder.operation(node.shape, node.dtype, node.operation!, inputs))
  }
  return builder.finish(roots.map(r => values.get(r)!))
}
