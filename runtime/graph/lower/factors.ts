/**
 * Factors of matrices and triangular systems, by their textbook loops: batches, and the columns of a right side, in parallel,
 * everything else in order. Meant for the matrices of models (rotations, mixing of channels, covariances), not for large ones.
 */
import {
  cast,
  constI32,
  div,
  eq,
  ge,
  get,
  gt,
  literal,
  load,
  lt,
  max,
  min,
  mul,
  select,
  sub,
  unary,
} from '../../kernels/expr.ts'
import { type Expr, letVar, REGISTER_TYPE, register, type Stmt } from '../../kernels/ir.ts'
import { alloc, define, kernel, loop, set, store, when } from '../../kernels/stmt.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import type { Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { loopsAround, nest } from './loops.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { flatten } from './view.ts'

/** The matrices of a group, one after another: how an element is read and where one of the result stands. */
function overBatch(
  group: Group,
  name: string,
  /** Axes at the end that `body` walks itself. */
  inner: number,
  body: (at: {
    readonly out: ReturnType<GroupBuffers['root']>
    readonly lead: readonly Expr[]
    readonly read: (x: Value, at: readonly Expr[]) => Expr
    readonly place: (at: readonly Expr[]) => Expr
  }) => readonly Stmt[],
): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  const reader = new ElementReader(buffers.reads)
  const out = buffers.root('readwrite')
  const place = (at: readonly Expr[]) => flatten(at, root.shape)
  const origin = Array.from({ length: inner }, () => constI32(0))
  const { axes, at } = nest(root.shape.slice(0, -inner), new Set(), lead => ({
    stores: [place([...lead, ...origin])],
    values: [],
  }))
  const statements = body({ out, lead: at, read: (x, subscript) => reader.read(x, subscript), place })
  return buffers.lowered([
    buffers.step(
      kernel(
        name,
        [...buffers.reads.values(), out],
        loopsAround(axes, statements, () => 'grid'),
      ),
    ),
  ])
}

/** The kernel of `lu`: Gauss's elimination, the largest element of a column as its pivot. */
export function lu(group: Group): Lowered {
  const x = group.root.inputs[0]!
  const size = x.shape.at(-1)!
  const type = REGISTER_TYPE[group.root.dtype]
  return overBatch(group, 'lu', 2, ({ out, lead, read, place }) => {
    const cell = (i: Expr, j: Expr): Expr => place([...lead, i, j])
    const best = register('best', type)
    const chosen = register('chosen', 'i32')
    const pivotRow = letVar('row', 'i32', 0, Math.max(0, size - 1))
    const exchange = (k: Expr): Stmt =>
      loop('j', size + 1, 'seq', j => {
        const [upper, lower] = [letVar('upper', type), letVar('lower', type)]
        return [
          define(upper, load(out, cell(k, j))),
          define(lower, load(out, cell(pivotRow, j))),
          store(out, cell(k, j), lower),
          store(out, cell(pivotRow, j), upper),
        ]
      })
    const eliminate = (k: Expr): Stmt[] => {
      const [pivot, factor] = [letVar('pivot', type), letVar('factor', type)]
      return [
        define(pivot, load(out, cell(k, k))),
        loop('i', size, 'seq', i => [
          when(gt(i, k), [
            // Below a pivot of 0 there are zeros alone.
            define(factor, select(eq(pivot, 0), literal(type, 0), div(load(out, cell(i, k)), pivot))),
            store(out, cell(i, k), factor),
            loop('j', size, 'seq', j => [
              when(gt(j, k), [
                store(out, cell(i, j), sub(load(out, cell(i, j)), mul(factor, load(out, cell(k, j))))),
              ]),
            ]),
          ]),
        ]),
      ]
    }
    return [
      loop('i', size, 'seq', i => [
        loop('j', size, 'seq', j => [store(out, cell(i, j), read(x, [...lead, i, j]))]),
        store(out, cell(i, constI32(size)), cast(group.root.dtype, i)),
      ]),
      loop('k', size, 'seq', k => [
        alloc(best, unary('abs', load(out, cell(k, k)))),
        alloc(chosen, k),
        loop('i', size, 'seq', i => {
          const [candidate, larger] = [letVar('candidate', type), letVar('larger', 'bool')]
          return [
            when(gt(i, k), [
              define(candidate, unary('abs', load(out, cell(i, k)))),
              define(larger, gt(candidate, get(best))),
              set(chosen, select(larger, i, get(chosen))),
              set(best, select(larger, candidate, get(best))),
            ]),
          ]
        }),
        define(pivotRow, max(min(get(chosen), size - 1), 0)),
        exchange(k),
        ...eliminate(k),
      ]),
    ]
  })
}

/** The kernel of `cholesky`, column by column. */
export function cholesky(group: Group): Lowered {
  const x = group.root.inputs[0]!
  const size = x.shape.at(-1)!
  const type = REGISTER_TYPE[group.root.dtype]
  return overBatch(group, 'cholesky', 2, ({ out, lead, read, place }) => {
    const cell = (i: Expr, j: Expr): Expr => place([...lead, i, j])
    const rest = register('rest', type)
    return [
      loop('j', size, 'seq', j => [
        loop('i', size, 'seq', i => [
          when(lt(i, j), [store(out, cell(i, j), literal(type, 0))]),
          when(ge(i, j), [
            alloc(rest, read(x, [...lead, i, j])),
            loop('k', size, 'seq', k => [
              when(lt(k, j), [set(rest, sub(get(rest), mul(load(out, cell(i, k)), load(out, cell(j, k)))))]),
            ]),
            when(eq(i, j), [store(out, cell(i, j), unary('sqrt', get(rest)))]),
            when(gt(i, j), [store(out, cell(i, j), div(get(rest), load(out, cell(j, j))))]),
          ]),
        ]),
      ]),
    ]
  })
}

/** The kernel of `solve_triangular`: substitution, each column of the right side on its own. */
export function solveTriangular(group: Group, { upper, unit }: Attrs['solve_triangular']): Lowered {
  const [a, b] = group.root.inputs as [Value, Value]
  const size = a.shape.at(-1)!
  const type = REGISTER_TYPE[group.root.dtype]
  return overBatch(group, 'solve_triangular', 2, ({ out, lead, read, place }) => {
    const rest = register('rest', type)
    return [
      loop('c', b.shape.at(-1)!, 'grid', c => [
        loop('s', size, 'seq', s => {
          const i = upper ? sub(constI32(size - 1), s) : s
          return [
            alloc(rest, read(b, [...lead, i, c])),
            loop('t', size, 'seq', t => {
              // Of the unknowns, those that are found already.
              const j = upper ? sub(constI32(size - 1), t) : t
              const known = load(out, place([...lead, j, c]))
              return [when(lt(t, s), [set(rest, sub(get(rest), mul(read(a, [...lead, i, j]), known)))])]
            }),
            store(out, place([...lead, i, c]), unit ? get(rest) : div(get(rest), read(a, [...lead, i, i]))),
          ]
        }),
      ]),
    ]
  })
}
