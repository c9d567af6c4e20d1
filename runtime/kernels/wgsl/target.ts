/** What a WebGPU device offers, as far as shaders depend on it. */
import type { Limits } from '../ir.ts'

export interface WgslTarget extends Limits {
  /** Workgroups along one dimension of a launch. */
  readonly groupsAlong: number
  /** Invocations can combine values by subgroups. */
  readonly subgroups: boolean
  /** Memory may hold elements of float16. */
  readonly halves: boolean
}

/** How many workgroups to launch along x and y, so that there are at least so many. */
export function gridOf(workgroups: number, { groupsAlong }: WgslTarget): readonly [number, number] {
  const rows = Math.ceil(workgroups / groupsAlong)
  return [Math.ceil(workgroups / Math.max(1, rows)), rows]
}
