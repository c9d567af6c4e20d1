/** Products by workgroups on WebGPU: factors that lie by fours along one axis or the other, or not, with the CPU's results. */
import { describe, expect, it } from 'vitest'
import { F, type Tensor, tensor } from '../../runtime/index.ts'
import { gpu } from './open-gpu.ts'

const waves = (shape: readonly number[], seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.fround(Math.sin(1.7 * i * i + seed)),
  )

type Make = (...shape: number[]) => Tensor

const PRODUCTS: Readonly<Record<string, (make: Make) => Tensor>> = {
  'rows and columns by fours': x => F.matmul(x(36, 20), x(20, 44)),
  'rows by fours only': x => F.matmul(x(36, 20), x(20, 45)),
  'columns by fours only': x => F.matmul(x(37, 22), x(22, 44)),
  'nothing by fours': x => F.matmul(x(33, 19), x(19, 17)),
  'a transposed left factor': x => F.matmul(F.transpose(x(20, 36), 0, 1), x(20, 44)),
  'a transposed right factor': x => F.matmul(x(37, 20), F.transpose(x(43, 20), 0, 1)),
  'both transposed': x => F.matmul(F.transpose(x(18, 36), 0, 1), F.transpose(x(44, 18), 0, 1)),
  batches: x => F.matmul(x(3, 2, 20, 16), x(3, 2, 16, 24)),
  'one right factor for all batches': x => F.matmul(x(3, 20, 16), x(16, 24)),
  'linear with bias and activation': x => F.relu(F.linear(x(64, 32), x(48, 32), x(48))),
  'sums by bias and residual': x => F.matmul(x(64, 32), x(32, 48)).add(x(48)).add(x(64, 48)),
  'the largest tile': x => F.matmul(x(1024, 24), x(24, 512)),
  'a part of memory as a factor': x => F.matmul(F.narrow(x(40, 40), 1, 3, 20), x(20, 32)),
  'heads apart': x => F.permute(F.reshape(F.linear(x(2, 24, 32), x(48, 32)), [2, 24, 6, 8]), [0, 2, 1, 3]),
  'a convolution of 1 x 1': x => F.conv2d(x(2, 16, 6, 6), x(32, 16, 1, 1), x(32)),
  'a convolution of 3 x 3': x => F.conv2d(x(2, 8, 9, 7), x(20, 8, 3, 3), x(20), 2, 1),
  'groups of channels': x => F.conv2d(x(1, 32, 6, 6), x(32, 16, 3, 3), null, 1, 1, 1, 2),
}

describe.skipIf(gpu === null)('products by workgroups on webgpu', () => {
  it.each(Object.entries(PRODUCTS))("give the cpu's results for %s", async (_, compute) => {
    const on = (device: 'cpu' | 'webgpu') => {
      let seed = 0
      return compute((...shape) => tensor(waves(shape, ++seed), { shape, device }))
    }
    const [found, expected] = [on('webgpu'), on('cpu')]
    const [got, want] = [await found.data(), await expected.data()]
    expect(found.shape).toEqual(expected.shape)
    const wrong = want.findIndex((v, i) => !(Math.abs(Number(got[i]) - Number(v)) <= 2e-5))
    if (wrong >= 0) expect.fail(`element ${wrong} is ${got[wrong]}, not ${want[wrong]}`)
  })
})
