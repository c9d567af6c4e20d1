/** What differs between two checkpoints: keys, types, shapes and values. */
import {
  bytesOf,
  describe,
  type FileDType,
  materialize,
  type PyValue,
  StoredTensor,
} from '../../runtime/checkpoint/index.ts'
import type { Leaves } from './checkpoint-leaves.ts'
import { elementReader } from './tensor-stats.ts'

/** Elements a and b are equal when |a - b| <= absolute + relative * |b|, as in torch.allclose; NaN is equal to NaN. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

export type Change =
  | { readonly kind: 'removed' | 'added'; readonly what: string }
  | { readonly kind: 'type' | 'shape' | 'dtype' | 'value'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'values'
      readonly what: string
      readonly different: number
      readonly elements: number
      /** Null for types whose elements are no single numbers (float8, complex, quantized), and beside NaN or infinity. */
      readonly largest: number | null
    }

/** By path: in the order of `a`, then what only `b` has. Reads two tensors at a time. */
export async function diffLeaves(a: Leaves, b: Leaves, tolerance: Tolerance): Promise<Map<string, Change>> {
  const changes = new Map<string, Change>()
  for (const [path, value] of a) {
    const other = b.get(path)
    const change =
      other === undefined
        ? ({ kind: 'removed', what: await textOf(value) } as const)
        : await compare(value, other, tolerance)
    if (change !== undefined) changes.set(path, change)
  }
  for (const [path, value] of b) {
    if (!a.has(path)) changes.set(path, { kind: 'added', what: await textOf(value) })
  }
  return changes
}

async function compare(a: PyValue, b: PyValue, tolerance: Tolerance): Promise<Change | undefined> {
  if (!(a instanceof StoredTensor && b instanceof StoredTensor)) {
    const [from, to] = [await nodeOf(a), await nodeOf(b)]
    if (from === to) return undefined
    const kind = a instanceof StoredTensor !== b instanceof StoredTensor ? 'type' : 'value'
    return { kind, from: await textOf(a), to: await textOf(b) }
  }
  if (a.shape.join() !== b.shape.join()) return { kind: 'shape', from: tensorText(a), to: tensorText(b) }
  if (a.dtype !== b.dtype) return { kind: 'dtype', from: a.dtype, to: b.dtype }
  const [from, to] = [await quantizationOf(a), await quantizationOf(b)]
  if (from !== to) return { kind: 'value', from, to }
  const found = differences(await materialize(a), await materialize(b), a.dtype, tolerance)
  if (found.different === 0) return undefined
  return { kind: 'values', what: tensorText(a), elements: a.numel, ...found }
}

/** Equal bytes are equal, whatever they mean; others are compared as the numbers they are. */
function differences(
  a: Uint8Array,
  b: Uint8Array,
  dtype: FileDType,
  { absolute, relative }: Tolerance,
): { different: number; largest: number | null } {
  const read = elementReader(dtype)
  const step = read === undefined ? Math.max(1, Math.floor(bytesOf(dtype))) : bytesOf(dtype)
  const [x, y] = [viewOf(a), viewOf(b)]
  let different = 0
  let largest: number | null = read === undefined ? null : 0
  for (let at = 0; at < a.length; at += step) {
    if (sameBytes(a, b, at, step)) continue
    if (read === undefined) {
      different++
      continue
    }
    const [u, v] = [read(x, at), read(y, at)]
    if (Number.isNaN(u) && Number.isNaN(v)) continue
    const distance = dtype === 'int64' || dtype === 'uint64' ? wideDistance(x, y, at, dtype) : Math.abs(u - v)
    if (distance <= absolute + relative * Math.abs(v)) continue
    different++
    if (!Number.isFinite(distance)) largest = null
    else if (largest !== null) largest = Math.max(largest, distance)
  }
  return { different, largest }
}

/** Integers beyond 2^53 differ by what two rounded numbers would not show. */
function wideDistance(x: DataView, y: DataView, at: number, dtype: 'int64' | 'uint64'): number {
  const get = (view: DataView) =>
    dtype === 'int64' ? view.getBigInt64(at, true) : view.getBigUint64(at, true)
  const distance = get(x) - get(y)
  return Number(distance < 0n ? -distance : distance)
}

function sameBytes(a: Uint8Array, b: Uint8Array, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) if (a[i] !== b[i]) return false
  return true
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

async function quantizationOf({ quantization }: StoredTensor): Promise<string> {
  if (quantization === null) return ''
  const { scheme, scale, zeroPoint, perChannel } = quantization
  if (perChannel === undefined) return `${scheme}, scale ${scale}, zero point ${zeroPoint}`
  const parts = [perChannel.scales, perChannel.zeroPoints].map(part =>
    part instanceof StoredTensor ? part : [...part],
  )
  return `${scheme}, axis ${perChannel.axis}, ${await nodeOf(parts)}`
}

/** Digests, not places: a value that was moved to another storage is the same value. */
async function nodeOf(value: PyValue): Promise<string> {
  return JSON.stringify((await describe(value)).value, (key, item: unknown) =>
    key === 'storage' || key === 'id' ? undefined : item,
  )
}

const MAX_TEXT = 60

async function textOf(value: PyValue): Promise<string> {
  if (value instanceof StoredTensor) return tensorText(value)
  const node = await nodeOf(value)
  const { t, v } = JSON.parse(node) as { t: string; v?: unknown }
  const text = v === undefined ? t : `${t} ${typeof v === 'string' ? v : JSON.stringify(v)}`
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text
}

function tensorText({ dtype, shape }: StoredTensor): string {
  return `${dtype} [${shape.join(', ')}]`
}
