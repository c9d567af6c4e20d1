/** A builder of shapes alone, as the compiler's: sizes may be variables, and equalities that it had to assume are kept. */
import type { Builder } from '../../runtime/ops/builder.ts'
import { type Dim, relation } from '../../runtime/ops/dim.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { type Attrs, type Aval, infer, type Primitive } from '../../runtime/ops/primitives.ts'

export class ShapeValue {
  readonly aval: Aval
  constructor(shape: readonly Dim[], dtype: DType) {
    this.aval = { shape, dtype }
  }
}

export class ShapeBuilder implements Builder<ShapeValue> {
  readonly infersOnly = true
  /** Pairs of sizes that are equal for some values of their variables only. */
  readonly assumed: (readonly [Dim, Dim])[] = []

  aval(value: ShapeValue): Aval {
    return value.aval
  }
  assumeEqual(a: Dim, b: Dim): boolean {
    const known = relation(a, b)
    if (known === 'unknown') this.assumed.push([a, b])
    return known !== 'different'
  }
  isValue(v: unknown): v is ShapeValue {
    return v instanceof ShapeValue
  }
  emit<P extends Primitive>(op: P, inputs: readonly ShapeValue[], attrs: Attrs[P]): ShapeValue {
    const { shape, dtype } = infer[op](
      this,
      inputs.map(x => x.aval),
      attrs,
    )
    return new ShapeValue(shape, dtype)
  }
  uniform(shape: readonly Dim[], dtype: DType): ShapeValue {
    return new ShapeValue(shape, dtype)
  }
}
