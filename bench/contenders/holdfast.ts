/** Ours: the generated class with weights from safetensors, captured once. */
import { type CheckpointInput, load, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import {
  compile,
  type DeviceName,
  F,
  type InputLike,
  optim,
  type Plan,
  setThreads,
  type Tensor,
} from '../../runtime/index.ts'
import { type Module, stateDictFromStored } from '../../runtime/nn/index.ts'
import { type Contender, type Data, LEARNING_RATE, MOMENTUM, type Work } from './contender.ts'

type Model = Module & { forward(...inputs: Tensor[]): unknown }

/** Generated classes by their names. */
export type Generated = Readonly<Record<string, new (options: object) => Model>>

/** What Node and browsers have in ways of their own. */
export interface Surroundings {
  classes(work: Work): Promise<Generated>
  weights(work: Work): CheckpointInput
  device(): Promise<DeviceName>
}

export const holdfastIn =
  (here: Surroundings): Contender =>
  async work => {
    const { recipe, generated, train, threads, inputs } = work
    setThreads(threads)
    const device = await here.device()
    const classes = await here.classes(work)
    const model = new classes[generated.name]!(generated.options)
    const [stored] = stateDictsOf(await load(here.weights(work)))
    if (stored !== undefined)
      model.loadStateDict(await stateDictFromStored(stored.tensors), { strict: false })
    await model.to(device)
    const specs: InputLike[] = recipe.inputs.map(({ shape, dtype }) => ({ shape, dtype }))
    if (train === null) {
      const plan = compile(model.eval() as Model, specs, { device })
      return filling(plan, recipe.outputs)
    }
    model.train()
    const optimizer =
      train === 'sgd'
        ? new optim.SGD(model.parameters(), { lr: LEARNING_RATE.sgd, momentum: MOMENTUM })
        : new optim.Adam(model.parameters(), { lr: LEARNING_RATE.adam })
    const step = (x: Tensor, labels: Tensor): Tensor => {
      optimizer.zeroGrad()
      const loss = F.crossEntropy(model.forward(x) as Tensor, labels)
      loss.backward()
      optimizer.step()
      return loss
    }
    const plan = compile(step, [...specs, { shape: [inputs[1]!.length], dtype: 'int64' }], { device })
    return filling(plan, [{ shape: [], dtype: 'float32' }])
  }

/** Results go into arrays that are made once, as a caller who minds would have it. */
function filling(
  plan: Plan<unknown>,
  outputs: readonly { readonly shape: readonly number[]; readonly dtype: string }[],
) {
  const out: Data[] = outputs.map(({ shape, dtype }) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return dtype === 'int64' ? new BigInt64Array(size) : new Float32Array(size)
  })
  return async (inputs: readonly Data[]): Promise<readonly Data[]> => {
    await plan.run(inputs, out)
    return out
  }
}
