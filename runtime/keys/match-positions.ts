/**
 * Which parameter each position of an optimizer is, for files that do not name them: within each group parameters are taken to come
 * in the model's order, and the shapes of their state must be theirs. Only what is then the one way counts.
 */

export interface OrderedParameter {
  readonly key: string
  readonly shape: readonly number[]
}

/** For each position the shape of its state; null where it has none that says it. */
export type GroupShapes = readonly (readonly (readonly number[] | null)[])[]

/** Beyond this, the shapes say too little. */
const MAX_STATES = 100_000

/**
 * Keys by group. `none` where the positions fit in no way, `several` where they do in more than one. With `skips`, the optimizer
 * may hold some of the parameters only.
 */
export function matchPositions(
  groups: GroupShapes,
  parameters: readonly OrderedParameter[],
  skips: boolean,
): readonly (readonly string[])[] | 'none' | 'several' {
  const count = groups.reduce((sum, { length }) => sum + length, 0)
  if (count > parameters.length || (!skips && count < parameters.length)) return 'none'
  const search = new Search(groups, parameters, skips)
  const ways = search.ways(
    0,
    groups.map(() => 0),
  )
  if (ways === 0) return 'none'
  return ways > 1 ? 'several' : search.found()
}

const SKIPPED = -1

class Search {
  readonly #groups: GroupShapes
  readonly #parameters: readonly OrderedParameter[]
  readonly #skips: boolean
  /** Ways on from a state, two standing for more; and the first choice that leads on. */
  readonly #known = new Map<string, { readonly ways: number; readonly choice: number }>()

  constructor(groups: GroupShapes, parameters: readonly OrderedParameter[], skips: boolean) {
    this.#groups = groups
    this.#parameters = parameters
    this.#skips = skips
  }

  /** `at`: how many positions of each group are taken. */
  ways(parameter: number, at: readonly number[]): number {
    const left = this.#groups.reduce((sum, { length }, g) => sum + length - at[g]!, 0)
    if (left > this.#parameters.length - parameter) return 0
    if (parameter === this.#parameters.length) return 1
    const state = `${parameter},${at}`
    const known = this.#known.get(state)
    if (known !== undefined) return known.ways
    if (this.#known.size >= MAX_STATES) return 2
    let ways = 0
    let choice = SKIPPED
    for (const group of this.#choices(parameter, at)) {
      const more = this.ways(parameter + 1, group === SKIPPED ? at : at.with(group, at[group]! + 1))
      if (ways === 0 && more > 0) choice = group
      ways = Math.min(2, ways + more)
      if (ways > 1) break
    }
    this.#known.set(state, { ways, choice })
    return ways
  }

  /** The one way. */
  found(): string[][] {
    const keys: string[][] = this.#groups.map(() => [])
    let at = keys.map(group => group.length)
    for (const [i, { key }] of this.#parameters.entries()) {
      const { choice } = this.#known.get(`${i},${at}`)!
      if (choice === SKIPPED) continue
      keys[choice]!.push(key)
      at = at.with(choice, at[choice]! + 1)
    }
    return keys
  }

  #choices(parameter: number, at: readonly number[]): number[] {
    const { shape } = this.#parameters[parameter]!
    const fitting = this.#groups.flatMap((group, g) => {
      const position = at[g]!
      if (position === group.length) return []
      const is = group[position]!
      return is === null || sameElements(is, shape) ? [g] : []
    })
    return this.#skips ? [...fitting, SKIPPED] : fitting
  }
}

/** Scalars may have shape [1]. */
function sameElements(a: readonly number[], b: readonly number[]): boolean {
  const count = (shape: readonly number[]): number => shape.reduce((x, y) => x * y, 1)
  return a.join() === b.join() || (count(a) === 1 && count(b) === 1)
}
