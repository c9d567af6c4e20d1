/** The tensors within a batch. */
import { Tensor } from '../tensor/tensor.ts'

/** All of them, in order: of lists and plain objects, nested as they may be. */
export function tensorsOf(batch: unknown): readonly Tensor[] {
  if (batch instanceof Tensor) return [batch]
  if (Array.isArray(batch)) return batch.flatMap(tensorsOf)
  const plain =
    typeof batch === 'object' && batch !== null && Object.getPrototypeOf(batch) === Object.prototype
  return plain ? Object.values(batch as object).flatMap(tensorsOf) : []
}

/** How many samples a batch has: the first size of its first tensor; 1 where there is none. */
export const samplesOf = (batch: unknown): number => tensorsOf(batch)[0]?.shape[0] ?? 1

/** Ends the batch's tensors. */
export function disposeBatch(batch: unknown): void {
  for (const tensor of tensorsOf(batch)) tensor.dispose()
}
