/**
 * Rows: several reductions of one kernel. Softmax, the norms, variances and the like reduce each row of a tensor more than
 * once, and then compute from row and results. One kernel does all of it, row by row: a row that was read for the first
 * reduction is in cache for the second.
 *
 * Whether reductions are of the same rows is found out by looking, not by names: the position at which each is read is computed
 * from the number of the row, and must be that number.
 */
import { add, mul } from '../kernels/expr.ts'
import { type Expr, letVar, loopVar, REGISTER_TYPE, type Var } from '../kernels/ir.ts'
import { keyOf } from '../kernels/linear.ts'
import { substitution } from '../kernels/traverse.ts'
import type { Attrs, ReductionOp } from '../ops/primitives.ts'
import { ruleOf } from './lower/element-reader.ts'
import { joined } from './lower/fold.ts'
import { flatten, type Subscript, unflatten } from './lower/view.ts'
import { elementCount, type Value } from './value.ts'

/** A value that is a reduction. */
export interface Reduction extends Value {
  readonly operation: {
    readonly op: `reduce_${ReductionOp}`
    readonly attrs: Attrs[`reduce_${ReductionOp}`]
  }
}

const REDUCTIONS: ReadonlySet<string> = new Set(['reduce_sum', 'reduce_prod', 'reduce_max', 'reduce_min'])

/** True of what rows are reduced by. */
export function isReduction(value: Value): value is Reduction {
  return value.operation !== null && REDUCTIONS.has(value.operation.op)
}

/** How the elements of a kernel's root are divided into rows. */
export interface RowSpace {
  /** Sizes of the dims that count the rows. */
  readonly outer: readonly number[]
  /** Sizes of the dims of the root within a row; none where it has one element a row. */
  readonly inner: readonly number[]
  /** The subscript of the root's element, from one of each. */
  at(outer: Subscript, inner: Subscript): Subscript
}

/** Rows longer than this would not stay in cache from one reduction to the next. */
const LONGEST_ROW = 65536
/** Views of views may show a value at very many positions: such kernels are not looked through. */
const MOST_POSITIONS = 500
/** A kernel for fewer rows than this gives threads nothing to share: it should be short. */
const FEW_ROWS = 4
const SHORT_ROW = 8192

/** The spaces in which a reduction may be one of the root's rows. */
function spacesOf(root: Value, reduction: Reduction): RowSpace[] {
  const [x] = reduction.inputs
  const { dims } = reduction.operation.attrs
  const rows = elementCount(reduction.shape)
  const length = dims.reduce((n, d) => n * x!.shape[d]!, 1)
  if (rows === 0 || length === 0 || length > LONGEST_ROW) return []
  if (rows < FEW_ROWS && length > SHORT_ROW) return []
  const size = elementCount(root.shape)
  if (size === rows) return [{ outer: root.shape, inner: [], at: outer => outer }]
  if (size !== rows * length) return []
  const sameShape = root.shape.length === x!.shape.length && root.shape.every((n, d) => n === x!.shape[d])
  const byDims: RowSpace = {
    outer: reduction.shape,
    inner: dims.map(d => x!.shape[d]!),
    at: (outer, inner) => joined(root.shape.length, dims, outer, inner),
  }
  const inOrder: RowSpace = {
    outer: [rows],
    inner: [length],
    at: ([row], [i]) => unflatten(add(mul(row!, length), i!), root.shape),
  }
  return sameShape ? [byDims, inOrder] : [inOrder]
}

/** What is known of a root's rows. */
export interface Rows {
  readonly space: RowSpace
  /** True of a value that is computed for each row, or for each element of it, at one place only. */
  isOfRow(value: Value): boolean
  /** Where such a value is computed, from the number of the row and the place in it. */
  at(value: Value, row: Expr, place: Expr): Subscript
}

/**
 * The rows of a root with the given reductions in its kernel; null if they are not all of the same rows.
 * @param isStored values that the kernel reads from memory
 */
