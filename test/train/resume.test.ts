import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { load, PyDict, PyFloat, save } from '../../runtime/checkpoint/index.ts'
import { data, F, manualSeed, nn, optim, type Tensor, train } from '../../runtime/index.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { digests, samples, smallRun } from './small-run.ts'

const scratch = scratchFolder()

describe('A run that goes on from its checkpoint', () => {
  it('comes to the same bits, wherever it was stopped', async () => {
    const whole = smallRun()
    const expected = await digests(await whole.fit(), { ...whole, loader: whole.loader })
    expect(Object.keys(expected)).toContain('optimizer_state_dict.state[0].exp_avg')
    for (let stop = 1; stop <= 18; stop++) {
      const folder = scratch.path(`stop-${stop}`)
      const first = smallRun()
      const stopped = await first.fit({ checkpoints: { folder }, maxSteps: stop })
      expect(stopped.step).toBe(stop)
      // Other weights, another generator: everything comes from the file.
      const second = smallRun(77)
      const run = await second.fit({ resume: `${folder}/last.pt`, checkpoints: { folder } })
      const found = await digests(run, { ...second, loader: second.loader })
      expect(found).toEqual(expected)
    }
  })

  it('comes to other bits where the generator is not restored (control)', async () => {
    const whole = smallRun()
    const expected = await digests(await whole.fit(), { ...whole, loader: whole.loader })
    const other = smallRun(1)
    const found = await digests(await other.fit(), { ...other, loader: other.loader })
    expect(found['model_state_dict.fc1.weight']).not.toBe(expected['model_state_dict.fc1.weight'])
  })

  it('keeps what callbacks remember: the best value, and how long it has been', async () => {
    const options = (folder: string) => ({
      epochs: 6,
      checkpoints: { folder, best: { metric: 'score', mode: 'max' as const } },
      callbacks: [train.earlyStopping({ metric: 'score', mode: 'max', patience: 3 })],
    })
    // The second epoch is the best.
    const scores = [0.5, 0.9, 0.7, 0.8, 0.6, 0.95]
    const evaluator = (run: { epoch: number }) => async () => ({ score: scores[run.epoch++]! })
    const folder = scratch.path('callbacks')
    const whole = await smallRun().fit({ ...options(folder), evaluate: evaluator({ epoch: 0 }) })
    expect([whole.epoch, whole.stopped]).toEqual([5, 'score has not improved for 3 epochs'])
    const best = await load(`${folder}/best.pt`)
    expect(best.value instanceof PyDict && best.value.get('epoch')).toBe(2)

    const split = scratch.path('callbacks-split')
    await smallRun().fit({ ...options(split), evaluate: evaluator({ epoch: 0 }), maxSteps: 20 })
    const resumed = smallRun(5)
    const rest = { ...options(split), evaluate: evaluator({ epoch: 3 }), resume: `${split}/last.pt` }
    const run = await resumed.fit(rest)
    expect([run.epoch, run.stopped]).toEqual([5, 'score has not improved for 3 epochs'])
    const again = await smallRun(5).fit({ ...rest, evaluate: evaluator({ epoch: 5 }) })
    expect([again.epoch, again.step]).toEqual([5, run.step])
  })

  it('adds gradients up over batches, and is saved between steps only', async () => {
    const whole = smallRun()
    const run = await whole.fit({ accumulate: 4 })
    // Six batches an epoch: a step of four, and one of two.
    expect(run.step).toBe(6)
    const expected = await digests(run, { ...whole, loader: whole.loader })
    for (let stop = 1; stop < 6; stop++) {
      const folder = scratch.path(`accumulate-${stop}`)
      await smallRun().fit({ accumulate: 4, checkpoints: { folder }, maxSteps: stop })
      const second = smallRun(77)
      const rest = await second.fit({ accumulate: 4, resume: `${folder}/last.pt` })
      expect(await digests(rest, { ...second, loader: second.loader })).toEqual(expected)
    }
  })

  it('adds gradients up over the batches of a stream, whose number it does not know, to the same bits', async () => {
    class Stream extends data.IterableDataset<Tensor[]> {
      async *[Symbol.asyncIterator](): AsyncIterator<Tensor[]> {
        for (let i = 0; i < samples.length; i++) yield samples.at(i)
      }
    }
    const inOrder = () => new data.DataLoader(samples, { batchSize: 4 })
    const streamed = () => new data.DataLoader(new Stream(), { batchSize: 4 })
    const whole = smallRun(0, inOrder())
    const run = await whole.fit({ accumulate: 4 })
    expect(run.step).toBe(6)
    const expected = await digests(run, whole)
    const stream = smallRun(0, streamed())
    expect(await digests(await stream.fit({ accumulate: 4 }), stream)).toEqual(expected)
    for (let stop = 1; stop < 6; stop++) {
      const folder = scratch.path(`stream-${stop}`)
      await smallRun(0, streamed()).fit({ accumulate: 4, checkpoints: { folder }, maxSteps: stop })
      const second = smallRun(77, streamed())
      const rest = await second.fit({ accumulate: 4, resume: `${folder}/last.pt` })
      expect(await digests(rest, second)).toEqual(expected)
    }
  })

  it('says where the machine was another', async () => {
    const folder = scratch.path('capabilities')
    await smallRun().fit({ checkpoints: { folder }, maxSteps: 2 })
    const { value } = await load(`${folder}/last.pt`)
    const capabilities = (value as PyDict).get('capabilities') as PyDict
    capabilities.set('relaxedSimd', !capabilities.get('relaxedSimd'))
    await save(value, `${folder}/other.pt`)
    const warnings: string[] = []
    const onWarning = (message: string): void => void warnings.push(message)
    await smallRun().fit({ resume: `${folder}/last.pt`, onWarning })
    expect(warnings).toEqual([])
    await smallRun().fit({ resume: `${folder}/other.pt`, onWarning })
    expect(warnings.join()).toMatch(/^other capabilities: relaxedSimd was (true|false), and is (true|false)$/)
  })

  it('refuses a checkpoint that is none of a run', async () => {
    const file = scratch.path('weights.pt')
    await save(smallRun().model.stateDict(), file)
    await expect(smallRun().fit({ resume: file })).rejects.toMatchObject({
      code: 'train/checkpoint',
      message: expect.stringContaining("has no dictionary 'model_state_dict'"),
    })
  })
})

