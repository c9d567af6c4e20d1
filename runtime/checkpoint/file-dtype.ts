/**
 * Element types that a checkpoint file can hold: a superset of the runtime's DType. Complex, float8, quantized and
 * sub-byte types can be read, inspected and written, though no device computes with them.
 * Sources: torch/storage.py (`_dtype_to_storage_type_map`, `_new_dtypes`) and the safetensors format description.
 */
import type { DType } from '../ops/dtype.ts'

interface FileDTypeRow {
  /** Bits of one element as the file's shape counts it. */
  readonly bits: number
  /** Bytes that swap places when the file's byte order is big: half an element for complex types. */
  readonly swap: number
  /** PyTorch's storage class, or null where PyTorch writes an untyped storage (`_rebuild_tensor_v3`). */
  readonly storageClass: string | null
  /** Name in a safetensors header, or null where the format has none. */
  readonly safetensors: string | null
}

const row = (bits: number, storageClass: string | null, safetensors: string | null, swap = bits >> 3) => ({
  bits,
  swap: Math.max(swap, 1),
  storageClass,
  safetensors,
})

const FILE_DTYPES = {
  bool: row(8, 'BoolStorage', 'BOOL'),
  uint8: row(8, 'ByteStorage', 'U8'),
  int8: row(8, 'CharStorage', 'I8'),
  int16: row(16, 'ShortStorage', 'I16'),
  int32: row(32, 'IntStorage', 'I32'),
  int64: row(64, 'LongStorage', 'I64'),
  float16: row(16, 'HalfStorage', 'F16'),
  bfloat16: row(16, 'BFloat16Storage', 'BF16'),
  float32: row(32, 'FloatStorage', 'F32'),
  float64: row(64, 'DoubleStorage', 'F64'),
  complex32: row(32, null, null, 2),
  complex64: row(64, 'ComplexFloatStorage', 'C64', 4),
  complex128: row(128, 'ComplexDoubleStorage', null, 8),
  uint16: row(16, null, 'U16'),
  uint32: row(32, null, 'U32'),
  uint64: row(64, null, 'U64'),
  float8_e4m3fn: row(8, null, 'F8_E4M3'),
  float8_e5m2: row(8, null, 'F8_E5M2'),
  float8_e4m3fnuz: row(8, null, 'F8_E4M3FNUZ'),
  float8_e5m2fnuz: row(8, null, 'F8_E5M2FNUZ'),
  float8_e8m0fnu: row(8, null, 'F8_E8M0'),
  // Two 4-bit elements per byte, counted as one by PyTorch and as two by safetensors (float4_e2m1 below).
  float4_e2m1fn_x2: row(8, null, null),
  qint8: row(8, 'QInt8Storage', null),
  quint8: row(8, 'QUInt8Storage', null),
  qint32: row(32, 'QInt32Storage', null),
  quint4x2: row(8, 'QUInt4x2Storage', null),
  quint2x4: row(8, 'QUInt2x4Storage', null),
  bits8: row(8, null, null),
  bits16: row(16, null, null),
  bits1x8: row(8, null, null),
  bits2x4: row(8, null, null),
  bits4x2: row(8, null, null),
  int1: row(8, null, null),
  int2: row(8, null, null),
  int3: row(8, null, null),
  int4: row(8, null, null),
  int5: row(8, null, null),
  int6: row(8, null, null),
  int7: row(8, null, null),
  uint1: row(8, null, null),
  uint2: row(8, null, null),
  uint3: row(8, null, null),
  uint4: row(8, null, null),
  uint5: row(8, null, null),
  uint6: row(8, null, null),
  uint7: row(8, null, null),
  float4_e2m1: row(4, null, 'F4'),
  float6_e2m3: row(6, null, 'F6_E2M3'),
  float6_e3m2: row(6, null, 'F6_E3M2'),
} satisfies Record<string, FileDTypeRow> & Record<DType, FileDTypeRow>

export type FileDType = keyof typeof FILE_DTYPES

const rows = new Map<string, FileDTypeRow>(Object.entries(FILE_DTYPES))
const byStorageClass = new Map<string, FileDType>()
const bySafetensors = new Map<string, FileDType>()
for (const [name, { storageClass, safetensors }] of rows) {
  if (storageClass !== null) byStorageClass.set(storageClass, name as FileDType)
  if (safetensors !== null) bySafetensors.set(safetensors, name as FileDType)
}

export function isFileDType(name: string): name is FileDType {
  return rows.has(name)
}

/** Bits of one element: a multiple of 8 for all but safetensors' sub-byte types. */
export function bitsOf(dtype: FileDType): number {
  return FILE_DTYPES[dtype].bits
}

/** Bytes of one element. Sub-byte types have no whole number: ask {@link bitsOf} there. */
export function bytesOf(dtype: FileDType): number {
  return FILE_DTYPES[dtype].bits / 8
}

/** Width in bytes of what a big-endian file swaps. */
export function swapWidthOf(dtype: FileDType): number {
  return FILE_DTYPES[dtype].swap
}

/** `FloatStorage` for float32; null for types that PyTorch saves through an untyped storage. */
export function storageClassOf(dtype: FileDType): string | null {
  return FILE_DTYPES[dtype].storageClass
}

export function dtypeOfStorageClass(name: string): FileDType | undefined {
  return byStorageClass.get(name)
}

export function safetensorsNameOf(dtype: FileDType): string | null {
  return FILE_DTYPES[dtype].safetensors
}

export function dtypeOfSafetensorsName(name: string): FileDType | undefined {
  return bySafetensors.get(name)
}

export function isComplex(dtype: FileDType): boolean {
  return dtype === 'complex32' || dtype === 'complex64' || dtype === 'complex128'
}

export function isQuantized(dtype: FileDType): boolean {
  return (
    dtype === 'qint8' ||
    dtype === 'quint8' ||
    dtype === 'qint32' ||
    dtype === 'quint4x2' ||
    dtype === 'quint2x4'
  )
}

/** Types that a Parameter or a tensor with gradient can have. */
export function canRequireGrad(dtype: FileDType): boolean {
  return dtype.startsWith('float') || dtype === 'bfloat16' || isComplex(dtype)
}
