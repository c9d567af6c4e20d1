/** Which places of the checkpoint readers have run, from V8's own block coverage. */
import { type Profiler, Session } from 'node:inspector'

export class Coverage {
  readonly #session = new Session()
  readonly #seen = new Set<string>()

  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
  }

  get size(): number {
    return this.#seen.size
  }

  /** True when code ran since the last call that never ran before. */
  grew(): boolean {
    const before = this.#seen.size
    this.#session.post('Profiler.takePreciseCoverage', (_, taken) => {
      for (const script of taken?.result ?? []) {
        if (script.url.includes('/runtime/checkpoint/')) this.#add(script)
      }
    })
    return this.#seen.size > before
  }

  /** V8 lists what did not run inside of what did: code that is new makes another list. */
  #add({ scriptId, functions }: Profiler.ScriptCoverage): void {
    for (const { ranges } of functions) {
      const lists = ranges.map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}:${count}`)
      if (ranges[0]?.count) this.#seen.add(`${scriptId} ${lists}`)
    }
  }
}
