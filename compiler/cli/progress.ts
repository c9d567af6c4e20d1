/** Progress of long work on one line of the terminal. */
import type { Terminal } from './terminal.ts'

/** Work that ends sooner shows nothing. */
const DELAY_MS = 400
const INTERVAL_MS = 80

/** A bar while work takes long and stderr is a terminal. */
export class ProgressBar {
  readonly #label: string
  readonly #terminal: Terminal
  readonly #start = performance.now()
  #shown = 0

  constructor(label: string, terminal: Terminal) {
    this.#label = label
    this.#terminal = terminal
  }

  /** Says how much is done, in whatever unit `total` has. */
  at(done: number, total: number): void {
    const { columns } = this.#terminal
    const now = performance.now()
    if (columns === null || now - this.#start <= DELAY_MS || now - this.#shown <= INTERVAL_MS) return
    this.#shown = now
    this.#terminal.stderr(`\r${bar(this.#label, total === 0 ? 1 : done / total, columns)}`)
  }

  /** Clears the line. */
  end(): void {
    if (this.#shown > 0) this.#terminal.stderr(`\r${' '.repeat(this.#terminal.columns! - 1)}\r`)
    this.#shown = 0
  }
}

/** `label [####....]  40 %`, less than a line wide. */
function bar(label: string, part: number, columns: number): string {
  const text = `${Math.floor(part * 100)} %`.padStart(5)
  const width = Math.max(0, Math.min(30, columns - label.length - 10))
  const full = Math.round(part * width)
  return `${label} [${'#'.repeat(full)}${'.'.repeat(width - full)}] ${text}`.slice(0, columns - 1)
}
