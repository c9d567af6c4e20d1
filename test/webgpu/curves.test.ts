/** A hundred steps of each optimizer on WebGPU against PyTorch's (test/oracle/optim/curves.py): its state never leaves the device. */
import { describe, expect, it } from 'vitest'
import { Cell, setDefaultDevice } from '../../runtime/index.ts'
import { type Run, runs, Training, title } from '../optim/training.ts'
import { gpu } from './open-gpu.ts'
import { sampled } from './sample.ts'

/** LBFGS decides by what it reads, which only devices that are read at once can; WebGPU has no float64. */
const here = runs.filter(run => run.dtype === 'float32' && run.name !== 'LBFGS')

/** As on the CPU. */
const TOLERANCE = 1e-4

function expectNear(got: ArrayLike<number>, want: readonly number[]): void {
  expect(got.length).toBe(want.length)
  for (const [i, w] of want.entries())
    expect(Math.abs(got[i]! - w), `element ${i}`).toBeLessThanOrEqual(TOLERANCE * Math.max(1, Math.abs(w)))
}

function trainingOf(run: Run): Training {
  setDefaultDevice('webgpu')
  try {
    return new Training(run)
  } finally {
    setDefaultDevice('cpu')
  }
}

describe.skipIf(gpu === null)('optimizers on webgpu', () => {
  it.each(sampled(here, 5).map(run => [title(run), run] as const))(
    '%s follows PyTorch for 100 steps',
    async (_, run) => {
      const training = trainingOf(run)
      const before = gpu!.stats()
      const losses = await training.run(0, 100)
      // The losses are asked for, and nothing else is read.
      expect(gpu!.stats().bytesRead - before.bytesRead).toBe(4 * 100)
      const state = [...training.optimizer.state.values()].flatMap(parts => [...parts.values()])
      for (const part of state) if (part instanceof Cell) expect(part.held.device).toBe(gpu)
      expectNear(
        losses.filter((_, i) => i % 10 === 0),
        run.losses,
      )
      for (const [i, cell] of training.cells.entries())
        expectNear((await cell.value.data()) as Float32Array, run.params[i]!)
    },
  )
})
