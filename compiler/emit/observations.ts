/** What evaluation saw of the author's code, by syntax node: kinds of values, and which row of the op table a call became. */
import type { FunctionRow } from '../../runtime/ops/function.ts'
import type { Observer } from '../eval/machine.ts'
import type { Value } from '../eval/value.ts'
import type { Node } from '../parse/python/ast.ts'
import { join, members, type ObservedType, typeOf } from './observed-type.ts'

/**
 * A branch that is never taken is looked at so often, in the hope that its names have values; as often again where it stands in
 * another one, whose own names may have none.
 */
const SHADOW_TRIES = 3

export class Observations implements Observer {
  readonly #types = new Map<object, ObservedType>()
  readonly #rows = new Map<Node, FunctionRow>()
  readonly #severalRows = new Set<Node>()
  readonly #tries = new Map<Node, { outside: number; inside: number }>()

  value(node: object, value: Value): void {
    const joined = join(this.#types.get(node) ?? null, typeOf(value))
    if (joined !== null) this.#types.set(node, joined)
  }

  row(node: Node, row: FunctionRow): void {
    const first = this.#rows.get(node)
    if (first === undefined) this.#rows.set(node, row)
    else if (first.python !== row.python || first.name !== row.name) this.#severalRows.add(node)
  }

  wants(node: Node, depth: number): boolean {
    if (this.#types.has(node)) return false
    const tries = this.#tries.get(node) ?? { outside: 0, inside: 0 }
    this.#tries.set(node, tries)
    return (depth === 0 ? tries.outside++ : tries.inside++) < SHADOW_TRIES
  }

  /** The joined type of all values of an expression; null where it was never evaluated. */
  typeOf(node: object): ObservedType | null {
    return this.#types.get(node) ?? null
  }

  /** Whether every value of the expression was of this kind. */
  isAlways(node: object, ...kinds: readonly ObservedType['kind'][]): boolean {
    const type = this.#types.get(node)
    return type !== undefined && members(type).every(t => kinds.includes(t.kind))
  }

  /** Whether some value of the expression was of this kind. */
  isSometimes(node: object, kind: ObservedType['kind']): boolean {
    const type = this.#types.get(node)
    return type !== undefined && members(type).some(t => t.kind === kind)
  }

  /** The row that a call, an operator or an index became; null where it is none. */
  rowOf(node: Node): FunctionRow | null {
    return this.#rows.get(node) ?? null
  }

  /** Whether a call became one row at one time and another at another. */
  hasSeveralRows(node: Node): boolean {
    return this.#severalRows.has(node)
  }
}
