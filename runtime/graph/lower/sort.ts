/**
 * argsort, lines in parallel. Elements are compared as integers whose order is the one that is wanted, so that NaN, zeros and the
 * direction are settled once. Short lines are sorted by counting, for each element, those that go before it. Of long ones a few
 * places are filled by keeping the best so far; for more, runs of doubled length are merged. Workgroups share the merging of a line:
 * an element's place is its own in its run and the number of elements of the other run that go before it. All are stable.
 */
import {
  add,
  and,
  binary,
  bitcast,
  cast,
  constI32,
  constI64,
  floordiv,
  get,
  gt,
  le,
  literal,
  load,
  lt,
  max,
  min,
  mul,
  not,
  or,
  select,
  sub,
  unary,
} from '../../kernels/expr.ts'
import {
  type Bind,
  type Buffer,
  type Expr,
  type Limits,
  letVar,
  loopVar,
  REGISTER_TYPE,
  register,
  type ScalarType,
  type Stmt,
} from '../../kernels/ir.ts'
import { alloc, define, forVar, kernel, loop, set, store, when } from '../../kernels/stmt.ts'
import { hasWorkgroups } from '../../kernels/templates/rules.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { elementCount } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { joined } from './fold.ts'
import { loopsAround, nest } from './loops.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { flatten } from './view.ts'

/** Lines up to this length are sorted by counting. */
const MOST_COUNTED = 32
/** So many places are filled by keeping the best, if they are no more than this part of the line: each that is kept moves others. */
const MOST_KEPT = 128
const KEPT_PART = 1 / 8
/** Elements that are passed over at once, where vectors compare them. */
const BLOCK = 64

/** The kernel of `argsort`. NaN is greater than every number. */
export function argsort(group: Group, { dim, descending }: Attrs['argsort'], limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  const x = root.inputs[0]!
  const rank = x.shape.length
  const [length, count] = [x.shape[dim]!, root.shape[dim]!]
  const lines = root.shape.toSpliced(dim, 1)
  const out = buffers.root('readwrite')
  const reader = new ElementReader(buffers.reads)
  const at = (line: readonly Expr[], i: Expr) => joined(rank, [dim], line, [i])
  const { axes, at: own } = nest(lines, new Set(), line => ({
    stores: [flatten(at(line, constI32(0)), root.shape)],
    values: [reader.read(x, at(line, constI32(0)))],
  }))
  const line: Line = {
    length,
    count,
    key: i => sortKey(reader.read(x, at(own, i)), descending),
    finish: (place, element) => store(out, flatten(at(own, place), root.shape), cast('int64', element)),
  }
  const scratch: Buffer[] = []
  const room = (name: string, dtype: 'int32' | 'int64', size: number): Row => {
    const memory = buffers.scratch(name, dtype, size * elementCount(lines))
    scratch.push(memory)
    return { memory, at: i => add(mul(flatten(own, lines), size), i) }
  }
  const wide = REGISTER_TYPE[x.dtype] === 'i64' || REGISTER_TYPE[x.dtype] === 'f64'
  const run = (name: string, size: number): Run => ({
    keys: room(`${name}.keys`, wide ? 'int64' : 'int32', size),
    order: room(name, 'int32', size),
  })
  let inner: readonly Stmt[]
  if (length <= MOST_COUNTED) inner = byCounting(line)
  else if (hasWorkgroups(limits)) inner = byRanks(line, [run('a', length), run('b', length)])
  else if (count <= Math.min(MOST_KEPT, length * KEPT_PART)) inner = byKeeping(line, run('kept', count))
  else inner = byMerging(line, [run('a', length), run('b', length)])
  const body = loopsAround(axes, inner, () => 'grid')
  return buffers.lowered([
    buffers.step(kernel('argsort', [...buffers.reads.values(), out, ...scratch], body)),
  ])
}

interface Line {
  readonly length: number
  /** Places that are asked for. */
  readonly count: number
  /** What the element at a position is sorted by, an integer. */
  key(i: Expr): Expr
  /** Stores which element comes to a place. */
  finish(place: Expr, element: Expr): Stmt
}

/** A line's part of some memory. */
interface Row {
  readonly memory: Buffer
  at(i: Expr): Expr
}

/** Keys of elements and their positions. */
interface Run {
  readonly keys: Row
  readonly order: Row
}

