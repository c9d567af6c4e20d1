/** matmul, conv, conv_transpose and sums as products by workgroups: which elements the factors have, and where results go. */
import { add, and, constBool, floordiv, ge, literal, lt, mod, mul, select } from '../../kernels/expr.ts'
import type { Expr, Limits } from '../../kernels/ir.ts'
import { loopVar } from '../../kernels/ir.ts'
import { store, when } from '../../kernels/stmt.ts'
import { productGroup } from '../../kernels/templates/product-group.ts'
import { runsAlongLines } from '../../kernels/templates/slim-product.ts'
import type { WorkgroupProduct } from '../../kernels/templates/workgroup-product.ts'
import type { Attrs } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { elementCount, type Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { epilogue } from './epilogue.ts'
import { layoutOf } from './factor-layout.ts'
import type { Fold } from './fold.ts'
import { memorySteps } from './loops.ts'
import { nameOf } from './pointwise.ts'
import { GroupBuffers, type Lowered } from './step.ts'
import { type Subscript, unflatten } from './view.ts'

/** A product without what becomes of its sums: `at` says which element of the fold a sum is. */
type Described = Omit<WorkgroupProduct, 'type' | 'finish' | 'leftLayout' | 'rightLayout'> & {
  /** Along which axis the factors' elements are neighbours, if that is known. */
  readonly leftAlong: 'depth' | 'lines' | null
  readonly rightAlong: 'depth' | 'lines' | null
  at(batch: Expr, row: Expr, column: Expr): readonly Expr[]
  /** Where there is such an element; everywhere if not given. */
  inside?(batch: Expr, row: Expr, column: Expr): Expr
}

/** The kernels of a group whose fold is the product; null where workgroups do not pay. */
function lowered(group: Group, buffers: GroupBuffers, product: Described, limits: Limits): Lowered | null {
  const { batches, m, n, depth, at, inside } = product
  const out = buffers.root()
  const described: WorkgroupProduct = {
    ...product,
    type: group.fold!.dtype === 'float64' ? 'f64' : 'f32',
    leftLayout: layoutOf(product.left, { batches, lines: m, depth }, product.leftAlong),
    rightLayout: layoutOf(
      (b, column, k) => product.right(b, k, column),
      { batches, lines: n, depth },
      product.rightAlong,
    ),
    finish: (sum, batch, row, column) => {
      const { index, value } = epilogue(group, buffers.reads, at(batch, row, column), sum)
      const stored = store(out, index, value)
      return inside === undefined ? [stored] : [when(inside(batch, row, column), [stored])]
    },
  }
  const made = productGroup(nameOf(group), described, [...buffers.reads.values()], out, limits)
  if (made === null) return null
  for (const piece of made.scratch) buffers.adopt(piece)
  return buffers.lowered(made.kernels.map(kernel => buffers.step(kernel)))
}

/** matmul of floats by workgroups; null where tiles do not pay. */
export function workgroupMatmul(group: Group, limits: Limits): Lowered | null {
  const buffers = new GroupBuffers(group)
  const product = group.fold!
  const [a, b] = product.inputs
  const batchShape = product.shape.slice(0, -2)
  const [rows, n] = product.shape.slice(-2) as [number, number]
  const depth = a!.shape.at(-1)!
  const reader = new ElementReader(buffers.reads)
  const batches = elementCount(batchShape)
  const right = (batch: Expr, k: Expr, column: Expr) =>
    reader.read(b!, [...unflatten(batch, batchShape), k, column])
  const batchVar = loopVar('batch', batches)
  const sample = right(batchVar, loopVar('k', depth), loopVar('column', n))
  const steps = memorySteps({ stores: [], values: [sample] }, new Set([batchVar]))
  // One right factor for all batches: their rows are the rows of one product.
  const shared = batches === 1 || steps.get(batchVar)?.every(step => step === 0) === true
  const lead = (batch: Expr, row: Expr): Expr[] =>
    shared ? unflatten(row, [...batchShape, rows]) : [...unflatten(batch, batchShape), row]
  const described: Described = {
    batches: shared ? 1 : batches,
    m: shared ? rows * batches : rows,
    n,
    depth,
    left: (batch, row, k) => reader.read(a!, [...lead(batch, row), k]),
    right,
    leftAlong: null,
    rightAlong: null,
    at: (batch, row, column) => [...lead(batch, row), column],
  }
  return lowered(group, buffers, described, limits)
}

/**
 * A sum of floats along which neighbouring elements are far apart, such as that of a matrix's rows, as the product of ones and the
 * matrix; null where neighbours lie along the sum, or the sum is short.
 */
export function workgroupSum(group: Group, { inner, term }: Fold, limits: Limits): Lowered | null {
  const buffers = new GroupBuffers(group)
  const { shape } = group.fold!
  const reader = new ElementReader(buffers.reads)
  const [lines, depth] = [elementCount(shape), elementCount(inner)]
  if (lines === 0 || depth === 0) return null
  const right = (_: Expr, k: Expr, column: Expr): Expr =>
    term(unflatten(column, shape), unflatten(k, inner), (value, at, mask) =>
      reader.read(value, at, mask ?? null),
    )
  const layout = layoutOf((b, column, k) => right(b, k, column), { batches: 1, lines, depth }, null)
  if (!runsAlongLines(layout)) return null
  const described: Described = {
    batches: 1,
    m: 1,
    n: lines,
    depth,
    left: () => literal('f32', 1),
    right,
    leftAlong: 'depth',
    rightAlong: 'lines',
    at: (_batch, _row, column) => unflatten(column, shape),
  }
  return lowered(group, buffers, described, limits)
}

const all = (conditions: readonly Expr[]): Expr => conditions.reduce(and, constBool(true))

/** An element where the condition holds, elsewhere zero. */
function readWhere(inside: Expr, reader: ElementReader, value: Value, at: Subscript): Expr {
  const found = reader.read(value, at, inside)
  return select(inside, found, literal(found.type, 0))
}

/** conv of floats by workgroups, an implicit product of weights and windows; null where tiles do not pay. */
export function workgroupConv(
  group: Group,
  { strides, padding, dilations, ...attrs }: Attrs['conv'],
  limits: Limits,
): Lowered | null {
  const groups = attrs.groups as number
  const buffers = new GroupBuffers(group)
  const [x, w] = group.fold!.inputs
  const [images, , ...positions] = group.fold!.shape as [number, number, ...number[]]
  const [outChannels, channels, ...taps] = w!.shape as [number, number, ...number[]]
  const spatial = x!.shape.slice(2)
  const perGroup = outChannels / groups
  const reader = new ElementReader(buffers.reads)
  const channelOf = (batch: Expr, row: Expr) => add(mul(mod(batch, groups), perGroup), row)
  const described: Described = {
    batches: images * groups,
    m: perGroup,
    n: elementCount(positions),
    depth: channels * elementCount(taps),
    left: (batch, row, k) => reader.read(w!, [channelOf(batch, row), ...unflatten(k, [channels, ...taps])]),
    right: (batch, k, column) => {
      const [channel, ...tap] = unflatten(k, [channels, ...taps])
      const source = unflatten(column, positions).map((p, i) =>
        add(add(mul(p, strides[i]!), mul(tap[i]!, dilations[i]!)), -padding[i]![0]),
      )
      const inside = all(source.map((at, i) => and(ge(at, 0), lt(at, spatial[i]!))))
      const from = add(mul(mod(batch, groups), channels), channel!)
      return readWhere(inside, reader, x!, [floordiv(batch, groups), from, ...source])
    },
    leftAlong: 'depth',
    rightAlong: 'lines',
    at: (batch, row, column) => [
      floordiv(batch, groups),
      channelOf(batch, row),
      ...unflatten(column, positions),
    ],
  }
  return lowered(group, buffers, described, limits)
}

/**
 * conv_transpose of floats by workgroups; null where tiles do not pay. With stride s, the output positions of one residue modulo
 * s see each s-th tap: the residues are batches of a product over those taps. Null, too, where strides and dilations mix.
 */
export function workgroupConvTranspose(
  group: Group,
  { strides, padding, dilations, ...attrs }: Attrs['conv_transpose'],
  limits: Limits,
): Lowered | null {
  const groups = attrs.groups as number
  if (strides.some((s, i) => s > 1 && dilations[i]! > 1)) return null
  const buffers = new GroupBuffers(group)
  const [x, w] = group.fold!.inputs
  const [images, , ...outputs] = group.fold!.shape as [number, number, ...number[]]
  const [inChannels, perGroup, ...kernelSizes] = w!.shape as [number, number, ...number[]]
  const spatial = x!.shape.slice(2)
  const channels = inChannels / groups
  const positions = outputs.map((size, i) => Math.ceil(size / strides[i]!))
  const taps = kernelSizes.map((size, i) => Math.ceil(size / strides[i]!))
  const residues = elementCount(strides)
  const reader = new ElementReader(buffers.reads)
  const split = (batch: Expr) => {
    const rest = floordiv(batch, residues)
    return {
      image: floordiv(rest, groups),
      group: mod(rest, groups),
      residue: unflatten(mod(batch, residues), strides),
    }
  }
  /** Along each axis: the first tap that a residue sees, and the element that it finds there for position 0. */
  const start = (residue: readonly Expr[]) =>
    residue.map((r, i) => {
      const shifted = add(r, padding[i]![0])
      return { tap: mod(shifted, strides[i]!), source: floordiv(shifted, strides[i]!) }
    })
  const tapOf = (first: Expr, u: Expr, axis: number) => add(first, mul(u, strides[axis]!))
  const outputAt = (residue: readonly Expr[], column: Expr) =>
    unflatten(column, positions).map((q, i) => add(mul(q, strides[i]!), residue[i]!))
  const described: Described = {
    batches: images * groups * residues,
    m: perGroup,
    n: elementCount(positions),
    depth: channels * elementCount(taps),
    left: (batch, row, k) => {
      const place = split(batch)
      const [channel, ...each] = unflatten(k, [channels, ...taps])
      const tap = start(place.residue).map((s, i) => tapOf(s.tap, each[i]!, i))
      const inside = all(tap.map((t, i) => lt(t, kernelSizes[i]!)))
      const from = add(mul(place.group, channels), channel!)
      return readWhere(inside, reader, w!, [from, row, ...tap])
    },
    right: (batch, k, column) => {
      const place = split(batch)
      const [channel, ...each] = unflatten(k, [channels, ...taps])
      const q = unflatten(column, positions)
      const source = start(place.residue).map((s, i) =>
        add(add(q[i]!, s.source), mul(each[i]!, -dilations[i]!)),
      )
      const inside = all(source.flatMap((at, i) => [ge(at, 0), lt(at, spatial[i]!)]))
      const from = add(mul(place.group, channels), channel!)
      return readWhere(inside, reader, x!, [place.image, from, ...source])
    },
    leftAlong: 'depth',
    rightAlong: 'lines',
    at: (batch, row, column) => {
      const place = split(batch)
      return [place.image, add(mul(place.group, perGroup), row), ...outputAt(place.residue, column)]
    },
    inside: (batch, _, column) =>
      all(outputAt(split(batch).residue, column).map((o, i) => lt(o, outputs[i]!))),
  }
  return lowered(group, buffers, described, limits)
}
