/**
 * torch.nn.Module: https://pytorch.org/docs/2.13/generated/torch.nn.Module.html
 * Parameters, buffers and children are registered, and every listing has PyTorch's order: the order of registration, a
 * module's own tensors before its children's.
 */
import type { Device } from '../devices/device.ts'
import type { DeviceName } from '../devices/registry.ts'
import type { KeyContract } from '../keys/contract.ts'
import type { ModelSource, SpecSource } from '../keys/stamp.ts'
import { type DType, isDType, isFloat } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import { decided } from '../tensor/recording.ts'
import { keep } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import { type LoadResult, loadStateDict, type StateSource } from './load-state-dict.ts'
import { keysText } from './module-generation.ts'
import { moduleText } from './module-text.ts'
import { paramTexts } from './param-texts.ts'
import { StateDict } from './state-dict.ts'

interface Buffer {
  readonly cell: Cell
  readonly persistent: boolean
}

/** What a module was made from, and what it was then. */
interface Origin {
  readonly source: () => Promise<SpecSource | ModelSource>
  readonly params: Readonly<Record<string, unknown>>
  readonly keys: string
}

/** What `to` takes. */
export interface Placement {
  readonly dtype?: DType
  readonly device?: DeviceName | Device
}

export abstract class Module<State extends Record<string, Tensor> = Record<string, Tensor>> {
  /** Whether forward behaves as in training: dropout is active, batch norms use the batch's statistics. */
  get training(): boolean {
    return decided(() => this.#training)
  }

  set training(mode: boolean) {
    this.#training = mode
  }

  #training = true
  readonly #parameters = new Map<string, Cell>()
  readonly #buffers = new Map<string, Buffer>()
  readonly #children = new Map<string, Module>()
  #origin: Origin | null = null

  /** Computes the outputs. */
  abstract forward(...inputs: never[]): unknown

  /** The class's name in messages and print. Minified code keeps it only where a subclass says it. */
  get typeName(): string {
    return this.constructor.name
  }

  /** The version of the class that `state_dict` records; PyTorch's classes have 1, its batch norms 2. */
  get stateVersion(): number {
    return 1
  }

  /** The contracts of the keys, one for each preset of the spec; none for modules without a spec. */
  get keyContracts(): readonly KeyContract[] {
    return []
  }

  /**
   * The spec that the module was made from, which files that are saved carry. null where it is not known, and where the module
   * has other keys or shapes by now: a part was replaced, or a class that extends this one added to it.
   */
  async modelSource(): Promise<ModelSource | null> {
    if (this.#origin === null || this.#origin.keys !== keysText(this)) return null
    const { source, params } = this.#origin
    const made = await source()
    if ('params' in made) return made
    const texts = paramTexts(params)
    return texts === null ? null : { ...made, params: texts }
  }

  /** Says which spec makes this module, with which options. Constructors call it when everything is registered. */
  protected madeFrom(
    source: () => Promise<SpecSource | ModelSource>,
    params: Readonly<Record<string, unknown>> = {},
  ): void {
    this.#origin = { source, params, keys: keysText(this) }
  }

  /** What print shows between the parentheses. */
  extraRepr(): string {
    return ''
  }

  /** Registers a parameter under its key segment and returns it; null, for one that is absent, is passed through. */
  registerParameter<C extends Cell | null>(name: string, cell: C): C {
    this.#claim(name)
    if (cell !== null) this.#parameters.set(name, cell)
    return cell
  }

  /** Registers a buffer: state that is not trained. Without `persistent` it is no part of the state_dict. */
  registerBuffer<C extends Cell | null>(name: string, cell: C, options: { persistent?: boolean } = {}): C {
    this.#claim(name)
    if (cell !== null) this.#buffers.set(name, { cell, persistent: options.persistent ?? true })
    return cell
  }

  /** Registers a child and returns it. Its key segment is the field's name, unless `key` pins another. */
  registerModule<M extends Module | null>(field: string, module: M, options: { key?: string } = {}): M {
    const key = options.key ?? field
    this.#claim(key)
    if (module !== null) this.#children.set(key, module)
    return module
  }

  /**
   * Makes a parameter or buffer of this module one with another module's: tied weights, which stand under both keys. Fields
   * that held the old cell hold the new one. A child is replaced by the other module whole, as `a.child = b.child` in PyTorch.
   * @throws OpError where there is none of that name, or shapes or dtypes differ
   */
  shareTensor(name: string, cell: Cell | Module | null): void {
    if (cell instanceof Module) {
      this.#shareModule(name, cell)
      return
    }
    if (cell === null)
      throw new OpError('argument/value', `${this.typeName}: what '${name}' is tied to is absent`)
    const parameter = this.#parameters.get(name)
    const buffer = this.#buffers.get(name)
    const own = parameter ?? buffer?.cell
    const describe = (x: Tensor): string => `${x.dtype}[${x.shape.join(', ')}]`
    if (own === undefined || describe(own.held) !== describe(cell.held)) {
      const problem =
        own === undefined ? 'does not exist' : `is ${describe(own.value)}, not ${describe(cell.value)}`
      throw new OpError('argument/value', `${this.typeName}: the tensor '${name}' ${problem}`)
    }
    if (parameter !== undefined) this.#parameters.set(name, cell)
    else this.#buffers.set(name, { cell, persistent: buffer!.persistent })
    for (const [field, value] of Object.entries(this)) if (value === own) Reflect.set(this, field, cell)
  }

  #shareModule(name: string, module: Module): void {
    const own = this.#children.get(name)
    const shapes = (m: Module): string =>
      [...m.stateDict()].map(([key, x]) => `${key} ${x.dtype}[${x.shape.join(', ')}]`).join('; ')
    if (own === undefined || shapes(own) !== shapes(module)) {
      const problem = own === undefined ? 'does not exist' : `has ${shapes(own)}, not ${shapes(module)}`
      throw new OpError('argument/value', `${this.typeName}: the module '${name}' ${problem}`)
    }
    this.#children.set(name, module)
    for (const [field, value] of Object.entries(this)) if (value === own) Reflect.set(this, field, module)
  }

  #claim(name: string): void {
    const problem =
      name === ''
        ? 'is empty'
        : name.includes('.')
          ? 'has a dot'
          : this.#parameters.has(name) || this.#buffers.has(name) || this.#children.has(name)
            ? 'is taken'
            : null
    if (problem !== null) {
      throw new OpError('argument/value', `${this.typeName}: the name '${name}' ${problem}`, {
        hint: 'names of parameters, buffers and children are segments of keys, one of each',
      })
    }
  }

