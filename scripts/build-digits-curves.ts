/**
 * Draws docs/images/digits-loss.svg: the losses of examples/digits/train.yaml here, beside those of PyTorch with the same
 * seed (test/oracle/train/digits_curve.py).
 *
 *   npm run build:curves
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommandLine } from '../compiler/cli/program.ts'
import { processTerminal } from '../compiler/cli/terminal.ts'
import { load, materialize, PyDict, StoredTensor } from '../runtime/checkpoint/index.ts'
import { train } from '../runtime/index.ts'

const root = path.resolve(import.meta.dirname, '..')
const torch: { losses: readonly number[] } = JSON.parse(
  readFileSync(path.join(root, 'test/fixtures/train/digits-curve.json'), 'utf8'),
)

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-curves-'))
try {
  const run = path.join(folder, 'run')
  const code = await runCommandLine(
    ['train', path.join(root, 'examples/digits/train.yaml'), '--run', run],
    processTerminal(),
  )
  if (code !== 0) throw new Error(`training ended with code ${code}`)
  const { value } = await load(path.join(run, 'last.pt'))
  const losses = value instanceof PyDict ? value.get('losses') : undefined
  if (!(losses instanceof StoredTensor)) throw new Error('the run has no losses')
  const ours = [...new Float64Array((await materialize(losses)).slice().buffer)]
  const points = (values: readonly number[]) => values.map((loss, i) => [i + 1, loss] as const)
  const picture = train.lossCurves(
    [
      { name: 'PyTorch 2.13', points: points(torch.losses) },
      { name: 'Holdfast', points: points(ours), dashed: true },
    ],
    { title: 'Digits: training loss by step, same seed', xLabel: 'step', logarithmic: true },
  )
  mkdirSync(path.join(root, 'docs/images'), { recursive: true })
  writeFileSync(path.join(root, 'docs/images/digits-loss.svg'), picture)
  const apart = Math.max(...ours.map((loss, i) => Math.abs(loss - torch.losses[i]!)))
  console.log(
    `docs/images/digits-loss.svg: ${ours.length} steps, losses at most ${apart.toExponential(1)} apart`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
