/** The gradient of every primitive: a total map, so that the type checker finds one that lacks a rule. */
import type { Primitive } from '../ops/primitives.ts'
import { binaryRules } from './binary.ts'
import { factorRules } from './factors.ts'
import { movementRules } from './movement.ts'
import { productRules } from './product.ts'
import { reductionRules } from './reduction.ts'
import type { GradientRule } from './rule.ts'
import { unaryRules } from './unary.ts'

export const gradients: { readonly [P in Primitive]: GradientRule<P> } = {
  ...unaryRules,
  ...binaryRules,
  ...reductionRules,
  ...movementRules,
  ...productRules,
  ...factorRules,
}
