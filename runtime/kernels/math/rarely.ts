/** Values of which one part is hardly ever needed and costs much. */

import { select } from '../expr.ts'
import type { Expr } from '../ir.ts'

/** `when ? rarely : usually`. A printer may compute `rarely` under a branch; nothing in it reads memory. */
export interface Rarely {
  readonly when: Expr
  readonly rarely: Expr
  readonly usually: Expr
}

/** Without a branch. */
export function always({ when, rarely, usually }: Rarely): Expr {
  return select(when, rarely, usually)
}
