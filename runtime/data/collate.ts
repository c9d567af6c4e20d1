/** From samples to a batch: torch.utils.data.default_collate, and what it becomes on its way between threads. */
import type { Device } from '../devices/device.ts'
import { Tensor, type TypedArray } from '../tensor/tensor.ts'
import { DataError } from './data-error.ts'
import { elementsOf, type HostArray, hostArray, stacked, tensorOfHost } from './host-array.ts'

/** What samples may be made of, for the default collation. */
export type Sample =
  | Tensor
  | TypedArray
  | number
  | bigint
  | boolean
  | string
  | readonly Sample[]
  | { readonly [name: string]: Sample }

/** What the default collation makes of samples: tensors with one more size in front, lists of strings, and structures of them. */
export type Collated<S> = S extends Tensor | TypedArray | number | bigint | boolean
  ? Tensor
  : S extends string
    ? string[]
    : S extends object
      ? { -readonly [K in keyof S]: Collated<S[K]> }
      : S

/** A batch whose tensors are arrays in plain memory: it can be sent to another thread. */
export type HostBatch =
  | { readonly array: HostArray }
  | { readonly value: unknown }
  | { readonly list: readonly HostBatch[] }
  | { readonly fields: readonly (readonly [string, HostBatch])[] }

const isLeaf = (value: unknown): value is Tensor | TypedArray | number | bigint | boolean =>
  value instanceof Tensor ||
  ArrayBuffer.isView(value) ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  typeof value === 'boolean'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** The default collation. Throws DataError where the samples differ in form. */
export async function collated(samples: readonly unknown[]): Promise<HostBatch> {
  const [first] = samples
  if (samples.every(isLeaf)) {
    // Results of lazy computations are computed together by whoever reads the first of them.
    const rows: HostArray[] = []
    for (const sample of samples) rows.push(await elementsOf(sample))
    return { array: stacked(rows) }
  }
  if (samples.every(s => typeof s === 'string')) return { value: samples }
  if (Array.isArray(first) && samples.every((s): s is unknown[] => Array.isArray(s))) {
    if (samples.some(s => s.length !== first.length)) throw differ()
    const list: HostBatch[] = []
    for (const i of first.keys()) list.push(await collated(samples.map(s => s[i])))
    return { list }
  }
  if (isRecord(first) && samples.every(isRecord)) {
    const fields: [string, HostBatch][] = []
    for (const name of Object.keys(first)) {
      if (samples.some(s => !Object.hasOwn(s, name))) throw differ()
      fields.push([name, await collated(samples.map(s => s[name]))])
    }
    return { fields }
  }
  throw new DataError('data/sample', `samples of ${kindOf(first)} cannot be put together into a batch`, {
    hint: 'give the loader a collate function',
  })
}

const differ = (): DataError =>
  new DataError('data/sample', 'the samples of a batch do not have the same parts', {
    hint: 'give the loader a collate function',
  })

const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? value.constructor.name : String(value)

/** A batch of any form with its tensors read into plain memory. */
export async function toHost(value: unknown): Promise<HostBatch> {
  if (value instanceof Tensor) return { array: await hostArray(value) }
  if (Array.isArray(value)) {
    const list: HostBatch[] = []
    for (const inner of value) list.push(await toHost(inner))
    return { list }
  }
  if (!isRecord(value)) return { value }
  const fields: [string, HostBatch][] = []
  for (const [name, inner] of Object.entries(value)) fields.push([name, await toHost(inner)])
  return { fields }
}

/** The batch with its arrays as tensors on a device. */
export function fromHost(batch: HostBatch, device: Device): unknown {
  if ('array' in batch) return tensorOfHost(batch.array, device)
  if ('list' in batch) return batch.list.map(inner => fromHost(inner, device))
  if ('fields' in batch)
    return Object.fromEntries(batch.fields.map(([name, inner]) => [name, fromHost(inner, device)]))
  return batch.value
}

/** The memory of a batch's arrays, to be handed to another thread. */
export function buffersOf(batch: HostBatch): ArrayBuffer[] {
  if ('array' in batch) {
    const { buffer, byteLength } = batch.array.bytes
    // A view of a part of something larger is copied instead.
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
  }
  if ('list' in batch) return batch.list.flatMap(buffersOf)
  return 'fields' in batch ? batch.fields.flatMap(([, inner]) => buffersOf(inner)) : []
}
