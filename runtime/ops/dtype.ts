/**
 * Element types of tensors, under PyTorch's names, and PyTorch's type promotion.
 * Source: torch.dtype and "Tensor Attributes" (https://pytorch.org/docs/stable/tensor_attributes.html).
 */

/** Every element type that a tensor of the runtime can have. float64 runs on the CPU only. */
export const DTYPES = [
  'bool',
  'uint8',
  'int8',
  'int16',
  'int32',
  'int64',
  'float16',
  'bfloat16',
  'float32',
  'float64',
] as const

export type DType = (typeof DTYPES)[number]

/** PyTorch's promotion categories, lowest first. */
export type DTypeCategory = 'bool' | 'integer' | 'float'

/** Size of one element in bytes. */
export const ITEM_SIZE: Readonly<Record<DType, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
}

export function categoryOf(dtype: DType): DTypeCategory {
  if (dtype === 'bool') return 'bool'
  return isFloat(dtype) ? 'float' : 'integer'
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float16' || dtype === 'bfloat16' || dtype === 'float32' || dtype === 'float64'
}

export function isDType(name: string): name is DType {
  return (DTYPES as readonly string[]).includes(name)
}

/** torch.promote_types(a, b): the smallest type that both fit in, e.g. (uint8, int8) gives int16. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a
  if (isFloat(a) !== isFloat(b)) return isFloat(a) ? a : b
  if (isFloat(a)) {
    // float16 with bfloat16 gives float32: neither holds the other.
    if (ITEM_SIZE[a] === ITEM_SIZE[b]) return 'float32'
    return ITEM_SIZE[a] > ITEM_SIZE[b] ? a : b
  }
  if (a === 'bool') return b
  if (b === 'bool') return a
  if (a === 'uint8' || b === 'uint8') {
    const other = a === 'uint8' ? b : a
    return other === 'int8' ? 'int16' : other
  }
  return ITEM_SIZE[a] > ITEM_SIZE[b] ? a : b
}
