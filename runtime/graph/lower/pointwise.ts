/** Kernels without an accumulator: every element of the root from elements elsewhere. */
import { add, constI32, flatIndex, load } from '../../kernels/expr.ts'
import { type Buffer, buffer, type Expr, type Kernel, type Limits, type Stmt } from '../../kernels/ir.ts'
import { kernel, store } from '../../kernels/stmt.ts'
import { buffersUsed } from '../../kernels/traverse.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import type { Group } from '../fuse.ts'
import { catOffsets, sameMemory } from '../part.ts'
import { elementCount, stridesOf, type Value } from '../value.ts'
import { ElementReader } from './element-reader.ts'
import { divisorBetween, loopsAround, memorySteps, type Nest, nest, splitAxis } from './loops.ts'
import { type Binding, GroupBuffers, type Lowered, type Step } from './step.ts'
import { flatten, type Subscript } from './view.ts'

/** Iterations of one block of a long loop, so that threads have something to share. */
const LEAST_BLOCK = 1024
const MOST_BLOCK = 16384
/** Edges of a tile: lines of 64 bytes from as many rows stay in the first-level cache. */
const LEAST_TILE = 8
const MOST_TILE = 32
/** Below, neighbours lie in the same line anyway. */
const LEAST_STRIDE = 16

/** Stores `valueAt` of every subscript of a shape at `indexAt`: grid loops, the innermost one a vector. */
export function storeEach(
  target: Buffer,
  shape: readonly number[],
  valueAt: (at: Subscript) => Expr,
  indexAt: (at: Subscript) => Expr,
): readonly Stmt[] {
  const loops = nest(shape, new Set(), at => ({ stores: [indexAt(at)], values: [valueAt(at)] }))
  const { axes, at } = loops.axes.length < 2 ? inBlocks(loops) : inTiles(loops, valueAt(loops.at))
  return loopsAround(axes, [store(target, indexAt(at), valueAt(at))])
}

/** A long single loop as a loop over blocks. */
function inBlocks(loops: Nest): Nest {
  const extent = loops.axes[0]?.extent ?? 1
  const size = extent > MOST_BLOCK ? divisorBetween(extent, LEAST_BLOCK, MOST_BLOCK) : null
  return size === null ? loops : splitAxis(loops, 0, size)
}

/**
 * Loops that read across memory while they write along it, as in a transpose: tile by tile, so that a cache line that was
 * fetched for one element serves its neighbours.
 */
function inTiles(loops: Nest, value: Expr): Nest {
  const last = loops.axes.length - 1
  const steps = memorySteps({ stores: [], values: [value] }, new Set(loops.axes.map(a => a.variable)))
  const inner = steps.get(loops.axes[last]!.variable) ?? []
  const across = loops.axes.findIndex(({ variable }, i) => {
    const along = i < last ? (steps.get(variable) ?? []) : []
    return along.some((step, k) => step === 1 && Math.abs(inner[k]!) >= LEAST_STRIDE)
  })
  if (across < 0) return loops
  const sizes = [across, last].map(i => divisorBetween(loops.axes[i]!.extent, LEAST_TILE, MOST_TILE))
  if (sizes.includes(null)) return loops
  const { axes, at } = splitAxis(splitAxis(loops, last, sizes[1]!), across, sizes[0]!)
  // The split axis stands at `across` and behind it: its inner part moves in, beside that of the last one.
  const within = axes[across + 1]!
  return { axes: [...axes.toSpliced(across + 1, 1).slice(0, -1), within, axes.at(-1)!], at }
}

/** The kernel of a group without a fold. */
export function pointwise(group: Group, limits: Limits): Lowered {
  const buffers = new GroupBuffers(group)
  const { root } = group
  if (root.operation?.op === 'cat')
    return buffers.lowered(catSteps(group, buffers, root.operation.attrs.dim, limits))
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
function catSteps(group: Group, buffers: GroupBuffers, dim: number, limits: Limits): Step[] {
  const { root } = group
  const blocks = catOffsets(root, dim)
  const strides = stridesOf(root.shape)
  const copies = new Map<number, Kernel>()
  const steps: Step[] = []
  let start = 0
  for (const [i, operand] of root.inputs.entries()) {
    const offset = start * strides[dim]!
    start += operand.shape[dim]!
    if (operand.shape.includes(0)) continue
    const index = group.reads.indexOf(sameMemory(operand))
    const aligned = blocks !== null && (blocks[i]! * ITEM_SIZE[root.dtype]) % limits.offsetAlignment === 0
    if (aligned && index >= 0) {
      const key = elementCount(operand.shape)
      const copy = copies.get(key) ?? copyKernel(operand)
      copies.set(key, copy)
      const bindings: Binding[] = [
        { kind: 'read', index },
        { kind: 'root', offset: blocks[i]! },
      ]
      steps.push({ kernel: copy, bindings, prepares: false })
      continue
    }
    const reader = new ElementReader(buffers.reads)
    // Parts of the root: what the other kernels stored stays. Parts in a row have an address of their own: equal kernels are one.
    const out = aligned
      ? buffer('out', root.dtype, elementCount(operand.shape), 'write')
      : buffers.root('readwrite')
    const body = storeEach(
      out,
      operand.shape,
      at => reader.read(operand, at),
      at => (aligned ? flatten(at, operand.shape) : add(flatIndex(at, strides), constI32(offset))),
    )
    const used = buffersUsed({ name: 'cat', buffers: [], body })
    const reads = [...buffers.reads.values()].filter(b => used.has(b))
    const step = buffers.step(kernel('cat', [...reads, out], body))
    const part: Binding = aligned ? { kind: 'root', offset: blocks[i]! } : { kind: 'root' }
    steps.push({ ...step, bindings: [...step.bindings.slice(0, -1), part] })
  }
  return steps
}

/** Copies a value in memory to another place. */
function copyKernel({ shape, dtype }: Value): Kernel {
  const size = elementCount(shape)
  const from = buffer('from', dtype, size, 'read')
  const to = buffer('to', dtype, size, 'write')
  return kernel(
    'copy',
    [from, to],
    storeEach(
      to,
      [size],
      ([i]) => load(from, i!),
      ([i]) => i!,
    ),
  )
}
