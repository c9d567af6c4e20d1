/** Scopes: what is made inside and not kept is disposed of at the end, without waiting for the collector. */

/** What a scope can end. */
interface Ending {
  dispose(): void
}

class Scope {
  readonly #owned = new Set<Ending>()

  add(value: Ending): void {
    this.#owned.add(value)
  }

  keep(value: Ending): boolean {
    return this.#owned.delete(value)
  }

  end(): void {
    for (const value of this.#owned) value.dispose()
  }
}

const scopes: Scope[] = []

/** The innermost scope, if any. */
export function currentScope(): Scope | null {
  return scopes.at(-1) ?? null
}

/**
 * Runs `fn` and disposes of every tensor that it made, except those in its result: a tensor, or lists and plain objects that
 * hold tensors. These belong to the enclosing scope, if there is one. `fn` is synchronous: what is made after an `await`
 * would belong to whatever scope is open then.
 */
export function tidy<T>(fn: () => T): T {
  const scope = new Scope()
  scopes.push(scope)
  let result: T
  try {
    result = fn()
    hand(result, scope, scopes.at(-2) ?? null)
  } finally {
    scopes.splice(scopes.indexOf(scope), 1)
    scope.end()
  }
  return result
}

/** Moves the tensors within a result from a scope to the enclosing one. */
function hand(value: unknown, from: Scope, to: Scope | null): void {
  if (typeof value !== 'object' || value === null) return
  if ('dispose' in value && typeof value.dispose === 'function') {
    if (from.keep(value as Ending)) to?.add(value as Ending)
    return
  }
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  if (plain) for (const inner of Object.values(value)) hand(inner, from, to)
}

/** Takes a tensor out of all scopes: it then lives until it is disposed of, or collected. Returns it. */
export function keep<T extends Ending>(value: T): T {
  for (const scope of scopes) scope.keep(value)
  return value
}
