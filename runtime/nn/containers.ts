/** Containers of modules: https://pytorch.org/docs/2.13/nn.html#containers */
import { OpError } from '../ops/error.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { Module } from './module.ts'
import { block, indented } from './module-text.ts'

/** What has no forward of its own says so in one way. */
function noForward(container: Module): never {
  throw new OpError('op/unsupported', `a ${container.typeName} has no forward of its own`, {
    hint: 'call its members',
  })
}

/** A place counted from the end where negative. Throws OpError outside. */
function place(container: Module, index: number, length: number): number {
  const at = index < 0 ? length + index : index
  if (Number.isInteger(at) && at >= 0 && at < length) return at
  throw new OpError(
    'argument/value',
    `${container.typeName}: index ${index} is out of range, it has ${length}`,
  )
}

/** Modules one after another: the output of each is the input of the next. */
export class Sequential<M extends Module = Module> extends Module implements Iterable<M> {
  /** Modules in order, keyed `0`, `1`, ..; or a Map, which names them. */
  constructor(...modules: readonly M[] | readonly [ReadonlyMap<string, M>]) {
    super()
    const [first] = modules
    const entries =
      first instanceof Map ? first.entries() : (modules as readonly M[]).map((m, i) => [`${i}`, m] as const)
    for (const [name, module] of entries as Iterable<readonly [string, M]>) this.registerModule(name, module)
  }

  override get typeName(): string {
    return 'Sequential'
  }

  get length(): number {
    return this.ownChildren.size
  }

  /** The module at a place; negative ones count from the end. Throws OpError. */
  at(index: number): M {
    return [...this][place(this, index, this.length)]!
  }

  /** A Sequential of some of the modules, which it shares, under their keys. */
  slice(start?: number, end?: number): Sequential<M> {
    const entries = [...this.ownChildren].slice(start, end) as [string, M][]
    return new Sequential<M>(new Map(entries))
  }

  append(module: M): this {
    this.registerModule(`${this.length}`, module)
    return this
  }

  [Symbol.iterator](): Iterator<M> {
    return (this.ownChildren as ReadonlyMap<string, M>).values()
  }

  forward(input: Tensor): Tensor {
    let value: unknown = input
    for (const module of this.ownChildren.values())
      value = (module as Module & { forward(x: unknown): unknown }).forward(value)
    return value as Tensor
  }
}

/** Modules by number; its parent says how they are called. */
export class ModuleList<M extends Module = Module> extends Module implements Iterable<M> {
  constructor(modules: Iterable<M> = []) {
    super()
    for (const module of modules) this.append(module)
  }

  override get typeName(): string {
    return 'ModuleList'
  }

  get length(): number {
    return this.ownChildren.size
  }

  /** The module at a place; negative ones count from the end. Throws OpError. */
  at(index: number): M {
    return [...this][place(this, index, this.length)]!
  }

  append(module: M): this {
    this.registerModule(`${this.length}`, module)
    return this
  }

  [Symbol.iterator](): Iterator<M> {
    return (this.ownChildren as ReadonlyMap<string, M>).values()
  }

  forward(): never {
    return noForward(this)
  }

  /** Equal neighbours are printed once, as `(0-2): 3 x Linear(...)`. */
  override toString(): string {
    const runs: { first: number; last: number; text: string }[] = []
    for (const [i, module] of [...this].entries()) {
      const text = module.toString()
      const run = runs.at(-1)
      if (run?.text === text) run.last = i
      else runs.push({ first: i, last: i, text })
    }
    const lines = runs.map(({ first, last, text }) =>
      indented(first === last ? `(${first}): ${text}` : `(${first}-${last}): ${last - first + 1} x ${text}`),
    )
    return block(this.typeName, lines)
  }
}

/** Modules by name; its parent says how they are called. */
export class ModuleDict<M extends Module = Module> extends Module {
  constructor(modules: Iterable<readonly [string, M]> | Readonly<Record<string, M>> = []) {
    super()
    const entries =
      Symbol.iterator in modules ? (modules as Iterable<readonly [string, M]>) : Object.entries(modules)
    for (const [name, module] of entries) this.registerModule(name, module)
  }

  override get typeName(): string {
    return 'ModuleDict'
  }

  get size(): number {
    return this.ownChildren.size
  }

  /** The module of a name. Throws OpError. */
  get(name: string): M {
    const module = this.ownChildren.get(name)
    if (module === undefined) {
      throw new OpError('argument/value', `ModuleDict: there is no '${name}'`, {
        hint: `it has ${[...this.ownChildren.keys()].join(', ')}`,
      })
    }
    return module as M
  }

  has(name: string): boolean {
    return this.ownChildren.has(name)
  }

  entries(): IterableIterator<[string, M]> {
    return (this.ownChildren as ReadonlyMap<string, M>).entries()
  }

  forward(): never {
    return noForward(this)
  }
}
