/**
 * Keys, load and save of a checkpoint of 1 GB, against torch and safetensors of Python and against plain reads and writes of
 * the same bytes. Loads read a file that is in the system's cache; saves end with fsync, for every peer.
 *
 *   npx tsx --conditions=holdfast-source bench/checkpoint.ts [--python PYTHON] [--rounds N] [--mib N] [--folder FOLDER]
 *     [--only keys,load,save]
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PyDict, save, tensorOf } from '../runtime/checkpoint/index.ts'
import { bundle } from '../scripts/bundle.ts'
import { machine, measureInTurn, type Peer, table } from './measure.ts'

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '5' },
    mib: { type: 'string', default: '1024' },
    only: { type: 'string', default: 'keys,load,save' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const folder = mkdtempSync(join(values.folder, 'holdfast-bench-'))
const [pt, safetensors] = [join(folder, 'model.pt'), join(folder, 'model.safetensors')]
const out = join(folder, 'out')

const ours = (name: string, ...args: string[]): Peer => ({
  name,
  command: [process.execPath, '--expose-gc', join(folder, 'build/bench/checkpoint/ours.js'), ...args],
})
const python = (name: string, ...args: string[]): Peer => ({
  name,
  command: [values.python, join(here, 'checkpoint/peers.py'), ...args],
})

const hasPython = spawnSync(values.python, ['-c', 'import torch, safetensors']).status === 0
const peers = (...list: Peer[]) => (hasPython ? list : [])

/** The first row of each is what the ratios are to. */
const comparisons: [title: string, peers: Peer[]][] = [
  [
    'keys',
    [
      ours('holdfast, .pt', 'keys', pt),
      ours('holdfast, .safetensors', 'keys', safetensors),
      ...peers(
        python('torch.load(mmap=True)', 'torch-keys-mmap', pt),
        python('torch.load', 'torch-load', pt),
        python('safetensors.safe_open', 'safetensors-keys', safetensors),
      ),
    ],
  ],
  [
    'load',
    [
      ours('plain read', 'plain-read', pt),
      ours('holdfast, .pt', 'load', pt),
      ours('holdfast, .safetensors', 'load', safetensors),
      ...peers(
        python('torch.load', 'torch-load', pt),
        python('safetensors.torch.load_file', 'safetensors-load', safetensors),
      ),
    ],
  ],
  [
    'save, with fsync',
    [
      ours('plain write', 'plain-write', out, values.mib),
      ours('holdfast, .pt', 'save', `${out}.pt`, values.mib),
      ours('holdfast, .safetensors', 'save', `${out}.safetensors`, values.mib),
      ...peers(
        python('torch.save', 'torch-save', `${out}.pt`, values.mib),
        python('safetensors.torch.save_file', 'safetensors-save', `${out}.safetensors`, values.mib),
      ),
    ],
  ],
]

/** Each measurement begins without the files of the last one, and with nothing left to write to the disk. */
function clean(): void {
  for (const file of [out, `${out}.pt`, `${out}.safetensors`]) rmSync(file, { force: true })
  spawnSync('sync', [folder])
}

try {
  await bundle(['bench/checkpoint/ours.ts'], join(folder, 'build'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const count = Math.max(1, Math.floor(Number(values.mib) / 4))
  const tensors = Array.from(
    { length: count },
    (_, i) => [`layer${i}.weight`, tensorOf(new Float32Array(1 << 20).fill(i), [1024, 1024])] as const,
  )
  const dict = new PyDict('dict', tensors)
  await save(dict, pt)
  await save(dict, safetensors)
  const parts = [`${values.mib} MiB in ${count} tensors; medians of ${values.rounds} rounds. ${machine()}.\n`]
  const wanted = comparisons.filter(([title]) => values.only.split(',').some(name => title.startsWith(name)))
  for (const [title, list] of wanted) {
    const text = table(title, measureInTurn(list, Number(values.rounds), clean))
    console.log(text)
    parts.push(text)
  }
  if (!hasPython) console.log(`${values.python} has no torch and safetensors: their rows are missing`)
  else if (wanted.length === comparisons.length) {
    mkdirSync(join(here, 'results'), { recursive: true })
    writeFileSync(join(here, 'results/checkpoint.md'), `# Checkpoints\n\n${parts.join('\n')}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
