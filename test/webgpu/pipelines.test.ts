/**
 * How many pipelines models need on WebGPU, on an adapter that allows no more than every one does: the numbers do not depend on the
 * adapter, so nothing is computed.
 */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { WORKS } from '../../bench/works.ts'
import { readModel } from '../../compiler/cli/read-model.ts'
import { SpecModule } from '../../compiler/link/instantiate.ts'
import { openWebGpu } from '../../runtime/devices/webgpu/webgpu.ts'
import { compile, nn, noGrad, type Tensor, tensor, type WebGpuDevice } from '../../runtime/index.ts'
import { recordingGpu } from '../../scripts/naga/recording-gpu.ts'
import { CapturedTerminal } from '../cli/captured-terminal.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** A device that has computed nothing yet, and never does. */
async function recording(): Promise<{ device: WebGpuDevice; shaders: string[] }> {
  const shaders: string[] = []
  return { device: await openWebGpu({ gpu: recordingGpu(code => shaders.push(code), []) }), shaders }
}

/** Runs one of the benchmarks' models once. */
async function runOnce(name: string, device: WebGpuDevice): Promise<void> {
  const work = WORKS.find(w => w.name === name)!
  const terminal = new CapturedTerminal()
  const model = readModel(path.join(root, work.spec), { param: [] }, terminal)
  if (model === null) throw new Error(terminal.err)
  const module = nn.skipInit(() => new SpecModule(model))
  await module.to(device)
  module.eval()
  const [[input, shape]] = Object.entries(work.inputs) as [[string, readonly number[]]]
  const x = tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape, device })
  using plan = compile((at: Tensor) => noGrad(() => module.forward({ [input]: at })), [x])
  await plan.run([x])
}

describe('pipelines on webgpu', () => {
  // In brackets those of onnxruntime-web 1.30 and of jax-js 0.1.25 (npm run bench:browser).
  it.each([
    ['mlp-b64', 2],
    ['tutorial-cnn-b1', 6], // [9, 7]
    ['resnet18-b1', 9], // [14, 19]
    ['resnet18-b8', 14],
    ['mobilenetv2-b1', 11], // [11, 43]
    ['encoder-4x256', 8], // [11, 19]
  ])('%s needs at most %i', async (name, most) => {
    const { device, shaders } = await recording()
    await runOnce(name, device)
    expect(shaders.length).toBeLessThanOrEqual(most)
    expect(device.stats().pipelinesMade).toBe(shaders.length)
  })
})
