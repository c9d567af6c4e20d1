/** Kernels without an accumulator: every element of the root from elements elsewhere. */
import { add, constI32, flatIndex } from '../../kernels/expr.ts'
import type { Buffer, Expr, Stmt } from '../../kernels/ir.ts'
import { kernel, store } from '../../kernels/stmt.ts'
import type { Group } from '../fuse.ts'
import { stridesOf } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { divisorBetween, loopsAround, nest, splitAxis } from './loops.ts'
import { GroupBuffers, type Lowered, type Step } from './step.ts'
import { flatten, type Subscript } from './view.ts'

/** Iterations of one block of a long loop, so that threads have something to share. */
const LEAST_BLOCK = 1024
const MOST_BLOCK = 16384

/** Stores `valueAt` of every subscript of a shape at `indexAt`: grid loops, the innermost one a vector. */
export function storeEach(
  target: Buffer,
  shape: readonly number[],
  valueAt: (at: Subscript) => Expr,
  indexAt: (at: Subscript) => Expr,
): readonly Stmt[] {
  let loops = nest(shape, new Set(), at => ({ stores: [indexAt(at)], values: [valueAt(at)] }))
  const [only] = loops.axes
  if (only !== undefined && loops.axes.length === 1 && only.extent > MOST_BLOCK) {
    const size = divisorBetween(only.extent, LEAST_BLOCK, MOST_BLOCK)
    if (size !== null) loops = splitAxis(loops, 0, size)
  }
  const { axes, at } = loops
  return loopsAround(axes, [store(target, indexAt(at), valueAt(at))])
}

/** The kernel of a group without a fold. */
export function pointwise(group: Group): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  if (root.operation?.op === 'cat') return buffers.lowered(catSteps(group, buffers, root.operation.attrs.dim))
  const out = buffers.root()
  const reader = new ElementReader(buffers.reads)
  const body = storeEach(
    out,
    root.shape,
    at => reader.read(root, at),
    at => flatten(at, root.shape),
  )
  return buffers.lowered([buffers.step(kernel(nameOf(group), [...buffers.reads.values(), out], body))])
}

/** What profiles and errors call a group's kernel. */
export function nameOf({ root, fold }: Group): string {
  return fold === null || fold === root ? root.operation!.op : `${fold.operation!.op}_${root.operation!.op}`
}

/** Each operand of a concatenation is stored to its place by a kernel of its own: no element asks whose it is. */
function catSteps({ root }: Group, buffers: GroupBuffers, dim: number): Step[] {
  const strides = stridesOf(root.shape)
  let start = 0
  const steps: Step[] = []
  for (const operand of root.inputs) {
    const offset = start * strides[dim]!
    start += operand.shape[dim]!
    if (operand.shape.includes(0)) continue
    const reader = new ElementReader(buffers.reads)
    // Parts of the root: what the other kernels stored stays.
    const out = buffers.root('readwrite')
    const body = storeEach(
      out,
      operand.shape,
      at => reader.read(operand, at),
      at => add(flatIndex(at, strides), constI32(offset)),
    )
    const used = [...buffers.reads.values()]
    steps.push(buffers.step(kernel('cat', [...used, out], body)))
  }
  return steps
}
