/** The most memory that this process held at once. */
import { readFileSync } from 'node:fs'

/** In bytes. On Linux what the system's own call says begins with what the parent process had, so it is read elsewhere. */
export function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
}
