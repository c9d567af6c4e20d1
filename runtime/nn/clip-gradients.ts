/**
 * Bounds on gradients, under the names of torch.nn.utils: https://docs.pytorch.org/docs/2.13/generated/torch.nn.utils.clip_grad_norm_.html
 * Call them between `backward` and the optimizer's step. Nothing is read: the norm is computed with the step.
 */
import { OpError } from '../ops/error.ts'
import { Cell } from '../tensor/cell.ts'
import { tensor } from '../tensor/create.ts'
import { F } from '../tensor/functional.ts'
import { withRecording } from '../tensor/history.ts'
import { tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'

export interface NormOptions {
  /** The order of the norm; Infinity for the largest element. 2 unless given. */
  readonly norm_type?: number
  /** Whether a norm that is not finite is an error; reading it needs a device that can be read at once. */
  readonly error_if_nonfinite?: boolean
}

/** Parameters, or one. Those without a gradient are passed over. */
type Parameters = Cell | Iterable<Cell>

const withGradients = (parameters: Parameters): Cell[] =>
  (parameters instanceof Cell ? [parameters] : [...parameters]).filter(cell => cell.grad !== null)

/**
 * The norm of all tensors, taken as one vector: a scalar; 0 of none.
 * @throws OpError for a norm that is not finite, where that is asked for
 */
export function getTotalNorm(tensors: readonly Tensor[], options: NormOptions = {}): Tensor {
  const { norm_type: ord = 2, error_if_nonfinite: strict = false } = options
  return tidy(() => {
    const norms = tensors.map(x => F.vectorNorm(x, { ord }))
    const total = norms.length === 0 ? tensor(0) : F.vectorNorm(F.stack(norms), { ord })
    if (strict && !Number.isFinite(Number(total.dataSync()[0]))) {
      throw new OpError(
        'argument/value',
        `The total norm of order ${ord} for gradients from \`parameters\` is non-finite, so it cannot be clipped.`,
        {
          op: 'clip_grad_norm_',
          hint: 'leave out error_if_nonfinite to scale the gradients by the non-finite norm anyway',
        },
      )
    }
    return total
  })
}

/** Scales the gradients so that a total norm that exceeds `maxNorm` becomes it. */
export function clipGradsWithNorm_(parameters: Parameters, maxNorm: number, totalNorm: Tensor): void {
  tidy(() =>
    withRecording(false, () => {
      const factor = F.clamp(F.div(maxNorm, F.add(totalNorm, 1e-6)), { max: 1 })
      for (const cell of withGradients(parameters)) {
        const grad = cell.grad!
        cell.grad = new Tensor(F.mul(grad, factor.to(grad.dtype)).node)
      }
    }),
  )
}

/**
 * Scales the gradients so that their total norm is at most `maxNorm`, and returns what it was.
 * @throws OpError for a norm that is not finite, where that is asked for; the gradients are as before then
 */
export function clipGradNorm_(parameters: Parameters, maxNorm: number, options: NormOptions = {}): Tensor {
  return tidy(() =>
    withRecording(false, () => {
      const cells = withGradients(parameters)
      const total = getTotalNorm(
        cells.map(cell => cell.grad!),
        options,
      )
      clipGradsWithNorm_(cells, maxNorm, total)
      return total
    }),
  )
}

/** Bounds every element of the gradients to [-clipValue, clipValue]. */
export function clipGradValue_(parameters: Parameters, clipValue: number): void {
  tidy(() =>
    withRecording(false, () => {
      for (const cell of withGradients(parameters))
        cell.grad = new Tensor(F.clamp(cell.grad!, { min: -clipValue, max: clipValue }).node)
    }),
  )
}