  /** The module's own parameters by key segment. */
  get ownParameters(): ReadonlyMap<string, Cell> {
    return this.#parameters
  }

  /** The module's own buffers by key segment. */
  get ownBuffers(): ReadonlyMap<string, Buffer> {
    return this.#buffers
  }

  /** The children by key segment; a module that is shared stands under each of its names. */
  get ownChildren(): ReadonlyMap<string, Module> {
    return this.#children
  }

  /** The module at a dotted path of key segments below this one; '' is this one. Throws OpError. */
  getSubmodule(path: string): Module {
    let found: Module = this
    for (const segment of path === '' ? [] : path.split('.')) {
      const child = found.#children.get(segment)
      if (child === undefined) {
        throw new OpError('argument/value', `${this.typeName}: there is no module '${path}'`, {
          hint: `${found.typeName} has ${[...found.#children.keys()].join(', ')}`,
        })
      }
      found = child
    }
    return found
  }

  /** Children, each once. */
  children(): readonly Module[] {
    return [...new Set(this.#children.values())]
  }

  /** This module and all below with their paths, each once. */
  namedModules(): readonly (readonly [string, Module])[] {
    const seen = new Set<Module>()
    const found: (readonly [string, Module])[] = []
    const visit = (path: string, module: Module): void => {
      if (seen.has(module)) return
      seen.add(module)
      found.push([path, module])
      for (const [name, child] of module.#children) visit(path === '' ? name : `${path}.${name}`, child)
    }
    visit('', this)
    return found
  }

  modules(): readonly Module[] {
    return this.namedModules().map(([, module]) => module)
  }

  /** Parameters with their keys; those that are shared once, under their first key. */
  namedParameters(): readonly (readonly [string, Cell])[] {
    return this.#named(module => module.#parameters)
  }

  parameters(): readonly Cell[] {
    return this.namedParameters().map(([, cell]) => cell)
  }

  /** Buffers with their keys, those that are not persistent too; those that are shared once. */
  namedBuffers(): readonly (readonly [string, Cell])[] {
    return this.#named(module => [...module.#buffers].map(([name, { cell }]) => [name, cell]))
  }

  buffers(): readonly Cell[] {
    return this.namedBuffers().map(([, cell]) => cell)
  }

  #named(own: (module: Module) => Iterable<readonly [string, Cell]>): readonly (readonly [string, Cell])[] {
    const seen = new Set<Cell>()
    const found: (readonly [string, Cell])[] = []
    for (const [path, module] of this.namedModules()) {
      for (const [name, cell] of own(module)) {
        if (seen.has(cell)) continue
        seen.add(cell)
        found.push([path === '' ? name : `${path}.${name}`, cell])
      }
    }
    return found
  }

  /**
   * The tensors by key as they are now, and stay, whatever the module does later: parameters and persistent buffers; those
   * that are shared under each of their keys.
   */
  stateDict(): StateDict<State> {
    const tensors: [string, Tensor][] = []
    const metadata = new Map<string, { version: number }>()
    const visit = (prefix: string, module: Module): void => {
      metadata.set(prefix.slice(0, -1), { version: module.stateVersion })
      for (const [name, cell] of module.#parameters) tensors.push([prefix + name, snapshot(cell)])
      for (const [name, { cell, persistent }] of module.#buffers)
        if (persistent) tensors.push([prefix + name, snapshot(cell)])
      for (const [name, child] of module.#children) visit(`${prefix}${name}.`, child)
    }
    visit('', this)
    return new StateDict<State>(tensors, metadata)
  }

  /**
   * Puts the tensors of a state_dict into the module's parameters and buffers, converted to their dtypes.
   * Missing and unexpected keys are an error unless `strict` is false, and are returned; sizes that differ are always one.
   * @throws StateDictError with PyTorch's text; nothing is changed then
   */
  loadStateDict(state: StateSource, options: { strict?: boolean } = {}): LoadResult {
    return loadStateDict(this, state, options.strict ?? true)
  }

  /** Sets the mode of this module and all below. */
  train(mode = true): this {
    this.training = mode
    for (const child of this.#children.values()) child.train(mode)
    return this
  }

  eval(): this {
    return this.train(false)
  }

  /** Calls `fn` on every module below, children first, then on this one. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn)
    fn(this)
    return this
  }

  /** Whether gradients are computed for the parameters. */
  requiresGrad_(requiresGrad = true): this {
    for (const cell of this.parameters()) cell.requiresGrad = requiresGrad
    return this
  }

  zeroGrad(): void {
    for (const cell of this.parameters()) cell.grad = null
  }

  /** Moves all tensors to a device, and converts those of floats to a dtype. */
  async to(target: DType | DeviceName | Device | Placement): Promise<this> {
    const { dtype, device } = placement(target)
    for (const cell of [...this.parameters(), ...this.buffers()]) {
      const place = async (x: Tensor): Promise<Tensor> => {
        const converted = dtype === undefined ? x : castFloats(x, dtype)
        return device === undefined ? converted : await converted.toDevice(device)
      }
      const value = await place(cell.held)
      // Nobody else has the handle: a captured step may write over it.
      if (value !== cell.held) cell.adopt(value)
      if (cell.grad !== null) cell.grad = await place(cell.grad)
    }
    return this
  }

  /** As PyTorch prints a module. */
  toString(): string {
    return moduleText(this)
  }
}

/** A cell's value under a handle of its own, which training does not end. */
const snapshot = (cell: Cell): Tensor => keep(new Tensor(cell.held.node))

function castFloats(x: Tensor, dtype: DType): Tensor {
  return isFloat(x.dtype) && x.dtype !== dtype ? builderOf(x.device).emit('cast', [x], { dtype }) : x
}

function placement(target: DType | DeviceName | Device | Placement): Placement {
  const checked: Placement =
    typeof target === 'string'
      ? isDType(target)
        ? { dtype: target }
        : { device: target }
      : 'alloc' in target
        ? { device: target }
        : target
  if (checked.dtype !== undefined && !isFloat(checked.dtype)) {
    throw new OpError('dtype/mismatch', `a module's tensors become floats only, not ${checked.dtype}`, {
      op: 'to',
    })
  }
  return checked
}

/** The class of a module as an option of another: `norm: module = LayerNorm`. */
export type ModuleType = new (options: never) => Module

/** A module of a class that is an option, with the arguments that the spec gives it. The class checks them. */
export function moduleOf<M extends Module>(type: ModuleType, options?: object): M {
  return new (type as unknown as new (options?: object) => M)(options)
}
