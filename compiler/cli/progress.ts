/** Progress of long work on one line of the terminal. */
import type { Terminal } from './terminal.ts'

/** Work that ends sooner shows nothing. */
const DELAY_MS = 400
const INTERVAL_MS = 80

/**
 * The items of `work`, in turn, with a bar while it takes long and stderr is a terminal. `size` says how much of the work an
 * item is; an item is done when the next one is asked for.
 */
export function* withProgress<T>(
  label: string,
  work: readonly T[],
  size: (item: T) => number,
  terminal: Terminal,
): Generator<T> {
  const { columns } = terminal
  const total = work.reduce((sum, item) => sum + size(item), 0)
  const start = performance.now()
  let shown = 0
  let done = 0
  try {
    for (const item of work) {
      const now = performance.now()
      if (columns !== null && now - start > DELAY_MS && now - shown > INTERVAL_MS) {
        shown = now
        terminal.stderr(`\r${bar(label, total === 0 ? 1 : done / total, columns)}`)
      }
      yield item
      done += size(item)
    }
  } finally {
    if (shown > 0) terminal.stderr(`\r${' '.repeat(columns! - 1)}\r`)
  }
}

/** `label [####....]  40 %`, less than a line wide. */
function bar(label: string, part: number, columns: number): string {
  const text = `${Math.floor(part * 100)} %`.padStart(5)
  const width = Math.max(0, Math.min(30, columns - label.length - 10))
  const full = Math.round(part * width)
  return `${label} [${'#'.repeat(full)}${'.'.repeat(width - full)}] ${text}`.slice(0, columns - 1)
}
