/**
 * Elements of buffers in WGSL. Types of 32 bits lie as they are, int64 as pairs of words, and so does float16 where the target
 * has it: it is widened and rounded by its bits all the same, because WGSL lets its own conversions lose small numbers.
 * Other narrow types are packed in words: a load takes its bits out of one, a store changes them in two atomic steps, because
 * other invocations change their own.
 */
import type { DType } from '../../ops/dtype.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import type { Buffer } from '../ir.ts'
import { KernelError } from '../ir.ts'
import type { HelperSet } from './helpers.ts'
import type { WgslTarget } from './target.ts'

const isNative = (dtype: DType, { halves }: WgslTarget): boolean => halves && dtype === 'float16'

const isPacked = (dtype: DType, target: WgslTarget): boolean =>
  ITEM_SIZE[dtype] < 4 && !isNative(dtype, target)

/** The directives that a buffer's type needs. */
export function storageDirectives({ dtype }: Buffer, target: WgslTarget): readonly string[] {
  return isNative(dtype, target) ? ['enable f16;'] : []
}

/** The type of a buffer's variable. */
export function storageType({ dtype, access, name }: Buffer, target: WgslTarget): string {
  if (dtype === 'float64') throw new KernelError('kernel/type', `${name} is of float64, which WGSL has not`)
  if (dtype === 'int64') return 'array<vec2<u32>>'
  if (isNative(dtype, target)) return 'array<f16>'
  if (isPacked(dtype, target)) return access === 'read' ? 'array<u32>' : 'array<atomic<u32>>'
  return dtype === 'int32' ? 'array<i32>' : 'array<f32>'
}

/** Where the bits of a packed element are: its word, the place within, and their number. */
function place(dtype: DType, index: string): { word: string; shift: string; bits: number } {
  const bits = ITEM_SIZE[dtype] * 8
  const [log, mask] = bits === 8 ? [2, 3] : [1, 1]
  return { word: `u32(${index}) >> ${log}u`, shift: `((u32(${index}) & ${mask}u) * ${bits}u)`, bits }
}

/** An element as a register value. `index` is evaluated twice for packed types: a name or a literal. */
export function loadElement(
  { dtype, access }: Buffer,
  name: string,
  index: string,
  helpers: HelperSet,
  target: WgslTarget,
): string {
  if (isNative(dtype, target))
    return `${helpers.use('half_to_f32')}(bitcast<u32>(vec2<f16>(${name}[${index}], 0.0h)) & 0xffffu)`
  if (!isPacked(dtype, target)) return `${name}[${index}]`
  const { word, shift, bits } = place(dtype, index)
  const stored = access === 'read' ? `${name}[${word}]` : `atomicLoad(&${name}[${word}])`
  const unsigned = `extractBits(${stored}, ${shift}, ${bits}u)`
  switch (dtype) {
    case 'bool':
      return `(${unsigned} != 0u)`
    case 'uint8':
      return `i32(${unsigned})`
    case 'float16':
      return `${helpers.use('half_to_f32')}(${unsigned})`
    case 'bfloat16':
      return `${helpers.use('half_from_brain')}(${unsigned})`
    default:
      return `extractBits(bitcast<i32>(${stored}), ${shift}, ${bits}u)`
  }
}

/** Statements that store a register value; `index` and `value` are names or literals. */
export function storeElement(
  { dtype }: Buffer,
  name: string,
  index: string,
  value: string,
  helpers: HelperSet,
  target: WgslTarget,
): readonly string[] {
  if (isNative(dtype, target))
    return [`${name}[${index}] = bitcast<vec2<f16>>(${helpers.use('half_from_f32')}(${value})).x;`]
  if (!isPacked(dtype, target)) return [`${name}[${index}] = ${value};`]
  const { word, shift, bits } = place(dtype, index)
  const ones = bits === 8 ? '0xffu' : '0xffffu'
  const stored =
    dtype === 'bool'
      ? `select(0u, 1u, ${value})`
      : dtype === 'float16'
        ? `${helpers.use('half_from_f32')}(${value})`
        : dtype === 'bfloat16'
          ? `${helpers.use('half_to_brain')}(${value})`
          : `(bitcast<u32>(${value}) & ${ones})`
  return [
    `atomicAnd(&${name}[${word}], ~(${ones} << ${shift}));`,
    `atomicOr(&${name}[${word}], ${stored} << ${shift});`,
  ]
}
