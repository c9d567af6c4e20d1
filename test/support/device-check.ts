/** Runs one computation on a device and on the plain evaluator, and compares. */
import { expect } from 'vitest'
import { type DeviceName, getDevice } from '../../runtime/devices/registry.ts'
import type { Builder } from '../../runtime/ops/builder.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { onDevice, toPlain } from './on-device.ts'
import { PlainBuilder } from './plain-builder.ts'
import { type PlainTensor, type PlainValue, sizeOf } from './plain-tensor.ts'

export const DEVICES: readonly DeviceName[] = ['cpu', 'reference']

/** Something to compute, over any builder. */
export type Computation = <V>(b: Builder<V>, inputs: readonly V[]) => V

/** How far a result may be from the exact one: a part of its size, and at least so much. */
export interface Tolerance {
  readonly relative: number
  readonly absolute: number
}

const TOLERANCE: Readonly<Record<DType, Tolerance>> = {
  bool: { relative: 0, absolute: 0 },
  uint8: { relative: 0, absolute: 0 },
  int8: { relative: 0, absolute: 0 },
  int16: { relative: 0, absolute: 0 },
  int32: { relative: 0, absolute: 0 },
  int64: { relative: 0, absolute: 0 },
  float16: { relative: 2e-3, absolute: 1e-6 },
  bfloat16: { relative: 1.6e-2, absolute: 1e-6 },
  float32: { relative: 3e-6, absolute: 1e-6 },
  float64: { relative: 1e-11, absolute: 1e-12 },
}

function close(a: PlainValue, b: PlainValue, { relative, absolute }: Tolerance): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') return a === b
  if (Object.is(a, b) || a === b) return true
  return Math.abs(a - b) <= absolute + relative * Math.abs(b)
}

/** Fails unless the two agree in shape, dtype and elements. */
export function expectClose(found: PlainTensor, expected: PlainTensor, tolerance?: Tolerance): void {
  expect(found.dtype).toBe(expected.dtype)
  expect(found.shape).toEqual(expected.shape)
  const allowed = tolerance ?? TOLERANCE[expected.dtype]
  const wrong = found.data.findIndex((v, i) => !close(v, expected.data[i]!, allowed))
  if (wrong >= 0) {
    expect.fail(
      `element ${wrong} of ${expected.dtype}[${expected.shape}] is ${found.data[wrong]}, not ${expected.data[wrong]}`,
    )
  }
}

/** Fails unless the device computes what the plain evaluator does. */
export function expectSame(
  device: DeviceName,
  inputs: readonly PlainTensor[],
  compute: Computation,
  tolerance?: Tolerance,
): void {
  const expected = compute(new PlainBuilder(), inputs)
  const tensors = inputs.map(x => onDevice(x, device))
  const result = compute(builderOf(getDevice(device)), tensors)
  expectClose(toPlain(result), expected, tolerance)
  result.dispose()
  for (const t of tensors) t.dispose()
}

/** Numbers that look random and are the same in every run: a linear congruential generator. */
export function sequence(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** A tensor of reproducible elements: floats in [-3, 3), integers in the dtype's small range, booleans. */
export function sample(shape: readonly number[], dtype: DType = 'float32', seed = 1): PlainTensor {
  const next = sequence(seed + 17 * sizeOf(shape))
  const value = (): PlainValue => {
    const u = next()
    if (dtype === 'bool') return u < 0.5 ? 0 : 1
    if (dtype === 'int64') return BigInt(Math.floor(u * 20) - 10)
    if (dtype === 'uint8') return Math.floor(u * 256)
    if (dtype === 'int8' || dtype === 'int16' || dtype === 'int32') return Math.floor(u * 250) - 125
    // Multiples of 1/64 are exact in every float dtype.
    return Math.round((u * 6 - 3) * 64) / 64
  }
  return { shape, dtype, data: Array.from({ length: sizeOf(shape) }, value) }
}
