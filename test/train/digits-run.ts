/** The run of test/oracle/train/digits_curve.py: its data, and what PyTorch came to. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { openPath, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { data, stateDictFromStored, type Tensor } from '../../runtime/index.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** PyTorch's loss of every step, and its accuracy after every epoch. */
export const torch: { readonly losses: readonly number[]; readonly accuracy: readonly number[] } = JSON.parse(
  readFileSync(path.join(root, 'test/fixtures/train/digits-curve.json'), 'utf8'),
)

/** The batches of an epoch. */
export const STEPS_PER_EPOCH = 23

/** A file of examples/digits, in the host's memory. */
export async function digits(name: string): Promise<data.TensorDataset<Tensor[]>> {
  const file = await openPath(path.join(root, 'examples/digits', name))
  const state = await stateDictFromStored(stateDictsOf(file)[0]!.tensors, { device: 'cpu' })
  await file.close()
  return new data.TensorDataset(state.get('image').to('float32'), state.get('label').to('int64'))
}
