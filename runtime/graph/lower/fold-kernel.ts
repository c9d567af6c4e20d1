/** The kernel of a fold, whatever it folds: outer loops, an accumulator, inner loops, and the epilogue. */
import { add, binary, constI32, get, mul } from '../../kernels/expr.ts'
import {
  type Bind,
  type Expr,
  type Limits,
  type LocalArray,
  REGISTER_TYPE,
  register,
  type Stmt,
  sharedArray,
} from '../../kernels/ir.ts'
import { alloc, forVar, kernel, loop, set, store } from '../../kernels/stmt.ts'
import { hasWorkgroups } from '../../kernels/templates/rules.ts'
import { substitution } from '../../kernels/traverse.ts'
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

/** Columns whose sums lie in a row of memory, and rows that are added to them at once; fewer are summed in registers. */
const LEAST_COLUMNS = 64
const MOST_COLUMNS = 256
const LEAST_ROWS = 16
const ROWS_AT_ONCE = 4

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
  const parts = (at: readonly Expr[], result: Expr = get(acc)): Parts => {
    const reader = new ElementReader(buffers.reads)
    const outer = at.slice(0, rank)
    const term = fold.term(outer, at.slice(rank), (v, a, mask) => reader.read(v, a, mask ?? null))
    return { term, ...epilogue(group, buffers.reads, outer, result) }
  }
  const shape = [...source.shape, ...fold.inner]
  let loops = nest(shape, new Set([firstInner(shape, rank)]), at => {
    const { term, index, value } = parts(at)
    return { stores: [index], values: [term, value] }
  })
  // The invocations of a workgroup have a part of the sum each anyway.
  if (!isExact(fold, source.dtype) && !hasWorkgroups(limits)) loops = withBlocks(loops, rank)
  const stored = ({ index, value }: Parts): Stmt => store(out, index, value)
  const across = hasWorkgroups(limits) ? null : columnBlocks(loops, rank, parts(loops.at).term, acc)
  let body: readonly Stmt[]
  if (across !== null) {
    const [outer, inner] = outerAndInner(across, rank)
    const sums = sharedArray('sums', acc.type, outer.at(-1)!.extent)
    const made = parts(across.at, get(sums, outer.at(-1)!.variable))
    body = foldAcross(outer, inner, made.term, sums, fold, [stored(made)])
  } else {
    const made = parts(loops.at)
    const [outer, inner] = outerAndInner(loops, rank)
    body = nestFold(outer, inner, made.term, acc, fold, limits, [stored(made)])
  }
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

function outerAndInner({ axes }: Nest, rank: number): readonly [readonly Axis[], readonly Axis[]] {
  return [axes.filter(a => a.dim < rank), axes.filter(a => a.dim >= rank)]
}

/**
 * The loops for adding rows of memory to rows of sums: those over columns in blocks, whose sums stay in cache. Null where lanes run
 * along what is folded, or little is.
 */
function columnBlocks(loops: Nest, rank: number, term: Expr, { type }: LocalArray): Nest | null {
  const [outer, inner] = outerAndInner(loops, rank)
  const [columns, rows] = [outer.at(-1), inner.at(-1)]
  if (columns === undefined || rows === undefined || type === 'bool') return null
  if (rows.extent < LEAST_ROWS || lanesAlongInner(outer, inner, term)) return null
  const size = columnBlock(columns.extent)
  return size === null ? null : splitAxis(loops, outer.length - 1, size)
}

/** Columns of which results are kept in memory at once; null where there are too few, or no such number divides them. */
export function columnBlock(columns: number): number | null {
  if (columns < LEAST_COLUMNS) return null
  return columns <= MOST_COLUMNS ? columns : divisorBetween(columns, LEAST_COLUMNS, MOST_COLUMNS)
}

