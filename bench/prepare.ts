/** Makes what contenders read: generated classes, compiled JavaScript, and one folder per piece of work. */
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommandLine } from '../compiler/cli/program.ts'
import { readModel } from '../compiler/cli/read-model.ts'
import { processTerminal, type Terminal } from '../compiler/cli/terminal.ts'
import { exportPytorch } from '../compiler/index.ts'
import { save, tensorOf } from '../runtime/checkpoint/index.ts'
import { bundle } from '../scripts/bundle.ts'
import type { Data } from './contenders/contender.ts'
import { onnxModel } from './contenders/onnx-model.ts'
import { recipeOf, type TensorInfo } from './recipe.ts'
import { WORKS, type WorkItem } from './works.ts'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const terminal = processTerminal()
const BUILD = join(here, '.build')
const SPECS = join(BUILD, 'specs')

/** What a contender's process runs. */
export const CONTEND = join(BUILD, 'js/bench/contend.js')

/** Where the generated classes are, one file for each spec. */
export const CLASSES = join(BUILD, 'generated')

/** Builds the classes of all specs. */
export async function buildClasses(): Promise<void> {
  rmSync(BUILD, { recursive: true, force: true })
  mkdirSync(SPECS, { recursive: true })
  for (const spec of new Set(WORKS.map(work => work.spec)))
    copyFileSync(join(root, spec), join(SPECS, basename(spec)))
  const runtime = '../../../runtime/index.ts'
  const args = ['build', '--specs', SPECS, '--out', CLASSES, '--runtime', runtime]
  const quiet: Terminal = { ...terminal, stdout: () => {} }
  if ((await runCommandLine(args, quiet)) !== 0) throw new Error('the specs of the benchmarks do not build')
}

/**
 * Builds the classes, and JavaScript of them, of the contenders and of the runtime, bundled as the package is: a loader that
 * compiles on the fly takes its own time.
 */
export async function buildContenders(): Promise<void> {
  await buildClasses()
  const classes = readdirSync(CLASSES).map(file => relative(root, join(CLASSES, file)))
  await bundle(['bench/contend.ts', ...classes], join(BUILD, 'js'))
}

/** Writes the folder of one piece of work: weights, inputs, the recipe, and the model in the forms that peers take. */
export async function prepareWork(item: WorkItem, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const params = item.params ?? {}
  const model = readModel(
    join(root, item.spec),
    { param: Object.entries(params).map(([name, value]) => `${name}=${value}`) },
    terminal,
  )
  if (model === null) throw new Error(`${item.spec} is not in order`)
  const recipe = recipeOf(model, item.inputs)
  const random = new Uniform(item.name.length)
  const weights = new Map(recipe.weights.map(info => [info.name, random.weight(info)]))
  const batch = recipe.inputs[0]!.shape[0]!
  const infos: TensorInfo[] = [...recipe.inputs]
  if (item.train !== undefined) infos.push({ name: 'labels', shape: [batch], dtype: 'int64' })
  const inputs = infos.map(info => random.input(info, info.name === 'labels' ? 10 : 50000))
  writeRaw(join(folder, 'inputs.bin'), inputs)
  writeRaw(join(folder, 'weights.bin'), [...weights.values()])
  const stored = recipe.weights.map(({ name, shape }) => [name, tensorOf(weights.get(name)!, shape)] as const)
  await save(new Map(stored), join(folder, 'weights.safetensors'))
  writeFileSync(join(folder, 'model.py'), exportPytorch(model))
  writePieces(join(folder, 'model.onnx'), onnxModel(recipe, weights))
  const spec = basename(item.spec, '.yaml')
  const generated = {
    spec,
    file: join(BUILD, `js/bench/.build/generated/${spec}.js`),
    name: model.file.model.name,
    options: params,
  }
  writeFileSync(
    join(folder, 'work.json'),
    JSON.stringify({ recipe, inputs: infos, generated, train: item.train ?? null }),
  )
}

const writeRaw = (file: string, arrays: readonly Data[]) =>
  writePieces(
    file,
    arrays.map(a => new Uint8Array(a.buffer)),
  )

function writePieces(file: string, pieces: readonly Uint8Array[]): void {
  const out = openSync(file, 'w')
  for (const piece of pieces) writeSync(out, piece)
  closeSync(out)
}

/** Numbers from a seed: a linear congruential generator, whose high bits are good enough for weights. */
class Uniform {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  #next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) | 0
    return (this.#state >>> 8) / 2 ** 24
  }

  #fill(shape: readonly number[], low: number, high: number): Float32Array<ArrayBuffer> {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
    for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * this.#next()
    return data
  }

  /** Of a size that lets activations pass through many layers: variance 1 / fan-in; scales near 1, shifts near 0. */
  weight({ name, shape }: TensorInfo): Float32Array<ArrayBuffer> {
    if (shape.length === 1)
      return /(weight|running_var)$/.test(name) ? this.#fill(shape, 0.9, 1.1) : this.#fill(shape, -0.1, 0.1)
    const bound = Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b, 1))
    return this.#fill(shape, -bound, bound)
  }

  input({ shape, dtype }: TensorInfo, below: number): Data {
    if (dtype === 'float32') return this.#fill(shape, -1, 1)
    return BigInt64Array.from(this.#fill(shape, 0, below), x => BigInt(Math.floor(x)))
  }
}
