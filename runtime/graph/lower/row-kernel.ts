/**
 * The kernel of a group with reductions of the same rows: for each row the reductions, one after the other, then the root's
 * elements. What several of these passes need and costs much is kept from the first to the others.
 */
import { cast, get } from '../../kernels/expr.ts'
import {
  type Buffer,
  type Expr,
  type Limits,
  type LocalArray,
  letVar,
  loopVar,
  REGISTER_TYPE,
  register,
  type Stmt,
  sharedArray,
} from '../../kernels/ir.ts'
import { alloc, define, forVar, kernel, set, store } from '../../kernels/stmt.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import type { ReductionOp } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { type Reduction, type RowSpace, type Rows, rowsOf } from '../rows.ts'
import { elementCount, type Value } from '../value.ts'
import { ElementReader, ruleOf } from './element-reader.ts'
import { type Fold, joined, reduction } from './fold.ts'
import { accumulation, isExact, lanesAlongInner, lanesOfInner, withBlocks } from './fold-kernel.ts'
import { type Axis, divisorBetween, loopsAround, type Nest, nest, splitAxis } from './loops.ts'
import { nameOf } from './pointwise.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { flatten, reshapeSubscript, type Subscript, unflatten } from './view.ts'

/** Work per element from which on keeping it is cheaper than computing it again. */
const WORTH_KEEPING = 6
/** Rows side by side that one iteration of a grid takes, where lanes run across rows. */
const LEAST_ROWS = 16
const MOST_ROWS = 256

/** The kernel of a group with reductions. */
export function rowKernel(group: Group, limits: Limits): Lowered {
  return new RowKernel(group, limits).lowered()
}

/** One loop nest over a row: a reduction, or the root's elements. */
interface Pass {
  readonly top: Value
  /** Null for the root's elements. */
  readonly reduction: Reduction | null
  /** Sizes of the dims within a row. */
  readonly inner: readonly number[]
}

/** What a pass evaluates at a place in a row. */
interface Element {
  /** Statements that bring what is kept into being. */
  readonly before: readonly Stmt[]
  readonly value: Expr
}

class RowKernel {
  readonly #group: Group
  readonly #limits: Limits
  readonly #buffers: GroupBuffers
  readonly #out: Buffer
  readonly #space: RowSpace
  readonly #passes: readonly Pass[]
  /** Results of reductions, in the row in work. */
  readonly #results = new Map<Value, LocalArray>()
  /** What is kept, and by which pass. */
  readonly #kept = new Map<Value, { array: LocalArray; by: Pass }>()
  readonly #rows: Rows

  constructor(group: Group, limits: Limits) {
    const { root, reductions } = group
    this.#group = group
    this.#limits = limits
    this.#buffers = new GroupBuffers(group)
    this.#out = this.#buffers.root()
    this.#rows = rowsOf(root, reductions, v => this.#buffers.reads.has(v))!
    this.#space = this.#rows.space
    const reducing = reductions.map((r): Pass => {
      const [x] = r.inputs
      this.#results.set(r, register('result', REGISTER_TYPE[r.dtype]))
      return { top: x!, reduction: r, inner: r.operation.attrs.dims.map(d => x!.shape[d]!) }
    })
    this.#passes = [...reducing, { top: root, reduction: null, inner: this.#space.inner }]
  }

