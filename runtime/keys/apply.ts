/** Runs steps on the tensors of one state: shapes, tensors of a file, or tensors of a device, through `Arrays`. */
import type { Arrays, ArrayType } from './arrays.ts'
import { type ExactStep, invertExact } from './exact-step.ts'
import { KeysError } from './keys-error.ts'
import { resolveStep } from './resolve.ts'
import type { Step } from './step.ts'

/** What elements must be for nothing to be lost. Reading them takes time, so that whoever applies decides when. */
export type Check<V> = { readonly index: number; readonly key: string } & (
  | { readonly kind: 'same'; readonly other: string; readonly values: readonly [V, V] }
  | { readonly kind: 'filled'; readonly value: V; readonly fill: number }
)

export interface Applied<V> {
  /** In the order of the source; parts where the whole was, what is added last. */
  readonly state: ReadonlyMap<string, V>
  /** What was done, key by key: {@link undoSteps} takes it. */
  readonly exact: readonly ExactStep[]
  /** What only the elements can say: that what a slice cut off is its fill, and that tied tensors are equal. */
  readonly checks: readonly Check<V>[]
}

export interface ApplyOptions<V> {
  /** Types of the keys that the steps lead to. `add` takes shapes from there; without it, it is refused. */
  readonly target?: ReadonlyMap<string, ArrayType>
  /** The value of an added tensor whose init is `default`; without it, such an `add` is refused. */
  readonly initial?: (key: string, type: ArrayType) => V
  /** Steps that may find nothing. Default: none. */
  readonly isOptional?: (step: Step) => boolean
}

/**
 * Applies declared steps. Every tensor passes through or is consumed by a step; a step that finds nothing is an error, so that
 * nothing is ignored. Throws KeysError with the step's index.
 */
export function applySteps<V>(
  steps: readonly Step[],
  state: ReadonlyMap<string, V>,
  arrays: Arrays<V>,
  options: ApplyOptions<V> = {},
): Applied<V> {
  const run = new Run(state, arrays, options)
  const exact: ExactStep[] = []
  for (const [index, step] of steps.entries()) {
    const target = options.target ?? null
    const situation = { types: run.types(), target, index }
    for (const one of options.isOptional?.(step) ? optional(step, situation) : resolveStep(step, situation)) {
      run.step(one)
      exact.push(one)
    }
  }
  return { state: run.state, exact, checks: run.checks }
}

function optional(step: Step, situation: Parameters<typeof resolveStep>[1]): readonly ExactStep[] {
  try {
    return resolveStep(step, situation)
  } catch (error) {
    if (error instanceof KeysError && error.code === 'keys/missing') return []
    throw error
  }
}

/** Applies exact steps to a state that has the keys and shapes that they were made for. Throws KeysError. */
export function applyExact<V>(
  steps: readonly ExactStep[],
  state: ReadonlyMap<string, V>,
  arrays: Arrays<V>,
  options: Pick<ApplyOptions<V>, 'initial'> = {},
): Omit<Applied<V>, 'exact'> {
  const run = new Run(state, arrays, options)
  for (const step of steps) run.step(step)
  return { state: run.state, checks: run.checks }
}

/** Applies the inverse of what was done. Throws KeysError. */
export const undoSteps = <V>(
  exact: readonly ExactStep[],
  state: ReadonlyMap<string, V>,
  arrays: Arrays<V>,
  options: Pick<ApplyOptions<V>, 'initial'> = {},
): Omit<Applied<V>, 'exact'> => applyExact(invertExact(exact), state, arrays, options)

class Run<V> {
  state: Map<string, V>
  readonly checks: Check<V>[] = []
  readonly #arrays: Arrays<V>
  readonly #initial: ApplyOptions<V>['initial']

  constructor(state: ReadonlyMap<string, V>, arrays: Arrays<V>, options: Pick<ApplyOptions<V>, 'initial'>) {
    this.state = new Map(state)
    this.#arrays = arrays
    this.#initial = options.initial
  }

