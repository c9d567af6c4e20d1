/**
 * Loads two epochs with the number of workers that it is given, and prints the batches. A second number is of batches after which a new
 * loader goes on from the position of the first.
 */
import { data, manualSeed } from '../../../runtime/index.ts'
import { collate, dataset } from './noisy-dataset.ts'
import type { NoisyRow } from './noisy-rows.ts'

const [numWorkers = 0, passed = 0] = process.argv.slice(2).map(Number)
manualSeed(7)
const options: data.DataLoaderOptions<NoisyRow, Record<string, unknown>> = {
  batchSize: 4,
  shuffle: true,
  numWorkers,
  ...(numWorkers > 0
    ? { worker: new URL('./noisy-dataset.js', import.meta.url) }
    : process.env.COLLATE === '1'
      ? { collate }
      : {}),
}
let loader = new data.DataLoader(dataset, options)
if (passed > 0) {
  const first = loader
  let seen = 0
  for await (const _ of first) if (++seen === passed) break
  loader = new data.DataLoader(dataset, options)
  loader.loadStateDict(first.stateDict())
  await first.close()
}
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
