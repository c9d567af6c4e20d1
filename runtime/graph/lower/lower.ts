/** A group of the schedule as kernels: for each primitive that kernels are made for, how. */
import type { Limits } from '../../kernels/ir.ts'
import { hasWorkgroups } from '../../kernels/templates/rules.ts'
import { isFloat } from '../../ops/dtype.ts'
import type { Attrs, ReductionOp } from '../../ops/primitives.ts'
import type { Group } from '../fuse.ts'
import { attention } from './attention.ts'
import { conv, takesConv, takesConvTranspose, transposedConv } from './conv.ts'
import { ruleOf } from './element-reader.ts'
import { extremeIndex } from './extreme-index.ts'
import { cholesky, lu, solveTriangular } from './factors.ts'
import { convFold, convTransposeFold, matmulFold, reduction } from './fold.ts'
import { foldKernel } from './fold-kernel.ts'
import { matmul, takesMatmul } from './matmul.ts'
import { pointwise } from './pointwise.ts'
import { rowKernel } from './row-kernel.ts'
import type { KernelPrimitive } from './rules.ts'
import { scan } from './scan.ts'
import { scatter } from './scatter.ts'
import { argsort } from './sort.ts'
import type { Lowered } from './step.ts'
import { workgroupConv, workgroupConvTranspose, workgroupMatmul, workgroupSum } from './workgroup-product.ts'

type Lower<P extends KernelPrimitive> = (group: Group, attrs: Attrs[P], limits: Limits) => Lowered

const reduce =
  (op: ReductionOp): Lower<`reduce_${ReductionOp}`> =>
  (group, { dims }, limits) =>
    foldKernel(group, reduction(op, group.fold!, dims), limits)

/** Sums of floats may be products by workgroups. */
const sum: Lower<'reduce_sum'> = (group, { dims }, limits) => {
  const fold = reduction('sum', group.fold!, dims)
  const byWorkgroups =
    hasWorkgroups(limits) && isFloat(group.fold!.dtype) ? workgroupSum(group, fold, limits) : null
  return byWorkgroups ?? foldKernel(group, fold, limits)
}

/** Templates take floats; what they do not take runs on the generic kernel. */
const kernels: { readonly [P in KernelPrimitive]: Lower<P> } = {
  reduce_sum: sum,
  reduce_prod: reduce('prod'),
  reduce_max: reduce('max'),
  reduce_min: reduce('min'),
  argmax: (group, { dim }, limits) => extremeIndex(group, dim, 1, limits),
  argmin: (group, { dim }, limits) => extremeIndex(group, dim, -1, limits),
  matmul: (group, _attrs, limits) => {
    const byFold = () => foldKernel(group, matmulFold(group.fold!), limits)
    if (!takesMatmul(group)) return byFold()
    return hasWorkgroups(limits) ? (workgroupMatmul(group, limits) ?? byFold()) : matmul(group, limits)
  },
  conv: (group, attrs, limits) => {
    const byFold = () => foldKernel(group, convFold(group.fold!, attrs), limits)
    if (!takesConv(group)) return byFold()
    return hasWorkgroups(limits)
      ? (workgroupConv(group, attrs, limits) ?? byFold())
      : conv(group, attrs, limits)
  },
  conv_transpose: (group, attrs, limits) => {
    const byFold = () => foldKernel(group, convTransposeFold(group.fold!, attrs), limits)
    if (hasWorkgroups(limits))
      return (takesConv(group) && workgroupConvTranspose(group, attrs, limits)) || byFold()
    return takesConvTranspose(group, attrs) ? transposedConv(group, attrs, limits) : byFold()
  },
  attention: (group, attrs, limits) => attention(group, attrs, limits),
  cumsum: (group, { dim }, limits) => scan(group, dim, 'add', limits),
  cumprod: (group, { dim }, limits) => scan(group, dim, 'mul', limits),
  argsort,
  scatter,
  lu,
  cholesky,
  solve_triangular: solveTriangular,
}

/** The kernels that compute a group's root. */
export function lowerGroup(group: Group, limits: Limits): Lowered {
  if (group.reductions.length > 0) return rowKernel(group, limits)
  const source = group.fold ?? group.root
  const { kind } = ruleOf(source)
  if (kind === 'map' || kind === 'view') return pointwise(group, limits)
  const { op, attrs } = source.operation!
  // The entry and the attributes are of one primitive; a union over all of them cannot follow it.
  const lower = kernels[op as KernelPrimitive] as Lower<KernelPrimitive>
  return lower(group, attrs as Attrs[KernelPrimitive], limits)
}
