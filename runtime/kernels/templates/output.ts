/** Where a template's results go: into a buffer, by what is to become of them there. */
import { add, mul } from '../expr.ts'
import type { Buffer, Expr, Stmt } from '../ir.ts'
import { store } from '../stmt.ts'

/** Where results go. */
export interface Output {
  readonly buffer: Buffer
  /** Index of an element in the buffer; by default of a contiguous [batch, m, n]. */
  readonly at?: (batch: Expr, row: Expr, column: Expr) => Expr
  /** Makes the stored value from the sum: bias, activation, residual. */
  readonly epilogue?: (sum: Expr, batch: Expr, row: Expr, column: Expr) => Expr
  /** Buffers that `epilogue` reads. */
  readonly reads?: readonly Buffer[]
}

/** What stores one result of products of m rows and n columns. */
export function writer(
  { m, n }: { readonly m: number; readonly n: number },
  { buffer: to, at, epilogue }: Output,
) {
  return (sum: Expr, batch: Expr, row: Expr, column: Expr): Stmt => {
    const value = epilogue === undefined ? sum : epilogue(sum, batch, row, column)
    const index = at === undefined ? add(mul(add(mul(batch, m), row), n), column) : at(batch, row, column)
    return store(to, index, value)
  }
}
