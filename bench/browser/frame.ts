/**
 * One contender on one piece of work, in a frame of its own: /frame.html?work=NAME&contender=NAME&threads=N&ms=N. The row goes to
 * the page around it, and to `globalThis.row`; outputs go to the server, which says whether they agree with the reference.
 */

import type { Work } from '../contenders/contender.ts'
import type { TensorInfo } from '../recipe.ts'
import { arraysOf, copiesOf } from '../work-arrays.ts'
import { compileTime, countsSince, gpuCounts, shaderCharacters } from './count-gpu.ts'
import { contendersInBrowser } from './in-browser.ts'
import { type BrowserRow, failed } from './row.ts'

const query = new URLSearchParams(location.search)
const [name, contender] = [query.get('work')!, query.get('contender')!]
const threads = Number(query.get('threads') ?? 1)
const entrant = { contender, threads }

/** Runs before the one that is counted. */
const WARM = 2
/** No more runs than these are timed. */
const MOST_TIMES = 200

async function measure(): Promise<BrowserRow> {
  const folder = new URL(`/works/${name}/`, location.href)
  const read = async (file: string): Promise<Uint8Array<ArrayBuffer>> => {
    const answer = await fetch(new URL(file, folder))
    if (!answer.ok) throw new Error(`${file}: ${answer.status} ${await answer.text()}`)
    return new Uint8Array(await answer.arrayBuffer())
  }
  // The server may have to prepare it first, which is no contender's time.
  const { inputs: infos, ...work } = JSON.parse(new TextDecoder().decode(await read('work.json'))) as Omit<
    Work,
    'inputs' | 'weights'
  > & { readonly inputs: readonly TensorInfo[] }
  const inputs = arraysOf(await read('inputs.bin'), infos)
  const started = performance.now()
  // Ours and onnxruntime read their own files.
  const raw = contender.startsWith('holdfast') || contender.startsWith('ort-')
  const stored = raw ? [] : arraysOf(await read('weights.bin'), work.recipe.weights)
  const weights = new Map(
    stored.map((data, i) => [work.recipe.weights[i]!.name, data as Float32Array<ArrayBuffer>]),
  )
  const make = await contendersInBrowser(folder)[contender]!()
  const run = await make({ ...work, read, inputs, weights, threads })
  const results: Uint8Array<ArrayBuffer>[] = []
  const keep = (found: Uint8Array<ArrayBuffer>[]): void => {
    if (work.train === null) results.length = 0
    results.push(...found)
  }
  keep(copiesOf(await run(inputs)))
  const loadMs = performance.now() - started
  for (let i = 1; i < WARM; i++) keep(copiesOf(await run(inputs)))
  const load = gpuCounts()
  const times: number[] = []
  const timed = async () => {
    const start = performance.now()
    const found = await run(inputs)
    times.push(performance.now() - start)
    return found
  }
  keep(copiesOf(await timed()))
  const counted = countsSince(load)
  const error = await compare(results)
  const end = performance.now() + Number(query.get('ms') ?? 500)
  while (performance.now() < end && times.length < MOST_TIMES) await timed()
  const ms = times.sort((a, b) => a - b)[times.length >> 1]!
  const onGpu = load.dispatches > 0
  return {
    work: name,
    ...entrant,
    ms,
    loadMs,
    load: onGpu ? load : null,
    run: onGpu ? counted : null,
    wgsl: shaderCharacters(),
    compileMs: await compileTime(),
    error,
  }
}

/** What is wrong with the outputs; null where they agree with the reference. */
async function compare(results: readonly Uint8Array<ArrayBuffer>[]): Promise<string | null> {
  const body = new Blob([...results])
  const answer = await fetch(`/outputs/${name}/${contender}`, { method: 'POST', body })
  return (await answer.json()) as string | null
}

// A library may fail outside of what is awaited here.
const escaped = new Promise<never>((_, reject) => {
  addEventListener('unhandledrejection', ({ reason }) => reject(reason))
})
const row = Promise.race([measure(), escaped]).catch(error => failed(name, entrant, error))
Object.assign(globalThis, { row })
row.then(found => parent.postMessage(found, location.origin))
