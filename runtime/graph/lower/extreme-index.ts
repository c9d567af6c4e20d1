/** argmax and argmin: the best element and its index, by one pass with two accumulators or, along rows of memory, by two passes. */
import { and, binary, cast, compare, constI32, get, min, not, or, select } from '../../kernels/expr.ts'
import {
  type Expr,
  type Limits,
  type LocalArray,
  loopVar,
  REGISTER_TYPE,
  register,
  type Stmt,
  sharedArray,
  type Var,
} from '../../kernels/ir.ts'
import { alloc, forVar, kernel, set, store } from '../../kernels/stmt.ts'
import { hasWorkgroups } from '../../kernels/templates/rules.ts'
import { isFloat } from '../../ops/dtype.ts'
import type { Group } from '../fuse.ts'
import type { Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue } from './epilogue.ts'
import { extremeOf, joined } from './fold.ts'
import { columnBlock, lanesAlongInner, MOST_UNROLLED } from './fold-kernel.ts'
import { type Axis, loopsAround, nest, splitAxis } from './loops.ts'
import { nameOf } from './pointwise.ts'
import { comparisonElement } from './scalar.ts'
import { GroupBuffers, type Lowered } from './step.ts'

/** Not equal to itself. */
const isNan = (x: Expr): Expr => compare('ne', x, x)

/** The best element so far, and where it stands. */
interface Found {
  readonly best: LocalArray
  readonly at: LocalArray
  /** Where in these arrays. */
  readonly place: Expr
}

/** The kernel of a group whose fold is argmax (sign 1) or argmin (sign -1). The first of equal elements wins, NaN over all. */
export function extremeIndex(group: Group, dim: number, sign: 1 | -1, limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const fold = group.fold!
  const x = fold.inputs[0]!
  const out = buffers.root()
  const type = REGISTER_TYPE[x.dtype]
  const length = x.shape[dim]!
  const position = loopVar('k', length)
  const elementAt = (at: readonly Expr[]) =>
    new ElementReader(buffers.reads).read(x, joined(x.shape.length, [dim], at, [position]))
  const finish = (at: readonly Expr[], found: Expr) =>
    epilogue(group, buffers.reads, at, cast('int64', found))
  const loops = nest(fold.shape, new Set(), at => {
    const { index, value } = finish(at, position)
    return { stores: [index], values: [elementAt(at), value] }
  })
  const start = extremeOf(x.dtype, -sign as 1 | -1)
  const lowered = (body: readonly Stmt[]): Lowered =>
    buffers.lowered([buffers.step(kernel(nameOf(group), [...buffers.reads.values(), out], body))])

  const axis: Axis = { variable: position, extent: length, dim: loops.axes.length }
  const alongRow = length > MOST_UNROLLED && lanesAlongInner(loops.axes, [axis], elementAt(loops.at))
  const columns = loops.axes.at(-1)
  const block =
    alongRow || length <= MOST_UNROLLED || columns === undefined || hasWorkgroups(limits) || type === 'bool'
      ? null
      : columnBlock(columns.extent)
  if (block !== null) {
    // A row of memory after the other, compared with the best of each column.
    const { axes, at } = splitAxis(loops, loops.axes.length - 1, block)
    const { variable: place, extent } = axes.at(-1)!
    const found = { best: sharedArray('best', type, extent), at: sharedArray('at', 'i32', extent), place }
    const each = (body: readonly Stmt[]): Stmt => forVar(place, extent, 'vector', body)
    const { index, value } = finish(at, get(found.at, place))
    const body = [
      alloc(found.best),
      alloc(found.at),
      each([set(found.best, start, place), set(found.at, constI32(0), place)]),
      forVar(position, length, 'seq', [each(compared(x, elementAt(at), position, found, sign))]),
      each([store(out, index, value)]),
    ]
    return lowered(loopsAround(axes.slice(0, -1), body, () => 'grid'))
  }
  const found = { best: register('best', type), at: register('at', 'i32'), place: constI32(0) }
  const { axes, at } = loops
  const element = elementAt(at)
  const { index, value } = finish(at, get(found.at))
  const byVectors = alongRow && (type === 'f32' || type === 'i32')
  const steps = byVectors
    ? twoPasses(position, length, element, found, sign)
    : [
        alloc(found.at, constI32(0)),
        forVar(
          position,
          length,
          length <= MOST_UNROLLED ? 'unroll' : 'seq',
          compared(x, element, position, found, sign),
        ),
      ]
  const inner: Stmt[] = [alloc(found.best, start), ...steps, store(out, index, value)]
  return lowered(loopsAround(axes, inner, byVectors ? () => 'grid' : undefined))
}

/** Takes the element and its index, if it is better than the best so far. */
function compared(
  x: Value,
  element: Expr,
  position: Var,
  { best, at, place }: Found,
  sign: 1 | -1,
): readonly Stmt[] {
  const before = get(best, place)
  const ahead = comparisonElement(sign > 0 ? 'gt' : 'lt', element, before)
  const better = isFloat(x.dtype) ? or(ahead, and(isNan(element), not(isNan(before)))) : ahead
  return [
    set(at, select(better, position, get(at, place)), place),
    set(best, select(better, element, before), place),
  ]
}

/** The best element of a row first, by vectors, then the first place where it stands. */
function twoPasses(
  position: Var,
  length: number,
  element: Expr,
  { best, at: bestAt }: Found,
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
