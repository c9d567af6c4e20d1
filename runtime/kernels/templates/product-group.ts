/** The kernels of a product by workgroups: by tiles, or as a slim one; and with its sums divided where few workgroups would have them. */
import { add, floordiv, get, literal, load, mod, mul } from '../expr.ts'
import { type Buffer, buffer, type Expr, type Limits, register, type Stmt } from '../ir.ts'
import { alloc, kernel, loop, set, store } from '../stmt.ts'
import { forReading, type KernelGroup } from './kernel-group.ts'
import { NUMBER_DTYPE } from './number-type.ts'
import { depthParts, slimTile, workgroupTile } from './rules.ts'
import { slimProduct, slimSides } from './slim-product.ts'
import { type WorkgroupProduct, workgroupProduct } from './workgroup-product.ts'

/** The loops of a product; null where workgroups do not pay. */
function productLoops(p: WorkgroupProduct, limits: Limits): Stmt | null {
  const { few, lines, layout } = slimSides(p)
  const slim = slimTile(p.batches, few, lines, p.depth, layout, limits)
  if (slim !== null) return slimProduct(p, slim)
  const tile = workgroupTile(p.batches, p.m, p.n, p.depth, limits)
  return tile === null ? null : workgroupProduct(p, tile)
}

/**
 * The kernels; null where workgroups do not pay.
 * @param reads buffers that factors and results are made from
 * @param out where results are stored
 */
export function productGroup(
  name: string,
  p: WorkgroupProduct,
  reads: readonly Buffer[],
  out: Buffer,
  limits: Limits,
): KernelGroup | null {
  const parts = depthParts(p.batches, p.m, p.n, p.depth)
  if (parts === 1) {
    const loops = productLoops(p, limits)
    return loops && { kernels: [kernel(name, [...reads, out], [loops])], scratch: [] }
  }
  const size = p.batches * p.m * p.n
  const partial = buffer(`${name}.parts`, NUMBER_DTYPE[p.type], parts * size, 'write')
  const place = (batch: Expr, row: Expr, column: Expr): Expr =>
    add(mul(add(mul(batch, p.m), row), p.n), column)
  const first = productLoops(divided(p, parts, partial, place), limits)
  if (first === null) return null
  const sums = forReading(partial)
  const sum = register('sum', p.type)
  const total = loop('batch', p.batches, 'grid', batch => [
    loop('row', p.m, 'grid', row => [
      loop('column', p.n, 'vector', column => [
        alloc(sum, literal(p.type, 0)),
        loop('part', parts, 'seq', part => [
          set(sum, add(get(sum), load(sums, add(mul(part, size), place(batch, row, column))))),
        ]),
        ...p.finish(get(sum), batch, row, column),
      ]),
    ]),
  ])
  return {
    kernels: [
      kernel(`${name}.parts`, [...reads, partial], [first]),
      kernel(name, [...reads, sums, out], [total]),
    ],
    scratch: [partial],
  }
}

/** The product with its depth in parts: each part of each product is one of a batch, and its sums go into memory between. */
function divided(
  p: WorkgroupProduct,
  parts: number,
  partial: Buffer,
  place: (batch: Expr, row: Expr, column: Expr) => Expr,
): WorkgroupProduct {
  const depth = p.depth / parts
  const of = (batch: Expr): Expr => floordiv(batch, parts)
  const at = (batch: Expr, k: Expr): Expr => add(mul(mod(batch, parts), depth), k)
  return {
    ...p,
    batches: p.batches * parts,
    depth,
    left: (batch, row, k) => p.left(of(batch), row, at(batch, k)),
    right: (batch, k, column) => p.right(of(batch), at(batch, k), column),
    finish: (sum, batch, row, column) => {
      const from = mul(mod(batch, parts), p.batches * p.m * p.n)
      return [store(partial, add(from, place(of(batch), row, column)), sum)]
    },
  }
}
