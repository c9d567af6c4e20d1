import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { config, digits } from './digits-config.ts'

const scratch = scratchFolder()
const file = scratch.write('train.yaml', config)

describe('holdfast train', () => {
  it('leaves checkpoints, curves and events in the folder of the run', async () => {
    const run = scratch.path('whole')
    const { code, out, err } = await holdfast('train', file, '--run', run)
    expect([code, out]).toEqual([0, `${run}: 3 of 3 epochs, 36 steps\n`])
    expect(err).toMatch(/^epoch 1\/3 {2}loss \d\.\d{4} {2}eval_loss \S+ {2}accuracy \S+ {2}balanced_accuracy/)
    expect(readdirSync(run).sort()).toEqual([
      'best.pt',
      'config.yaml',
      'events',
      'last.pt',
      'loss.svg',
      'run.json',
    ])
    expect(readFileSync(`${run}/loss.svg`, 'utf8')).toContain('evaluation')
  })

  it('prints an object for every epoch where JSON is asked for', async () => {
    const { code, out } = await holdfast('train', file, '--run', scratch.path('json'), '--json')
    const lines = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect([code, lines.length]).toEqual([0, 3])
    expect(lines[2]).toMatchObject({ epoch: 3, step: 36, metrics: { accuracy: expect.any(Number) } })
  })

  it('clips gradients where a norm is given, and adds them up over batches', async () => {
    const losses = async (name: string, text: string): Promise<number[]> => {
      const changed = scratch.write(`${name}.yaml`, text)
      const { code, out } = await holdfast('train', changed, '--run', scratch.path(name), '--json')
      expect(code).toBe(0)
      return out
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).loss)
    }
    const plain = config
      .replace(/^optimizer.*\n/m, 'optimizer: { type: SGD, lr: 0.5 }\n')
      .replace(/^scheduler.*\n/m, '')
    const before = await losses('plain', plain)
    // A norm that no gradient has changes nothing; a tiny one keeps the weights where they are.
    expect(await losses('loose', `${plain}clip_grad_norm: 1e6\n`)).toEqual(before)
    const still = await losses('tight', `${plain}clip_grad_norm: 1e-9\n`)
    expect(still[2]).toBeGreaterThan(before[2]! + 0.3)
    expect(await losses('added', `${plain}accumulate: 4\n`)).not.toEqual(before)
  })

  it('leaves nothing behind when it fails before anything was saved', async () => {
    const run = scratch.path('failed')
    const diverging = scratch.write(
      'failed.yaml',
      config
        .replace(/^optimizer.*\n/m, 'optimizer: { type: SGD, lr: 1e30 }\n')
        .replace(/^scheduler.*\n/m, ''),
    )
    const failed = await holdfast('train', diverging, '--run', run)
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('error[train/diverged]')])
    expect(existsSync(run)).toBe(false)
    // So that the corrected configuration goes there.
    expect(await holdfast('train', file, '--run', run)).toMatchObject({ code: 0 })
  })

  it('refuses devices that there are not, and seeds that are none', async () => {
    for (const command of ['train', 'verify-resume'])
      expect(await holdfast(command, file, '--device', 'gpu')).toMatchObject({
        code: 2,
        err: expect.stringContaining('error[device/unknown]'),
      })
    const device = scratch.write('device.yaml', `${config}device: gpu\n`)
    expect(await holdfast('train', '--check', device)).toMatchObject({
      code: 1,
      err: expect.stringContaining('cpu, webgpu'),
    })
    const seed = scratch.write('seed.yaml', config.replace(/^seed.*\n/m, 'seed: 99999999999999999999\n'))
    expect(await holdfast('train', '--check', seed)).toMatchObject({
      code: 1,
      err: expect.stringContaining("'seed' must be 9007199254740991 or less"),
    })
  })

  it('does not write into a folder that holds a run', async () => {
    const run = scratch.path('twice')
    await holdfast('train', file, '--run', run)
    const { code, err } = await holdfast('train', file, '--run', run)
    expect([code, err.split('\n')]).toEqual([
      1,
      [
        `error[train/exists] ${run} holds a run already`,
        `hint: holdfast resume ${run} goes on with it; --run names another folder`,
        '',
      ],
    ])
  })
})

describe('holdfast resume', () => {
  it('of a run that is over does nothing more', async () => {
    const run = scratch.path('over')
    await holdfast('train', file, '--run', run)
    const before = readFileSync(`${run}/last.pt`)
    const { code, out } = await holdfast('resume', run)
    expect([code, out]).toEqual([0, `${run}: 3 of 3 epochs, 36 steps\n`])
    expect(readFileSync(`${run}/last.pt`).equals(before)).toBe(true)
  })

  it('of a folder without a run is refused', async () => {
    const { code, err } = await holdfast('resume', scratch.path('nothing'))
    expect([code, err.split('\n')[0]]).toEqual([
      1,
      `error[train/no-run] ${scratch.path('nothing')} holds no run`,
    ])
  })

  it('of a damaged checkpoint says so', async () => {
    const run = scratch.path('damaged')
    await holdfast('train', file, '--run', run)
    scratch.write('damaged/last.pt', 'nothing of the kind')
    const { code, err } = await holdfast('resume', run)
    expect(code).toBe(1)
    expect(err).toMatch(/^error\[[a-z]+\/[a-z-]+\] /)
    expect(err).toContain(scratch.path('damaged/last.pt'))
  })
})

describe('holdfast verify-resume', () => {
  it('finds every bit equal, wherever it stops', async () => {
    for (const stop of ['1', '12', '13', '29']) {
      const { code, out } = await holdfast('verify-resume', file, '--steps', '30', '--stop', stop)
      expect([code, out]).toEqual([
        0,
        `${file}: 30 steps, and 30 with a stop after ${stop}: every bit is equal\n`,
      ])
    }
  })

  it('of the configuration of the examples finds every bit equal', async () => {
    const { code, out } = await holdfast('verify-resume', `${digits}/train.yaml`, '--steps', '26', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ ok: true, steps: 26, stop: 13, changes: {} })
  })

  it('refuses a stop that is not before the end', async () => {
    expect((await holdfast('verify-resume', file, '--steps', '5', '--stop', '5')).code).toBe(2)
  })
})
