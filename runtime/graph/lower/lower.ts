/** A group of the schedule as kernels. */
import type { Limits } from '../../kernels/ir.ts'
import type { Group } from '../fuse.ts'
import { conv, takesConv, takesConvTranspose, transposedConv } from './conv.ts'
import { extremeIndex } from './extreme-index.ts'
import { convFold, convTransposeFold, type Fold, matmulFold, reduction } from './fold.ts'
import { foldKernel } from './fold-kernel.ts'
import { matmul, takesMatmul } from './matmul.ts'
import { pointwise } from './pointwise.ts'
import { scan } from './scan.ts'
import { scatter } from './scatter.ts'
import { argsort } from './sort.ts'
import type { Lowered } from './step.ts'

/** The kernels that compute a group's root. */
export function lowerGroup(group: Group, limits: Limits): Lowered {
  const { operation } = group.fold ?? group.root
  switch (operation!.op) {
    case 'argmax':
      return extremeIndex(group, operation!.attrs.dim, 1)
    case 'argmin':
      return extremeIndex(group, operation!.attrs.dim, -1)
    case 'cumsum':
      return scan(group, operation!.attrs.dim, 'add')
    case 'cumprod':
      return scan(group, operation!.attrs.dim, 'mul')
    case 'argsort':
      return argsort(group, operation!.attrs)
    case 'scatter':
      return scatter(group, operation!.attrs)
    case 'matmul':
      return takesMatmul(group) ? matmul(group, limits) : foldKernel(group, matmulFold(group.fold!))
    case 'conv':
      if (takesConv(group)) return conv(group, operation!.attrs, limits)
      return foldKernel(group, convFold(group.fold!, operation!.attrs))
    case 'conv_transpose':
      if (takesConvTranspose(group, operation!.attrs)) return transposedConv(group, operation!.attrs, limits)
      return foldKernel(group, convTransposeFold(group.fold!, operation!.attrs))
    default: {
      const fold = foldOf(group)
      return fold === null ? pointwise(group) : foldKernel(group, fold)
    }
  }
}

function foldOf({ fold }: Group): Fold | null {
  const operation = fold?.operation
  switch (operation?.op) {
    case 'reduce_sum':
      return reduction('sum', fold!, operation.attrs.dims)
    case 'reduce_prod':
      return reduction('prod', fold!, operation.attrs.dims)
    case 'reduce_max':
      return reduction('max', fold!, operation.attrs.dims)
    case 'reduce_min':
      return reduction('min', fold!, operation.attrs.dims)
    default:
      return null
  }
}
