/** Rows with noise, for workers of a browser: the same module is the page's and theirs. */
import { data } from '../../../runtime/index.ts'

class NoisyRows implements data.Dataset<{ x: Float32Array; label: bigint }> {
  readonly length = 23

  async at(index: number, context?: data.SampleContext): Promise<{ x: Float32Array; label: bigint }> {
    const noise = context!.generator.uniform53()
    // Later samples are ready sooner.
    await new Promise(resolve => setTimeout(resolve, (this.length - index) % 5))
    return { x: Float32Array.of(index, noise), label: BigInt(index) }
  }
}

export const rows = new NoisyRows()
await data.serveDataset(rows)
