/**
 * One contender on one piece of work, in a process of its own: node contend.js CONTENDER FOLDER THREADS MS. Prints
 * `{"ms", "peakMb", "loadMs"}`: the median time of a run within the given budget, and what it takes from nothing to the first result.
 * Results go to CONTENDER.out in the folder: of training the loss of the first five steps.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Work } from './contenders/contender.ts'
import { contendersInNode } from './contenders/in-node.ts'
import { peakBytes } from './peak-memory.ts'
import type { TensorInfo } from './recipe.ts'
import { arraysOf, copiesOf } from './work-arrays.ts'

const [name, folder, threads, budget] = process.argv.slice(2) as [string, string, string, string]
const started = performance.now()
const read = (file: string): Uint8Array<ArrayBuffer> => readFileSync(join(folder, file))
const { inputs: infos, ...work } = JSON.parse(readFileSync(join(folder, 'work.json'), 'utf8')) as Omit<
  Work,
  'inputs' | 'weights'
> & { readonly inputs: readonly TensorInfo[] }
const inputs = arraysOf(read('inputs.bin'), infos)
// Ours and onnxruntime read their own files.
const raw = name === 'holdfast' || name.startsWith('ort-')
const stored = raw ? [] : arraysOf(read('weights.bin'), work.recipe.weights)
const weights = new Map(
  stored.map((data, i) => [work.recipe.weights[i]!.name, data as Float32Array<ArrayBuffer>]),
)
const contender = await contendersInNode(folder)[name]!()
const run = await contender({
  ...work,
  read: async file => read(file),
  inputs,
  weights,
  threads: Number(threads),
})
const results = copiesOf(await run(inputs))
const loadMs = performance.now() - started
for (let i = 0; i < (work.train === null ? 2 : 4); i++) {
  const again = copiesOf(await run(inputs))
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
