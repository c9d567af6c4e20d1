/** Forward, loss, backward and update of a batch, computed together. */
import { backward } from '../autograd/index.ts'
import type { Optimizer } from '../optim/index.ts'
import { F } from '../tensor/functional.ts'
import { tidy } from '../tensor/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'

export interface StepParts<B> {
  /** The mean loss of a batch's samples: a tensor with one element. */
  readonly loss: (batch: B) => Tensor
  readonly optimizer: Optimizer
  /** Between backward and the update: clipping. */
  readonly onGradients?: () => void
}

export interface StepOptions {
  /** What the loss is multiplied with: one over the number of batches whose gradients are added up. */
  readonly scale: number
  /** Whether the optimizer moves the parameters, and the gradients are forgotten. */
  readonly update: boolean
}

/** Computes a step, and gives the batch's loss. */
export async function trainingStep<B>(parts: StepParts<B>, batch: B, options: StepOptions): Promise<number> {
  const { loss: lossOf, optimizer, onGradients } = parts
  const loss = tidy(() => {
    const value = lossOf(batch)
    backward(options.scale === 1 ? value : F.mul(value, options.scale))
    if (options.update) {
      onGradients?.()
      optimizer.step()
      optimizer.zeroGrad()
    }
    return value
  })
  // Whatever waits to be computed, the gradients or the new parameters, is computed with the loss.
  const value = Number(await loss.item())
  loss.dispose()
  return value
}
