/** attention by the template: here is only which elements the operands have, and where results go. */
import type { Expr, Limits } from '../../kernels/ir.ts'
import { attention as attentionTemplate } from '../../kernels/templates/attention.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { elementCount, type Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue, position } from './epilogue.ts'
import { nameOf } from './pointwise.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { unflatten } from './view.ts'

/** The kernel of a group whose fold is attention. */
export function attention(group: Group, { scale, causal }: Attrs['attention'], limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const fold = group.fold!
  const [q, k, v, mask] = fold.inputs
  const batchShape = fold.shape.slice(0, -2)
  const [queries, width] = q!.shape.slice(-2) as [number, number]
  const keys = k!.shape.at(-2)!
  const reader = new ElementReader(buffers.reads)
  const element = (x: Value) => (batch: Expr, row: Expr, i: Expr) =>
    reader.read(x, [...unflatten(batch, batchShape), row, i])
  const at = (batch: Expr, row: Expr, i: Expr): Expr[] => [...unflatten(batch, batchShape), row, i]
  const reads = [...buffers.reads.values()]
  const kernel = attentionTemplate(
    nameOf(group),
    {
      batch: elementCount(batchShape),
      queries,
      keys,
      width,
      values: fold.shape.at(-1)!,
      type: fold.dtype === 'float64' ? 'f64' : 'f32',
      scale: scale ?? width ** -0.5,
      causal,
      emptyIsZero: causal || mask !== undefined || keys === 0,
    },
    {
      buffers: reads,
      query: element(q!),
      key: element(k!),
      value: element(v!),
      bias: mask === undefined ? null : element(mask),
    },
    {
      buffer: buffers.root(),
      at: (batch, row, i) => position(group, at(batch, row, i)),
      epilogue: (sum, batch, row, i) => epilogue(group, buffers.reads, at(batch, row, i), sum).value,
      reads,
    },
    limits,
  )
  return buffers.lowered([buffers.step(kernel)])
}
