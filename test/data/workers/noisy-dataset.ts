/** Rows with noise of which one may be broken: the module that the workers of the test in Node run. */
import { data, tensor } from '../../../runtime/index.ts'
import { type NoisyRow, NoisyRows } from './noisy-rows.ts'

class NoisyDataset extends NoisyRows {
  override async at(index: number, context?: data.SampleContext): Promise<NoisyRow> {
    if (index === Number(process.env.FAIL_AT)) throw new Error(`sample ${index} is broken`)
    return super.at(index, context)
  }
}

export const dataset = new NoisyDataset()

/** Beside the samples' mean, so that it shows that it ran. */
export const collate = (samples: NoisyRow[]) => ({
  rows: tensor(samples.map(s => [...s.x])),
  names: samples.map(s => `no ${s.label}`),
})

await data.serveDataset(dataset, process.env.COLLATE === '1' ? { collate } : {})
