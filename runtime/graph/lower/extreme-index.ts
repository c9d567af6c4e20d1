/** argmax and argmin: the best element and its index, by one pass with two accumulators or, along rows of memory, by two passes. */
import { and, binary, cast, compare, constI32, get, min, not, or, select } from '../../kernels/expr.ts'
import {
  type Expr,
  type LocalArray,
  loopVar,
  REGISTER_TYPE,
  register,
  type Stmt,
  type Var,
} from '../../kernels/ir.ts'
import { alloc, forVar, kernel, set, store } from '../../kernels/stmt.ts'
import { isFloat } from '../../ops/dtype.ts'
import type { Group } from '../fuse.ts'
import type { Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue } from './epilogue.ts'
import { extremeOf, joined } from './fold.ts'
import { lanesAlongInner, MOST_UNROLLED } from './fold-kernel.ts'
import { type Axis, loopsAround, nest } from './loops.ts'
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
  const length = x.shape[dim]!
  const axis: Axis = { variable: position, extent: length, dim: axes.length }
  const vectors = best.type === 'f32' || best.type === 'i32'
  const alongRow = vectors && length > MOST_UNROLLED && lanesAlongInner(axes, [axis], element)
  const start = [alloc(best, extremeOf(x.dtype, -sign as 1 | -1))]
  const steps = alongRow
    ? twoPasses(position, length, element, best, bestAt, sign)
    : [
        alloc(bestAt, constI32(0)),
        forVar(
          position,
          length,
          length <= MOST_UNROLLED ? 'unroll' : 'seq',
          onePass(x, element, position, best, bestAt, sign),
        ),
      ]
  const inner: Stmt[] = [...start, ...steps, store(out, index, value)]
  const body = loopsAround(axes, inner, alongRow ? () => 'grid' : undefined)
  return buffers.lowered([buffers.step(kernel(nameOf(group), [...buffers.reads.values(), out], body))])
}

/** The element and its index, if it is better than the best so far. */
function onePass(
  x: Value,
  element: Expr,
  position: Var,
  best: LocalArray,
  bestAt: LocalArray,
  sign: 1 | -1,
): readonly Stmt[] {
  const ahead = comparisonElement(sign > 0 ? 'gt' : 'lt', element, get(best))
  const better = isFloat(x.dtype) ? or(ahead, and(isNan(element), not(isNan(get(best))))) : ahead
  return [set(bestAt, select(better, position, get(bestAt))), set(best, select(better, element, get(best)))]
}

/** The best element of a row first, by vectors, then the first place where it stands. */
function twoPasses(
  position: Var,
  length: number,
  element: Expr,
  best: LocalArray,
  bestAt: LocalArray,
  sign: 1 | -1,
): readonly Stmt[] {
  const same = compare('eq', element, get(best))
  const found = best.type === 'f32' ? or(same, and(isNan(element), isNan(get(best)))) : same
  const place = select(found, position, constI32(length - 1))
  return [
    forVar(position, length, 'vector', [set(best, binary(sign > 0 ? 'max' : 'min', get(best), element))]),
    alloc(bestAt, constI32(length - 1)),
    forVar(position, length, 'vector', [set(bestAt, min(get(bestAt), place))]),
  ]
}
