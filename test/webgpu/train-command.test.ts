/** `holdfast train` on WebGPU: the device of the configuration, and a run that goes on on another. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { config } from '../train/digits-config.ts'
import { nodeGpu } from './node-gpu.ts'

const scratch = scratchFolder()
// The commands open the device, and end it.
const isThere = (await nodeGpu()) !== null

interface Record {
  readonly epoch: number
  readonly loss: number
  readonly metrics: { readonly accuracy: number }
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
    // Adam moves weights with hardly a gradient by its sign, so that single images change sides.
    for (const [i, { loss, metrics }] of wanted.entries()) {
      expect(Math.abs(found[i]!.loss - loss)).toBeLessThan(1e-3)
      expect(Math.abs(found[i]!.metrics.accuracy - metrics.accuracy)).toBeLessThan(0.03)
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
