/** scatter: a copy of the operand, then the writes, in order along `dim` and in parallel across it. */
import { load } from '../../kernels/expr.ts'
import { type Expr, loopVar } from '../../kernels/ir.ts'
import { forVar, kernel, store } from '../../kernels/stmt.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { elementCount } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { joined } from './fold.ts'
import { loopsAround, nest } from './loops.ts'
import { storeEach } from './pointwise.ts'
import { arithmeticElement } from './scalar.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { asIndex, clampIndex, flatten } from './view.ts'

/** The kernels of `scatter`. Writes that meet stay within one line along `dim`, which one iteration walks in order. */
export function scatter(group: Group, { dim, reduce }: Attrs['scatter']): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  const [x, index, source] = root.inputs
  const reads = [...buffers.reads.values()]
  const copied = buffers.root()
  const reader = new ElementReader(buffers.reads)
  const copy = storeEach(
    copied,
    root.shape,
    at => reader.read(x!, at),
    at => flatten(at, root.shape),
  )
  const steps = [buffers.step(kernel('scatter_copy', [...reads, copied], copy))]
  if (elementCount(index!.shape) === 0) return buffers.lowered(steps)

  const out = buffers.root('readwrite')
  const position = loopVar('k', index!.shape[dim]!)
  const parts = (at: readonly Expr[]) => {
    const full = joined(root.shape.length, [dim], at, [position])
    const target = clampIndex(asIndex(reader.read(index!, full)), root.shape[dim]!)
    return { target: flatten(full.with(dim, target), root.shape), value: reader.read(source!, full) }
  }
  const { axes, at } = nest(index!.shape.toSpliced(dim, 1), new Set(), subscript => {
    const { target, value } = parts(subscript)
    return { stores: [target], values: [target, value] }
  })
  const { target, value } = parts(at)
  const written = reduce === 'none' ? value : arithmeticElement(reduce, root.dtype, load(out, target), value)
  const body = loopsAround(
    axes,
    [forVar(position, index!.shape[dim]!, 'seq', [store(out, target, written)])],
    () => 'grid',
  )
  return buffers.lowered([...steps, buffers.step(kernel('scatter', [...reads, out], body))])
}
