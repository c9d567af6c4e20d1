/** Ours: the generated class with weights from safetensors, captured once. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { load, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import {
  compile,
  F,
  type InputLike,
  type Module,
  optim,
  type Plan,
  setThreads,
  type Tensor,
} from '../../runtime/index.ts'
import { stateDictFromStored } from '../../runtime/nn/index.ts'
import { type Contender, type Data, LEARNING_RATE, MOMENTUM } from './contender.ts'

type Model = Module & { forward(...inputs: Tensor[]): unknown }

export const holdfast: Contender = async ({ folder, recipe, generated, train, threads, inputs }) => {
  setThreads(threads)
  const classes = (await import(pathToFileURL(generated.file).href)) as Record<
    string,
    new (
      options: object,
    ) => Model
  >
  const model = new classes[generated.name]!(generated.options)
  const [stored] = stateDictsOf(await load(join(folder, 'weights.safetensors')))
  if (stored !== undefined) model.loadStateDict(await stateDictFromStored(stored.tensors), { strict: false })
  const specs: InputLike[] = recipe.inputs.map(({ shape, dtype }) => ({ shape, dtype }))
  if (train === null) {
    const plan = compile(model.eval() as Model, specs)
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
  const plan = compile(step, [...specs, { shape: [inputs[1]!.length], dtype: 'int64' }])
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
