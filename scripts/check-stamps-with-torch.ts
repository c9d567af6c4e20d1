/**
 * Has real torch and safetensors read files that carry their model: spec, contract and digests. A part of `npm run check:torch`: the
 * first argument is the Python to use; else HOLDFAST_PYTHON, or python3, if it has both.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  compileModel,
  Diagnostics,
  loadSpec,
  modelSource,
  nodeLoader,
  SpecModule,
} from '../compiler/index.ts'
import { load, materialize, StoredTensor, stateDictsOf } from '../runtime/checkpoint/index.ts'
import { stampOf } from '../runtime/keys/index.ts'
import { saveCheckpoint } from '../runtime/nn/index.ts'

const text = `holdfast: 1
model: Tiny
inputs: { x: "float32[N, 4]" }
buffers: { count: "zeros(2).long()" }
modules: { fc: "Linear(4, 3)", norm: BatchNorm1d(3), out: "Linear(3, 3)" }
ties: [[fc.bias, out.bias]]
forward: return out(norm(fc(x))) + self.count.sum()
`

function tiny(): SpecModule {
  const diagnostics = new Diagnostics()
  const file = loadSpec({ path: 'tiny.yaml', text }, nodeLoader, diagnostics)
  const model = file === null ? null : compileModel(file, [], diagnostics)
  if (file === null || model === null) throw new Error(diagnostics.sorted()[0]?.message)
  return new SpecModule(model, [], modelSource(file))
}

async function digestsOf(file: string): Promise<Record<string, string>> {
  const checkpoint = await load(file)
  const [state] = stateDictsOf(checkpoint)
  if (stampOf(checkpoint)?.source == null || state === undefined) throw new Error(`${file} carries no model`)
  const entries = [...state.tensors].map(async ([key, tensor]): Promise<[string, string]> => {
    if (!(tensor instanceof StoredTensor)) throw new Error(key)
    const hash = createHash('sha256').update(await materialize(tensor))
    return [key, hash.digest('hex')]
  })
  return Object.fromEntries((await Promise.all(entries)).sort())
}

async function check(folder: string): Promise<void> {
  const model = tiny()
  const [zip, safe] = [path.join(folder, 'tiny.pt'), path.join(folder, 'tiny.safetensors')]
  await saveCheckpoint(model, zip, { beside: { epoch: 3 } })
  await saveCheckpoint(model, safe)
  const script = path.resolve(import.meta.dirname, '../test/oracle/keys/read_stamped.py')
  const ended = spawnSync(python, [script, zip, safe], { encoding: 'utf8' })
  if (ended.status !== 0) throw new Error(ended.stderr)
  const found: Readonly<Record<string, Record<string, string>>> = JSON.parse(ended.stdout)
  for (const [reader, digests] of Object.entries(found)) {
    const expected = await digestsOf(reader.startsWith('torch') ? zip : safe)
    const isSame = JSON.stringify(Object.entries(digests).sort()) === JSON.stringify(Object.entries(expected))
    console.log(`files that carry their model: ${reader} ${isSame ? 'reads' : 'DOES NOT read'} every tensor`)
    if (!isSame) process.exitCode = 1
  }
}

const python = process.argv[2] ?? process.env.HOLDFAST_PYTHON ?? 'python3'

if (spawnSync(python, ['-c', 'import torch, safetensors']).status !== 0)
  console.log(`${python} has no torch and safetensors: no file that carries its model was checked`)
else {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-stamps-'))
  try {
    await check(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
