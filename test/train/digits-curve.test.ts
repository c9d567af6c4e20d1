/** A convolutional network on real images, step by step beside PyTorch's (test/oracle/train/digits_curve.py). */
import { expect, it } from 'vitest'
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'
import { data, F, manualSeed, optim, train } from '../../runtime/index.ts'
import { digits, STEPS_PER_EPOCH, torch } from './digits-run.ts'

const EPOCHS = 3

it("the loss of every step and the accuracy of every epoch are PyTorch's", async () => {
  manualSeed(0)
  const model = new DigitsCNN()
  const loader = new data.DataLoader(await digits('train.safetensors'), { batchSize: 64, shuffle: true })
  const held = new data.DataLoader(await digits('heldout.safetensors'), { batchSize: 64 })
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weight_decay: 5e-4 })
  const cosine: train.Callback = {
    onEpoch(run) {
      optimizer.paramGroups[0]!.lr = (0.05 * (1 + Math.cos((Math.PI * run.epoch) / 12))) / 2
    },
  }
  const run = await train.fit({
    model,
    optimizer,
    data: loader,
    epochs: EPOCHS,
    loss: ([image, label]) => F.crossEntropy(model.forward(image!), label!),
    callbacks: [cosine],
    evaluate: () =>
      train.evaluate({
        model,
        data: held,
        predict: ([image, label]) => ({ output: model.forward(image!), target: label! }),
        metrics: { accuracy: new train.Accuracy() },
      }),
  })
  expect(run.losses).toHaveLength(EPOCHS * STEPS_PER_EPOCH)
  // Sums in other orders; what they differ by grows from step to step.
  for (const [step, loss] of run.losses.entries())
    expect(Math.abs(loss - torch.losses[step]!), `step ${step + 1}`).toBeLessThan(1e-4)
  expect(run.history.map(h => h.metrics.accuracy)).toEqual(torch.accuracy.slice(0, EPOCHS))
})
