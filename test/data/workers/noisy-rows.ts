/** A dataset whose samples are augmented at random. */
import type { data } from '../../../runtime/index.ts'

export interface NoisyRow {
  readonly x: Float32Array
  readonly label: bigint
}

export class NoisyRows implements data.Dataset<NoisyRow> {
  readonly length = 23

  async at(index: number, context?: data.SampleContext): Promise<NoisyRow> {
    const noise = context!.generator.uniform53()
    // Later samples are ready sooner.
    await new Promise(resolve => setTimeout(resolve, (this.length - index) % 5))
    return { x: Float32Array.of(index, noise), label: BigInt(index) }
  }
}
