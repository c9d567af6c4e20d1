/** torch.optim.swa_utils.update_bn: running statistics for averaged weights. */
import type { Module } from '../../nn/module.ts'
import { TableModule } from '../../nn/table-module.ts'
import { vocabulary } from '../../ops/functions/vocabulary.ts'
import { builderOf } from '../../tensor/builder.ts'
import { tidy } from '../../tensor/scope.ts'
import { Tensor } from '../../tensor/tensor.ts'

const STARTS: Readonly<Record<string, number>> = { running_mean: 0, running_var: 1, num_batches_tracked: 0 }

/** A loader's batch: what the model is called with, or a list that begins with it. */
type Batch = Tensor | readonly [Tensor, ...unknown[]]

/** Computes the statistics of a model's batch norms anew: the mean over all batches of a loader. */
export async function updateBn(
  loader: Iterable<Batch> | AsyncIterable<Batch>,
  model: Module & { forward(input: Tensor): unknown },
): Promise<void> {
  const norms = model.modules().filter(m => m instanceof TableModule && /^BatchNorm\dd$/.test(m.typeName))
  if (norms.length === 0) return
  for (const norm of norms) {
    for (const [name, { cell }] of norm.ownBuffers)
      cell.value = vocabulary(builderOf(cell.value.device)).fullLike(cell.value, STARTS[name] ?? 0)
  }
  // Without a momentum a batch norm averages over all batches.
  const momenta = norms.map(norm => (norm as unknown as { args: { momentum: number | null } }).args)
  const before = momenta.map(args => args.momentum)
  const training = model.training
  model.train()
  for (const args of momenta) args.momentum = null
  try {
    for await (const batch of loader) {
      tidy(() => void model.forward(batch instanceof Tensor ? batch : batch[0]))
      await Promise.all(norms.flatMap(norm => [...norm.ownBuffers.values()].map(b => b.cell.value.realise())))
    }
  } finally {
    for (const [i, args] of momenta.entries()) args.momentum = before[i]!
    model.train(training)
  }
}
