/** What the page of browser.test.ts does: epochs with workers and without. */
import { data, manualSeed, type Tensor } from '../../runtime/index.ts'
import { rows } from './workers/rows.ts'
import { parts } from './workers/stream.ts'

export interface LoaderReport {
  /** Two epochs of rows, by the number of workers. */
  readonly rows: Readonly<Record<number, readonly (readonly number[])[]>>
  readonly stream: readonly (readonly number[])[]
}

const numbersOf = async (tensor: Tensor): Promise<number[]> => Array.from(await tensor.data(), Number)

async function epochs(numWorkers: number): Promise<number[][]> {
  manualSeed(7)
  const worker = new URL('/rows.js', globalThis.location.href)
  const loader = new data.DataLoader(rows, { batchSize: 4, shuffle: true, numWorkers, worker })
  const found: number[][] = []
  for (let epoch = 0; epoch < 2; epoch++)
    for await (const { x, label } of loader)
      found.push([...(await numbersOf(x)), ...(await numbersOf(label))])
  await loader.close()
  return found
}

export async function run(): Promise<LoaderReport> {
  const worker = new URL('/stream.js', globalThis.location.href)
  const loader = new data.DataLoader(parts, { batchSize: 2, numWorkers: 3, worker })
  const stream: number[][] = []
  for await (const batch of loader) stream.push(await numbersOf(batch))
  await loader.close()
  return { rows: { 0: await epochs(0), 1: await epochs(1), 3: await epochs(3) }, stream }
}
