/**
 * `holdfast run SPEC --weights FILE --inputs IN.safetensors --outputs OUT.safetensors`: a model's outputs for given inputs. A checkpoint
 * that carries its spec stands for both.
 */
import {
  type StoredTensor,
  stateDictsOf,
  tensorOf,
  writeSafetensors,
} from '../../runtime/checkpoint/index.ts'
import type { Device } from '../../runtime/devices/device.ts'
import { defaultDevice, manualSeed, nn, setDefaultDevice, type Tensor } from '../../runtime/index.ts'
import type { Model } from '../compile.ts'
import type { Output } from '../link/replay.ts'
import { moduleFor, type SpecModel } from '../link/stamped-model.ts'
import { withDevice } from './device.ts'
import { CommandError } from './failure.ts'
import { openCheckpoint } from './open-checkpoint.ts'
import { writeOutput } from './output-file.ts'
import { readSpecModel } from './read-spec-model.ts'
import type { Terminal } from './terminal.ts'
import { loadWeights, requireWeights } from './weights.ts'

export interface RunOptions {
  /** Merged where there are several; a key in two of them is an error. */
  readonly weights: readonly string[]
  readonly inputs: string
  readonly outputs: string
  readonly param: readonly string[]
  readonly preset?: string
  readonly device: string
  readonly prefix?: string
}

/** Exit code: 0, or 1 after diagnostics or a report of keys that do not fit. Throws what else is wrong. */
export async function run(spec: string, options: RunOptions, terminal: Terminal): Promise<number> {
  return withDevice(options.device, terminal, async device => {
    const read = await readSpecModel(spec, options, terminal)
    if (read === null) return 1
    const weights = options.weights.length === 0 && read.file !== null ? [read.file] : options.weights
    const inputs = await readInputs(options.inputs, read.model, device)
    const outputs = await runModel(read, { ...options, weights, device, inputs }, terminal)
    if (outputs === null) return 1
    await writeOutputs(options.outputs, outputs)
    const shapes = outputs.map(([name, tensor]) => `${name} ${tensor.dtype}[${tensor.shape.join(', ')}]`)
    terminal.stderr(`${options.outputs}: ${shapes.join(', ')}\n`)
    return 0
  })
}

export interface ModelRun {
  readonly weights: readonly string[]
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly device: Device
  readonly prefix?: string
}

/** The model's outputs in eval mode, in their declared order, lists as `name.0`. null after a report. */
export async function runModel(
  spec: SpecModel,
  { weights, inputs, device, prefix }: ModelRun,
  terminal: Terminal,
): Promise<readonly (readonly [string, Tensor])[] | null> {
  // What is new since an old checkpoint is the same in every run.
  manualSeed(0)
  const module = madeOn(device, spec)
  requireWeights(module, weights)
  const options = prefix === undefined ? {} : { prefix }
  if (weights.length > 0 && !(await loadWeights(module, weights, options, terminal))) return null
  const outputs = module.eval().forward(inputs)
  return Object.entries(outputs).flatMap(([name, value]) => flattened(name, value))
}

/** A module whose weights are read straight onto the device. */
function madeOn(device: Device, spec: SpecModel): ReturnType<typeof moduleFor> {
  const before = defaultDevice()
  setDefaultDevice(device)
  try {
    return moduleFor(spec)
  } finally {
    setDefaultDevice(before)
  }
}

/** Tensors by name; None has none. */
function flattened(name: string, value: Output): (readonly [string, Tensor])[] {
  if (value === null) return []
  if (isList(value)) return value.flatMap((inner, i) => flattened(`${name}.${i}`, inner))
  return [[name, value]]
}

const isList = (value: Output): value is readonly Output[] => Array.isArray(value)

/** The tensors `x` or `in.x` for the model's inputs; others are ignored. Optional inputs may be missing. */
export async function readInputs(
  file: string,
  model: Model,
  device: Device,
): Promise<Readonly<Record<string, Tensor>>> {
  const checkpoint = await openCheckpoint(file)
  try {
    // Inputs are names, not keys of modules: prefixes are no wrappers here.
    const stored = new Map<string, StoredTensor>(
      stateDictsOf(checkpoint)
        .filter(c => c.path.length === 0)
        .flatMap(({ prefix, tensors }) => [...tensors].map(([name, t]) => [prefix + name, t] as const)),
    )
    const found = model.file.root.inputs.flatMap(({ name: { name }, optional }) => {
      const tensor = stored.get(name) ?? stored.get(`in.${name}`)
      if (tensor !== undefined) return [[name, tensor] as const]
      if (optional) return []
      const names = [...stored.keys()].slice(0, 8).join(', ')
      throw new CommandError(
        'input/missing',
        `${file} has neither '${name}' nor 'in.${name}'`,
        names === '' ? 'it has no tensors' : `it has ${names}`,
      )
    })
    return (await nn.stateDictFromStored(found, { device })).toObject()
  } finally {
    await checkpoint.close()
  }
}

/** Writes whole or not at all. */
async function writeOutputs(file: string, outputs: readonly (readonly [string, Tensor])[]): Promise<void> {
  const tensors: (readonly [string, StoredTensor])[] = []
  for (const [name, tensor] of outputs) {
    tensors.push([name, tensorOf(await tensor.data(), tensor.shape, tensor.dtype)])
  }
  const metadata = new Map([['outputs', JSON.stringify(outputs.map(([name]) => name))]])
  await writeOutput(file, sink => writeSafetensors(tensors, sink, { metadata }))
}
