/** Every primitive on every device against the plain evaluator: one entry per primitive, total by its type. */
import { describe, it } from 'vitest'
import type { Attrs, Primitive } from '../../runtime/ops/primitives.ts'
import { DEVICES, expectSame } from '../support/device-check.ts'
import { alongDims } from './primitive-cases/along-dims.ts'
import type { Case, Cases } from './primitive-cases/case.ts'
import { creation } from './primitive-cases/creation.ts'
import { elementwise } from './primitive-cases/elementwise.ts'
import { factors } from './primitive-cases/factors.ts'
import { indexing } from './primitive-cases/indexing.ts'
import { movement } from './primitive-cases/movement.ts'
import { products } from './primitive-cases/products.ts'

const cases: Cases<Primitive> = {
  ...elementwise,
  ...creation,
  ...alongDims,
  ...movement,
  ...indexing,
  ...products,
  ...factors,
}

for (const device of DEVICES) {
  describe(`on ${device}`, () => {
    for (const [op, list] of Object.entries(cases) as [Primitive, readonly Case<Attrs[Primitive]>[]][]) {
      it(`${op} gives what its definition says, in ${list.length} cases`, () => {
        for (const { about, inputs, attrs, tolerance } of list) {
          try {
            expectSame(device, inputs, (b, x) => b.emit(op, x, attrs as never), tolerance)
          } catch (error) {
            throw new Error(`${op}, ${about}: ${(error as Error).message}`, { cause: error })
          }
        }
      })
    }
  })
}
