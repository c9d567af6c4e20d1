/** How a factor of a product lies in memory: which of its elements are neighbours there. */
import { add, constI32, mul } from '../../kernels/expr.ts'
import { type Expr, loopVar } from '../../kernels/ir.ts'
import { quadIndex } from '../../kernels/quad-index.ts'
import type { FactorLayout } from '../../kernels/templates/workgroup-product.ts'
import { visitExprs } from '../../kernels/traverse.ts'

/** An element of a factor. */
type FactorElement = (batch: Expr, line: Expr, k: Expr) => Expr

interface FactorSizes {
  readonly batches: number
  readonly lines: number
  readonly depth: number
}

/**
 * The layout of a factor.
 * @param otherwise along which axis neighbours lie where they do not lie by fours; found out by looking at some, if not given
 */
export function layoutOf(
  element: FactorElement,
  sizes: FactorSizes,
  otherwise: 'depth' | 'lines' | null,
): FactorLayout {
  const { batches, lines, depth } = sizes
  const [batch, line, k] = [loopVar('batch', batches), loopVar('line', lines), loopVar('k', depth)]
  return (
    fours(v => element(batch, line, v), depth, 'quads along depth') ??
    fours(v => element(batch, v, k), lines, 'quads along lines') ??
    `single along ${otherwise ?? denser(element, sizes)}`
  )
}

/** The layout, if elements lie together by fours along an axis of the given extent; else null. */
function fours(element: (at: Expr) => Expr, extent: number, layout: FactorLayout): FactorLayout | null {
  if (extent % 4 !== 0) return null
  const first = mul(loopVar('four', extent / 4), 4)
  const places = [0, 1, 2, 3].map(v => {
    const e = element(add(first, v))
    const fits = e.kind === 'load' && e.mask === null && e.buffer.dtype === 'float32'
    return fits && e.buffer.length % 4 === 0 ? quadIndex(e.index) : null
  })
  const together = places.every((place, v) => place?.element === v && place.key === places[0]!.key)
  return together ? layout : null
}

/** Neighbours that are looked at, and elements that memory gives at once. */
const LOOKED_AT = 16
const STRETCH = 8

/** The axis along which neighbours take fewer stretches of memory. */
function denser(element: FactorElement, { lines, depth }: FactorSizes): 'depth' | 'lines' {
  const [line, k] = [lines, depth].map(size => Math.floor(size / 2))
  const batch = constI32(0)
  const alongDepth = stretches(i => element(batch, constI32(line!), constI32(i)), depth)
  const alongLines = stretches(i => element(batch, constI32(i), constI32(k!)), lines)
  return alongDepth <= alongLines ? 'depth' : 'lines'
}

/** Stretches of memory that hold some neighbouring elements, for each of them. */
function stretches(element: (i: number) => Expr, extent: number): number {
  const count = Math.min(extent, LOOKED_AT)
  const first = Math.floor((extent - count) / 2)
  const found = new Set<string>()
  for (let i = first; i < first + count; i++)
    visitExprs([element(i)], e => {
      if (e.kind === 'load' && e.index.kind === 'const')
        found.add(`${e.buffer.name} ${Math.floor(Number(e.index.value) / STRETCH)}`)
    })
  return found.size / count
}