const put = ({ memory, at }: Row, i: Expr, value: Expr): Stmt => store(memory, at(i), value)
const take = ({ memory, at }: Row, i: Expr): Expr => load(memory, at(i))

/** An integer that goes before another where the element goes before the other's. */
function sortKey(element: Expr, descending: boolean): Expr {
  const ascending = orderOf(element)
  return descending ? unary('not', ascending) : ascending
}

const largest = (type: ScalarType): Expr =>
  type === 'i64' ? constI64(0x7fffffffffffffffn) : constI32(0x7fffffff)

/** Integers in the order of the elements: of floats the magnitude with the sign, which makes one of both zeros, and NaN last. */
function orderOf(element: Expr): Expr {
  if (element.type === 'bool') return cast('int32', element)
  if (element.type === 'i32' || element.type === 'i64') return element
  const bits = bitcast(element)
  const most = largest(bits.type)
  const infinite = bits.type === 'i64' ? constI64(0x7ff0000000000000n) : constI32(0x7f800000)
  const magnitude = binary('and', bits, most)
  const signed = select(lt(bits, 0), unary('neg', magnitude), magnitude)
  return select(gt(magnitude, infinite), most, signed)
}

function byCounting({ length, count, key, finish }: Line): readonly Stmt[] {
  const i = loopVar('i', length)
  const j = loopVar('j', length)
  const rank = register('rank', 'i32')
  const [own, other] = [key(i), key(j)]
  const goesFirst = or(lt(other, own), and(not(lt(own, other)), lt(j, i)))
  // The rank is below the length; only the program knows.
  const target = max(min(get(rank), length - 1), 0)
  const place = letVar('place', 'i32', 0, length - 1)
  return [
    forVar(i, length, 'seq', [
      alloc(rank, constI32(0)),
      forVar(j, length, 'seq', [set(rank, add(get(rank), cast('int32', goesFirst)))]),
      define(place, target),
      ...(count === length
        ? [finish(place, i)]
        : [when(lt(place, count), [finish(min(place, count - 1), i)])]),
    ]),
  ]
}

/**
 * The first elements of the line so far are kept in order; each further one that goes before the last of them moves in. Those of a
 * block are looked at together, and passed over if none does.
 */
function byKeeping(line: Line, { keys, order }: Run): readonly Stmt[] {
  const { length, count, key, finish } = line
  const type = key(constI32(0)).type
  const last = register('last', type)
  const place = register('place', 'i32')
  const target = max(min(get(place), count - 1), 0)
  const see = (i: Expr): readonly Stmt[] => {
    const own = letVar('key', type)
    const moveOn = loop('j', count - 1, 'seq', j => {
      const from = sub(count - 2, j)
      return [
        when(and(lt(from, i), lt(own, take(keys, from))), [
          put(keys, add(from, 1), take(keys, from)),
          put(order, add(from, 1), take(order, from)),
          set(place, from),
        ]),
      ]
    })
    return [
      define(own, key(i)),
      when(or(lt(i, count), lt(own, get(last))), [
        alloc(place, min(i, count - 1)),
        ...(count > 1 ? [moveOn] : []),
        put(keys, target, own),
        put(order, target, i),
        set(last, take(keys, constI32(count - 1))),
      ]),
    ]
  }
  const whole = Math.floor(length / BLOCK)
  const first = register('first', type)
  return [
    alloc(last, literal(type, 0)),
    loop('block', whole, 'seq', b => [
      alloc(first, largest(type)),
      loop('i', BLOCK, 'vector', i => [set(first, min(get(first), key(add(mul(b, BLOCK), i))))]),
      when(or(lt(mul(b, BLOCK), count), lt(get(first), get(last))), [
        loop('i', BLOCK, 'seq', i => see(add(mul(b, BLOCK), i))),
      ]),
    ]),
    loop('i', length - whole * BLOCK, 'seq', i => see(add(i, whole * BLOCK))),
    loop('i', count, 'seq', i => [finish(i, take(order, i))]),
  ]
}

function byMerging(line: Line, runs: readonly [Run, Run]): readonly Stmt[] {
  return inPasses(line, runs, 'seq', mergePass)
}

/** As merging; the elements of a pass are independent of each other. */
function byRanks(line: Line, runs: readonly [Run, Run]): readonly Stmt[] {
  return inPasses(line, runs, 'vector', rankPass)
}

