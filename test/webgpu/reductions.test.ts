/** Long rows reduced by workgroups: by subgroups where the adapter has them, and without. */
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
