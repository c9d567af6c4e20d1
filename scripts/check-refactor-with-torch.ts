/**
 * The way back of the refactored model: what PyTorch trained is loaded, trained on here after five refactors, saved, and trained on by
 * PyTorch, whose losses must be those of a run that never left it.
 *
 *   npm run check:torch
 *
 * Uses the PYTHON of the first argument, else the one that HOLDFAST_PYTHON names, else python3; without torch nothing is checked, and that is
 * said.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compileModel } from '../compiler/compile.ts'
import { Diagnostics } from '../compiler/diagnostics/diagnostic.ts'
import { contractOf } from '../compiler/keys/contract-of.ts'
import { SpecModule } from '../compiler/link/instantiate.ts'
import { loadSpec } from '../compiler/spec/load.ts'
import type { SourceLoader } from '../compiler/spec/spec.ts'
import { saveCheckpoint } from '../runtime/nn/index.ts'
import type { Tensor } from '../runtime/tensor/tensor.ts'
import { type Classifier, facts, restored, specOf, stages, trainOn } from '../test/keys/story.ts'

async function check(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-refactor-'))
  try {
    const model = refactored()
    const adam = await restored(model)
    await trainOn(model, adam)
    const file = join(folder, 'back.pt')
    await saveCheckpoint(model, file, { beside: { optimizer: adam.stateDict() } })
    const script = resolve(import.meta.dirname, '../test/oracle/keys/story.py')
    const ended = spawnSync(python, [script, '--continue', file], { encoding: 'utf8' })
    if (ended.status !== 0) throw new Error(ended.stderr)
    const losses: readonly number[] = JSON.parse(ended.stdout)
    const expected = facts.losses.slice(facts.batches.length)
    const largest = Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i]!)))
    process.stdout.write(
      `refactored model: PyTorch trains on, losses differ by ${largest.toExponential(1)} at most\n`,
    )
    if (!(largest < 1e-5) || losses.length !== expected.length) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The model after the last refactor, with the contract that the locks of all stages led to. */
function refactored(): Classifier {
  let lock: string | null = null
  for (const stage of stages.keys()) {
    const { module, text } = built(specOf(stage, stage + 1), lock)
    if (stage === stages.length - 1) return module
    lock = text
  }
  throw new Error('there are no stages')
}

/** With one input and one output, as the generated class has them. */
function classifierOf(module: SpecModule): Classifier {
  const forward = module.forward.bind(module)
  const called = { forward: (x: Tensor) => forward({ x }).logits as Tensor }
  return Object.assign(module, called) as unknown as Classifier
}

function built(spec: string, lock: string | null): { module: Classifier; text: string } {
  const loader: SourceLoader = {
    load: (_, path) =>
      lock === null ? { error: 'there is no such file', missing: true } : { path, text: lock },
  }
  const diagnostics = new Diagnostics()
  const file = loadSpec({ path: 'classifier.yaml', text: spec }, loader, diagnostics)
  const model = file === null ? null : compileModel(file, [], diagnostics)
  const contract = file === null ? null : contractOf(file, loader, diagnostics, { first: true })
  if (model === null || contract === null) throw new Error(diagnostics.sorted()[0]?.message)
  return { module: classifierOf(new SpecModule(model, contract.contracts)), text: contract.text }
}

const python = process.argv[2] ?? process.env.HOLDFAST_PYTHON ?? 'python3'
const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0

if (!hasTorch) process.stdout.write(`${python} has no torch: the way back to PyTorch is not checked\n`)
else await check()