/** One pass over a line: merges runs that begin `width` apart, two by two. */
interface Pass {
  readonly length: number
  readonly width: number
  /** Elements of each run. */
  readonly held: number
  /** Elements of a merged one. */
  readonly made: number
  readonly from: Run
  /** Stores at a place the element that stands at another. */
  write(place: Expr, from: Expr): readonly Stmt[]
}

function inPasses(
  { length, count, key, finish }: Line,
  [first, second]: readonly [Run, Run],
  bind: Bind,
  merge: (pass: Pass) => Stmt,
): readonly Stmt[] {
  const statements: Stmt[] = [
    loop('i', length, bind, i => [put(first.keys, i, key(i)), put(first.order, i, i)]),
  ]
  let [from, to] = [first, second]
  for (let width = 1; width < length; width *= 2) {
    const isLast = 2 * width >= length
    const [source, into] = [from, to]
    const write = (place: Expr, merged: Expr): readonly Stmt[] =>
      isLast
        ? [finish(place, take(source.order, merged))]
        : [
            put(into.keys, place, take(source.keys, merged)),
            put(into.order, place, take(source.order, merged)),
          ]
    const [held, made] = [Math.min(width, count), Math.min(2 * width, count)]
    statements.push(merge({ length, width, held, made, from, write }))
    ;[from, to] = [to, from]
  }
  return statements
}

/** The pass, element by element of what is merged. */
function mergePass({ length, width, held, made, from: { keys }, write }: Pass): Stmt {
  const inLine = (i: Expr): Expr => max(min(i, length - 1), 0)
  return loop('pair', Math.ceil(length / (2 * width)), 'seq', pair => {
    const start = mul(pair, 2 * width)
    const [left, right] = [register('left', 'i32'), register('right', 'i32')]
    const ends = [letVar('leftEnd', 'i32', 0, length), letVar('rightEnd', 'i32', 0, length)] as const
    const [l, r] = [letVar('l', 'i32'), letVar('r', 'i32')]
    const isRight = letVar('isRight', 'bool')
    const from = letVar('from', 'i32', 0, length - 1)
    const hasLeft = lt(l, ends[0])
    const hasRight = lt(r, ends[1])
    // Of equal elements, those of the left run stand first.
    const goesFirst = lt(take(keys, inLine(r)), take(keys, inLine(l)))
    return [
      define(ends[0], min(add(start, held), length)),
      define(ends[1], min(add(start, width + held), length)),
      alloc(left, start),
      alloc(right, add(start, width)),
      loop('i', made, 'seq', i => [
        define(l, get(left)),
        define(r, get(right)),
        when(or(hasLeft, hasRight), [
          define(isRight, and(hasRight, or(not(hasLeft), goesFirst))),
          define(from, inLine(select(isRight, r, l))),
          ...write(inLine(add(start, i)), from),
          set(left, add(l, cast('int32', not(isRight)))),
          set(right, add(r, cast('int32', isRight))),
        ]),
      ]),
    ]
  })
}

/** The pass, each element by itself. */
function rankPass({ length, width, held, made, from: { keys }, write }: Pass): Stmt {
  const inLine = (i: Expr): Expr => max(min(i, length - 1), 0)
  return loop('i', length, 'vector', i => {
    const start = mul(floordiv(i, 2 * width), 2 * width)
    const isLeft = lt(sub(i, start), width)
    const place = sub(i, select(isLeft, start, add(start, width)))
    const other = select(isLeft, add(start, width), start)
    const size = max(min(sub(length, other), held), 0)
    const own = letVar('own', take(keys, i).type)
    const found = register('found', 'i32')
    const search: Stmt[] = []
    for (let step = 2 ** Math.floor(Math.log2(held)); step >= 1; step /= 2) {
      const candidate = letVar('candidate', 'i32', 0, 2 * length)
      const rival = letVar('rival', own.type)
      // Of equal elements, those of the left run stand first.
      const stands = select(isLeft, lt(rival, own), not(lt(own, rival)))
      search.push(
        define(candidate, add(get(found), step)),
        define(rival, take(keys, inLine(add(other, sub(candidate, 1))))),
        set(found, select(and(le(candidate, size), stands), candidate, get(found))),
      )
    }
    const target = letVar('target', 'i32', 0, 2 * length)
    return [
      when(lt(place, held), [
        define(own, take(keys, i)),
        alloc(found, constI32(0)),
        ...search,
        define(target, add(place, get(found))),
        when(lt(target, made), write(inLine(add(start, target)), i)),
      ]),
    ]
  })
}
