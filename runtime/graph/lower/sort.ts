/**
 * argsort without branches: short lines by counting, for each element, those that go before it; long ones by merging runs of
 * doubled length, where an element's place is its rank in its own run plus its rank in the other, found by binary search.
 * Stable; lines in parallel.
 */
import {
  add,
  and,
  cast,
  compare,
  constI32,
  floordiv,
  get,
  le,
  load,
  lt,
  max,
  min,
  mul,
  not,
  or,
  select,
  sub,
} from '../../kernels/expr.ts'
import { type Buffer, type Expr, letVar, loopVar, register, type Stmt } from '../../kernels/ir.ts'
import { alloc, define, forVar, kernel, set, store } from '../../kernels/stmt.ts'
import { isFloat } from '../../ops/dtype.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { elementCount, type Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { joined } from './fold.ts'
import { loopsAround, nest } from './loops.ts'
import { comparisonElement } from './scalar.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { flatten } from './view.ts'

/** Lines up to this length are sorted by counting. */
const MOST_COUNTED = 32

/** The kernel of `argsort`. NaN is greater than every number. */
export function argsort(group: Group, { dim, descending }: Attrs['argsort']): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  const x = root.inputs[0]!
  const length = root.shape[dim]!
  const out = buffers.root('readwrite')
  const before = (a: Expr, b: Expr) => (descending ? less(x, b, a) : less(x, a, b))
  const { axes, at } = nest(root.shape.toSpliced(dim, 1), new Set(), subscript => {
    const full = joined(root.shape.length, [dim], subscript, [constI32(0)])
    const element = new ElementReader(buffers.reads).read(x, full)
    return { stores: [flatten(full, root.shape)], values: [element] }
  })
  const reader = new ElementReader(buffers.reads)
  const line: Line = {
    length,
    before,
    key: i => reader.read(x, joined(root.shape.length, [dim], at, [i])),
    place: i => flatten(joined(root.shape.length, [dim], at, [i]), root.shape),
  }
  const scratch: Buffer[] = []
  let inner: readonly Stmt[]
  if (length <= MOST_COUNTED) inner = byCounting(line, out)
  else {
    const count = elementCount(root.shape)
    scratch.push(buffers.scratch('a', 'int32', count), buffers.scratch('b', 'int32', count))
    inner = byMerging(line, scratch, out)
  }
  const body = loopsAround(axes, inner, () => 'grid')
  return buffers.lowered([
    buffers.step(kernel('argsort', [...buffers.reads.values(), out, ...scratch], body)),
  ])
}

interface Line {
  readonly length: number
  /** True where key `a` must stand before an equal-ranked or greater key `b`. */
  before(a: Expr, b: Expr): Expr
  /** The key at a position of the line. */
  key(i: Expr): Expr
  /** The place in memory of a position of the line. */
  place(i: Expr): Expr
}

function less(x: Value, a: Expr, b: Expr): Expr {
  const smaller = comparisonElement('lt', a, b)
  if (!isFloat(x.dtype)) return smaller
  return or(smaller, and(compare('eq', a, a), compare('ne', b, b)))
}

function byCounting({ length, before, key, place }: Line, out: Buffer): readonly Stmt[] {
  const i = loopVar('i', length)
  const j = loopVar('j', length)
  const rank = register('rank', 'i32')
  const goesFirst = or(before(key(j), key(i)), and(not(before(key(i), key(j))), lt(j, i)))
  // The rank is below the length; only the program knows.
  const target = min(get(rank), length - 1)
  return [
    forVar(i, length, 'seq', [
      alloc(rank, constI32(0)),
      forVar(j, length, 'seq', [set(rank, add(get(rank), cast('int32', goesFirst)))]),
      store(out, place(max(target, 0)), cast('int64', i)),
    ]),
  ]
}

function byMerging(line: Line, scratch: readonly Buffer[], out: Buffer): readonly Stmt[] {
  const { length, place } = line
  const start = loopVar('i', length)
  const statements: Stmt[] = [forVar(start, length, 'seq', [store(scratch[0]!, place(start), start)])]
  let from = scratch[0]!
  for (let width = 1; width < length; width *= 2) {
    const to = width * 2 >= length ? out : from === scratch[0]! ? scratch[1]! : scratch[0]!
    statements.push(mergePass(line, from, to, width))
    from = to
  }
  return statements
}

/** Merges runs of `width`, two by two. */
function mergePass(line: Line, from: Buffer, to: Buffer, width: number): Stmt {
  const { length, before, key, place } = line
  const i = loopVar('i', length)
  const inLine = (index: Expr) => max(min(index, length - 1), 0)
  const start = mul(floordiv(i, constI32(2 * width)), 2 * width)
  const isLeft = lt(sub(i, start), width)
  const own = select(isLeft, start, add(start, width))
  const other = select(isLeft, add(start, width), start)
  const size = max(min(sub(length, other), width), 0)
  const element = letVar('e', 'i32', 0, length - 1)
  const found = register('rank', 'i32')
  const body: Stmt[] = [define(element, inLine(load(from, place(i)))), alloc(found, constI32(0))]
  for (let step = 2 ** Math.floor(Math.log2(width)); step >= 1; step /= 2) {
    const candidate = letVar('c', 'i32', 0, length * 2)
    const inside = le(candidate, size)
    const rival = letVar('r', 'i32', 0, length - 1)
    const rivalKey = key(rival)
    const ownKey = key(element)
    // Of equal elements, those of the left run stand first.
    const stays = select(isLeft, before(rivalKey, ownKey), not(before(ownKey, rivalKey)))
    body.push(
      define(candidate, add(get(found), step)),
      define(rival, inLine(load(from, place(inLine(add(other, sub(candidate, 1)))), inside))),
      set(found, select(and(inside, stays), candidate, get(found))),
    )
  }
  const target = inLine(add(add(start, sub(i, own)), get(found)))
  const value = to.dtype === 'int64' ? cast('int64', element) : element
  body.push(store(to, place(target), value))
  return forVar(i, length, 'seq', body)
}
