/** A tensor's elements as contiguous row-major little-endian bytes, whatever strides, byte order and bits it has. */
import { CheckpointError } from './checkpoint-error.ts'
import { bitsOf, bytesOf, isComplex, swapWidthOf } from './file-dtype.ts'
import { isContiguous, type StoredTensor } from './stored-tensor.ts'

export interface MaterializeOptions {
  /** Most bytes that a view may unfold to beyond its storage (expanded tensors); default 256 MiB. */
  readonly maxExpansion?: number
  /** Memory that may be used for what is read: the result stands only until it is used again. */
  readonly into?: Uint8Array
}

const DEFAULT_EXPANSION = 256 << 20

/**
 * Bytes of all elements of `tensor` (`tensor.byteLength` of them; quantized tensors give their integers). Reads only
 * the range of the storage that the tensor looks at. The result may be a view into memory that others share, at any
 * alignment: copy it before changing it or laying a typed array over it. Throws limit/exceeded when an expanded view would unfold to more
 * than `maxExpansion` bytes beyond its storage.
 */
export async function materialize(
  tensor: StoredTensor,
  options: MaterializeOptions = {},
): Promise<Uint8Array> {
  const { storage, byteLength } = tensor
  if (byteLength === 0) return new Uint8Array(0)
  if (byteLength > storage.byteLength + (options.maxExpansion ?? DEFAULT_EXPANSION)) {
    throw new CheckpointError(
      'limit/exceeded',
      `a view of shape [${tensor.shape}] over ${storage.byteLength} bytes would unfold to ${byteLength} bytes`,
      { hint: 'read its storage and strides instead, or raise maxExpansion' },
    )
  }
  const [from, to] = byteRange(tensor)
  const window = await storage.read(from, to, options.into)
  const dense = isContiguous(tensor)
  if (dense && !tensor.conj && !tensor.neg) return window
  const out = dense ? window.slice() : gather(window, tensor)
  if (tensor.conj || tensor.neg) applySigns(out, tensor)
  return out
}

/** The bytes [from, to) of the storage that the tensor's elements span. */
export function byteRange(tensor: StoredTensor): readonly [from: number, to: number] {
  if (tensor.numel === 0) return [0, 0]
  const bits = bitsOf(tensor.dtype)
  let span = 1
  tensor.shape.forEach((size, dim) => {
    span += (size - 1) * (tensor.stride[dim] as number)
  })
  return [(tensor.offset * bits) / 8, Math.ceil(((tensor.offset + span) * bits) / 8)]
}

/** Copies elements in row-major order; `window` begins at the first element. */
function gather(window: Uint8Array, { dtype, shape, stride, numel }: StoredTensor): Uint8Array {
  const size = bytesOf(dtype)
  const out = new Uint8Array(numel * size)
  const index = new Array<number>(shape.length).fill(0)
  const last = shape.length - 1
  const inner = shape[last] as number
  const step = (stride[last] as number) * size
  for (let to = 0, base = 0; to < out.length; ) {
    to = copyRow(window, base * size, step, out, to, inner, size)
    let dim = last - 1
    for (; dim >= 0; dim--) {
      base += stride[dim] as number
      index[dim] = (index[dim] as number) + 1
      if ((index[dim] as number) < (shape[dim] as number)) break
      base -= (stride[dim] as number) * (shape[dim] as number)
      index[dim] = 0
    }
    if (dim < 0) break
  }
  return out
}

/** One row of `count` elements, `step` bytes apart; gives the next position in `out`. */
function copyRow(
  window: Uint8Array,
  from: number,
  step: number,
  out: Uint8Array,
  to: number,
  count: number,
  size: number,
): number {
  if (step === size) {
    out.set(window.subarray(from, from + count * size), to)
    return to + count * size
  }
  let at = to
  for (let i = 0, source = from; i < count; i++, source += step) {
    for (let b = 0; b < size; b++) out[at++] = window[source + b] as number
  }
  return at
}

/** conj negates every imaginary part, neg every component: one flip of the sign bit each. */
function applySigns(bytes: Uint8Array, { dtype, conj, neg }: StoredTensor): void {
  const width = swapWidthOf(dtype)
  const components = isComplex(dtype) ? 2 : 1
  for (let at = 0, i = 0; at < bytes.length; at += width, i++) {
    const flips = (neg ? 1 : 0) + (conj && i % components === 1 ? 1 : 0)
    if (flips === 1) bytes[at + width - 1] = (bytes[at + width - 1] as number) ^ 0x80
  }
}
