/** cumsum and cumprod: lines in parallel, each in order. */
import { binary, cast, get, literal } from '../../kernels/expr.ts'
import { type Expr, loopVar, REGISTER_TYPE, register, type Stmt } from '../../kernels/ir.ts'
import { alloc, forVar, kernel, set, store } from '../../kernels/stmt.ts'
import type { Group } from '../fuse.ts'
import { ElementReader } from './element-reader.ts'
import { joined } from './fold.ts'
import { loopsAround, nest } from './loops.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { flatten } from './view.ts'

/** The kernel of a running sum ('add') or product ('mul') along `dim`; half precision accumulates in float32. */
export function scan(group: Group, dim: number, op: 'add' | 'mul'): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  const x = root.inputs[0]!
  const out = buffers.root()
  const boolean = root.dtype === 'bool'
  const acc = register('acc', REGISTER_TYPE[root.dtype])
  const position = loopVar('k', root.shape[dim]!)
  const lines = root.shape.toSpliced(dim, 1)
  const parts = (at: readonly Expr[]) => {
    const full = joined(root.shape.length, [dim], at, [position])
    return { element: new ElementReader(buffers.reads).read(x, full), index: flatten(full, root.shape) }
  }
  const { axes, at } = nest(lines, new Set(), subscript => {
    const { element, index } = parts(subscript)
    return { stores: [index], values: [element] }
  })
  const { element, index } = parts(at)
  const combine = boolean ? (op === 'add' ? 'or' : 'and') : op
  const inner: Stmt[] = [
    alloc(acc, literal(acc.type, op === 'add' ? 0 : 1)),
    forVar(position, root.shape[dim]!, 'seq', [
      set(acc, binary(combine, get(acc), element)),
      store(out, index, cast(root.dtype, get(acc))),
    ]),
  ]
  const body = loopsAround(axes, inner)
  return buffers.lowered([buffers.step(kernel(root.operation!.op, [...buffers.reads.values(), out], body))])
}
