/** Ids, kinds and ties of tensors through exact steps: what shapes do not show. */
import type { LockedTensor } from './contract.ts'
import type { ExactStep } from './exact-step.ts'

interface Entry {
  readonly id: string | null
  readonly kind: 'parameter' | 'buffer'
  /** Equal for the names of one tensor. */
  readonly group: number
}

/** Starts from a generation's tensors. */
export class Track {
  readonly entries = new Map<string, Entry>()
  readonly dropped = new Map<string, string>()
  #groups = 0

  constructor(from: readonly LockedTensor[]) {
    const groups = new Map<string, number>()
    for (const { key, id, kind, tie } of from) {
      const owner = tie ?? id
      const group = groups.get(owner) ?? this.#groups++
      groups.set(owner, group)
      this.entries.set(key, { id, kind, group })
    }
  }

  /** `kindOf` says what an added tensor is. */
  follow(step: ExactStep, kindOf: (key: string) => 'parameter' | 'buffer'): void {
    const { entries } = this
    switch (step.kind) {
      case 'move': {
        const moved = step.moves.map(([from, to]) => [to, this.#take(from)] as const)
        for (const [key, entry] of moved) entries.set(key, entry)
        return
      }
      case 'split': {
        const { kind } = this.#take(step.from)
        for (const key of step.to) this.#make(key, kind)
        return
      }
      case 'concat': {
        const parts = step.from.map(key => this.#take(key))
        this.#make(step.to, parts[0]!.kind)
        return
      }
      case 'add':
        this.#make(step.key, kindOf(step.key))
        return
      case 'drop':
        this.#take(step.key)
        this.dropped.set(step.key, step.reason)
        return
      case 'tie': {
        const { group, kind } = entries.get(step.to)!
        entries.set(step.key, { id: entries.get(step.key)?.id ?? null, kind, group })
        return
      }
      case 'untie':
        if (step.whole) this.#take(step.key)
        else entries.set(step.key, { ...entries.get(step.key)!, group: this.#groups++ })
    }
  }

  #make(key: string, kind: Entry['kind']): void {
    this.entries.set(key, { id: null, kind, group: this.#groups++ })
  }

  #take(key: string): Entry {
    const entry = this.entries.get(key)!
    this.entries.delete(key)
    return entry
  }
}
