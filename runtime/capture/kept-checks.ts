/**
 * What the checks of a program found, kept on the device from run to run where reading takes a wait. A run that finds something,
 * and those after it, leave the cells that they rewrite as they were, until somebody has read it.
 */
import type { Device, Memory } from '../devices/device.ts'
import { type Check, checkError, NONE, withKeptChecks } from '../graph/checks.ts'
import type { Words } from '../graph/unproven.ts'
import type { OpError } from '../ops/error.ts'
import type { Holdings } from './holdings.ts'
import type { Traced } from './trace-function.ts'

const WORD_BYTES = 8

/** What was traced, with an input and an output for each check's word, after all others. */
export function keepingChecks(traced: Traced): { traced: Traced; checks: readonly Check[] } {
  const { use } = traced
  const { graph, checks } = withKeptChecks(traced.graph, use.rewrites)
  const words = checks.map((_, i) => ({
    input: traced.graph.inputs.length + i,
    output: traced.graph.outputs.length + i,
  }))
  const changing = new Set([...use.changing, ...words.map(w => w.input)])
  return { traced: { ...traced, graph, use: { ...use, changing } }, checks }
}

export class KeptWords implements Words {
  readonly #device: Device
  readonly #checks: readonly Check[]
  readonly #holdings: Holdings
  /** What runs read and write in turns. */
  #before: readonly Memory[]
  #after: readonly Memory[]

  /** Memory that holdings hold, and that is read before they end. */
  constructor(device: Device, checks: readonly Check[], holdings: Holdings) {
    this.#device = device
    this.#checks = checks
    this.#holdings = holdings
    this.#before = checks.map(() => holdings.alloc(WORD_BYTES))
    this.#after = checks.map(() => holdings.alloc(WORD_BYTES))
    this.#clear()
  }

  /** What a run reads. */
  get before(): readonly Memory[] {
    return this.#before
  }

  /** What a run writes. */
  get after(): readonly Memory[] {
    return this.#after
  }

  /** A run has started. */
  turn(): void {
    const written = this.#after
    this.#after = this.#before
    this.#before = written
  }

  memories(): readonly Memory[] {
    return this.#before
  }

  judge(found: readonly Uint8Array<ArrayBuffer>[] | null): ((earlier: boolean) => OpError) | null {
    const words = (found ?? []).map(bytes => new BigInt64Array(bytes.buffer, bytes.byteOffset, 1)[0]!)
    const { name } = this.#device
    const at = words.findIndex((word, i) => checkError(this.#checks[i]!, word, name) !== null)
    if (at < 0) return null
    if (!this.#holdings.released) this.#clear()
    return earlier => checkError(this.#checks[at]!, words[at]!, name, earlier)!
  }

  #clear(): void {
    const none = new Uint8Array(BigInt64Array.of(NONE).buffer)
    for (const memory of this.#before) this.#device.write(memory, none)
  }
}
