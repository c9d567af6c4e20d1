/** attention by the template: here is only which elements the operands have, and where results go. */
import type { Expr, Limits } from '../../kernels/ir.ts'
import { type AttentionShape, attention as attentionTemplate } from '../../kernels/templates/attention.ts'
import { attentionTile, hasWorkgroups } from '../../kernels/templates/rules.ts'
import { workgroupAttention } from '../../kernels/templates/workgroup-attention.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { elementCount, type Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue, position } from './epilogue.ts'
import { nameOf } from './pointwise.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { unflatten } from './view.ts'

/** The sizes of an attention. */
export function attentionShape({
  shape,
  inputs,
}: Value): Omit<AttentionShape, 'type' | 'scale' | 'causal' | 'emptyIsZero'> {
  const [q, k] = inputs
  const [queries, width] = q!.shape.slice(-2) as [number, number]
  return {
    batch: elementCount(shape.slice(0, -2)),
    queries,
    keys: k!.shape.at(-2)!,
    width,
    values: shape.at(-1)!,
  }
}

/** The kernel of a group whose fold is attention. */
export function attention(group: Group, { scale, causal }: Attrs['attention'], limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const fold = group.fold!
  const [q, k, v, mask] = fold.inputs
  const batchShape = fold.shape.slice(0, -2)
  const sizes = attentionShape(fold)
  const reader = new ElementReader(buffers.reads)
  const element = (x: Value) => (batch: Expr, row: Expr, i: Expr) =>
    reader.read(x, [...unflatten(batch, batchShape), row, i])
  const at = (batch: Expr, row: Expr, i: Expr): Expr[] => [...unflatten(batch, batchShape), row, i]
  const reads = [...buffers.reads.values()]
  const shape: AttentionShape = {
    ...sizes,
    type: fold.dtype === 'float64' ? 'f64' : 'f32',
    scale: scale ?? sizes.width ** -0.5,
    causal,
    emptyIsZero: causal || mask !== undefined || sizes.keys === 0,
  }
  const inputs = {
    buffers: reads,
    query: element(q!),
    key: element(k!),
    value: element(v!),
    bias: mask === undefined ? null : element(mask),
  }
  const output = {
    buffer: buffers.root(),
    at: (batch: Expr, row: Expr, i: Expr) => position(group, at(batch, row, i)),
    epilogue: (sum: Expr, batch: Expr, row: Expr, i: Expr) =>
      epilogue(group, buffers.reads, at(batch, row, i), sum).value,
    reads,
  }
  const tile = hasWorkgroups(limits) ? attentionTile(shape, limits) : null
  const kernel =
    tile === null
      ? attentionTemplate(nameOf(group), shape, inputs, output, limits)
      : workgroupAttention(nameOf(group), shape, inputs, output, tile)
  return buffers.lowered([buffers.step(kernel)])
}
