/** Computes nodes: plans what is missing below them, unless the same was planned before, and runs it. */
import { type Device, DeviceError, type Executable, type Memory, readAll } from '../devices/device.ts'
import { type Check, checkError } from './checks.ts'
import { takeDeferred } from './deferred.ts'
import type { Node } from './node.ts'
import { type Plan, planGraph } from './plan.ts'
import { graphOf, type Trace, trace } from './trace.ts'

interface Ready extends Plan {
  readonly executable: Executable
}

/** Plans of each device by signature, those used last at the end. Constants are part of the signature. */
const plans = new WeakMap<Device, Map<string, Ready>>()
const MOST_PLANS = 512

/** How often plans were made: a second forward pass of the same shapes must not add to it. */
export const planCounter = { made: 0 }

/**
 * Gives each node its memory. Nodes may lie on several devices.
 * @throws OpError for indices out of range, DeviceError where memory ends
 */
export async function realise(nodes: readonly Node[]): Promise<void> {
  for (const [device, all] of byDevice(withDeferred(nodes))) {
    // Others may realise the same nodes while a program compiles: look again after each wait.
    for (let roots = missing(all); roots.length > 0; roots = missing(all)) {
      const traced = trace(roots)
      const ready = lookUp(device, traced.signature)
      if (ready !== undefined) {
        const outputs = run(device, ready, traced)
        const checked = outputs.slice(roots.length)
        const words = checked.length === 0 ? [] : (await readAll(device, checked)).map(checkWord)
        settle(device, ready.checks, words, outputs, roots)
        continue
      }
      const plan = planGraph(graphOf(traced, roots), device)
      keep(device, traced.signature, { ...plan, executable: await device.compile(plan.program) })
    }
  }
}

/** As `realise`, at once. Throws DeviceError (`device/synchronous`) where the device or the platform cannot. */
export function realiseSync(nodes: readonly Node[]): void {
  for (const [device, all] of byDevice(withDeferred(nodes))) {
    if (device.readSync === undefined || device.compileSync === undefined) {
      throw new DeviceError(
        'device/synchronous',
        device.name,
        `${device.name} cannot be read synchronously`,
        'await data() instead',
      )
    }
    const roots = missing(all)
    if (roots.length === 0) continue
    const traced = trace(roots)
    let ready = lookUp(device, traced.signature)
    if (ready === undefined) {
      const plan = planGraph(graphOf(traced, roots), device)
      ready = { ...plan, executable: device.compileSync(plan.program) }
      keep(device, traced.signature, ready)
    }
    const outputs = run(device, ready, traced)
    const words = outputs.slice(roots.length).map(memory => checkWord(device.readSync!(memory)))
    settle(device, ready.checks, words, outputs, roots)
  }
}

/** Where anything is to be computed, what waits for the same devices is too. */
function withDeferred(nodes: readonly Node[]): readonly Node[] {
  const open = missing(nodes)
  return open.length === 0 ? nodes : [...nodes, ...takeDeferred(new Set(open.map(n => n.device)))]
}

function byDevice(nodes: readonly Node[]): Map<Device, Node[]> {
  const found = new Map<Device, Node[]>()
  for (const node of nodes) {
    const list = found.get(node.device)
    if (list === undefined) found.set(node.device, [node])
    else list.push(node)
  }
  return found
}

const missing = (nodes: readonly Node[]): Node[] => [...new Set(nodes.filter(n => !n.isThere && !n.released))]

function lookUp(device: Device, signature: string): Ready | undefined {
  const known = plans.get(device)
  const ready = known?.get(signature)
  if (ready !== undefined) {
    known!.delete(signature)
    known!.set(signature, ready)
  }
  return ready
}

function keep(device: Device, signature: string, ready: Ready): void {
  planCounter.made++
  const known = plans.get(device) ?? new Map<string, Ready>()
  plans.set(device, known)
  if (known.size >= MOST_PLANS) {
    const [oldest, { executable }] = known.entries().next().value!
    known.delete(oldest)
    executable.dispose?.()
  }
  known.set(signature, ready)
}

/** Runs a plan into new memory: its outputs, then its checks. */
function run(device: Device, { program, executable }: Ready, { leaves }: Trace): Memory[] {
  const outputs: Memory[] = []
  try {
    for (const bytes of program.outputs) outputs.push(device.alloc(bytes))
    executable.run(
      leaves.map(n => n.memory!),
      outputs,
    )
  } catch (error) {
    for (const memory of outputs) device.free(memory)
    throw error
  }
  return outputs
}

/** Gives the roots their memory, or throws what the checks found. */
function settle(
  device: Device,
  checks: readonly Check[],
  words: readonly bigint[],
  outputs: readonly Memory[],
  roots: readonly Node[],
): void {
  const error = words.map((word, i) => checkError(checks[i]!, word, device.name)).find(e => e !== null)
  for (const [i, memory] of outputs.entries()) {
    const root = roots[i]
    // While a check was read, somebody else may have computed the root, or ended it.
    if (error === undefined && root !== undefined && root.memory === null && !root.released)
      root.fulfil(memory)
    else device.free(memory)
  }
  if (error !== undefined) throw error
}

const checkWord = (bytes: Uint8Array<ArrayBuffer>): bigint =>
  new BigInt64Array(bytes.buffer, bytes.byteOffset, 1)[0]!
