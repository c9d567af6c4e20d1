import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { nodeLoader } from '../../compiler/cli/node-loader.ts'
import { readModel } from '../../compiler/cli/read-model.ts'
import { readInputs, runModel } from '../../compiler/cli/run.ts'
import type { Model } from '../../compiler/compile.ts'
import { specModel } from '../../compiler/link/spec-model.ts'
import { openPath, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { getDevice, type Module, stateDictFromStored, Tensor } from '../../runtime/index.ts'
import { CapturedTerminal } from '../cli/captured-terminal.ts'
import {
  type Case,
  caseNames,
  isForward,
  isThere,
  listedTensors,
  printedModules,
  readCase,
  root,
  specOf,
  tensorsIn,
} from './real-data.ts'

const names = caseNames()
const covered = names.filter(name => isForward(name) && existsSync(path.join(root, specOf(name))))
const device = getDevice('cpu')
const ran = new Set<string>()
const called = new Set<string>()

if (!isThere) console.log('skipped: there are no published checkpoints in ../shared/data/real')

describe.skipIf(!isThere)('published checkpoints', () => {
  afterAll(() => {
    const passed = names.filter(name => ran.has(name) && called.has(name))
    console.log(
      `${passed.length} of the ${names.length} cases of ../shared/data/real give PyTorch's outputs, ` +
        `by run (${ran.size}) and from the generated class (${called.size})`,
    )
    const rest = names.filter(name => !passed.includes(name))
    if (rest.length > 0) console.log(`not covered: ${rest.join(', ')}`)
  })

  describe.each(covered)('%s', name => {
    it("has the file's keys and shapes", () => {
      const { model } = modelOf(name)
      const listed = new Map(statesOf(weightsOf(name), model))
      const own = model.state.map(e => [e.key, e.tensor.shape] as const)
      // Files that are older than PyTorch 0.4.1 have no such keys.
      const isOld = ![...listed.keys()].some(isCounter)
      expect([...listed].sort(byKey)).toEqual(own.filter(([key]) => !isOld || !isCounter(key)).sort(byKey))
    })

    it("has its keys in PyTorch's order", ({ skip }) => {
      const { model } = modelOf(name)
      const owners = ownersOf(model.state.map(e => e.key))
      const printed = printedModules(name)
      if (owners.every(module => printed.includes(module))) {
        expect(printed.filter(module => owners.includes(module))).toEqual(owners)
        return
      }
      // Some printouts hide what modules hold; the file tells the order then, unless its format sorts.
      const file = weightsOf(name)
      if (file.endsWith('.safetensors')) skip('neither the printout nor the file tells the order')
      expect(ownersOf(statesOf(file, model).map(([key]) => key))).toEqual(owners)
    })

    it("gives PyTorch's outputs when it is run", async () => {
      const real = readCase(name)
      const { model, terminal } = modelOf(name)
      const inputs = await readInputs(real.io, model, device)
      const outputs = await runModel(
        specModel(model, nodeLoader),
        { weights: [real.files[0]!], inputs, device },
        terminal,
      )
      expect(terminal.err).toContain(': took ')
      await expectOutputs(real, outputs?.map(([, tensor]) => tensor) ?? [])
      ran.add(name)
    })

    it("gives PyTorch's outputs from its generated class", async () => {
      const real = readCase(name)
      const { model } = modelOf(name)
      const generated = await generatedClass(name, model.file.model.name)
      const module = new generated()
      await loadAsAnApplication(module, real.files[0]!)
      const inputs = await tensorsIn(real.io)
      const given = real.inputs.map(input => inputs.get(`in.${input}`)!)
      const outputs = module.eval().forward(...(given as never[]))
      await expectOutputs(real, tensorsOf(outputs))
      called.add(name)
    })
  })
})

function modelOf(name: string): { model: Model; terminal: CapturedTerminal } {
  const terminal = new CapturedTerminal()
  const model = readModel(path.join(root, specOf(name)), { param: [] }, terminal)
  if (model === null) throw new Error(terminal.err)
  return { model, terminal }
}

/** The file of a case whose keys are listed: not the archive around it. */
const weightsOf = (name: string): string => readCase(name).files.find(f => !f.endsWith('.zip'))!

/** Paths of the modules that hold the keys, each once, in order. */
const ownersOf = (keys: readonly string[]): readonly string[] => [
  ...new Set(keys.map(key => key.split('.').slice(0, -1).join('.'))),
]

const isCounter = (key: string): boolean => key.endsWith('num_batches_tracked')

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1)

