/** Computes nodes: plans what is missing below them, unless the same was planned before, and runs it. */
import { type Device, DeviceError, type Executable, type Memory } from '../devices/device.ts'
import type { OpError } from '../ops/error.ts'
import { checkError } from './checks.ts'
import { takeDeferred } from './deferred.ts'
import type { Node } from './node.ts'
import { type Plan, planGraph } from './plan.ts'
import { graphOf, type Trace, trace } from './trace.ts'
import { assertSound, ran, type Words } from './unproven.ts'

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
 * @throws OpError for indices out of range (where reading takes a wait, it is the read that throws), DeviceError where memory ends
 */
export async function realise(nodes: readonly Node[]): Promise<void> {
  for (const [device, all] of byDevice(withDeferred(nodes))) {
    assertSound(device)
    // Others may realise the same nodes while a program compiles: look again after each wait.
    for (let roots = missing(all); roots.length > 0; roots = missing(all)) {
      const traced = trace(roots)
      const ready = lookUp(device, traced.signature)
      if (ready !== undefined) {
        compute(device, ready, traced, roots)
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
    compute(device, ready, traced, roots)
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

/** Throws what a node failed with. */
function missing(nodes: readonly Node[]): Node[] {
  const found = [...new Set(nodes.filter(n => !n.isThere && !n.released))]
  for (const { failure } of found) if (failure !== null) throw failure
  return found
}

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

/** Runs a plan, and gives the roots their memory or throws what its checks found. */
function compute(device: Device, ready: Ready, traced: Trace, roots: readonly Node[]): void {
  const outputs = run(device, ready, traced)
  const checked = outputs.slice(roots.length)
  if (device.readSync !== undefined) {
    const words = checked.map(memory => checkWord(device.readSync!(memory)))
    const error = errorOf(ready, words, device)?.(false)
    for (const memory of error === undefined ? checked : outputs) device.free(memory)
    if (error !== undefined) throw error
  }
  for (const [i, root] of roots.entries()) {
    // One root may have been the last to need another.
    if (root.released) device.free(outputs[i]!)
    else root.fulfil(outputs[i]!)
  }
  if (device.readSync !== undefined) return
  ran(device, checked.length === 0 ? null : wordsOf(device, ready, checked), traced.leaves, roots)
}

/** The words of one run, which end when they are judged. */
const wordsOf = (device: Device, ready: Ready, memories: readonly Memory[]): Words => ({
  memories: () => memories,
  judge: found => {
    for (const memory of memories) device.free(memory)
    return found === null ? null : (errorOf(ready, found.map(checkWord), device) ?? null)
  },
})

function errorOf(
  { checks }: Ready,
  words: readonly bigint[],
  device: Device,
): ((earlier: boolean) => OpError) | undefined {
  const at = words.findIndex((word, i) => checkError(checks[i]!, word, device.name) !== null)
  return at < 0 ? undefined : earlier => checkError(checks[at]!, words[at]!, device.name, earlier)!
}

const checkWord = (bytes: Uint8Array<ArrayBuffer>): bigint =>
  new BigInt64Array(bytes.buffer, bytes.byteOffset, 1)[0]!
