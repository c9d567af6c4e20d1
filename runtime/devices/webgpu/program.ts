/**
 * A program on WebGPU: its dispatches in one compute pass of one command buffer. Scratch values have buffers of their own,
 * because WebGPU forbids reading and writing one buffer in a dispatch, whatever the ranges; values that are never alive
 * together share them. Bind groups are kept from run to run.
 */
import type { Argument, Program } from '../device.ts'
import { Parameters } from './parameters.ts'
import type { Pipeline } from './pipelines.ts'

/** Which buffer each scratch slot uses, and how large the buffers are. */
export interface ScratchPlan {
  /** By slot; only scratch slots have an entry. */
  readonly bufferOf: ReadonlyMap<number, number>
  readonly bytes: readonly number[]
}

/** Assigns scratch slots to buffers: the smallest free one that fits, else the largest free one grows. */
export function planScratch({ slots, dispatches }: Program): ScratchPlan {
  const last = new Map<number, number>()
  for (const [step, { args }] of dispatches.entries()) for (const { slot } of args) last.set(slot, step)
  const bytes: number[] = []
  const bufferOf = new Map<number, number>()
  const free = new Set<number>()
  const takeFor = (size: number): number => {
    const waiting = [...free]
    const fitting = waiting.filter(b => bytes[b]! >= size).sort((a, b) => bytes[a]! - bytes[b]!)
    const found = fitting[0] ?? waiting.sort((a, b) => bytes[b]! - bytes[a]!)[0] ?? bytes.push(0) - 1
    free.delete(found)
    bytes[found] = Math.max(bytes[found]!, size)
    return found
  }
  for (const [step, { args }] of dispatches.entries()) {
    for (const { slot: at } of args) {
      const slot = slots[at]!
      if (slot.kind === 'scratch' && !bufferOf.has(at)) bufferOf.set(at, takeFor(slot.bytes))
    }
    for (const { slot: at } of args)
      if (bufferOf.has(at) && last.get(at) === step) free.add(bufferOf.get(at)!)
  }
  return { bufferOf, bytes }
}

/** One launch with its shader ready. */
interface Step {
  /** The dispatch that it is of. */
  readonly dispatch: number
  readonly ready: Pipeline
  /** Of each binding. */
  readonly args: readonly Argument[]
  /** Bind groups of the last runs, by their buffers. */
  readonly groups: Map<string, GPUBindGroup>
}

/** Sets of memory that a program is run with in turn: two of cells that are written by turns, for each of several batches. */
const MOST_GROUPS = 16

export class RunnableProgram {
  readonly #device: GPUDevice
  readonly #steps: readonly Step[]
  readonly #parameters: Parameters
  readonly #identify: (buffer: GPUBuffer) => number

  /** @param identify a number that tells buffers apart */
  constructor(
    device: GPUDevice,
    program: Program,
    pipelines: readonly (readonly Pipeline[])[],
    identify: (buffer: GPUBuffer) => number,
  ) {
    this.#device = device
    this.#identify = identify
    this.#parameters = new Parameters(device, pipelines.flat())
    this.#steps = program.dispatches.flatMap(({ kernel, args }, dispatch) =>
      pipelines[kernel]!.map(ready => ({
        dispatch,
        ready,
        args: ready.bindings.map(b => args[b.buffer]!),
        groups: new Map<string, GPUBindGroup>(),
      })),
    )
  }

  /** Buffers that were made for it. */
  get buffersMade(): number {
    return this.#parameters.made
  }

  /**
   * Encodes and submits all launches but those of dispatches that are skipped. Gives how many there are.
   * @param bufferOf the buffer of each slot
   */
  run(bufferOf: (slot: number) => GPUBuffer, skipped: ReadonlySet<number>): number {
    const steps = skipped.size === 0 ? this.#steps : this.#steps.filter(s => !skipped.has(s.dispatch))
    if (steps.length === 0) return 0
    const encoder = this.#device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    for (const step of steps) {
      pass.setPipeline(step.ready.pipeline)
      pass.setBindGroup(0, this.#group(step, bufferOf))
      pass.dispatchWorkgroups(...step.ready.grid)
    }
    pass.end()
    this.#device.queue.submit([encoder.finish()])
    return steps.length
  }

  #group({ ready, args, groups }: Step, bufferOf: (slot: number) => GPUBuffer): GPUBindGroup {
    const buffers = args.map(a => bufferOf(a.slot))
    const key = buffers.map(this.#identify).join()
    let group = groups.get(key)
    if (group === undefined) {
      const resources: GPUBufferBinding[] = ready.bindings.map(({ offset, bytes }, i) => ({
        buffer: buffers[i]!,
        offset: args[i]!.offset + offset,
        size: bytes,
      }))
      const parameters = this.#parameters.of(ready)
      if (parameters !== null) resources.push(parameters)
      group = this.#device.createBindGroup({
        layout: ready.layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      })
      if (groups.size >= MOST_GROUPS) groups.delete(groups.keys().next().value!)
    } else groups.delete(key)
    groups.set(key, group)
    return group
  }
}
