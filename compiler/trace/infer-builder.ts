/** The builder that computes shapes and dtypes only: the rules of the op table, run on tensors without elements. */
import type { Builder } from '../../runtime/ops/builder.ts'
import { type Dim, dimKey, relation } from '../../runtime/ops/dim.ts'
import { type Attrs, type Aval, infer, type Primitive } from '../../runtime/ops/primitives.ts'
import { GraphValue } from '../ir/graph.ts'

/** Equalities that hold for some sizes only, collected while a rule runs. */
export type Assumption = readonly [Dim, Dim]

export class InferBuilder implements Builder<GraphValue> {
  readonly infersOnly = true
  readonly #assumed = new Map<string, Assumption>()

  aval(value: GraphValue): Aval {
    return value.aval
  }

  emit<P extends Primitive>(op: P, inputs: readonly GraphValue[], attrs: Attrs[P]): GraphValue {
    return new GraphValue(
      infer[op](
        this,
        inputs.map(v => v.aval),
        attrs,
      ),
    )
  }

  isValue(v: unknown): v is GraphValue {
    return v instanceof GraphValue
  }

  uniform(shape: readonly Dim[], dtype: Aval['dtype']): GraphValue {
    return new GraphValue({ shape, dtype })
  }

  normal(shape: readonly Dim[], dtype: Aval['dtype']): GraphValue {
    return new GraphValue({ shape, dtype })
  }

  assumeEqual(a: Dim, b: Dim): boolean {
    const known = relation(a, b)
    if (known === 'unknown') this.#assumed.set(`${dimKey(a)}=${dimKey(b)}`, [a, b])
    return known !== 'different'
  }

  /** What has been assumed since the last call. */
  takeAssumptions(): readonly Assumption[] {
    const taken = [...this.#assumed.values()]
    this.#assumed.clear()
    return taken
  }
}
