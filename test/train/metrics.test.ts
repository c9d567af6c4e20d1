import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { data, Module, type Tensor, tensor, train } from '../../runtime/index.ts'

interface Fixture {
  readonly scores: readonly (readonly (readonly number[])[])[]
  readonly targets: readonly (readonly number[])[]
  readonly ignoring: readonly (readonly number[])[]
  readonly accuracy: number
  readonly confusion: readonly (readonly number[])[]
  readonly recall: readonly number[]
  readonly precision: readonly number[]
  readonly balanced: number
  readonly perplexity: number
}
const sklearn: Fixture = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/train/metrics.json'), 'utf8'),
)

async function gathered<M extends train.Metric>(metric: M, targets = sklearn.targets): Promise<M> {
  for (const [i, scores] of sklearn.scores.entries())
    await metric.update(tensor(scores), tensor(targets[i]!, { dtype: 'int64' }))
  return metric
}

const close = (found: readonly number[], expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length)
  for (const [i, e] of expected.entries()) expect(found[i]).toBeCloseTo(e, 12)
}

describe("Metrics over batches agree with scikit-learn's", () => {
  it('accuracy', async () => {
    expect((await gathered(new train.Accuracy())).value()).toBe(sklearn.accuracy)
  })

  it('the confusion matrix, recall, precision and balanced accuracy', async () => {
    const found = await gathered(new train.ConfusionMatrix())
    expect(found.matrix).toEqual(sklearn.confusion)
    close(found.recall(), sklearn.recall)
    close(found.precision(), sklearn.precision)
    expect(found.value()).toBeCloseTo(sklearn.balanced, 12)
  })

  it('perplexity, of targets that are not ignored', async () => {
    expect((await gathered(new train.Perplexity(), sklearn.ignoring)).value()).toBeCloseTo(
      sklearn.perplexity,
      4,
    )
  })

  it('and start anew after reset', async () => {
    const metric = await gathered(new train.Accuracy())
    metric.reset()
    expect(metric.value()).toBeNaN()
    await gathered(metric)
    expect(metric.value()).toBe(sklearn.accuracy)
  })

  it('and refuse scores that do not fit the targets', async () => {
    const metric = new train.Accuracy()
    await expect(metric.update(tensor([[1, 2]]), tensor([1n, 0n]))).rejects.toMatchObject({
      code: 'shape/mismatch',
    })
  })
})

it('evaluate runs a model in eval mode and leaves it as it was', async () => {
  const modes: boolean[] = []
  class Doubling extends Module {
    override forward(x: Tensor): Tensor {
      modes.push(this.training)
      return x.mul(2)
    }
  }
  const model = new Doubling()
  const dataset = new data.TensorDataset(
    tensor([
      [1, 0],
      [0, 1],
      [3, 1],
    ]),
    tensor([0n, 0n, 0n]),
  )
  const found = await train.evaluate({
    model,
    data: new data.DataLoader(dataset, { batchSize: 2 }),
    predict: ([x, target]) => {
      const output = model.forward(x!)
      return { output, target: target!, loss: output.mean() }
    },
    metrics: { accuracy: new train.Accuracy() },
  })
  expect(modes).toEqual([false, false])
  expect(model.training).toBe(true)
  // The mean over samples: batches of two and of one do not weigh the same.
  expect(found.eval_loss).toBeCloseTo((2 * 1 + 1 * 4) / 3, 6)
  expect(found.accuracy).toBeCloseTo(2 / 3, 12)
})
