/** Elements of a shared array, dealt out to the invocations of a workgroup: neighbours get neighbouring elements. */
import { add, lt, min, mul } from '../expr.ts'
import type { Expr, Stmt } from '../ir.ts'
import { loop, when } from '../stmt.ts'

/** Loads of an invocation that are under way at once; more of them only make kernels long. */
const AT_ONCE = 4

/**
 * Statements for each of `size` elements, by their index.
 * @param own the number of the invocation
 */
export function workgroupFill(
  size: number,
  invocations: number,
  own: Expr,
  element: (index: Expr) => readonly Stmt[],
): Stmt {
  const count = Math.ceil(size / invocations)
  const one = (e: Expr): readonly Stmt[] => {
    const index = add(mul(e, invocations), own)
    if (size % invocations === 0) return element(index)
    return [when(lt(index, size), element(min(index, size - 1)))]
  }
  if (count <= AT_ONCE) return loop('e', count, 'unroll', one)
  if (count % AT_ONCE !== 0) return loop('e', count, 'seq', one)
  return loop('e', count / AT_ONCE, 'seq', e => [
    loop('k', AT_ONCE, 'unroll', k => one(add(mul(e, AT_ONCE), k))),
  ])
}
