/** Long rows that a workgroup has together: by subgroups where the adapter has them, and without. */
import { afterAll, describe, expect, it } from 'vitest'
import { openWebGpu } from '../../runtime/devices/webgpu/webgpu.ts'
import { F, type Tensor, tensor, type WebGpuDevice } from '../../runtime/index.ts'
import { withLimits } from './lowered-limits.ts'
import { gpu } from './open-gpu.ts'

const ROWS = 5
const LENGTH = 1300

/** In the second row one is NaN, in the third infinite. */
const elements = Float32Array.from({ length: ROWS * LENGTH }, (_, i) =>
  i === LENGTH + 700 ? Number.NaN : i === 2 * LENGTH + 3 ? Number.POSITIVE_INFINITY : Math.sin(i * i),
)

const REDUCTIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  sum: x => F.sum(x, [1]),
  mean: x => F.mean(x, [1]),
  largest: x => F.amax(x, [1]),
  smallest: x => F.amin(x, [1]),
  product: x => F.prod(x.mul(0.001).add(1), 1),
  softmax: x => F.softmax(x, 1),
  'any of booleans': x => F.any(F.gt(x, 0.9999), 1),
  'all of booleans': x => F.all(F.lt(x, 2), 1),
  'sum of int32': x => F.sum(F.nanToNum(x, 0, 0).mul(100).to('int32'), [1], false, 'int32'),
  'sum of int64': x => F.sum(F.nanToNum(x, 0, 0).mul(100).to('int64'), [1]),
  'place of the largest': x => F.argmax(x, 1),
  'first of equal places': x => F.argmin(F.floor(F.nanToNum(x).mul(2)), 1),
  'place of the largest int64': x => F.argmax(F.nanToNum(x, 0, 0).mul(100).to('int64'), 1),
  'place of the first true': x => F.argmax(F.gt(x, 0.99).to('uint8'), 1),
  'place in a column': x => F.argmax(F.reshape(x, [LENGTH, ROWS]), 0),
  'running sum': x => F.cumsum(x.mul(0.1), 1),
  'running product': x => F.cumprod(x.mul(0.001).add(1), 1),
  'running sum of int64': x => F.cumsum(F.nanToNum(x, 0, 0).mul(100).to('int64'), 1),
  'order of a row': x => F.argsort(x, 1, false, true),
  'falling order': x => F.argsort(F.floor(x.mul(4)), 1, true, true),
  'the best twenty': x => F.topk(x, 20, 1)[1],
  'sum of columns': x => F.sum(F.reshape(x, [LENGTH, ROWS]), [0]),
  'sum of columns by fours': x => F.sum(F.reshape(x, [65, 100]), [0]),
  'mean of channels': x => F.mean(F.reshape(x, [ROWS, 13, 10, 10]), [0, 2, 3]),
  'norm of batches': x =>
    F.batchNorm(F.reshape(F.nanToNum(x, 0, 1), [ROWS, 13, 10, 10]), null, null, null, null, true),
}

const opened: WebGpuDevice[] = []
afterAll(() => {
  for (const device of opened) device.destroy()
})

describe.skipIf(gpu === null)('reductions of long rows on webgpu', () => {
  it('use subgroups where the adapter has them', async () => {
    const adapter = await gpu!.gpu.requestAdapter()
    const has = adapter!.features.has('subgroups') && gpu!.gpu.wgslLanguageFeatures.has('subgroup_id')
    expect(gpu!.limits.subgroups).toBe(has)
  })

  it.each([true, false])("give the cpu's results (subgroups: %s)", async subgroups => {
    let device = gpu!
    if (!subgroups) {
      device = await openWebGpu({ gpu: withLimits(gpu!.gpu, {}, []) })
      opened.push(device)
      expect(device.limits.subgroups).toBe(false)
    }
    const shape = [ROWS, LENGTH]
    const [there, here] = [tensor(elements, { shape, device }), tensor(elements, { shape })]
    for (const [name, reduce] of Object.entries(REDUCTIONS)) {
      const [got, want] = [await reduce(there).data(), await reduce(here).data()]
      expect(got.length).toBe(want.length)
      for (const [i, w] of [...want].entries()) {
        const [x, y] = [Number(got[i]), Number(w)]
        const near = Object.is(x, y) || Math.abs(x - y) <= 1e-4 + 1e-5 * Math.abs(y)
        if (!near) expect.fail(`${name}[${i}] is ${x}, not ${y}`)
      }
    }
  })
})
