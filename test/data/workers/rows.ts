/** Rows with noise, for workers of a browser: the same module is the page's and theirs. */
import { data } from '../../../runtime/index.ts'
import { NoisyRows } from './noisy-rows.ts'

export const rows = new NoisyRows()
await data.serveDataset(rows)
