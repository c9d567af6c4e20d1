/** The kernel of a fold, whatever it folds: outer loops, an accumulator, inner loops, and the epilogue. */
import { binary, get } from '../../kernels/expr.ts'
import {
  type Bind,
  type Expr,
  type Limits,
  type LocalArray,
  REGISTER_TYPE,
  register,
  type Stmt,
} from '../../kernels/ir.ts'
import { alloc, kernel, set, store } from '../../kernels/stmt.ts'
import { hasWorkgroups } from '../../kernels/templates/rules.ts'
import { type DType, isFloat } from '../../ops/dtype.ts'
import type { Group } from '../fuse.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue } from './epilogue.ts'
import type { Fold } from './fold.ts'
import { type Axis, divisorBetween, loopsAround, memorySteps, type Nest, nest, splitAxis } from './loops.ts'
import { nameOf } from './pointwise.ts'
import { GroupBuffers, type Lowered } from './step.ts'

/** Sums longer than this are summed in blocks, so that rounding errors do not pile up. */
const LONGEST_SUM = 4096
/** Inner loops of at most so many iterations are written out. */
export const MOST_UNROLLED = 9

/** What is evaluated in the innermost loop, and after it. */
interface Parts {
  readonly term: Expr
  readonly index: Expr
  readonly value: Expr
}

/** The generic kernel of a group with a fold. */
export function foldKernel(group: Group, fold: Fold, limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const source = group.fold!
  const out = buffers.root()
  const acc = register('acc', REGISTER_TYPE[source.dtype])
  const rank = source.shape.length
  const parts = (at: readonly Expr[]): Parts => {
    const reader = new ElementReader(buffers.reads)
    const outer = at.slice(0, rank)
    const term = fold.term(outer, at.slice(rank), (v, a, mask) => reader.read(v, a, mask ?? null))
    return { term, ...epilogue(group, buffers.reads, outer, get(acc)) }
  }
  const shape = [...source.shape, ...fold.inner]
  let loops = nest(shape, new Set([firstInner(shape, rank)]), at => {
    const { term, index, value } = parts(at)
    return { stores: [index], values: [term, value] }
  })
  // The invocations of a workgroup have a part of the sum each anyway.
  if (!isExact(fold, source.dtype) && !hasWorkgroups(limits)) loops = withBlocks(loops, rank)
  const made = parts(loops.at)
  const outer = loops.axes.filter(a => a.dim < rank)
  const inner = loops.axes.filter(a => a.dim >= rank)
  const body = nestFold(outer, inner, made, acc, fold, (index, value) => store(out, index, value))
  return buffers.lowered([buffers.step(kernel(nameOf(group), [...buffers.reads.values(), out], body))])
}

/** True if the order in which elements are combined does not matter. */
export function isExact(fold: Fold, dtype: DType): boolean {
  return !isFloat(dtype) || (fold.combine !== 'add' && fold.combine !== 'mul')
}

/** The first inner dim that has a loop: loops over outer and inner dims stay apart. */
function firstInner(shape: readonly number[], rank: number): number {
  const found = shape.findIndex((size, d) => d >= rank && size !== 1)
  return found < 0 ? rank : found
}

/** Splits a long innermost sum into blocks. */
export function withBlocks(loops: Nest, rank: number): Nest {
  const last = loops.axes.length - 1
  const axis = loops.axes[last]
  if (axis === undefined || axis.dim < rank || axis.extent <= LONGEST_SUM) return loops
  const size = divisorBetween(axis.extent, 64, 1024)
  return size === null ? loops : splitAxis(loops, last, size)
}

/** True if lanes should run along the innermost inner loop; else they run along the innermost outer one. */
export function lanesAlongInner(outer: readonly Axis[], inner: readonly Axis[], term: Expr): boolean {
  const a = outer.at(-1)
  const b = inner.at(-1)
  if (a === undefined || b === undefined) return true
  if (b.extent < 8 && a.extent >= 4) return false
  if (a.extent < 4) return true
  const steps = memorySteps({ stores: [], values: [term] }, new Set([a.variable, b.variable]))
  const units = (axis: Axis) => steps.get(axis.variable)?.filter(step => step === 1).length ?? 0
  return units(b) > units(a)
}

function nestFold(
  outer: readonly Axis[],
  inner: readonly Axis[],
  { term, index, value }: Parts,
  acc: LocalArray,
  fold: Fold,
  finish: (index: Expr, value: Expr) => Stmt,
): readonly Stmt[] {
  const alongInner = lanesAlongInner(outer, inner, term)
  const body = [...accumulation(inner, term, acc, fold, alongInner), finish(index, value)]
  return loopsAround(outer, body, i => (i === outer.length - 1 && !alongInner ? 'vector' : 'grid'))
}

/**
 * The accumulator, and the inner loops around what it takes.
 * @param before statements of the innermost loop that the term needs
 */
export function accumulation(
  inner: readonly Axis[],
  term: Expr,
  acc: LocalArray,
  fold: Fold,
  alongInner: boolean,
  before: readonly Stmt[] = [],
): readonly Stmt[] {
  const accumulate = (into: LocalArray, what: Expr) => set(into, binary(fold.combine, get(into), what))
  // Blocks of a long sum: each has a partial result of its own.
  const blocked = inner.length > 1 && inner.at(-1)!.dim === inner.at(-2)!.dim
  const partial = register('part', acc.type)
  const innermost = inner.length - 1
  const innerBind = (i: number): Bind => {
    if (i < innermost) return 'seq'
    return alongInner ? 'vector' : inner[i]!.extent <= MOST_UNROLLED ? 'unroll' : 'seq'
  }
  const start = alloc(acc, fold.identity)
  if (!blocked) return [start, ...loopsAround(inner, [...before, accumulate(acc, term)], innerBind)]
  const last = [...before, accumulate(partial, term)]
  const block = loopsAround(inner.slice(-1), last, () => innerBind(innermost))
  const around = [alloc(partial, fold.identity), ...block, accumulate(acc, get(partial))]
  return [start, ...loopsAround(inner.slice(0, -1), around, innerBind)]
}