  types(): Map<string, ArrayType> {
    return new Map([...this.state].map(([key, value]) => [key, this.#arrays.typeOf(value)]))
  }

  step(step: ExactStep): void {
    const { index } = step
    const arrays = this.#arrays
    switch (step.kind) {
      case 'move':
        this.#move(new Map(step.moves), index)
        return
      case 'split': {
        const whole = this.#take(step.from, index)
        let start = 0
        const parts = step.to.map((key, i) => {
          const part = arrays.narrow(whole, step.dim, start, step.sizes[i]!)
          start += step.sizes[i]!
          return [key, part] as const
        })
        this.#replace(step.from, [], parts, index)
        return
      }
      case 'concat': {
        const joined = arrays.cat(
          step.from.map(key => this.#take(key, index)),
          step.dim,
        )
        this.#replace(step.from[0]!, step.from.slice(1), [[step.to, joined]], index)
        return
      }
      case 'transpose':
        this.#change(step.key, index, (value, { shape }) => {
          const order = shape.map((_, i) => i)
          const [a, b] = step.dims
          return arrays.permute(value, order.with(a, b).with(b, a))
        })
        return
      case 'reshape':
        this.#change(step.key, index, value => arrays.reshape(value, step.to))
        return
      case 'slice':
      case 'pad':
        this.#change(step.key, index, value =>
          step.kind === 'slice' ? this.#slice(step, value) : this.#pad(step, value),
        )
        return
      case 'permute_heads':
        this.#change(step.key, index, (value, { shape }) => {
          const { dim, heads } = step
          const half = shape[dim]! / heads / 2
          const pair = step.to === 'halves' ? [heads, half, 2] : [heads, 2, half]
          const split = arrays.reshape(value, shape.toSpliced(dim, 1, ...pair))
          const order = Array.from({ length: shape.length + 2 }, (_, i) => i)
          order.splice(dim + 1, 2, dim + 2, dim + 1)
          return arrays.reshape(arrays.permute(split, order), shape)
        })
        return
      case 'add':
        if (this.state.has(step.key)) throw collision(step.key, index)
        this.state.set(step.key, this.#added(step))
        return
      case 'drop':
        this.#take(step.key, index)
        this.state.delete(step.key)
        return
      case 'tie':
        this.#tie(step)
        return
      case 'untie':
        this.#checkSame(step.key, step.to, index)
        if (step.whole) this.state.delete(step.key)
    }
  }

  #take(key: string, index: number): V {
    const value = this.state.get(key)
    if (value === undefined) throw new KeysError('keys/missing', `there is no '${key}'`, { step: index, key })
    return value
  }

  #change(key: string, index: number, change: (value: V, type: ArrayType) => V): void {
    const value = this.#take(key, index)
    this.state.set(key, change(value, this.#arrays.typeOf(value)))
  }

  #move(moves: ReadonlyMap<string, string>, index: number): void {
    for (const key of moves.keys()) this.#take(key, index)
    const moved = new Map([...this.state].map(([key, value]) => [moves.get(key) ?? key, value]))
    if (moved.size < this.state.size) throw collision([...moves.values()][0]!, index)
    this.state = moved
  }

  /** Puts new entries where an old one was, and ends others. */
  #replace(
    place: string,
    others: readonly string[],
    entries: readonly (readonly [string, V])[],
    index: number,
  ): void {
    const ends = new Set(others)
    const kept: (readonly [string, V])[] = []
    for (const entry of this.state) {
      if (entry[0] === place) kept.push(...entries)
      else if (!ends.has(entry[0])) kept.push(entry)
    }
    const next = new Map(kept)
    if (next.size < kept.length) throw collision(entries[0]![0], index)
    this.state = next
  }

  #slice(step: Extract<ExactStep, { kind: 'slice' | 'pad' }>, value: V): V {
    const { dim, start, stop, size, fill, key, index } = step
    const check = (from: number, to: number): void => {
      if (to === from) return
      const cut = this.#arrays.narrow(value, dim, from, to - from)
      this.checks.push({ index, key, kind: 'filled', value: cut, fill })
    }
    check(0, start)
    check(stop, size)
    return this.#arrays.narrow(value, dim, start, stop - start)
  }

  #pad(step: Extract<ExactStep, { kind: 'slice' | 'pad' }>, value: V): V {
    const { dim, start, stop, size, fill } = step
    const { shape, dtype } = this.#arrays.typeOf(value)
    const filled = (length: number): readonly V[] =>
      length === 0 ? [] : [this.#arrays.full({ shape: shape.with(dim, length), dtype }, fill, value)]
    const parts = [...filled(start), value, ...filled(size - stop)]
    return parts.length === 1 ? value : this.#arrays.cat(parts, dim)
  }

  #added({ key, type, init, index }: Extract<ExactStep, { kind: 'add' }>): V {
    if (init !== 'default') return this.#arrays.full(type, init, null)
    if (this.#initial === undefined) {
      throw new KeysError(
        'keys/no-value',
        `'${key}' starts as the model initialises it, but there is no model here`,
        {
          step: index,
          key,
          hint: 'give the values of what is added (initial), or a number as its init',
        },
      )
    }
    return this.#initial(key, type)
  }

  #tie({ key, to, whole, index }: Extract<ExactStep, { kind: 'tie' | 'untie' }>): void {
    const value = this.#take(to, index)
    if (whole && this.state.has(key)) throw collision(key, index)
    if (!whole) this.#checkSame(key, to, index)
    this.state.set(key, value)
  }

  #checkSame(key: string, other: string, index: number): void {
    const values = [this.#take(key, index), this.#take(other, index)] as const
    const same = this.#arrays.same(...values)
    if (same === false) throw differ(key, other, index)
    if (same === null) this.checks.push({ index, key, kind: 'same', other, values })
  }
}

const collision = (key: string, step: number): KeysError =>
  new KeysError('keys/collision', `'${key}' is there already`, { step, key })

/** Tied tensors that are not equal. */
export const differ = (key: string, other: string, step: number): KeysError =>
  new KeysError('keys/differ', `'${key}' and '${other}' are to be one tensor, but their elements differ`, {
    step,
    key,
    hint: 'drop one of them instead, if its values are to be given up',
  })
