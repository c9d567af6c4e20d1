/**
 * Models that PyTorch trains and that are refactored here: what a journey is, and the model at its end with the contract that the
 * locks of all stages led to. The models are in journeys/, PyTorch's side of them in test/oracle/keys/journeys.py.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { compileModel } from '../../compiler/compile.ts'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { contractOf } from '../../compiler/keys/contract-of.ts'
import { SpecModule } from '../../compiler/link/instantiate.ts'
import { loadSpec } from '../../compiler/spec/load.ts'
import type { SourceLoader } from '../../compiler/spec/spec.ts'
import { backward } from '../../runtime/autograd/index.ts'
import type { Checkpoint, PyValue, SaveTarget } from '../../runtime/checkpoint/index.ts'
import { currentOptimizer, type OptimizerOptions } from '../../runtime/keys/index.ts'
import {
  contractFor,
  loadCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from '../../runtime/nn/index.ts'
import type { Optimizer } from '../../runtime/optim/index.ts'
import type { Cell } from '../../runtime/tensor/cell.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'

export interface Stage {
  readonly refactor: string
  /** The rules that `build` refuses it by, without a migration. */
  readonly refused: readonly string[]
  /** The spec but for its head and migrations. */
  readonly spec: string
  /** The steps that lead to it. */
  readonly steps: string
}

/** A model that is refactored stage by stage. */
export interface Story {
  readonly model: string
  readonly stages: readonly Stage[]
  /** `layouts:` of the spec. */
  readonly layouts: string
}

export interface Journey extends Story {
  readonly name: string
  /** What PyTorch saved, where it is there: the model, and its optimizer's dictionary, which may be in another file. */
  readonly published: () => Promise<{
    readonly checkpoint: Checkpoint
    readonly optimizer: PyValue | undefined
  }>
  /** As what the model goes back. */
  readonly back: Pick<SaveCheckpointOptions, 'generation' | 'layout' | 'prefix'>
  /** Parameters as the optimizer groups them. */
  readonly groups: (model: SpecModule) => readonly (readonly NamedParameter[])[]
  readonly optimizer: (groups: readonly (readonly Cell[])[]) => Optimizer
  /** For what loads: groups of new parameters. */
  readonly options: Pick<OptimizerOptions, 'groupOfAdded'>
  readonly loss: (model: SpecModule, step: number) => Tensor
}

export type NamedParameter = ReturnType<SpecModule['namedParameters']>[number]

interface Facts {
  /** Steps before the checkpoint, and from there to `after`. */
  readonly before: number
  readonly steps: number
  /** Of every step. */
  readonly losses: readonly number[]
  /** By key, or position and name: a sum that depends on the order of elements, and that of the magnitudes. */
  readonly after: Readonly<Record<string, readonly [number, number]>>
}

export const fixtures = path.resolve(import.meta.dirname, '../fixtures/keys')

/** What PyTorch computed. */
export const factsOf = ({ name }: Journey): Facts =>
  (JSON.parse(readFileSync(path.join(fixtures, 'journeys.json'), 'utf8')) as Record<string, Facts>)[name]!

/** Numbers between -1 and 1, the same in PyTorch. */
export function wave(shape: readonly number[], step: number): Tensor {
  const count = shape.reduce((a, b) => a * b, 1)
  const values = Float32Array.from(
    { length: count },
    (_, i) => ((i * 7919 + (step + 1) * 10007) % 1999) / 1000 - 1,
  )
  return tensor(values, { shape: [...shape] })
}

/** Classes, the same in PyTorch. */
export function label(shape: readonly number[], step: number, classes: number): Tensor {
  const count = shape.reduce((a, b) => a * b, 1)
  const values = BigInt64Array.from({ length: count }, (_, i) =>
    BigInt((i * 31 + Math.floor(i / 3) * 17 + step * 13) % classes),
  )
  return tensor(values, { shape: [...shape] })
}

/** Losses of some steps. */
export async function trainOn(
  { loss }: Journey,
  model: SpecModule,
  optimizer: Optimizer,
  first: number,
  count: number,
): Promise<number[]> {
  const losses: number[] = []
  for (let step = first; step < first + count; step++) {
    const value = loss(model, step)
    optimizer.zeroGrad()
    backward(value)
    optimizer.step()
    losses.push(Number(await value.item()))
  }
  return losses
}

/** The spec of a stage with the migrations up to a generation; those of stages below have led there. */
export function specOf({ model, stages, layouts }: Story, stage: number, migrations: number): string {
  const list = stages.slice(1, migrations).map(({ steps }, i) => {
    const items = steps === '' ? ' []' : `\n${indented(steps, '      ')}`
    return `  - to: ${i + 2}\n    steps:${items}\n`
  })
  const tail = list.length === 0 ? '' : `migrations:\n${list.join('')}`
  return `holdfast: 1\nmodel: ${model}\n${stages[stage]!.spec}${tail}${layouts}`
}

/** Each line of a text moved to the right. */
export const indented = (text: string, by: string): string => text.trimEnd().replace(/^(?=.)/gm, by)

/** The model as a stage has it, with its contract. */
export function modelOf(story: Story, stage = story.stages.length - 1): SpecModule {
  let lock: string | null = null
  for (let at = 0; ; at++) {
    const { module, text } = built(specOf(story, at, at + 1), lock)
    if (at === stage && lock !== null) return module
    // The contract is that of what is locked.
    if (at === stage) return built(specOf(story, at, at + 1), text).module
    lock = text
  }
}

function built(spec: string, lock: string | null): { readonly module: SpecModule; readonly text: string } {
  const loader: SourceLoader = {
    load: (_, file) =>
      lock === null ? { error: 'there is no such file', missing: true } : { path: file, text: lock },
  }
  const diagnostics = new Diagnostics()
  const file = loadSpec({ path: 'model.yaml', text: spec }, loader, diagnostics)
  const model = file === null ? null : compileModel(file, [], diagnostics)
  const contract = file === null ? null : contractOf(file, loader, diagnostics, { first: true })
  if (model === null || contract === null) throw new Error(diagnostics.sorted()[0]?.message)
  return { module: new SpecModule(model, contract.contracts), text: contract.text }
}

export interface Arrived {
  readonly model: SpecModule
  readonly optimizer: Optimizer
}

/** The refactored model and its optimizer with the state that PyTorch saved. */
export async function arrived(
  journey: Journey,
  published = journey.published(),
  stage?: number,
): Promise<Arrived> {
  const { checkpoint, optimizer: saved } = await published
  const model = modelOf(journey, stage)
  const report = await loadCheckpoint(model, checkpoint)
  const optimizer = freshOptimizer(journey, model)
  if (saved !== undefined)
    await optimizer.loadStateDict(await currentOptimizer(contractFor(model), saved, report, journey.options))
  return { model, optimizer }
}

const freshOptimizer = ({ optimizer, groups }: Journey, model: SpecModule): Optimizer =>
  optimizer(groups(model).map(group => group.map(([, cell]) => cell)))

/** Saves both in the layout that PyTorch saved in. */
export async function goBack(journey: Journey, { model, optimizer }: Arrived, target: SaveTarget) {
  const groups = journey.groups(model).map(group => group.map(([key]) => key))
  const beside = { optimizer: optimizer.stateDict() }
  await saveCheckpoint(model, target, { ...journey.back, optimizer: { groups }, beside })
}
