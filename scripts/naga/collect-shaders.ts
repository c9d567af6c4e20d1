/**
 * The shaders of what the project computes: the suites of functions, modules and gradients, the templates for workgroups, and the
 * models of the benchmarks.
 */
import path from 'node:path'
import { recipeOf, type TensorInfo } from '../../bench/recipe.ts'
import { WORKS, type WorkItem } from '../../bench/works.ts'
import { readModel } from '../../compiler/cli/read-model.ts'
import { SpecModule } from '../../compiler/link/instantiate.ts'
import { backward } from '../../runtime/autograd/index.ts'
import { registerDevice } from '../../runtime/devices/registry.ts'
import { openWebGpu } from '../../runtime/devices/webgpu/webgpu.ts'
import { compile, F, nn, OpError, optim, type Plan, type Tensor, tensor } from '../../runtime/index.ts'
import { STORAGE_CLASS } from '../../runtime/kernels/reference/storage.ts'
import { CapturedTerminal } from '../../test/cli/captured-terminal.ts'
import { makeOn, TEMPLATE_CASES } from '../../test/webgpu/template-cases.ts'
import { recordingGpu } from './recording-gpu.ts'
import { readFixture, suites } from './suites.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** The text of each shader, and what it was first made for. */
export type Shaders = ReadonlyMap<string, string>

/** What shaders may use where an adapter has it. */
const FEATURES: readonly (readonly GPUFeatureName[])[] = [[], ['subgroups', 'shader-f16']]

/** All shaders: for an adapter that has no more than every one does, and for one that has all that we use. */
export async function collectShaders(): Promise<Shaders> {
  const shaders = new Map<string, string>()
  for (const features of FEATURES) await collect(shaders, features)
  return shaders
}

async function collect(shaders: Map<string, string>, features: readonly GPUFeatureName[]): Promise<void> {
  let current = ''
  const gpu = recordingGpu(code => {
    if (!shaders.has(code)) shaders.set(code, current)
  }, features)
  registerDevice('webgpu', await openWebGpu({ gpu }))
  for (const suite of suites)
    for (const { title, run } of await suite.cases(readFixture)) {
      current = title
      // What is computed is nothing, and so is what is compared.
      await run().catch(ignoreZeros)
    }
  for (const { cases } of Object.values(TEMPLATE_CASES))
    for (const [title, compute] of Object.entries(cases)) {
      current = title
      await compute(makeOn('webgpu')).data()
    }
  for (const work of WORKS) {
    current = work.name
    await computeWork(work).catch(ignoreZeros)
  }
}

/** Indices and divisors are checked by what the GPU says of them, which is nothing here. */
function ignoreZeros(error: unknown): void {
  const isOfZeros =
    error instanceof OpError && (error.code === 'shape/range' || error.message === 'ZeroDivisionError')
  if (!isOfZeros) throw error
}

/** A plan of the work: inference, or a step of training. */
async function computeWork({ spec, params = {}, inputs, train }: WorkItem): Promise<void> {
  const terminal = new CapturedTerminal()
  const param = Object.entries(params).map(([name, value]) => `${name}=${value}`)
  const model = readModel(path.join(root, spec), { param }, terminal)
  if (model === null) throw new Error(terminal.err)
  const module = nn.skipInit(() => new SpecModule(model))
  await module.to('webgpu')
  const ports = recipeOf(model, inputs).inputs
  const named = (given: readonly Tensor[]) => Object.fromEntries(given.map((x, i) => [ports[i]!.name, x]))
  if (train === undefined) {
    module.eval()
    await run(
      compile((...given: Tensor[]) => module.forward(named(given)), ports, { device: 'webgpu' }),
      ports,
    )
    return
  }
  const optimizer =
    train === 'sgd'
      ? new optim.SGD(module.parameters(), { lr: 0.01, momentum: 0.9 })
      : new optim.Adam(module.parameters())
  const step = (labels: Tensor, ...given: Tensor[]): Tensor => {
    optimizer.zeroGrad()
    const [logits] = Object.values(module.forward(named(given)))
    const loss = F.crossEntropy(logits as Tensor, labels)
    backward(loss)
    optimizer.step()
    return loss
  }
  const all = [{ name: 'labels', shape: [ports[0]!.shape[0]!], dtype: 'int64' as const }, ...ports]
  await run(compile(step, all, { device: 'webgpu' }), all)
}

async function run(plan: Plan<unknown>, inputs: readonly TensorInfo[]): Promise<void> {
  const zeros = inputs.map(({ shape, dtype }) =>
    tensor(new STORAGE_CLASS[dtype](shape.reduce((a, b) => a * b, 1)), { shape, dtype, device: 'webgpu' }),
  )
  await plan.run(zeros)
  plan.dispose()
}
