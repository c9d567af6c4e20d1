/**
 * TensorBoard's events as bytes: protocol buffers (tensorflow/core/util/event.proto), each in a TFRecord.
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
import { maskedCrc32c } from './crc32c.ts'

export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number
  readonly step?: number
  /** The first event of a file: `brain.Event:2`. */
  readonly fileVersion?: string
  /** Numbers by tag. */
  readonly scalars?: Readonly<Record<string, number>>
  /** Events of this step and later ones, written before a resume, do not count. */
  readonly restart?: boolean
}

const text = new TextEncoder()

/** An event as a record: length, its CRC, the message, its CRC. */
export function eventRecord(event: TensorBoardEvent): Uint8Array {
  const message = Uint8Array.from(eventMessage(event))
  const record = new Uint8Array(message.length + 16)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(message.length), true)
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true)
  record.set(message, 12)
  view.setUint32(12 + message.length, maskedCrc32c(message), true)
  return record
}

function eventMessage({ wallTime, step, fileVersion, scalars, restart }: TensorBoardEvent): number[] {
  const message = [...tag(1, 1), ...float64(wallTime)]
  // Zero is what a reader takes for granted, and is not written.
  if (step !== undefined && step !== 0) message.push(...tag(2, 0), ...varint(step))
  if (fileVersion !== undefined) message.push(...field(3, [...text.encode(fileVersion)]))
  if (scalars !== undefined) message.push(...field(5, summary(scalars)))
  // SessionLog with status START.
  if (restart === true) message.push(...field(7, [...tag(1, 0), ...varint(1)]))
  return message
}

const summary = (scalars: Readonly<Record<string, number>>): number[] =>
  Object.entries(scalars).flatMap(([name, value]) =>
    field(1, [...field(1, [...text.encode(name)]), ...tag(2, 5), ...float32(value)]),
  )

const tag = (number: number, wireType: number): number[] => varint(number * 8 + wireType)

const field = (number: number, bytes: readonly number[]): number[] => [
  ...tag(number, 2),
  ...varint(bytes.length),
  ...bytes,
]

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

const float64 = (value: number): Uint8Array => new Uint8Array(Float64Array.of(value).buffer)
const float32 = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer)
