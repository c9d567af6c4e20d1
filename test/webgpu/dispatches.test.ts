/** How many kernels networks are on WebGPU, where each is a launch of its own; and that running again makes nothing new. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModel } from '../../compiler/cli/read-model.ts'
import { SpecModule } from '../../compiler/link/instantiate.ts'
import { compile, F, nn, Tensor, tensor } from '../../runtime/index.ts'
import { CapturedTerminal } from '../cli/captured-terminal.ts'
import { gpu } from './open-gpu.ts'

const root = path.resolve(import.meta.dirname, '../..')

describe.skipIf(gpu === null)('launches on webgpu', () => {
  it.each([
    ['specs/torchvision/resnet.yaml', [1, 3, 32, 32], 24],
    ['specs/torchvision/mobilenet_v2.yaml', [1, 3, 32, 32], 54],
    ['bench/specs/encoder.yaml', [1, 16, 256], 29],
    ['bench/specs/mlp.yaml', [64, 784], 3],
  ] as const)('%s of %j takes at most %i', async (spec, shape, most) => {
    const terminal = new CapturedTerminal()
    const model = readModel(path.join(root, spec), { param: [] }, terminal)
    if (model === null) throw new Error(terminal.err)
    const module = nn.skipInit(() => new SpecModule(model))
    await module.to('webgpu')
    module.eval()
    const size = shape.reduce<number>((a, b) => a * b, 1)
    const x = tensor(new Float32Array(size).fill(0.1), { shape, device: 'webgpu' })
    const run = async (): Promise<void> => {
      const [y] = Object.values(module.forward({ x }))
      if (!(y instanceof Tensor)) throw new TypeError('one output was expected')
      await y.data()
      y.dispose()
    }
    await run()
    await run()
    const before = gpu!.stats()
    await run()
    const after = gpu!.stats()
    expect(after.dispatches - before.dispatches).toBeLessThanOrEqual(most)
    expect(after.programsRun - before.programsRun).toBe(1)
    expect(after.pipelinesMade).toBe(before.pipelinesMade)
    expect(after.buffersMade).toBe(before.buffersMade)
  })

  it('results of every size are read together, into the arrays of the caller', async () => {
    const x = tensor([1.5, -2, 3], { device: 'webgpu' })
    using plan = compile(() => [
      F.gt(x, 0),
      F.mul(x, 2),
      x.to('int64'),
      F.sum(x).to('float16'),
      x.to('uint8'),
    ])
    const out = [
      new Uint8Array(3),
      new Float32Array(3),
      new BigInt64Array(3),
      new Uint16Array(1),
      new Uint8Array(3),
    ]
    await plan.run([], out)
    const made = gpu!.stats().buffersMade
    await plan.run([], out)
    expect(gpu!.stats().buffersMade).toBe(made)
    expect(out.map(a => [...a])).toEqual([[1, 0, 1], [3, -4, 6], [1n, -2n, 3n], [0x4100], [1, 254, 3]])
    x.dispose()
  })
})
