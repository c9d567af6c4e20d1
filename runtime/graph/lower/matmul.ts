/** matmul by the templates: here is only which elements the factors have, and where results go. */
import { constI32 } from '../../kernels/expr.ts'
import { type Buffer, type Expr, type Limits, loopVar } from '../../kernels/ir.ts'
import { productAlongDepth } from '../../kernels/templates/along-depth.ts'
import type { KernelGroup } from '../../kernels/templates/kernel-group.ts'
import {
  type Consecutive,
  type MatmulShape,
  matmul as matmulTemplate,
} from '../../kernels/templates/matmul.ts'
import type { NumberType } from '../../kernels/templates/number-type.ts'
import type { Output } from '../../kernels/templates/output.ts'
import { lanesOf, takesAlongDepth } from '../../kernels/templates/rules.ts'
import { visitExprs } from '../../kernels/traverse.ts'
import { isFloat } from '../../ops/dtype.ts'
import type { Group } from '../fuse.ts'
import { elementCount } from '../value.ts'
import { type DepthAxes, depthAxes, placeIn } from './depth-axes.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue, position } from './epilogue.ts'
import { memorySteps } from './loops.ts'
import { nameOf } from './pointwise.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { unflatten } from './view.ts'

/** True if the templates take a group's product: their tiles are for floats. */
export function takesMatmul({ fold }: Group): boolean {
  const [a] = fold!.inputs
  return isFloat(fold!.dtype) && elementCount(fold!.shape) > 0 && a!.shape.at(-1)! > 0
}

/** The kernels of a group whose fold is a matmul. */
export function matmul(group: Group, limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const product = group.fold!
  const [a, b] = product.inputs
  const batchShape = product.shape.slice(0, -2)
  const [rows, n] = product.shape.slice(-2) as [number, number]
  const k = a!.shape.at(-1)!
  const type: NumberType = product.dtype === 'float64' ? 'f64' : 'f32'

  const reader = new ElementReader(buffers.reads)
  const batches = elementCount(batchShape)
  const rightAt = (batch: Expr, i: Expr, column: Expr) =>
    reader.read(b!, [...unflatten(batch, batchShape), i, column])
  const vars = { batch: loopVar('batch', batches), k: loopVar('k', k), column: loopVar('column', n) }
  const sample = rightAt(vars.batch, vars.k, vars.column)
  const steps = memorySteps({ stores: [], values: [sample] }, new Set(Object.values(vars)))
  const allSteps = (which: keyof typeof vars, step: number) =>
    steps.get(vars[which])?.every(s => s === step) ?? false
  // One right factor for all batches: their rows are the rows of one product.
  const shared = batches === 1 || allSteps('batch', 0)
  const m = shared ? rows * batches : rows
  // Half precision is widened as it is packed: tiles read whole vectors.
  const wide = b!.dtype === 'float32' || b!.dtype === 'float64'
  const consecutive: Consecutive =
    wide && allSteps('column', 1) ? 'columns' : wide && allSteps('k', 1) ? 'k' : 'neither'

  /** Batch dims and row, as subscripts of the product. */
  const lead = (batch: Expr, row: Expr): Expr[] =>
    shared ? unflatten(row, [...batchShape, rows]) : [...unflatten(batch, batchShape), row]
  const left = (batch: Expr, row: Expr, i: Expr) => reader.read(a!, [...lead(batch, row), i])
  const out = buffers.root()
  const end = (sum: Expr, batch: Expr, row: Expr, column: Expr) =>
    epilogue(group, buffers.reads, [...lead(batch, row), column], sum)
  const all = [...buffers.reads.values()]
  const output: Output = {
    buffer: out,
    at: (batch, row, column) => position(group, [...lead(batch, row), column]),
    epilogue: (sum, batch, row, column) => end(sum, batch, row, column).value,
    reads: all,
  }
  const batch = shared ? 1 : batches
  const along =
    wide && a!.dtype === b!.dtype && consecutive === 'neither'
      ? alongDepth(nameOf(group), { batch, m, n, k, type }, left, rightAt, output, limits)
      : null
  if (along !== null) {
    for (const piece of along.scratch) buffers.adopt(piece)
    return buffers.lowered(along.kernels.map(kernel => buffers.step(kernel)))
  }
  const { kernels, scratch } = matmulTemplate(
    nameOf(group),
    { batch, rightBatch: batch, m, n, k, type },
    { buffers: all, value: left },
    { buffers: buffersIn(sample), value: rightAt },
    consecutive,
    output,
    limits,
  )
  for (const piece of scratch) buffers.adopt(piece)
  // Of two kernels, the first packs the right factor.
  return buffers.lowered(kernels.map((kernel, i) => buffers.step(kernel, i < kernels.length - 1)))
}

type ElementAt = (batch: Expr, first: Expr, second: Expr) => Expr

/** The product along its depth, where both factors lie in rows along it and that is faster; else null. */
function alongDepth(
  name: string,
  { batch, m, n, k, type }: Omit<MatmulShape, 'rightBatch'>,
  left: ElementAt,
  right: ElementAt,
  output: Output,
  limits: Limits,
): KernelGroup | null {
  const [g, row, column] = [loopVar('batch', batch), loopVar('row', m), loopVar('column', n)]
  const axes = depthAxes(
    k,
    i => left(g, row, i),
    i => right(g, i, column),
  )
  const step = axes === null ? null : rowStep(axes)
  if (axes === null || step === null) return null
  const { extents } = axes
  if (!takesAlongDepth(m, extents.at(-1)!, step, lanesOf(type, limits))) return null
  const first = constI32(0)
  return productAlongDepth(
    name,
    { batch, m, n, depth: extents, type },
    { buffers: buffersIn(left(g, row, first)), value: (b, r, depth) => left(b, r, placeIn(extents, depth)) },
    {
      buffers: buffersIn(right(g, first, column)),
      value: (b, c, depth) => right(b, placeIn(extents, depth), c),
    },
    output,
    limits,
  )
}

/** How far apart the right factor's elements lie in rows along the last axis, where the left one's are neighbours; null if far. */
function rowStep({ left, right }: DepthAxes): 1 | 2 | null {
  if (!left.every(step => step === 1)) return null
  return ([1, 2] as const).find(step => right.every(s => s === step)) ?? null
}

/** The buffers that an expression reads. */
export function buffersIn(e: Expr): Buffer[] {
  const found = new Set<Buffer>()
  visitExprs([e], node => {
    if (node.kind === 'load') found.add(node.buffer)
  })
  return [...found]
}
