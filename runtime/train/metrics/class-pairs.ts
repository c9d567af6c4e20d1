/** Classes that were predicted, beside those that were right. */
import { OpError } from '../../ops/error.ts'
import { F } from '../../tensor/functional.ts'
import { tidy } from '../../tensor/scope.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/**
 * The class of the largest score for each sample, and its target. `output` is scores [N, C, ...], `target` int64 [N, ...].
 * @throws OpError where the shapes do not fit
 */
export async function classPairs(
  output: Tensor,
  target: Tensor,
): Promise<readonly (readonly [predicted: number, target: number])[]> {
  const [samples, , ...rest] = output.shape
  if (`${[samples, ...rest]}` !== `${target.shape}` || output.shape.length < 2) {
    throw new OpError(
      'shape/mismatch',
      `scores [N, C, ...] are needed for targets [N, ...], not ${output} for ${target}`,
    )
  }
  const classes = tidy(() => F.argmax(output, { dim: 1 }))
  const predicted = await classes.data()
  classes.dispose()
  const right = await target.data()
  return Array.from(predicted as ArrayLike<number | bigint>, (p, i) => [Number(p), Number(right[i])] as const)
}
