/** Expressions for elements of values: loads where a value is in memory, its rule applied where it is fused. */
import { and, load } from '../../kernels/expr.ts'
import type { Buffer, Expr } from '../../kernels/ir.ts'
import { keyOf } from '../../kernels/linear.ts'
import type { Primitive } from '../../ops/primitives.ts'
import type { Value } from '../value.ts'
import { type LoweringRule, rules } from './rules.ts'
import { flatten, type Subscript } from './view.ts'

/** The rule of a value that is no input. */
export function ruleOf(value: Value): LoweringRule<Primitive> {
  return rules[value.operation!.op] as LoweringRule<Primitive>
}

export class ElementReader {
  readonly #buffers: ReadonlyMap<Value, Buffer>
  readonly #given: ReadonlyMap<Value, Expr>
  readonly #known = new Map<string, Expr>()

  /**
   * @param buffers values that are in memory
   * @param given values whose only element in question is known: the result of the loop that an epilogue follows
   */
  constructor(buffers: ReadonlyMap<Value, Buffer>, given: ReadonlyMap<Value, Expr> = new Map()) {
    this.#buffers = buffers
    this.#given = given
  }

  /** The element at a subscript; where `mask` does not hold, any value, and no memory is read. */
  read(value: Value, at: Subscript, mask: Expr | null = null): Expr {
    const given = this.#given.get(value)
    if (given !== undefined) return given
    const key = `${value.id}|${at.map(keyOf).join()}|${mask === null ? '' : keyOf(mask)}`
    let found = this.#known.get(key)
    if (found === undefined) {
      found = this.#element(value, at, mask)
      this.#known.set(key, found)
    }
    return found
  }

  #element(value: Value, at: Subscript, mask: Expr | null): Expr {
    const buffer = this.#buffers.get(value)
    if (buffer !== undefined) return load(buffer, flatten(at, value.shape), mask)
    const rule = ruleOf(value)
    if (rule.kind === 'map') {
      return rule.value(
        value.inputs.map(x => this.read(x, at, mask)),
        value.inputs,
        value,
      )
    }
    if (rule.kind === 'view') {
      return rule.element(
        at,
        value.operation!.attrs as never,
        value.inputs,
        value,
        (operand, source, narrower = null) =>
          this.read(
            value.inputs[operand]!,
            source,
            narrower === null ? mask : mask === null ? narrower : and(mask, narrower),
          ),
      )
    }
    throw new TypeError(`${value.operation!.op} is not an expression: it must be in memory or given`)
  }
}
