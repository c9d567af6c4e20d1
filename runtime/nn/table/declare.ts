/** What the rows of the module table are written with: argument lists that many classes share, and declarations of state. */
import { optional, required } from '../../ops/args.ts'
import type { DType } from '../../ops/dtype.ts'
import { OpError } from '../../ops/error.ts'
import type { Init, StateDecl } from './row.ts'

/** `device` and `dtype`, the tail of every constructor that makes tensors. The device is the runtime's concern. */
export const factoryArgs = [
  optional('device', 'string?', null, { ignored: true }),
  optional('dtype', 'dtype?', null),
] as const

export const inplaceArg = optional('inplace', 'bool', false, { ignored: true })

/** Arguments of forward for the many classes that take one tensor. */
export const oneInput = [required('input', 'tensor')] as const

/** PyTorch's default dtype where a constructor got none. */
export const dtypeOr = (dtype: DType | null): DType => dtype ?? 'float32'

export const constant = (value: number | boolean): Init => ({ kind: 'constant', value })

/** Uniform in [-bound, bound). */
export const symmetric = (bound: number): Init => ({ kind: 'uniform', low: -bound, high: bound })

/** `init.kaiming_uniform_(a=sqrt(5))`, the default of linear and convolution weights; in PyTorch's order of roundings. */
export function kaimingUniform(fanIn: number): Init {
  if (fanIn === 0) return constant(0)
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2))
  return symmetric(Math.sqrt(3) * (gain / Math.sqrt(fanIn)))
}

/** The default of biases: uniform within 1/sqrt(fanIn). */
export const biasUniform = (fanIn: number): Init => symmetric(fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0)

const xavierStd = (fanIn: number, fanOut: number): number => Math.sqrt(2 / (fanIn + fanOut))

/** `init.xavier_uniform_`. */
export const xavierUniform = (fanIn: number, fanOut: number): Init =>
  symmetric(Math.sqrt(3) * xavierStd(fanIn, fanOut))

/** `init.xavier_normal_`. */
export const xavierNormal = (fanIn: number, fanOut: number): Init => ({
  kind: 'normal',
  mean: 0,
  std: xavierStd(fanIn, fanOut),
})

export const parameter = (
  name: string,
  shape: readonly number[],
  init: Init,
  dtype: DType | null,
): StateDecl => ({ name, kind: 'parameter', persistent: true, shape, dtype: dtypeOr(dtype), init })

/** A persistent buffer. */
export const buffer = (
  name: string,
  shape: readonly number[],
  init: Init,
  dtype: DType | null,
): StateDecl => ({ name, kind: 'buffer', persistent: true, shape, dtype: dtypeOr(dtype), init })

/** The same declarations below a fixed child, e.g. `out_proj.weight`. */
export const below = (child: string, state: readonly StateDecl[]): readonly StateDecl[] =>
  state.map(s => ({ ...s, name: `${child}.${s.name}` }))

/** Throws an argument error unless `holds`. */
export function check(holds: boolean, message: string, hint?: string): asserts holds {
  if (!holds) throw new OpError('argument/value', message, hint === undefined ? {} : { hint })
}
