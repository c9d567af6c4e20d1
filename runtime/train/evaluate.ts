/** A pass over data without training. */
import { noGrad } from '../autograd/index.ts'
import type { Module } from '../nn/index.ts'
import { tidy } from '../tensor/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { disposeBatch, samplesOf } from './batch-tensors.ts'
import type { Metric } from './metrics/metric.ts'

/** What the model makes of a batch. */
export interface Prediction {
  readonly output: Tensor
  readonly target: Tensor
  /** The mean loss of the batch's samples, if it is wanted. */
  readonly loss?: Tensor
}

export interface EvaluateOptions<B> {
  /** Put into eval mode, and left as it was. */
  readonly model: Module
  readonly data: AsyncIterable<B>
  readonly predict: (batch: B) => Prediction
  readonly metrics: Readonly<Record<string, Metric>>
}

/** The metrics over all batches by name; `eval_loss` is the mean loss over all samples, where `predict` gives losses. */
export async function evaluate<B>(options: EvaluateOptions<B>): Promise<Record<string, number>> {
  const { model, data, predict, metrics } = options
  const { training } = model
  for (const metric of Object.values(metrics)) metric.reset()
  let lossSum = 0
  let samples = 0
  let hasLoss = false
  model.eval()
  try {
    for await (const batch of data) {
      const { output, target, loss } = noGrad(() => tidy(() => ({ ...predict(batch) })))
      for (const metric of Object.values(metrics)) await metric.update(output, target)
      if (loss !== undefined) {
        hasLoss = true
        lossSum += Number(await loss.item()) * samplesOf(batch)
        loss.dispose()
      }
      samples += samplesOf(batch)
      output.dispose()
      disposeBatch(batch)
    }
  } finally {
    model.train(training)
  }
  const values = Object.entries(metrics).map(([name, metric]) => [name, metric.value()] as const)
  return { ...(hasLoss ? { eval_loss: lossSum / samples } : {}), ...Object.fromEntries(values) }
}
