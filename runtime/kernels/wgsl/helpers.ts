/**
 * Functions in WGSL for what the language lacks or defines too loosely. A kernel's text holds those that it calls, after those
 * that they call.
 */

/** A function, or a module-scope declaration, and the names of others that its text uses. */
export interface Helper {
  readonly needs: readonly string[]
  readonly code: string
}

/** Helpers by name. The dependencies are found in the text, so that they cannot be forgotten. */
export function helperTable(texts: Readonly<Record<string, string>>): Readonly<Record<string, Helper>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, code]) => {
      const words = new Set(code.match(/[a-z0-9_]+/gi))
      return [name, { code: code.trim(), needs: [...words].filter(w => w !== name && REFERENCE.test(w)) }]
    }),
  )
}

/** Names of helpers begin with what they are about. */
const REFERENCE = /^(i32|i64|u64|f32|half|const)_/

/** The helpers that a kernel uses, in an order in which each follows what it calls. */
export class HelperSet {
  readonly #table: Readonly<Record<string, Helper>>
  readonly #used = new Set<string>()

  constructor(table: Readonly<Record<string, Helper>>) {
    this.#table = table
  }

  /** The name, for a call. */
  use(name: string): string {
    if (!this.#used.has(name)) {
      const helper = this.#table[name]
      if (helper === undefined) throw new TypeError(`there is no WGSL helper ${name}`)
      for (const other of helper.needs) this.use(other)
      this.#used.add(name)
    }
    return name
  }

  has(name: string): boolean {
    return this.#used.has(name)
  }

  get text(): string {
    return [...this.#used].map(name => this.#table[name]!.code).join('\n')
  }
}
