/**
 * One contender on one piece of work, in a process of its own: node contend.js CONTENDER FOLDER THREADS MS. Prints
 * `{"ms", "peakMb", "loadMs"}`: the median time of a run within the given budget, and what it takes from nothing to the first result.
 * Results go to CONTENDER.out in the folder: of training the loss of the first five steps.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender, Data, Work } from './contenders/contender.ts'
import { peakBytes } from './peak-memory.ts'
import type { TensorInfo } from './recipe.ts'

const CONTENDERS: Readonly<Record<string, () => Promise<Contender>>> = {
  holdfast: async () => (await import('./contenders/holdfast.ts')).holdfast,
  'ort-web': async () => (await import('./contenders/onnxruntime.ts')).onnxruntimeWeb,
  'ort-node': async () => (await import('./contenders/onnxruntime.ts')).onnxruntimeNode,
  'tfjs-wasm': async () => (await import('./contenders/tfjs.ts')).tfjsWasm,
  'tfjs-cpu': async () => (await import('./contenders/tfjs.ts')).tfjsCpu,
  'jax-js': async () => (await import('./contenders/jax.ts')).jax,
}

const [name, folder, threads, budget] = process.argv.slice(2) as [string, string, string, string]
const started = performance.now()
const { inputs: infos, ...work } = JSON.parse(readFileSync(join(folder, 'work.json'), 'utf8')) as Omit<
  Work,
  'inputs' | 'weights'
> & { readonly inputs: readonly TensorInfo[] }
const inputs = arrays('inputs.bin', infos)
// Ours and onnxruntime read their own files.
const raw = name === 'holdfast' || name.startsWith('ort-')
const stored = raw ? [] : arrays('weights.bin', work.recipe.weights)
const weights = new Map(
  stored.map((data, i) => [work.recipe.weights[i]!.name, data as Float32Array<ArrayBuffer>]),
)
const contender = await CONTENDERS[name]!()
const run = await contender({ ...work, folder, inputs, weights, threads: Number(threads) })
const results = copies(await run(inputs))
const loadMs = performance.now() - started
for (let i = 0; i < (work.train === null ? 2 : 4); i++) {
  const again = copies(await run(inputs))
  if (work.train !== null) results.push(...again)
}
writeFileSync(join(folder, `${name}.out`), Buffer.concat(results))
const times: number[] = []
const end = performance.now() + Number(budget)
while (performance.now() < end || times.length < 3) {
  const start = performance.now()
  await run(inputs)
  times.push(performance.now() - start)
}
const ms = times.sort((a, b) => a - b)[times.length >> 1]
console.log(JSON.stringify({ ms, peakMb: peakBytes() / 2 ** 20, loadMs }))
process.exit(0)

function copies(data: readonly Data[]): Uint8Array[] {
  return data.map(d => new Uint8Array(d.buffer, d.byteOffset, d.byteLength).slice())
}

function arrays(file: string, tensors: readonly TensorInfo[]): Data[] {
  const { buffer, byteOffset } = readFileSync(join(folder, file))
  let at = byteOffset
  return tensors.map(({ shape, dtype }) => {
    const length = shape.reduce((a, b) => a * b, 1)
    const bytes = length * (dtype === 'int64' ? 8 : 4)
    const part = (buffer as ArrayBuffer).slice(at, at + bytes)
    at += bytes
    return dtype === 'int64' ? new BigInt64Array(part) : new Float32Array(part)
  })
}
