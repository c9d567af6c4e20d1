/**
 * A hundred steps of a net that is bfloat16 throughout, beside PyTorch's (test/oracle/optim/half_curves.py). A rounding more or less
 * grows from step to step: PyTorch's own losses come to lie up to 0.02 from those of float64, its parameters up to 0.28.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { compile, type Tensor } from '../../runtime/index.ts'
import { type Run, Training, title } from './training.ts'

type HalfRun = Pick<Run, 'name' | 'options' | 'losses' | 'params'>

const halves = (
  JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../fixtures/optim/half-curves.json'), 'utf8'),
  ) as readonly HalfRun[]
).map((run): Run => ({ ...run, dtype: 'bfloat16', groups: 'no', older: false, file: null }))

/** Two roundings of the largest losses, between 1 and 2. */
const LOSS = 2 ** -6
/** Four roundings of parameters between 1 and 2, of which there are hundreds in a run. */
const PARAMS = 2 ** -4

async function expectLikeTorch(losses: readonly number[], { cells }: Training, run: Run): Promise<void> {
  expect(losses).toHaveLength(100)
  for (const [i, loss] of losses.entries())
    expect(Math.abs(loss - run.losses[i]!), `step ${i + 1}`).toBeLessThanOrEqual(LOSS)
  for (const [i, cell] of cells.entries()) {
    expect(cell.value.dtype).toBe('bfloat16')
    const values = (await cell.value.to('float64').data()) as Float64Array
    for (const [j, v] of values.entries())
      expect(Math.abs(v - run.params[i]![j]!), `parameter ${i}`).toBeLessThanOrEqual(PARAMS)
  }
}

it.each(halves.map(run => [title(run), run] as const))("%s follows PyTorch's curve", async (_, run) => {
  const training = new Training(run)
  await expectLikeTorch(await training.run(0, 100), training, run)
  for (const state of training.optimizer.state.values())
    for (const [name, part] of state)
      if (name !== 'step') expect((part as { value: Tensor }).value.dtype).toBe('bfloat16')
})

it('so does a captured step', async () => {
  const run = halves.at(-1)!
  const training = new Training(run)
  using plan = compile(() => training.optimizer.step(training.closure)!)
  const losses: number[] = []
  for (let i = 0; i < 100; i++) {
    if (i === 50) for (const group of training.optimizer.paramGroups) group.lr *= 0.5
    losses.push(Number(await (await plan.run([])).item()))
  }
  await expectLikeTorch(losses, training, run)
})
