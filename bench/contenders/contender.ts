/** What every contender can do, and how a recipe is built with a table of operations that is total. */
import type { Operation, Recipe, Step } from '../recipe.ts'

export type Data = Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>

/** One piece of work, as it lies in a folder or behind an address. */
export interface Work {
  /** The whole of one of its files. */
  readonly read: (file: string) => Promise<Uint8Array<ArrayBuffer>>
  readonly recipe: Recipe
  readonly weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>
  /** In the order of the recipe's inputs; for training, the labels last. */
  readonly inputs: readonly Data[]
  /** The generated class, its options, and what of the work is training. */
  readonly generated: {
    readonly spec: string
    readonly file: string
    readonly name: string
    readonly options: object
  }
  readonly train: 'sgd' | 'adam' | null
  readonly threads: number
}

/** Ready to run: typed arrays in, typed arrays out. A training step gives the loss before it. */
export type Run = (inputs: readonly Data[]) => Promise<readonly Data[]>

export type Contender = (work: Work) => Promise<Run>

export const LEARNING_RATE = { sgd: 0.01, adam: 0.001 } as const
export const MOMENTUM = 0.9

type StepOf<Op extends Operation['op']> = Step & { readonly op: Op }

/** One function per operation. */
export type Table<V> = {
  readonly [Op in Operation['op']]: (step: StepOf<Op>, inputs: readonly V[]) => V
}

/** Runs a recipe; `value` gives inputs and weights by name. */
export function build<V>(recipe: Recipe, table: Table<V>, value: (name: string) => V): V[] {
  const values = new Map<string, V>()
  const find = (name: string): V => values.get(name) ?? value(name)
  for (const step of recipe.steps) {
    const run = table[step.op] as (step: Step, inputs: readonly V[]) => V
    values.set(step.output, run(step, step.inputs.map(find)))
  }
  return recipe.outputs.map(({ name }) => find(name))
}

/** What a causal mask adds to scores: 0 up to the diagonal, -1e9 beyond. */
export function causalMask(rows: number, columns: number): Float32Array<ArrayBuffer> {
  const mask = new Float32Array(rows * columns)
  for (let i = 0; i < rows; i++) mask.fill(-1e9, i * columns + i + 1 + (columns - rows), (i + 1) * columns)
  return mask
}
