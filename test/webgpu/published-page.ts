/** The page that runs published checkpoints: each fetched from the server by the page, its class generated, its answers compared. */
import { httpSource, open, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { type Module, nn, stateDictFromStored, Tensor, useWebGPU } from '../../runtime/index.ts'
import { outputDifferences } from './output-differences.ts'

/** A case, with addresses on the page's server. */
export interface PublishedRequest {
  /** File of the generated class, below `generated/zoo/`. */
  readonly spec: string
  readonly className: string
  readonly weights: string
  readonly io: string
  readonly inputs: readonly string[]
  readonly outputs: readonly { readonly name: string; readonly atol: number; readonly rtol: number }[]
}

type Runnable = Module & { forward(...inputs: Tensor[]): unknown }

/** Bundled all, for the page knows only at run time which it needs. */
const classOf = async ({ spec, className }: PublishedRequest): Promise<new () => Runnable> =>
  ((await import(`../../generated/zoo/${spec}.ts`)) as Readonly<Record<string, new () => Runnable>>)[
    className
  ]!

/** The tensors in what a forward gives: one, or lists and objects of them. */
const tensorsOf = (outputs: unknown): Tensor[] => {
  if (outputs instanceof Tensor) return [outputs]
  return typeof outputs === 'object' && outputs !== null ? Object.values(outputs).flatMap(tensorsOf) : []
}

/** What differs from PyTorch's answers on WebGPU, as text. */
async function runPublished(request: PublishedRequest): Promise<readonly string[]> {
  const Class = await classOf(request)
  const module = await nn.skipInit(() => new Class()).to('webgpu')
  const checkpoint = await open(await httpSource(request.weights), { full: true })
  const own = new Set(module.stateDict().keys())
  const fitting = stateDictsOf(checkpoint).find(c => [...c.tensors.keys()].every(key => own.has(key)))!
  module.loadStateDict(await stateDictFromStored(fitting.tensors, { device: 'webgpu' }))
  const io = stateDictsOf(await open(await httpSource(request.io)))[0]!.tensors
  const inputs = await stateDictFromStored(
    [...io].filter(([name]) => name.startsWith('in.')),
    { device: 'webgpu' },
  )
  const expected = await stateDictFromStored([...io].filter(([name]) => !name.startsWith('in.')))
  const outputs = tensorsOf(module.eval().forward(...request.inputs.map(name => inputs.get(`in.${name}`))))
  const wrong: string[] = []
  for (const [i, { name, atol, rtol }] of request.outputs.entries())
    wrong.push(...(await outputDifferences(name, outputs[i], expected.get(name), { atol, rtol })))
  return wrong
}

/** Opens the device; cases are run by the page's `runPublished` from then on. */
export async function run(): Promise<{ adapter: string }> {
  const { adapter } = await useWebGPU()
  Object.assign(globalThis, { runPublished })
  return { adapter }
}