/** As `nestFold`, with a row of sums in memory, to which several rows at once are added: the order of each sum is the same. */
function foldAcross(
  outer: readonly Axis[],
  inner: readonly Axis[],
  term: Expr,
  sums: LocalArray,
  fold: Fold,
  finish: readonly Stmt[],
): readonly Stmt[] {
  const { variable: column, extent } = outer.at(-1)!
  const each = (body: readonly Stmt[]): Stmt => forVar(column, extent, 'vector', body)
  const fill = (array: LocalArray): readonly Stmt[] => [
    alloc(array),
    each([set(array, fold.identity, column)]),
  ]
  const rows = inner.at(-1)!
  /** Adds so many rows from the first on. */
  const addRows = (into: LocalArray, first: Expr, count: number): Stmt => {
    let sum = get(into, column)
    for (let i = 0; i < count; i++)
      sum = binary(fold.combine, sum, substitution(new Map([[rows.variable, add(first, i)]]))(term))
    return each([set(into, sum, column)])
  }
  const whole = Math.floor(rows.extent / ROWS_AT_ONCE)
  const rest = rows.extent % ROWS_AT_ONCE
  const allRows = (into: LocalArray): readonly Stmt[] => [
    loop('rows', whole, 'seq', i => [addRows(into, mul(i, ROWS_AT_ONCE), ROWS_AT_ONCE)]),
    ...(rest === 0 ? [] : [addRows(into, constI32(whole * ROWS_AT_ONCE), rest)]),
  ]
  let body: readonly Stmt[]
  const around = inner.slice(0, -1)
  if (isBlocked(inner)) {
    const part = sharedArray('part', sums.type, extent)
    const total = binary(fold.combine, get(sums, column), get(part, column))
    body = [...fill(part), ...allRows(part), each([set(sums, total, column)])]
  } else body = allRows(sums)
  body = [...fill(sums), ...loopsAround(around, body, () => 'seq'), each(finish)]
  return loopsAround(outer.slice(0, -1), body, () => 'grid')
}

function nestFold(
  outer: readonly Axis[],
  inner: readonly Axis[],
  term: Expr,
  acc: LocalArray,
  fold: Fold,
  limits: Limits,
  finish: readonly Stmt[],
): readonly Stmt[] {
  const alongInner = lanesAlongInner(outer, inner, term)
  const lanes = alongInner ? lanesOfInner(limits) : 'none'
  const body = [...accumulation(inner, term, acc, fold, lanes), ...finish]
  return loopsAround(outer, body, i => (i === outer.length - 1 && !alongInner ? 'vector' : 'grid'))
}

/** Which of a fold's loops have lanes: none, the innermost one, or all, which are then shared by a workgroup. */
type LanesOfInner = 'none' | 'innermost' | 'all'

/** Which loops have lanes, if they are those that are folded away. */
export function lanesOfInner(limits: Limits): LanesOfInner {
  return hasWorkgroups(limits) ? 'all' : 'innermost'
}

/** True of the loops of a long sum in blocks: each has a partial result of its own. */
const isBlocked = (inner: readonly Axis[]): boolean =>
  inner.length > 1 && inner.at(-1)!.dim === inner.at(-2)!.dim

/**
 * The accumulator, and the inner loops around what it takes.
 * @param before statements of the innermost loop that the term needs
 */
export function accumulation(
  inner: readonly Axis[],
  term: Expr,
  acc: LocalArray,
  fold: Fold,
  lanes: LanesOfInner,
  before: readonly Stmt[] = [],
): readonly Stmt[] {
  const accumulate = (into: LocalArray, what: Expr) => set(into, binary(fold.combine, get(into), what))
  const blocked = isBlocked(inner)
  const partial = register('part', acc.type)
  const innermost = inner.length - 1
  const innerBind = (i: number): Bind => {
    if (lanes === 'all') return 'vector'
    if (i < innermost) return 'seq'
    return lanes === 'innermost' ? 'vector' : inner[i]!.extent <= MOST_UNROLLED ? 'unroll' : 'seq'
  }
  const start = alloc(acc, fold.identity)
  if (!blocked) return [start, ...loopsAround(inner, [...before, accumulate(acc, term)], innerBind)]
  const last = [...before, accumulate(partial, term)]
  const block = loopsAround(inner.slice(-1), last, () => innerBind(innermost))
  const around = [alloc(partial, fold.identity), ...block, accumulate(acc, get(partial))]
  return [start, ...loopsAround(inner.slice(0, -1), around, innerBind)]
}
