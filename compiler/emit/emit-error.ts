/** A spec that is in order, but that a target has no words for. */
import type { Place } from '../diagnostics/diagnostic.ts'
import type { Definition, ModuleEntry, SpecFile } from '../spec/spec.ts'

export class EmitError extends Error {
  override readonly name: string = 'EmitError'
  readonly code: string
  readonly hint: string
  /** The part of the spec that the target cannot say; null where it is no single part. */
  readonly place: Place | null

  constructor(code: string, message: string, hint: string, place: Place | null = null) {
    super(message)
    this.code = code
    this.hint = hint
    this.place = place
  }
}

/**
 * A definition sees its file's params, which classes hand on by name: where the definition that holds it has another value of
 * that name, it could not be handed on.
 */
export function checkCapture(
  code: string,
  file: SpecFile,
  enclosing: Definition,
  name: string,
  target: string,
  entry: ModuleEntry,
): void {
  if (enclosing === file.root || ![...enclosing.params, ...enclosing.lets].some(d => d.name.name === name))
    return
  throw new EmitError(
    code,
    `${target} uses the model's '${name}', and ${enclosing.name.name}, which holds it, has a '${name}' of its own`,
    `give it as a param of ${target}, or rename one of the two`,
    entry.place,
  )
}