/** Keys and shapes of the state_dict in a file, by the listing of `keys/`. */
function statesOf(file: string, model: Model): (readonly [string, readonly number[]])[] {
  const tensors = listedTensors(file)
    .filter(t => !isAttribute(t.path))
    .map(t => [keyOf(t.path), t.shape] as const)
  const first = model.state[0]!.key
  const whole = tensors.find(([key]) => key === first || key.endsWith(`.${first}`))?.[0]
  if (whole === undefined) throw new Error(`${file} has no ${first}`)
  const prefix = whole.slice(0, -first.length)
  return tensors
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, shape]) => [key.slice(prefix.length), shape])
}

/** Archives of TorchScript are listed with tensors that are attributes, no parameters or buffers. */
const isAttribute = (listed: string): boolean => /^_(state|context)$|\._flat_weights\[/.test(listed)

/** Whole modules are listed by their attributes. */
const keyOf = (listed: string): string =>
  listed.replace(/(^|\.)_(modules|parameters|buffers)(?=\.)/g, '').replace(/#\d+$/, '')

async function expectOutputs(real: Case, outputs: readonly Tensor[]): Promise<void> {
  const expected = await tensorsIn(real.io)
  expect(outputs.length).toBe(real.outputs.length)
  for (const [i, name] of real.outputs.entries()) {
    const [want, got] = [expected.get(name)!, outputs[i]!]
    expect([name, got.dtype, got.shape]).toEqual([name, want.dtype, want.shape])
    expect(worstExcess(await got.data(), await want.data(), real.rtol), name).toBeLessThanOrEqual(
      real.atol(name),
    )
  }
}

/** The class that `holdfast build` made of the case's spec. */
async function generatedClass(name: string, model: string): Promise<new () => Module> {
  const file = path.join(root, 'generated/zoo', `${name}.ts`)
  const exported = (await import(file)) as Readonly<Record<string, new () => Module>>
  return exported[model]!
}

/** With what the package exports, and without the choosing that `run` does: the state_dict whose keys are the model's. */
async function loadAsAnApplication(module: Module, file: string): Promise<void> {
  const checkpoint = await openPath(file, { full: true })
  try {
    const own = new Set(module.stateDict().keys())
    const matches = stateDictsOf(checkpoint).filter(c => [...c.tensors.keys()].every(key => own.has(key)))
    module.loadStateDict(await stateDictFromStored(matches[0]!.tensors))
  } finally {
    await checkpoint.close()
  }
}

/** The tensors in what a forward gives: one, or lists and objects of them. */
function tensorsOf(outputs: unknown): Tensor[] {
  if (outputs instanceof Tensor) return [outputs]
  return typeof outputs === 'object' && outputs !== null ? Object.values(outputs).flatMap(tensorsOf) : []
}

/** The largest difference beyond what the relative tolerance allows; NaN equals NaN only. */
function worstExcess(
  got: ArrayLike<number | bigint>,
  want: ArrayLike<number | bigint>,
  rtol: number,
): number {
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [Number(got[i]), Number(want[i])]
    if (Object.is(a, b) || a === b) continue
    const excess = Math.abs(a - b) - rtol * Math.abs(b)
    worst = Math.max(worst, Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess)
  }
  return worst
}
