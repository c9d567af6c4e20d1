/**
 * Nodes to be computed along with whatever is computed next on their device: new running statistics, which nobody reads for
 * long. Until they are computed they hold on to the activations that they were made of.
 */
import type { Device } from '../devices/device.ts'
import type { Node } from './node.ts'

const waiting = new Set<Node>()

/** Has a node computed together with the next ones on its device. */
export function defer(node: Node): void {
  if (!node.isThere) waiting.add(node)
}

/** What waits for these devices, which waits no longer. */
export function takeDeferred(devices: ReadonlySet<Device>): readonly Node[] {
  const taken = [...waiting].filter(node => devices.has(node.device) || node.released)
  for (const node of taken) waiting.delete(node)
  return taken.filter(node => !node.released)
}
