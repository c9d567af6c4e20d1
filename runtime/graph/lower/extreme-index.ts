/** argmax and argmin: a fold with two accumulators, the best element so far and its index. */
import { and, cast, compare, constI32, get, not, or, select } from '../../kernels/expr.ts'
import { type Expr, loopVar, REGISTER_TYPE, register, type Stmt } from '../../kernels/ir.ts'
import { alloc, forVar, kernel, set, store } from '../../kernels/stmt.ts'
import { isFloat } from '../../ops/dtype.ts'
import type { Group } from '../fuse.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue } from './epilogue.ts'
import { extremeOf, joined } from './fold.ts'
import { MOST_UNROLLED } from './fold-kernel.ts'
import { loopsAround, nest } from './loops.ts'
import { nameOf } from './pointwise.ts'
import { comparisonElement } from './scalar.ts'
import { GroupBuffers, type Lowered } from './step.ts'

/** Not equal to itself. */
const isNan = (x: Expr): Expr => compare('ne', x, x)

/** The kernel of a group whose fold is argmax (sign 1) or argmin (sign -1). The first of equal elements wins, NaN over all. */
export function extremeIndex(group: Group, dim: number, sign: 1 | -1): Lowered {
  const buffers = new GroupBuffers(group)
  const fold = group.fold!
  const x = fold.inputs[0]!
  const out = buffers.root()
  const best = register('best', REGISTER_TYPE[x.dtype])
  const bestAt = register('at', 'i32')
  const position = loopVar('k', x.shape[dim]!)
  const parts = (at: readonly Expr[]) => ({
    element: new ElementReader(buffers.reads).read(x, joined(x.shape.length, [dim], at, [position])),
    ...epilogue(group, buffers.reads, at, cast('int64', get(bestAt))),
  })
  const { axes, at } = nest(fold.shape, new Set(), subscript => {
    const { element, index, value } = parts(subscript)
    return { stores: [index], values: [element, value] }
  })
  const { element, index, value } = parts(at)
  const ahead = comparisonElement(sign > 0 ? 'gt' : 'lt', element, get(best))
  const better = isFloat(x.dtype) ? or(ahead, and(isNan(element), not(isNan(get(best))))) : ahead
  const inner: Stmt[] = [
    alloc(best, extremeOf(x.dtype, -sign as 1 | -1)),
    alloc(bestAt, constI32(0)),
    forVar(position, x.shape[dim]!, x.shape[dim]! <= MOST_UNROLLED ? 'unroll' : 'seq', [
      set(bestAt, select(better, position, get(bestAt))),
      set(best, select(better, element, get(best))),
    ]),
    store(out, index, value),
  ]
  const body = loopsAround(axes, inner)
  return buffers.lowered([buffers.step(kernel(nameOf(group), [...buffers.reads.values(), out], body))])
}
