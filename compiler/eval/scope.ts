/** Where names are looked up: locals of a body, members of its module, params and lets, the file's functions, torch. */
import type { ModuleInstance } from '../ir/module.ts'
import type { Block, Node } from '../parse/python/ast.ts'
import { assignedNames } from '../parse/python/visit.ts'
import type { SpecFile } from '../spec/spec.ts'
import type { Value } from './value.ts'

/** Params, lets and loop variables of entries; a child scope sees its parent's names. */
export class Scope {
  readonly parent: Scope | null
  readonly file: SpecFile
  readonly #values = new Map<string, Value>()

  constructor(file: SpecFile, parent: Scope | null = null) {
    this.file = file
    this.parent = parent
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value)
  }

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.parent?.get(name)
  }

  /** Names with values, the nearest first. */
  names(): string[] {
    return [...this.#values.keys(), ...(this.parent?.names() ?? [])]
  }
}

/** One running body: a forward, a function, a block that computes a buffer, or a single expression. */
export interface Frame {
  /** The module whose members are in scope; null in pure functions and in arguments of entries. */
  readonly owner: ModuleInstance | null
  readonly scope: Scope
  readonly locals: Map<string, Value>
  /** Names that the body assigns: Python makes them local throughout. */
  readonly localNames: ReadonlySet<string>
  readonly body: Block | null
  readonly caller: Frame | null
  /** The call in the caller's body. */
  readonly site: Node | null
  /** Name for messages and the recursion check. */
  readonly name: string
}

const NOTHING: ReadonlySet<string> = new Set()
const assigned = new WeakMap<Block, ReadonlySet<string>>()

function localsOf(body: Block): ReadonlySet<string> {
  let names = assigned.get(body)
  if (names === undefined) {
    names = assignedNames(body)
    assigned.set(body, names)
  }
  return names
}

/** A frame for an expression that stands alone: an argument of an entry, a param's default. */
export const expressionFrame = (scope: Scope): Frame => ({
  owner: null,
  scope,
  locals: new Map(),
  localNames: NOTHING,
  body: null,
  caller: null,
  site: null,
  name: 'expression',
})

export function bodyFrame(
  name: string,
  body: Block,
  scope: Scope,
  owner: ModuleInstance | null,
  locals: Map<string, Value>,
  caller: Frame | null = null,
  site: Node | null = null,
): Frame {
  return { owner, scope, locals, localNames: localsOf(body), body, caller, site, name }
}