export function rowsOf(
  root: Value,
  reductions: readonly Reduction[],
  isStored: (v: Value) => boolean,
): Rows | null {
  for (const space of spacesOf(root, reductions[0]!)) {
    const walk = new RowWalk(space, new Set(reductions), v => v !== root && isStored(v))
    if (walk.fits(root)) {
      return {
        space,
        isOfRow: value => walk.isOfRow(value),
        at: (value, row, place) => walk.at(value, row, place),
      }
    }
  }
  return null
}

/** Goes down from a root, and notes the position in each value as a function of the row and the place in it. */
class RowWalk {
  readonly #space: RowSpace
  readonly #reductions: ReadonlySet<Value>
  readonly #isStored: (v: Value) => boolean
  readonly #row: Var
  readonly #length: number
  readonly #place: Var
  readonly #positions = new Map<Value, Map<string, Subscript>>()
  #fits = true
  #visited = 0

  constructor(space: RowSpace, reductions: ReadonlySet<Value>, isStored: (v: Value) => boolean) {
    const [first] = reductions
    this.#space = space
    this.#reductions = reductions
    this.#isStored = isStored
    this.#row = loopVar('row', elementCount(space.outer))
    this.#length = elementCount(first!.inputs[0]!.shape) / elementCount(first!.shape)
    this.#place = loopVar('place', this.#length)
  }

  fits(root: Value): boolean {
    const { outer, inner, at } = this.#space
    this.#visit(root, at(unflatten(this.#row, outer), unflatten(this.#place, inner)))
    return this.#fits && [...this.#reductions].every(r => this.#positions.has(r))
  }

  isOfRow(value: Value): boolean {
    const size = elementCount(value.shape)
    const rows = elementCount(this.#space.outer)
    return this.#positions.get(value)?.size === 1 && (size === rows || size === rows * this.#length)
  }

  at(value: Value, row: Expr, place: Expr): Subscript {
    const [at] = this.#positions.get(value)!.values()
    return at!.map(
      substitution(
        new Map([
          [this.#row, row],
          [this.#place, place],
        ]),
      ),
    )
  }

  #visit(value: Value, at: Subscript): void {
    const position = keyOf(flatten(at, value.shape))
    const known = this.#positions.get(value) ?? new Map<string, Subscript>()
    this.#positions.set(value, known)
    if (known.has(position)) return
    known.set(position, at)
    this.#fits &&= ++this.#visited <= MOST_POSITIONS
    if (!this.#fits) return
    if (this.#reductions.has(value)) {
      this.#fits &&= position === keyOf(this.#row) || elementCount(value.shape) === 1
      this.#visitReduced(value as Reduction)
    } else if (value.operation !== null && !this.#isStored(value)) this.#visitOperands(value, at)
  }

  #visitReduced(reduction: Reduction): void {
    const [x] = reduction.inputs
    const { dims } = reduction.operation.attrs
    this.#fits &&=
      elementCount(x!.shape) === elementCount(reduction.shape) * this.#length &&
      elementCount(reduction.shape) === elementCount(this.#space.outer)
    if (!this.#fits) return
    const inner = unflatten(
      this.#place,
      dims.map(d => x!.shape[d]!),
    )
    this.#visit(x!, joined(x!.shape.length, dims, unflatten(this.#row, reduction.shape), inner))
  }

  #visitOperands(value: Value, at: Subscript): void {
    const rule = ruleOf(value)
    if (rule.kind === 'map') for (const x of value.inputs) this.#visit(x, at)
    if (rule.kind !== 'view') return
    rule.element(at, value.operation!.attrs as never, value.inputs, value, (operand, source): Expr => {
      const x = value.inputs[operand]!
      this.#visit(x, source)
      // A name of its own: what is computed from data is no position that another could equal.
      return letVar('element', REGISTER_TYPE[x.dtype])
    })
  }
}
