/** Loads two epochs with the number of workers that it is given, and prints the batches. */
import { data, manualSeed } from '../../../runtime/index.ts'
import { collate, dataset } from './noisy-dataset.ts'

const [workers = '0'] = process.argv.slice(2)
const numWorkers = Number(workers)
manualSeed(7)
const loader = new data.DataLoader<{ x: Float32Array; label: bigint }, Record<string, unknown>>(dataset, {
  batchSize: 4,
  shuffle: true,
  numWorkers,
  ...(numWorkers > 0
    ? { worker: new URL('./worker.mjs', import.meta.url) }
    : process.env.COLLATE === '1'
      ? { collate }
      : {}),
})
try {
  for (let epoch = 0; epoch < 2; epoch++) {
    for await (const batch of loader) {
      const parts: unknown[] = []
      for (const [name, part] of Object.entries(batch)) {
        const isTensor = typeof part === 'object' && part !== null && 'data' in part
        parts.push(
          name,
          isTensor ? Array.from(await (part as { data(): Promise<ArrayLike<number>> }).data(), Number) : part,
        )
      }
      console.log(JSON.stringify(parts))
    }
  }
} catch (error) {
  console.log(error instanceof data.DataError ? `${error.code}: ${error.message}` : error)
}
