/**
 * Random weights that do not depend on the order of declarations: what a parameter starts from follows from a seed and its name.
 *
 * A model is made twice. The first time shows which draw ends up in which parameter; the second time every draw has a generator
 * of its own. Its seed is the first 8 bytes, little-endian, of the SHA-256 of the UTF-8 text "SEED\nNAME\nK": the seed in decimal,
 * the key of the parameter, and how many draws went into this parameter before.
 */
import { Sha256 } from '../checkpoint/sha256.ts'
import type { Node } from '../graph/node.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { defaultGenerator } from './default-generator.ts'
import { Generator } from './generator.ts'

/** The elements of one tensor being drawn. */
export interface Draw {
  readonly generator: Generator
  /** Called with the tensor that they became. */
  readonly made: (tensor: Tensor) => void
}

/** A making of a model: the number of each draw by what was drawn, and the generator for each. */
interface Making {
  readonly nodes: Map<Node, number>
  readonly cells: Map<Cell, number[]>
  readonly generator: (draw: number) => Generator
  count: number
}

let making: Making | null = null

/** Begins the draw of a tensor: from the default generator, unless a model is being made by `seededByName`. */
export function startDraw(): Draw {
  const current = making
  if (current === null) return { generator: defaultGenerator, made: () => {} }
  const draw = current.count++
  return { generator: current.generator(draw), made: ({ node }) => current.nodes.set(node, draw) }
}

/** As `startDraw`, for a cell that is set anew. */
export function generatorOf(cell: Cell): Generator {
  if (making === null) return defaultGenerator
  const draw = making.count++
  making.cells.set(cell, [...(making.cells.get(cell) ?? []), draw])
  return making.generator(draw)
}

/** What has parameters and buffers with names: a module. */
interface Named {
  namedParameters(): readonly (readonly [string, Cell])[]
  namedBuffers(): readonly (readonly [string, Cell])[]
}

/**
 * Makes a model whose weights follow from a seed and their names, in whatever order they are declared. `make` is called twice, and
 * must do the same both times. The default generator is left as it is.
 */
export function seededByName<M extends Named>(seed: number | bigint, make: () => M): M {
  const throwaway = new Generator(0)
  const first = made(() => throwaway, make)
  const names = owners(first.model, first)
  const counts = new Map<string, number>()
  const seeds = Array.from({ length: first.count }, (_, draw) => {
    // What no parameter holds in the end still needs a generator.
    const name = names.get(draw) ?? ''
    const before = counts.get(name) ?? 0
    counts.set(name, before + 1)
    return seedOf(`${seed}\n${name}\n${before}`)
  })
  return made(draw => new Generator(seeds[draw] ?? seedOf(`${seed}\n\n${draw}`)), make).model
}

function made<M>(generator: (draw: number) => Generator, make: () => M): Making & { model: M } {
  const outer = making
  const current: Making = { nodes: new Map(), cells: new Map(), generator, count: 0 }
  making = current
  try {
    const model = make()
    return { ...current, model }
  } finally {
    making = outer
  }
}

/** The name that each draw ends up under. */
function owners(model: Named, { nodes, cells }: Making): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  for (const [name, cell] of [...model.namedParameters(), ...model.namedBuffers()]) {
    for (const draw of cells.get(cell) ?? []) found.set(draw, name)
    // A tensor may be computed from what was drawn.
    const open = [cell.value.node]
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const draw = nodes.get(node)
      if (draw !== undefined && !found.has(draw)) found.set(draw, name)
      open.push(...node.inputs)
    }
  }
  return found
}

function seedOf(text: string): bigint {
  const digits = new Sha256().update(new TextEncoder().encode(text)).hex()
  const bytes = Array.from({ length: 8 }, (_, i) => digits.slice(2 * i, 2 * i + 2))
  return BigInt(`0x${bytes.reverse().join('')}`)
}
