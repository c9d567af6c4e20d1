/** Reads streams with workers, from the start and from every position, and prints the batches. */
import { data, type Tensor } from '../../../runtime/index.ts'
import { parts } from './stream.ts'

const worker = new URL('./stream.js', import.meta.url)

const loaderOf = (options: data.DataLoaderOptions<number, Tensor | number>) =>
  new data.DataLoader<number, Tensor | number>(parts, { numWorkers: 3, worker, ...options })

async function batchesOf(loader: data.DataLoader<number, Tensor | number>): Promise<unknown[]> {
  const batches: unknown[] = []
  for await (const batch of loader)
    batches.push(typeof batch === 'number' ? batch : Array.from(await batch.data(), Number))
  return batches
}

const found: Record<string, unknown> = {}
for (const [name, options] of Object.entries({
  whole: { batchSize: 2, dropLast: true },
  samples: { batchSize: null },
})) {
  const loader = loaderOf(options)
  found[name] = await batchesOf(loader)
  await loader.close()
}

// A second epoch, one that is broken off, and others that go on from there.
const loader = loaderOf({ batchSize: 2 })
found.batches = await batchesOf(loader)
found.again = await batchesOf(loader)
const other = loaderOf({ batchSize: 2, prefetchFactor: 1 })
const rests: unknown[][] = []
for (let stop = 1; stop <= 9; stop++) {
  let seen = 0
  for await (const _ of loader) if (++seen === stop) break
  other.loadStateDict(loader.stateDict())
  rests.push(await batchesOf(other))
}
found.rests = rests
await Promise.all([loader.close(), other.close()])

const four = loaderOf({ batchSize: 2, numWorkers: 4 })
found.failure = await batchesOf(four).catch((error: unknown) =>
  error instanceof data.DataError ? `${error.code}: ${error.message}` : error,
)
await four.close()
console.log(JSON.stringify(found))
