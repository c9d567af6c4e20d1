/**
 * cumsum and cumprod: lines in parallel, each in order. Where there are few long lines, a workgroup has each: its invocations take
 * neighbouring pieces, first to know what each amounts to, then with what stands before it.
 */
import { add, binary, cast, get, literal, lt, min, mul, select } from '../../kernels/expr.ts'
import {
  type BinaryOp,
  type Expr,
  type Limits,
  type LocalArray,
  loopVar,
  REGISTER_TYPE,
  register,
  type Stmt,
  sharedArray,
} from '../../kernels/ir.ts'
import { alloc, barrier, forVar, kernel, loop, set, store, when } from '../../kernels/stmt.ts'
import { cooperating } from '../../kernels/templates/rules.ts'
import type { Group } from '../fuse.ts'
import { elementCount } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { joined } from './fold.ts'
import { loopsAround, nest } from './loops.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { flatten } from './view.ts'

/** The kernel of a running sum ('add') or product ('mul') along `dim`; half precision accumulates in float32. */
export function scan(group: Group, dim: number, op: 'add' | 'mul', limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  const x = root.inputs[0]!
  const out = buffers.root()
  const boolean = root.dtype === 'bool'
  const acc = register('acc', REGISTER_TYPE[root.dtype])
  const length = root.shape[dim]!
  const lines = root.shape.toSpliced(dim, 1)
  const parts = (at: readonly Expr[], position: Expr) => {
    const full = joined(root.shape.length, [dim], at, [position])
    return { element: new ElementReader(buffers.reads).read(x, full), index: flatten(full, root.shape) }
  }
  const position = loopVar('k', length)
  const { axes, at } = nest(lines, new Set(), subscript => {
    const { element, index } = parts(subscript, position)
    return { stores: [index], values: [element] }
  })
  const combine = boolean ? (op === 'add' ? 'or' : 'and') : op
  const line: Line = {
    acc,
    combine,
    identity: literal(acc.type, op === 'add' ? 0 : 1),
    length,
    element: i => parts(at, i).element,
    store: i => store(out, parts(at, i).index, cast(root.dtype, get(acc))),
  }
  const invocations = cooperating(elementCount(lines), length, false, limits)
  const body =
    invocations > 1
      ? loopsAround(axes, inPieces(line, invocations), () => 'grid')
      : loopsAround(axes, [
          alloc(acc, line.identity),
          forVar(position, length, 'seq', [take(line, position), line.store(position)]),
        ])
  return buffers.lowered([buffers.step(kernel(root.operation!.op, [...buffers.reads.values(), out], body))])
}

/** A line, and what has been accumulated of it. */
interface Line {
  readonly acc: LocalArray
  readonly combine: BinaryOp
  readonly identity: Expr
  readonly length: number
  element(position: Expr): Expr
  /** Stores what has been accumulated up to a position. */
  store(position: Expr): Stmt
}

const take = ({ acc, combine, element }: Line, position: Expr): Stmt =>
  set(acc, binary(combine, get(acc), element(position)))

/** The line, by the invocations of a workgroup. */
function inPieces(line: Line, invocations: number): readonly Stmt[] {
  const { acc, combine, identity, length } = line
  const totals = sharedArray('totals', acc.type, invocations)
  const piece = Math.ceil(length / invocations)
  const local = loop('own', invocations, 'local', own => {
    const overPiece = (make: (position: Expr) => readonly Stmt[]): Stmt =>
      loop('i', piece, 'seq', i => {
        const position = add(mul(own, piece), i)
        return [when(lt(position, length), make(min(position, length - 1)))]
      })
    return [
      alloc(acc, identity),
      overPiece(position => [take(line, position)]),
      set(totals, get(acc), own),
      barrier,
      set(acc, identity),
      loop('other', invocations, 'seq', other => [
        set(acc, select(lt(other, own), binary(combine, get(acc), get(totals, other)), get(acc))),
      ]),
      overPiece(position => [take(line, position), line.store(position)]),
    ]
  })
  return [alloc(totals), local]
}
