/** Steps on tensors of files: views where views will do, and storages that are put together when they are read. */
import { bitsOf, bytesOf } from '../checkpoint/file-dtype.ts'
import { materialize } from '../checkpoint/materialize.ts'
import {
  contiguousStride,
  isContiguous,
  type StoredStorage,
  StoredTensor,
} from '../checkpoint/stored-tensor.ts'
import { type Check, differ } from './apply.ts'
import type { Arrays } from './arrays.ts'
import { elementBytes } from './element-bytes.ts'
import { KeysError } from './keys-error.ts'

export const storedArrays: Arrays<StoredTensor> = {
  typeOf: value => value,
  narrow: (value, dim, start, length) => {
    const { shape, stride, offset } = plain(value)
    const from = length === 0 ? offset : offset + start * stride[dim]!
    return value.with({ shape: shape.with(dim, length), offset: from })
  },
  cat: (values, dim) => {
    const [first] = values
    const shape = first!.shape.with(
      dim,
      values.reduce((sum, v) => sum + v.shape[dim]!, 0),
    )
    return derived(plain(first!), shape, () => joined(values.map(plain), dim))
  },
  permute: (value, order) => {
    const { shape, stride } = plain(value)
    return value.with({ shape: order.map(i => shape[i]!), stride: order.map(i => stride[i]!) })
  },
  reshape: (value, shape) =>
    isContiguous(plain(value))
      ? value.with({ shape, stride: contiguousStride(shape) })
      : derived(value, shape, () => materialize(value)),
  full: ({ shape, dtype }, fill, beside) => {
    const element = elementBytes(dtype, fill)
    const count = shape.reduce((a, b) => a * b, 1)
    const storage: StoredStorage = {
      id: 'filled',
      byteLength: count * element.length,
      location: beside?.storage.location ?? 'cpu',
      read: async (from, to) =>
        Uint8Array.from({ length: to - from }, (_, i) => element[(from + i) % element.length]!),
    }
    return new StoredTensor({ dtype, shape, stride: contiguousStride(shape), offset: 0, storage })
  },
  same: (a, b) => {
    const isSame = a.storage === b.storage && a.offset === b.offset && a.stride.join() === b.stride.join()
    return isSame && a.conj === b.conj && a.neg === b.neg ? true : null
  },
}

/** Elements that a step can move: whole bytes, without scales beside them. */
function plain(value: StoredTensor): StoredTensor {
  if (value.quantization === null && bitsOf(value.dtype) % 8 === 0) return value
  throw new KeysError(
    'keys/unsupported',
    `steps can rename ${value.dtype} tensors, but not move their elements`,
  )
}

/** A contiguous tensor whose bytes are made when they are asked for, and kept until the last of them is read. */
function derived(
  like: StoredTensor,
  shape: readonly number[],
  make: () => Promise<Uint8Array>,
): StoredTensor {
  const { dtype, requiresGrad, cls } = like
  const byteLength = shape.reduce((a, b) => a * b, 1) * bytesOf(dtype)
  let bytes: Promise<Uint8Array> | null = null
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    bytes ??= make()
    const part = (await bytes).subarray(from, to)
    if (to === byteLength) bytes = null
    return part
  }
  const storage = { id: 'derived', byteLength, location: like.storage.location, read }
  const stride = contiguousStride(shape)
  return new StoredTensor({ dtype, shape, stride, offset: 0, storage, requiresGrad, cls })
}

async function joined(values: readonly StoredTensor[], dim: number): Promise<Uint8Array> {
  const size = bytesOf(values[0]!.dtype)
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)
  const rows = product(values[0]!.shape.slice(0, dim))
  const widths = values.map(v => product(v.shape.slice(dim)) * size)
  const step = widths.reduce((a, b) => a + b, 0)
  const out = new Uint8Array(rows * step)
  let at = 0
  for (const [i, value] of values.entries()) {
    const bytes = await materialize(value)
    const width = widths[i]!
    for (let row = 0; row < rows; row++)
      out.set(bytes.subarray(row * width, (row + 1) * width), row * step + at)
    at += width
  }
  return out
}

/**
 * Tensors that no longer look into storages of others: what a file is to hold of them is theirs alone. Tensors that are one
 * object stay one; those of `originals` stay as they are.
 */
export function compacted(
  state: ReadonlyMap<string, StoredTensor>,
  originals: ReadonlySet<StoredTensor>,
): Map<string, StoredTensor> {
  const made = new Map<StoredTensor, StoredTensor>()
  const own = (value: StoredTensor): StoredTensor => {
    if (originals.has(value)) return value
    const known = made.get(value) ?? derived(value, value.shape, () => materialize(value))
    made.set(value, known)
    return known
  }
  return new Map([...state].map(([key, value]) => [key, own(value)]))
}

/** Reads what {@link Check}s are about. Throws KeysError: `keys/differ`, `keys/lossy`. */
export async function runChecks(checks: readonly Check<StoredTensor>[]): Promise<void> {
  for (const check of checks) {
    if (check.kind === 'same') {
      const [a, b] = [await materialize(check.values[0]), await materialize(check.values[1])]
      if (!equal(a, b)) throw differ(check.key, check.other, check.index)
    } else if (!(await isFilled(check.value, check.fill))) {
      throw new KeysError('keys/lossy', `what a slice cuts off '${check.key}' is not all ${check.fill}`, {
        step: check.index,
        key: check.key,
        hint: 'its elements would be lost',
      })
    }
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

async function isFilled(value: StoredTensor, fill: number): Promise<boolean> {
  const element = elementBytes(value.dtype, fill)
  const bytes = await materialize(value)
  return bytes.every((byte, i) => byte === element[i % element.length])
}
