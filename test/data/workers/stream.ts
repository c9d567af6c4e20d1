/**
 * A stream of which each worker reads a part: the module that the workers of the test run, in Node and in a browser. Samples are 100
 * times the worker's number, and counted.
 */
import { data } from '../../../runtime/index.ts'

export const SIZES = [5, 9, 2]

class Parts extends data.IterableDataset<number> {
  async *[Symbol.asyncIterator](): AsyncIterator<number> {
    const { id, numWorkers } = data.getWorkerInfo() ?? { id: 0, numWorkers: 1 }
    if (numWorkers > SIZES.length) throw new Error(`there are ${SIZES.length} parts, not ${numWorkers}`)
    for (let i = 0; i < SIZES[id]!; i++) {
      // Workers are ready at other times than those before them.
      await new Promise(resolve => setTimeout(resolve, (7 * id + 3 * i) % 5))
      yield 100 * id + i
    }
  }
}

export const parts = new Parts()
await data.serveDataset(parts)
