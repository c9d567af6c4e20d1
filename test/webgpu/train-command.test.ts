/** `holdfast train` on WebGPU: the device of the configuration, and a run that goes on on another. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { config as adaptive } from '../train/digits-config.ts'
import { nodeGpu } from './node-gpu.ts'

const scratch = scratchFolder()
// Biases before a batch norm have no gradient but rounding, and AdamW makes full steps of that: evaluation, by running statistics
// that lag behind, would differ.
const config = adaptive.replace('type: AdamW, lr: 0.01', 'type: SGD, lr: 0.01, momentum: 0.9')
// The commands open the device, and end it.
const isThere = (await nodeGpu()) !== null

interface Record {
  readonly epoch: number
  readonly loss: number
  readonly metrics: { readonly eval_loss: number }
}

const records = (out: string): Record[] =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

/** The configuration with another number of epochs, in a file or in the folder of a run. */
const withEpochs = (text: string, epochs: number): string =>
  text.replace(/^epochs: \d+$/m, `epochs: ${epochs}`)

describe.skipIf(!isThere)('holdfast train on webgpu', { timeout: 600_000 }, () => {
  it('trains as on the cpu, and goes on on the cpu and back', async () => {
    const run = scratch.path('moved')
    const file = scratch.write('moved.yaml', withEpochs(`${config}device: webgpu\n`, 1))
    const expected = await holdfast(
      'train',
      scratch.write('cpu.yaml', config),
      '--run',
      scratch.path('cpu'),
      '--json',
    )
    const first = await holdfast('train', file, '--run', run, '--json')
    expect([first.code, first.err]).toEqual([0, expect.stringMatching(/^device: webgpu on /)])
    const found = records(first.out)
    for (const [epochs, device] of [
      [2, 'cpu'],
      [3, 'webgpu'],
    ] as const) {
      const kept = `${run}/config.yaml`
      writeFileSync(kept, withEpochs(readFileSync(kept, 'utf8'), epochs))
      const next = await holdfast('resume', run, '--device', device, '--json')
      const was = device === 'cpu' ? 'webgpu' : 'cpu'
      expect([next.code, next.err]).toEqual([
        0,
        expect.stringContaining(`device was ${was}, and is ${device}`),
      ])
      found.push(...records(next.out))
    }
    const wanted = records(expected.out)
    expect(found.map(r => r.epoch)).toEqual([1, 2, 3])
    for (const [i, { loss, metrics }] of wanted.entries()) {
      expect(Math.abs(found[i]!.loss - loss)).toBeLessThan(1e-5)
      expect(Math.abs(found[i]!.metrics.eval_loss - metrics.eval_loss)).toBeLessThan(1e-5)
    }
  })

  it('says why it takes the cpu where the device is chosen', async () => {
    const file = scratch.write('auto.yaml', withEpochs(config, 1))
    const { code, err } = await holdfast('train', file, '--run', scratch.path('auto'), '--device', 'auto')
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^device: (cpu: the only WebGPU adapter|webgpu on )/),
    ])
  })
})
