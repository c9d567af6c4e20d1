/** Reads event files as TensorBoard does: records with their CRCs checked, protocol buffers by field number. */
import { expect } from 'vitest'
import { maskedCrc32c } from '../../runtime/train/tensorboard/crc32c.ts'
import type { TensorBoardEvent } from '../../runtime/train/tensorboard/event.ts'

export function eventsOf(file: Uint8Array): readonly TensorBoardEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const events: TensorBoardEvent[] = []
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true))
    expect(view.getUint32(at + 8, true)).toBe(maskedCrc32c(file.subarray(at, at + 8)))
    const message = file.subarray(at + 12, at + 12 + length)
    expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc32c(message))
    events.push(eventOf(message))
    at += length + 16
  }
  return events
}

type Field = readonly [number: number, value: number | Uint8Array]

function fieldsOf(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  const fields: Field[] = []
  while (at < bytes.length) {
    const tag = varint()
    const type = tag & 7
    if (type === 0) {
      fields.push([tag >> 3, varint()])
      continue
    }
    const length = type === 1 ? 8 : type === 5 ? 4 : varint()
    const value =
      type === 1
        ? view.getFloat64(at, true)
        : type === 5
          ? view.getFloat32(at, true)
          : bytes.subarray(at, at + length)
    fields.push([tag >> 3, value])
    at += length
  }
  return fields
}

const textOf = (value: number | Uint8Array): string => new TextDecoder().decode(value as Uint8Array)

function eventOf(message: Uint8Array): TensorBoardEvent {
  const event: Record<string, unknown> = {}
  for (const [number, value] of fieldsOf(message)) {
    if (number === 1) event.wallTime = value
    else if (number === 2) event.step = value
    else if (number === 3) event.fileVersion = textOf(value)
    else if (number === 7) event.restart = fieldsOf(value as Uint8Array)[0]![1] === 1
    else {
      event.scalars = Object.fromEntries(
        fieldsOf(value as Uint8Array).map(([, summary]) => {
          const [name, scalar] = fieldsOf(summary as Uint8Array)
          return [textOf(name![1]), scalar![1]]
        }),
      )
    }
  }
  return event as unknown as TensorBoardEvent
}
