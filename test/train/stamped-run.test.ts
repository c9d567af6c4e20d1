/** Checkpoints of runs say what model they hold, and a run goes on after its spec was refactored. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { loadModel } from '../../compiler/link/load-model.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { config, root } from './digits-config.ts'
import { smallRun } from './small-run.ts'

const scratch = scratchFolder()
const before = readFileSync(path.join(root, 'specs/tutorial/digits-cnn.yaml'), 'utf8')
const ok = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await holdfast(...args)
  expect([code, err.replace(/^(epoch|made with).*\n/gm, '')]).toEqual([0, ''])
  return out
}

it('a run goes on after its modules were renamed and reordered, and its checkpoints carry the spec of their time', async () => {
  const spec = scratch.write('digits.yaml', before)
  await ok('lock', spec)
  const short = config
    .replace(`${root}/specs/tutorial/digits-cnn.yaml`, spec)
    .replace(/^params.*\n/m, '')
    .replace(/^scheduler.*\n/m, '')
    .replace('tensorboard: true\n', '')
  const [run, whole] = [scratch.path('run'), scratch.path('whole')]
  await ok('train', scratch.write('short.yaml', short.replace('epochs: 3', 'epochs: 2')), '--run', run)
  await ok('train', scratch.write('long.yaml', short), '--run', whole)
  for (const name of ['last.pt', 'best.pt']) {
    expect(await ok('extract', path.join(run, name), '--output', scratch.path(`spec-${name}`))).toContain(
      'digits.yaml',
    )
    expect(await ok('verify', path.join(run, name))).toContain('DigitsCNN, generation 1')
  }
  expect((await loadModel(path.join(run, 'last.pt'))).report).toMatchObject({
    path: 'model_state_dict',
    missingKeys: [],
  })

  // The order of construction decides the first weights, so the refactored run starts from the old one's.
  const lines = before.split('\n')
  const [conv1, fc] = [lines.findIndex(l => /^ {2}conv1:/.test(l)), lines.findIndex(l => /^ {2}fc:/.test(l))]
  expect([conv1 > 0, fc > 0]).toEqual([true, true])
  const head = lines.splice(fc, 1)[0]!.replace('fc:', 'head:')
  lines.splice(conv1, 0, head)
  const after = `${lines.join('\n').replace('fc(', 'head(').trimEnd()}
migrations:
  - to: 2
    steps:
      - rename: { from: fc, to: head }
`
  scratch.write('digits.yaml', after)
  await ok('lock', spec)
  writeFileSync(path.join(run, 'config.yaml'), short)
  expect(await ok('resume', run)).toContain('3 of 3 epochs')
  expect(await ok('verify', path.join(run, 'last.pt'))).toContain('DigitsCNN, generation 2')
  // Weights and the state of Adam went with their parameters: the run ends as one that was never refactored.
  const back = scratch.path('back.pt')
  await ok('migrate', path.join(run, 'last.pt'), '--to', '1', '--output', back)
  const { out } = await holdfast('diff', back, path.join(whole, 'last.pt'))
  expect(out).toMatch(/^equal: /)
}, 120_000)

it('parts that are none are named', async () => {
  const run = smallRun()
  const given = (options: object) => run.fit(options as never)
  for (const [options, message] of [
    [{ optimizer: null }, 'optimizer is null, not an optimizer'],
    [{ model: {} }, 'model is an object, not a Module'],
    [{ loss: 'mse' }, 'loss is a string, not a function'],
    [{ data: undefined }, 'data is undefined, not batches'],
  ] as const)
    await expect(given(options)).rejects.toMatchObject({ code: 'train/option', message })
})
