/** Transposed convolutions on WebGPU that are products by workgroups: every residue of strides, with the CPU's results. */
import { describe, expect, it } from 'vitest'
import { F, tensor } from '../../runtime/index.ts'
import { gpu } from './open-gpu.ts'

const waves = (shape: readonly number[], seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.fround(Math.sin(1.7 * i * i + seed)),
  )

interface Case {
  readonly x: readonly number[]
  readonly w: readonly number[]
  readonly stride?: number | number[]
  readonly padding?: number | number[]
  readonly output_padding?: number[]
  readonly dilation?: number
  readonly groups?: number
}

describe.skipIf(gpu === null)('transposed convolutions on webgpu', () => {
  it.each<Case>([
    { x: [2, 8, 5, 6], w: [8, 12, 4, 4], stride: 2, padding: 1 },
    { x: [1, 8, 5, 4], w: [8, 9, 3, 5], stride: [2, 3], padding: [0, 2], output_padding: [1, 2] },
    { x: [2, 16, 7, 3], w: [16, 8, 3, 3], stride: 1, dilation: 2, padding: 1, groups: 2 },
    { x: [1, 8, 9], w: [8, 16, 2], stride: 4, padding: 0 },
    { x: [1, 8, 4, 4], w: [8, 8, 3, 3], stride: 2, dilation: 3 },
  ])('of %j', async ({ x, w, ...options }) => {
    const on = (device: 'cpu' | 'webgpu') => {
      const [image, weight] = [x, w].map((shape, i) => tensor(waves(shape, i), { shape, device }))
      return (x.length === 3 ? F.convTranspose1d : F.convTranspose2d)(image!, weight!, options)
    }
    const [found, expected] = [on('webgpu'), on('cpu')]
    const [got, want] = [await found.data(), await expected.data()]
    expect(found.shape).toEqual(expected.shape)
    const wrong = want.findIndex((v, i) => !(Math.abs(Number(got[i]) - Number(v)) <= 1e-5))
    if (wrong >= 0) expect.fail(`element ${wrong} is ${got[wrong]}, not ${want[wrong]}`)
  })
})
