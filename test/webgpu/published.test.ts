/** Published checkpoints on WebGPU give what PyTorch computed. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModel } from '../../compiler/cli/read-model.ts'
import { readInputs, runModel } from '../../compiler/cli/run.ts'
import { openPath, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { stateDictFromStored } from '../../runtime/index.ts'
import { caseNames, isForward, isThere, readCase, root, specOf } from '../cases/real-data.ts'
import { CapturedTerminal } from '../cli/captured-terminal.ts'
import { gpu, sampled } from './open-gpu.ts'

if (!isThere) console.log('skipped: there are no published checkpoints in ../shared/data/real')

const covered = caseNames().filter(name => isForward(name) && existsSync(path.join(root, specOf(name))))

/** Sums in another order: what the cases allow is for PyTorch's own kernels. */
const LEAST = 2e-4

describe.skipIf(gpu === null || !isThere)('published checkpoints on webgpu', () => {
  it.each(sampled(covered, 12))("%s gives PyTorch's outputs", async name => {
    const real = readCase(name)
    const terminal = new CapturedTerminal()
    const model = readModel(path.join(root, specOf(name)), { param: [] }, terminal)
    if (model === null) throw new Error(terminal.err)
    const inputs = await readInputs(real.io, model, gpu!)
    const options = { weights: [real.files[0]!], inputs, device: gpu! }
    const outputs = (await runModel(model, options, terminal))!
    const file = await openPath(real.io)
    const expected = await stateDictFromStored(stateDictsOf(file)[0]!.tensors, { device: 'cpu' })
    await file.close()
    for (const [i, output] of real.outputs.entries()) {
      const want = await expected.get(output).data()
      const got = await outputs[i]![1].data()
      expect([output, got.length]).toEqual([output, want.length])
      const [atol, rtol] = [Math.max(real.atol(output), LEAST), Math.max(real.rtol, LEAST)]
      const wrong = want.findIndex((w, k) => {
        const [x, y] = [Number(got[k]), Number(w)]
        return !(Object.is(x, y) || Math.abs(x - y) <= atol + rtol * Math.abs(y))
      })
      if (wrong >= 0) expect.fail(`${output}[${wrong}] is ${got[wrong]}, not ${want[wrong]}`)
    }
  })
})
