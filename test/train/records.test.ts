/** What a run leaves for people to look at: event files, pictures, the line in the terminal. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { train } from '../../runtime/index.ts'
import { crc32c } from '../../runtime/train/tensorboard/crc32c.ts'
import { eventRecord, type TensorBoardEvent } from '../../runtime/train/tensorboard/event.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { eventsOf } from './event-reader.ts'
import { smallRun } from './small-run.ts'

const scratch = scratchFolder()

describe('TensorBoard event files', () => {
  it("are byte for byte what TensorBoard's own writer makes (test/oracle/train/events.py)", () => {
    const written = JSON.parse(
      readFileSync(path.resolve(import.meta.dirname, '../fixtures/train/events.json'), 'utf8'),
    ) as readonly { readonly event: TensorBoardEvent; readonly record: string }[]
    expect(written).toHaveLength(5)
    for (const { event, record } of written)
      expect(Buffer.from(eventRecord(event)).toString('base64')).toBe(record)
  })

  it('use CRC-32C, by the vectors of RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
  })

  it("hold losses and learning rates by step and metrics by epoch; a resumed run's file says where it starts", async () => {
    const folder = scratch.path('events')
    const checkpoints = { folder: scratch.path('run') }
    const first = smallRun()
    const options = (optimizer: (typeof first)['optimizer']) => ({
      checkpoints,
      evaluate: async () => ({ score: 0.5 }),
      callbacks: [train.tensorBoard({ folder, optimizer, now: () => 1_700_000_000_000 })],
    })
    const run = await first.fit({ ...options(first.optimizer), maxSteps: 8 })
    const second = smallRun(3)
    await second.fit({ ...options(second.optimizer), resume: `${checkpoints.folder}/last.pt` })
    const files = readdirSync(folder).sort()
    expect(files).toEqual([
      'events.out.tfevents.1700000000.holdfast.0',
      'events.out.tfevents.1700000000.holdfast.1',
    ])
    const [a, b] = files.map(name => eventsOf(readFileSync(path.join(folder, name))))
    expect(a![0]).toEqual({ wallTime: 1_700_000_000, fileVersion: 'brain.Event:2' })
    expect(a!.slice(1, 3)).toEqual([
      {
        wallTime: 1_700_000_000,
        step: 1,
        scalars: { 'train/loss': Math.fround(run.losses[0]!), 'train/lr': Math.fround(0.01) },
      },
      {
        wallTime: 1_700_000_000,
        step: 2,
        scalars: { 'train/loss': Math.fround(run.losses[1]!), 'train/lr': Math.fround(0.01) },
      },
    ])
    expect(a!.filter(e => e.scalars?.['epoch/score'] === 0.5).map(e => e.step)).toEqual([6])
    expect(b![1]).toEqual({ wallTime: 1_700_000_000, step: 9, restart: true })
    expect(b!.filter(e => e.scalars?.['train/loss'] !== undefined).map(e => e.step)).toEqual([
      9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
    ])
  })
})

describe('Curves as SVG', () => {
  const points = [
    [1, 10],
    [2, 1],
    [3, Number.NaN],
    [4, 0.1],
  ] as const

  it('have a line for every curve, a name, and ticks', () => {
    const svg = train.lossCurves(
      [
        { name: 'a < b', points },
        { name: 'c', points, dashed: true },
      ],
      {
        title: 'Losses & more',
        xLabel: 'step',
        logarithmic: true,
      },
    )
    expect(svg.match(/<polyline points="([^"]*)"/)![1]!.split(' ')).toHaveLength(3)
    expect(svg.match(/<polyline/g)).toHaveLength(2)
    for (const text of ['a &lt; b', 'Losses &amp; more', '>0.1<', '>10<', '>step<'])
      expect(svg).toContain(text)
    expect(svg).toBe(
      train.lossCurves(
        [
          { name: 'a < b', points },
          { name: 'c', points, dashed: true },
        ],
        {
          title: 'Losses & more',
          xLabel: 'step',
          logarithmic: true,
        },
      ),
    )
  })

  it('of nothing, and of one point, are pictures too', () => {
    expect(train.lossCurves([])).toContain('</svg>')
    expect(train.lossCurves([{ name: 'a', points: [[1, 2]] }])).not.toContain('NaN')
  })
})

describe('The progress bar', () => {
  const watch = (
    columns: number | null,
  ): { bar: train.Callback; text: () => string; pass: (ms: number) => void } => {
    let time = 0
    let text = ''
    const write = (t: string): void => {
      text += t
    }
    const pass = (ms: number): void => {
      time += ms
    }
    const bar = train.progressBar({ write, columns, epochs: 2, now: () => time })
    return { bar, text: () => text, pass }
  }

  it('tells epoch, part, loss, rate and the time that is left', async () => {
    const { bar, text, pass } = watch(100)
    const run = new train.Run()
    run.lossSum = 3
    run.samples = 2
    await bar.onStart!(run)
    pass(2000)
    await bar.onStep!(run, { samples: 64, batch: 1, batches: 4 })
    expect(text().trim()).toBe(
      'epoch 1/2  [#####...............]  25 %  loss 1.5000  32 samples/s  ETA 6.0 s',
    )
  })

  it('is one line an epoch where there is no terminal', async () => {
    const { bar, text, pass } = watch(null)
    const run = new train.Run()
    await bar.onStart!(run)
    pass(500)
    await bar.onStep!(run, { samples: 50, batch: 1, batches: 1 })
    await bar.onEpoch!(run, { epoch: 1, step: 1, loss: 0.25, lr: 0.1, metrics: { accuracy: 0.75 } })
    expect(text()).toBe('epoch 1/2  loss 0.2500  accuracy 0.7500  0.5 s, 100 samples/s\n')
  })
})