describe('A run with LBFGS', () => {
  const lbfgsRun = () => {
    manualSeed(0)
    const model = new nn.Linear({ in_features: 4, out_features: 3 })
    const optimizer = new optim.LBFGS(model.parameters(), { lr: 0.3, max_iter: 1 })
    const loader = new data.DataLoader(samples, { batchSize: 22 })
    const loss = ([x, y]: Tensor[]): Tensor => F.crossEntropy(model.forward(x!), y!)
    return { model, optimizer, loader, options: { model, optimizer, data: loader, loss, epochs: 6 } }
  }

  it('steps by closures, lowers the loss, and goes on to the same bits', async () => {
    const whole = lbfgsRun()
    const run = await train.fit(whole.options)
    expect(run.losses).toHaveLength(6)
    expect(run.losses).toEqual(run.losses.toSorted((a, b) => b - a))
    expect(run.losses[5]).toBeLessThan(run.losses[0]! - 0.01)
    const folder = scratch.path('lbfgs')
    await train.fit({ ...lbfgsRun().options, maxSteps: 3, checkpoints: { folder } })
    const second = lbfgsRun()
    const rest = await train.fit({ ...second.options, resume: `${folder}/last.pt` })
    expect(await digests(rest, second)).toEqual(await digests(run, whole))
  })

  it('adds no gradients up', async () => {
    await expect(train.fit({ ...lbfgsRun().options, accumulate: 2 })).rejects.toMatchObject({
      code: 'train/option',
    })
  })
})

describe('The files of a run', () => {
  it('are the last, the best, and as many epochs as are kept', async () => {
    const folder = scratch.path('files')
    await smallRun().fit({
      epochs: 5,
      checkpoints: { folder, everySteps: 2, everyEpochs: 1, keep: 2, best: { metric: 'loss', mode: 'min' } },
    })
    expect(readdirSync(folder).sort()).toEqual(['best.pt', 'epoch-4.pt', 'epoch-5.pt', 'last.pt'])
  })

  it('have the keys of the tutorial first, with its types', async () => {
    const folder = scratch.path('keys')
    await smallRun().fit({ epochs: 1, checkpoints: { folder } })
    const { value } = await load(`${folder}/last.pt`)
    const dict = value as PyDict
    expect([...dict.keys()].slice(0, 4)).toEqual([
      'epoch',
      'model_state_dict',
      'optimizer_state_dict',
      'loss',
    ])
    expect(dict.get('epoch')).toBe(1)
    expect(dict.get('loss')).toBeInstanceOf(PyFloat)
    expect((dict.get('model_state_dict') as PyDict).attrs?.has('_metadata')).toBe(true)
  })
})

describe('A run ends', () => {
  it('after the step under way when its signal is aborted, saved', async () => {
    const folder = scratch.path('signal')
    const controller = new AbortController()
    const run = await smallRun().fit({
      checkpoints: { folder },
      signal: controller.signal,
      callbacks: [{ onStep: r => void (r.step === 3 && controller.abort()) }],
    })
    expect(run.step).toBeLessThanOrEqual(4)
    expect(run.stopped).toBe('interrupted')
    expect(readdirSync(folder)).toEqual(['last.pt'])
  })

  it('with an error at a loss that is no number, and leaves the last checkpoint as it was', async () => {
    const folder = scratch.path('diverged')
    const { model, loader } = smallRun()
    const optimizer = new optim.SGD(model.parameters(), { lr: 1e10 })
    const wild = train.fit({
      model,
      optimizer,
      data: loader,
      epochs: 3,
      loss: ([x]) => model.forward(x!).pow(2).mean(),
      checkpoints: { folder, everySteps: 1 },
    })
    await expect(wild).rejects.toMatchObject({ code: 'train/diverged' })
    const { value } = await load(`${folder}/last.pt`)
    expect(Number.isFinite(((value as PyDict).get('loss') as PyFloat).value)).toBe(true)
  })
})
