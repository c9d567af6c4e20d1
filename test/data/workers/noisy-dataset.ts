/** A dataset whose samples are augmented at random: the module that the workers of the test run. */
import { data, tensor } from '../../../runtime/index.ts'

class NoisyDataset implements data.Dataset<{ x: Float32Array; label: bigint }> {
  readonly length = 23

  async at(index: number, context?: data.SampleContext): Promise<{ x: Float32Array; label: bigint }> {
    if (index === Number(process.env.FAIL_AT)) throw new Error(`sample ${index} is broken`)
    const noise = context!.generator.uniform53()
    // Later samples are ready sooner.
    await new Promise(resolve => setTimeout(resolve, (this.length - index) % 5))
    return { x: Float32Array.of(index, noise), label: BigInt(index) }
  }
}

export const dataset = new NoisyDataset()

/** Beside the samples' mean, so that it shows that it ran. */
export const collate = (samples: { x: Float32Array; label: bigint }[]) => ({
  rows: tensor(samples.map(s => [...s.x])),
  names: samples.map(s => `no ${s.label}`),
})

await data.serveDataset(dataset, process.env.COLLATE === '1' ? { collate } : {})
