/** Published checkpoints on WebGPU give what PyTorch computed. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeLoader } from '../../compiler/cli/node-loader.ts'
import { readModel } from '../../compiler/cli/read-model.ts'
import { readInputs, runModel } from '../../compiler/cli/run.ts'
import { specModel } from '../../compiler/link/spec-model.ts'
import { openPath, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { stateDictFromStored } from '../../runtime/index.ts'
import { caseNames, isForward, isThere, readCase, root, specOf } from '../cases/real-data.ts'
import { CapturedTerminal } from '../cli/captured-terminal.ts'
import { gpu } from './open-gpu.ts'
import { outputDifferences } from './output-differences.ts'
import { sampled } from './sample.ts'

if (!isThere) console.log('skipped: there are no published checkpoints in ../shared/data/real')

const covered = caseNames().filter(name => isForward(name) && existsSync(path.join(root, specOf(name))))

describe.skipIf(gpu === null || !isThere)('published checkpoints on webgpu', () => {
  it.each(sampled(covered, 12))("%s gives PyTorch's outputs", async name => {
    const real = readCase(name)
    const terminal = new CapturedTerminal()
    const model = readModel(path.join(root, specOf(name)), { param: [] }, terminal)
    if (model === null) throw new Error(terminal.err)
    const inputs = await readInputs(real.io, model, gpu!)
    const options = { weights: [real.files[0]!], inputs, device: gpu! }
    const outputs = (await runModel(specModel(model, nodeLoader), options, terminal))!
    const file = await openPath(real.io)
    const expected = await stateDictFromStored(stateDictsOf(file)[0]!.tensors, { device: 'cpu' })
    await file.close()
    const wrong: string[] = []
    for (const [i, output] of real.outputs.entries()) {
      const tolerance = { atol: real.atol(output), rtol: real.rtol }
      wrong.push(...(await outputDifferences(output, outputs[i]?.[1], expected.get(output), tolerance)))
    }
    expect(wrong).toEqual([])
  })
})