  lowered(): Lowered {
    const { outer } = this.#space
    const rows = elementCount(outer)
    const alongRow = this.#isAlongRow()
    let body: readonly Stmt[]
    if (alongRow) {
      this.#keep()
      const row = loopVar('row', rows)
      body = [forVar(row, rows, 'grid', this.#row(unflatten(row, outer), true))]
    } else {
      const { axes, at } = this.#outerLoops()
      body = loopsAround(axes, this.#row(at, false))
    }
    const buffers = [...this.#buffers.reads.values(), this.#out]
    return this.#buffers.lowered([this.#buffers.step(kernel(nameOf(this.#group), buffers, body))])
  }

  /** True if lanes should run along a row; else each lane has a row of its own. */
  #isAlongRow(): boolean {
    const [first] = this.#passes
    const shape = [...this.#space.outer, ...first!.inner]
    const axes = shape.map((extent, dim): Axis => ({ variable: loopVar('i', extent), extent, dim }))
    const rank = this.#space.outer.length
    const [outer, inner] = [axes.slice(0, rank), axes.slice(rank)].map(list => list.filter(a => a.extent > 1))
    const variables = axes.map(a => a.variable)
    const { value } = this.#element(first!, variables.slice(0, rank), variables.slice(rank))
    return lanesAlongInner(outer!, inner!, value)
  }

  /** Loops over rows that lie side by side, the innermost one for the lanes. */
  #outerLoops(): Nest {
    const { outer } = this.#space
    const [first] = this.#passes
    const zeros = first!.inner.map(size => loopVar('inner', size))
    const loops = nest(outer, new Set(), at => ({
      stores: [],
      values: [this.#element(first!, at, zeros).value],
    }))
    const last = loops.axes.length - 1
    const size =
      last === 0 && loops.axes[0]!.extent > MOST_ROWS
        ? divisorBetween(loops.axes[0]!.extent, LEAST_ROWS, MOST_ROWS)
        : null
    return size === null ? loops : splitAxis(loops, last, size)
  }

  /** The statements for one row. */
  #row(outer: Subscript, alongRow: boolean): readonly Stmt[] {
    const arrays = [...this.#kept.values()].map(({ array }) => alloc(array))
    return [...arrays, ...this.#passes.flatMap(pass => this.#pass(pass, outer, alongRow))]
  }

  #pass(pass: Pass, outer: Subscript, alongRow: boolean): readonly Stmt[] {
    const { root } = this.#group
    const lanes = alongRow ? lanesOfInner(this.#limits) : 'none'
    const place = (inner: Subscript): Expr => flatten(this.#space.at(outer, inner), root.shape)
    const loops = nest(pass.inner, new Set(), at => ({
      stores: pass.reduction === null ? [place(at)] : [],
      values: [this.#element(pass, outer, at).value],
    }))
    if (pass.reduction === null) {
      const { before, value } = this.#element(pass, outer, loops.at)
      return loopsAround(loops.axes, [...before, store(this.#out, place(loops.at), value)], i =>
        lanes === 'all' || (lanes === 'innermost' && i === loops.axes.length - 1) ? 'vector' : 'seq',
      )
    }
    const fold = foldOf(pass.reduction)
    // The invocations of a workgroup have a part of the sum each anyway.
    const { axes, at } = lanes === 'all' || isExact(fold, pass.reduction.dtype) ? loops : withBlocks(loops, 0)
    const { before, value } = this.#element(pass, outer, at)
    return accumulation(axes, value, this.#results.get(pass.reduction)!, fold, lanes, before)
  }

  /** The element of a pass at a place. */
  #element(pass: Pass, outer: Subscript, inner: Subscript): Element {
    const given = new Map<Value, Expr>()
    for (const [r, array] of this.#results) given.set(r, cast(r.dtype, get(array)))
    const before: Stmt[] = []
    const index = flatten(inner, pass.inner)
    const at =
      pass.reduction === null
        ? this.#space.at(outer, inner)
        : joined(
            pass.top.shape.length,
            pass.reduction.operation.attrs.dims,
            reshapeSubscript(outer, this.#space.outer, pass.reduction.shape),
            inner,
          )
    for (const [value, { array, by }] of this.#kept) if (by !== pass) given.set(value, get(array, index))
    // Operands first: what is kept may be needed for something else that is.
    for (const [value, { array, by }] of [...this.#kept].reverse()) {
      if (by !== pass) continue
      const name = letVar('kept', REGISTER_TYPE[value.dtype])
      const where = this.#rows.at(value, flatten(outer, this.#space.outer), index)
      before.push(define(name, this.#read(given, value, where)), set(array, name, index))
      given.set(value, name)
    }
    return { before, value: this.#read(given, pass.top, at) }
  }

  #read(given: ReadonlyMap<Value, Expr>, value: Value, at: Subscript): Expr {
    return new ElementReader(this.#buffers.reads, given).read(value, at)
  }

  /** Decides what is kept: from the root down, so that what stands below something kept is needed once only. */
  #keep(): void {
    const length = elementCount(this.#passes[0]!.inner)
    const candidates = new Set<Value>()
    for (const pass of this.#passes) for (const value of this.#below(pass)) candidates.add(value)
    // Where many invocations share what a grid iteration may hold, each has no room of its own.
    let room = this.#limits.invocations === 1 ? this.#limits.sharedBytes : 0
    for (const value of [...candidates].sort((a, b) => b.id - a.id)) {
      const bytes = length * ITEM_SIZE[value.dtype]
      const users = this.#passes.filter(pass => this.#below(pass).has(value))
      const isElement = elementCount(value.shape) === elementCount(this.#space.outer) * length
      if (users.length < 2 || bytes > room || length === 1 || !isElement) continue
      if (!this.#rows.isOfRow(value) || this.#work(value) < WORTH_KEEPING) continue
      room -= bytes
      this.#kept.set(value, { array: sharedArray('kept', REGISTER_TYPE[value.dtype], length), by: users[0]! })
    }
  }

  /** What a pass computes. */
  #below(pass: Pass): ReadonlySet<Value> {
    const found = new Set<Value>()
    const visit = (value: Value): void => {
      const isThere = this.#buffers.reads.has(value) || this.#results.has(value)
      if (isThere || found.has(value) || value.operation === null) return
      const kept = this.#kept.get(value)
      if (kept !== undefined && kept.by !== pass) return
      found.add(value)
      for (const x of value.inputs) visit(x)
    }
    visit(pass.top)
    return found
  }

  /** Work per element, as far as it differs from place to place in a row. */
  #work(value: Value): number {
    if (this.#buffers.reads.has(value) || this.#results.has(value) || value.operation === null) return 0
    if (elementCount(value.shape) <= elementCount(this.#space.outer)) return 0
    const rule = ruleOf(value)
    const own = rule.kind === 'map' || rule.kind === 'view' ? rule.cost : 0
    return value.inputs.reduce((sum, x) => sum + this.#work(x), own)
  }
}

function foldOf(r: Reduction): Fold {
  return reduction(r.operation.op.slice('reduce_'.length) as ReductionOp, r, r.operation.attrs.dims)
}
