/**
 * What optimizers share: parameter groups, state, and PyTorch's dictionary of both.
 * https://docs.pytorch.org/docs/2.13/optim.html
 *
 * In memory the state belongs to cells, by their ids: positions exist in the dictionary only, so that reordering a model's
 * parameters never swaps their momenta.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { realiseSync } from '../graph/realise.ts'
import type { DType } from '../ops/dtype.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import { feedNumber } from '../tensor/feed.ts'
import { withRecording } from '../tensor/history.ts'
import { currentRecording, decided, eachRun } from '../tensor/recording.ts'
import { tidy } from '../tensor/scope.ts'
import { stored } from '../tensor/stored.ts'
import { Tensor } from '../tensor/tensor.ts'
import { type ParamState, readDictionary, readScalars, StateReader } from './dictionary.ts'
import { HostNumber } from './host-number.ts'
import type { Average, Lerp } from './moving-average.ts'
import { type OlderLayout, olderOptions, olderState } from './older-layout.ts'
import { newGroup, type OptionValue, type ParamGroup, toPython } from './param-group.ts'
import { refused } from './refused.ts'

/** Options by PyTorch's names. */
export type Options = Readonly<Record<string, OptionValue | undefined>>

/** Parameters, or parameters with their names, as `namedParameters` lists them. */
export type ParamList = Iterable<Cell> | Iterable<readonly [name: string, cell: Cell]>

/** Parameters with options of their own; the optimizer's hold for what is left out. */
export type GroupInput = { readonly params: ParamList } & Readonly<
  Record<string, OptionValue | undefined | ParamList>
>

/** What an optimizer takes: a model's parameters, or groups of them. */
export type Params = ParamList | Iterable<GroupInput>

export interface StateDictOptions {
  /** The version of PyTorch whose dictionary is made; that of 2.13 unless given. */
  readonly version?: '1.13' | '2.13'
}

/** A parameter to move, with its gradient. */
export interface Moved {
  readonly cell: Cell
  readonly grad: Tensor
}

export abstract class Optimizer {
  readonly paramGroups: ParamGroup[] = []
  /** By the id of the parameter's cell. */
  readonly state = new Map<string, ParamState>()
  /** Options of groups that have none of their own, in the order of PyTorch's dictionary. */
  readonly defaults: ReadonlyMap<string, PyValue>
  /** Parts of states that no step has stored to: a capture makes them before its first run. */
  readonly #fresh = new Set<Cell | HostNumber>()
  /** How many dictionaries were loaded. */
  #loads = 0
  /** State that a loaded dictionary had for no parameter of its groups: kept, as PyTorch keeps it. */
  #others: readonly (readonly [PyValue, PyValue])[] = []

  /** `defaults` in the order of PyTorch's dictionary. Throws OpError for no parameters, and for one in two groups. */
  constructor(params: Params, defaults: Options) {
    this.defaults = new Map(
      Object.entries(defaults).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, toPython(value)] as const],
      ),
    )
    const inputs = [...(params as Iterable<Cell | readonly [string, Cell] | GroupInput>)]
    if (inputs.length === 0) throw refused('optimizer got an empty parameter list')
    const isGroup = (input: (typeof inputs)[number]): input is GroupInput =>
      !(input instanceof Cell || Array.isArray(input))
    const groups = inputs.filter(isGroup)
    if (groups.length > 0 && groups.length < inputs.length)
      throw refused('parameters and groups of parameters are mixed')
    if (groups.length === 0) this.addParamGroup({ params: inputs as Iterable<Cell> })
    else for (const group of groups) this.addParamGroup(group)
  }

  /** Adds a group. Throws OpError for a parameter that is in a group already, and for options that are not the optimizer's. */
  addParamGroup(input: GroupInput): void {
    const group = newGroup(input, this.defaults, this.paramGroups)
    this.check(group)
    this.paramGroups.push(group)
  }

  /** Refuses options that PyTorch refuses, by OpError. */
  protected abstract check(group: ParamGroup): void

  /** Puts options that older dictionaries lack into a loaded group. */
  protected abstract complete(group: ParamGroup): void

  /** What PyTorch 1.13's dictionary has instead. */
  protected abstract older(): OlderLayout

  /** Moves the parameters of a group that have gradients. */
  protected abstract update(group: ParamGroup, moved: readonly Moved[]): void

  /**
   * Moves every parameter that has a gradient. The new values are computed with whatever is read next, such as the loss, in
   * one plan; a second step computes those of the first, where the device can at once.
   * A closure, if there is one, is called before: it computes the gradients and returns the loss, which is handed on.
   */
  step(closure?: () => Tensor): Tensor | undefined {
    const loss = closure === undefined ? undefined : withRecording(true, closure)
    if (currentRecording() === null) this.#settle()
    // A capture knows the state by its cells.
    decided(() => this.#loads)
    tidy(() =>
      withRecording(false, () => {
        for (const group of this.paramGroups) {
          const moved = group.params.flatMap(cell =>
            cell.grad === null ? [] : [{ cell, grad: cast(cell.grad, computedIn(cell.grad.dtype)) }],
          )
          if (moved.length > 0) this.update(group, moved)
        }
      }),
    )
    eachRun(() => this.#fresh.clear())
    return loss
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const cell of params) cell.grad = null
  }

  /** Steps that nobody read would pile up. */
  #settle(): void {
    const open = this.state.size === 0 ? [] : this.paramGroups.flatMap(g => g.params)
    const nodes = open.map(c => c.held.node).filter(n => !n.isThere && n.operation !== null)
    if (nodes.length > 0 && nodes[0]!.device.readSync !== undefined) realiseSync(nodes)
  }

  /** The state of a parameter, made if need be. */
  protected stateOf(cell: Cell): ParamState {
    let state = this.state.get(cell.id)
    if (state === undefined) {
      state = new Map()
      this.state.set(cell.id, state)
    }
    return state
  }

  /**
   * Divides parameters into those that share what is computed once: of one device and dtype, and with the same `key`, which
   * the host knows. A capture holds only while these have it in common.
   */
  protected together(moved: readonly Moved[], key: (cell: Cell) => number): readonly (readonly Moved[])[] {
    const found = new Map<string, Moved[]>()
    for (const entry of moved) {
      const { dtype, device } = entry.cell.held
      const name = `${key(entry.cell)} ${dtype} ${device.name}`
      const known = found.get(name)
      if (known === undefined) found.set(name, [entry])
      else known.push(entry)
    }
    for (const alike of found.values()) {
      const [first, ...others] = alike.map(m => m.cell)
      decided(() => others.every(cell => key(cell) === key(first!)))
    }
    return [...found.values()]
  }

  /** Counts a step of each parameter, and gives those that have made as many together, with their count. */
  protected counted(
    moved: readonly Moved[],
  ): readonly { readonly count: HostNumber; readonly moved: readonly Moved[] }[] {
    return this.together(moved, cell => this.hostNumber(cell, 'step', 0).number).map(alike => {
      const counts = alike.map(m => this.hostNumber(m.cell, 'step', 0))
      eachRun(() => {
        for (const count of counts) count.number++
      })
      return { count: counts[0]!, moved: alike }
    })
  }

  /** A number of a parameter's state; `initial` before the first step. */
  protected hostNumber(cell: Cell, name: string, initial: number): HostNumber {
    const state = this.stateOf(cell)
    const known = state.get(name)
    if (known instanceof HostNumber) return known
    const made = new HostNumber(initial)
    state.set(name, made)
    this.#fresh.add(made)
    return made
  }

  /** A part of a parameter's state as it is before this step; `initial` in all elements before the first one. */
  protected before(cell: Cell, name: string, initial = 0): Tensor {
    const state = this.stateOf(cell)
    const known = state.get(name)
    if (known instanceof Cell) return known.held
    const { shape, dtype, device } = cell.held
    const start = builderOf(device).emit('full', [], { shape, dtype, value: initial })
    const made = new Cell(own(start), { owned: true })
    state.set(name, made)
    this.#fresh.add(made)
    return made.held
  }

  /** True, also within a feed, while a part of a parameter's state is what it is before the first step. */
  protected isFresh(cell: Cell, name: string): boolean {
    const part = this.state.get(cell.id)?.get(name)
    return part != null && this.#fresh.has(part)
  }

  /** Writes a part of a parameter's state, in the parameter's dtype. */
  protected store(cell: Cell, name: string, value: Tensor): void {
    const state = this.stateOf(cell)
    const known = state.get(name)
    const kept = own(cast(value, cell.held.dtype))
    if (known instanceof Cell) known.adopt(kept)
    else state.set(name, new Cell(kept, { owned: true }))
  }

  /** Writes a parameter, in its dtype. */
  protected write(cell: Cell, value: Tensor): void {
    cell.adopt(own(cast(value, cell.held.dtype)))
  }

  /**
   * A scalar for a parameter that the host computes anew for each step, captured or not, in float64: learning rates and what
   * follows from them. Options that `value` reads may change from step to step.
   */
  protected number({ held: { dtype, device } }: Cell, value: () => number): Tensor {
    return feedNumber(computedIn(dtype), device, value)
  }

  /** An option as a scalar. */
  protected option(group: ParamGroup, like: Cell, name: string): Tensor {
    return this.number(like, () => group.number(name))
  }

  /** The decay of weights that is added to gradients, as a scalar; null where there is none. */
  protected addedDecay(group: ParamGroup, like: Cell): Tensor | null {
    const none = group.flag('decoupled_weight_decay') || decided(() => group.number('weight_decay') === 0)
    return none ? null : this.option(group, like, 'weight_decay')
  }

  /** The learning rate as a scalar. */
  protected rate(group: ParamGroup, like: Cell): Tensor {
    return this.number(like, () => group.lr)
  }

  /** The weight of a `lerp`. */
  protected weight(like: Cell, value: () => number): Lerp {
    const near = decided(() => value() < 0.5)
    return { near, factor: this.number(like, () => (near ? value() : 1 - value())) }
  }

  /** beta and 1 - beta. */
  protected average(like: Cell, beta: () => number): Average {
    return { kept: this.number(like, beta), added: this.number(like, () => 1 - beta()) }
  }

  /** A parameter with the part of it taken off that decoupled decay of weights takes. */
  protected decay(group: ParamGroup, like: Cell): (value: Tensor) => Tensor {
    const none = !group.flag('decoupled_weight_decay') || decided(() => group.number('weight_decay') === 0)
    if (none) return value => value
    const kept = this.number(like, () => 1 - group.lr * group.number('weight_decay'))
    return value => cast(vocabulary(builderOf(value.device)).mul(value, kept), value.dtype)
  }

  /**
   * PyTorch's dictionary, as checkpoints hold it: `state` by position, `param_groups` with positions under `params`.
   * Tensors are as they are now, and read when the dictionary is saved.
   * @throws OpError where the version asked for has no form for the options
   */
  stateDict({ version = '2.13' }: StateDictOptions = {}): PyDict {
    const older = version === '1.13' ? this.older() : null
    const positions = new Map<string, number>()
    const groups = this.paramGroups.map(group => {
      const places = group.params.map(cell => {
        positions.set(cell.id, positions.size)
        return positions.get(cell.id)!
      })
      const written = older === null ? group.options : olderOptions(group, older, this.defaults)
      return new PyDict('dict', [...written, ['params', places] as const])
    })
    const state = new PyDict()
    for (const [id, all] of this.state) {
      const parts = new Map([...all].filter(([, part]) => part === null || !this.#fresh.has(part)))
      if (all.size > 0 && parts.size === 0) continue
      const packed = this.packState(parts)
      state.set(positions.get(id)!, older === null ? packed : olderState(packed, parts, older))
    }
    for (const [id, parts] of older?.stateless ?? [])
      if (!this.state.has(id)) state.set(positions.get(id)!, parts)
    for (const [key, value] of this.#others) state.set(key, value)
    return new PyDict('dict', [
      ['state', state],
      ['param_groups', groups],
    ])
  }

  /** A parameter's state as the dictionary has it. */
  protected packState(parts: ParamState): PyDict {
    return new PyDict(
      'dict',
      [...parts].map(
        ([name, part]) =>
          [name, part === null ? null : stored(part instanceof Cell ? part.held : part.value)] as const,
      ),
    )
  }

  /** A parameter's state out of a dictionary. */
  protected async unpackState(parts: PyDict, cell: Cell, reader: StateReader): Promise<ParamState> {
    return await reader.read(parts, cell)
  }

  /**
   * Takes a dictionary of PyTorch's, of this version or an older one, with positions or `id(param)` as keys. The order of the
   * parameters says which is whose. Nothing changes where it is refused.
   * @throws OpError with PyTorch's text where the groups do not fit, or what is given is no such dictionary
   */
  async loadStateDict(dictionary: PyValue): Promise<void> {
    const { saved, states } = readDictionary(dictionary)
    if (saved.length !== this.paramGroups.length) {
      throw refused(
        'loaded state dict has a different number of parameter groups',
        `it has ${saved.length}, the optimizer ${this.paramGroups.length}`,
      )
    }
    for (const [i, group] of this.paramGroups.entries()) {
      const [theirs, ours] = [saved[i]!.params.length, group.params.length]
      if (theirs !== ours) {
        throw refused(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
          `group ${i} of the loaded dict has ${theirs} parameters, the optimizer's ${ours}`,
        )
      }
    }
    for (const { options } of saved) await readScalars(options)
    const reader = new StateReader()
    const owners = new Map<string, Cell>()
    for (const [i, { params }] of this.paramGroups.entries())
      for (const [j, cell] of params.entries()) owners.set(`${saved[i]!.params[j]}`, cell)
    const found = new Map<string, ParamState>()
    const others: (readonly [PyValue, PyValue])[] = []
    for (const [key, parts] of states) {
      const cell = owners.get(`${key}`)
      if (cell === undefined || !(parts instanceof PyDict)) others.push([key, parts])
      else found.set(cell.id, await this.unpackState(parts, cell, reader))
    }
    for (const [i, group] of this.paramGroups.entries()) {
      const names = group.options.get('param_names')
      group.options = saved[i]!.options
      if (names !== undefined && !group.options.has('param_names')) group.options.set('param_names', names)
      this.complete(group)
    }
    this.#others = others
    this.#loads++
    this.#fresh.clear()
    this.state.clear()
    for (const [id, parts] of found) this.state.set(id, parts)
  }
}

/**
 * What a step for parameters of a dtype is computed in: halves are widened, since their 0.999 is 1. Scalars and gradients are, and
 * with them what is computed of them; states and parameters are narrowed where they are stored.
 */
const computedIn = (dtype: DType): DType => (dtype === 'bfloat16' || dtype === 'float16' ? 'float32' : dtype)

const cast = (value: Tensor, dtype: DType): Tensor =>
  value.dtype === dtype ? value : builderOf(value.device).emit('cast', [value], { dtype })

/** Under a handle of its own: what is stored may be a gradient, which its cell ends. */
const own = (value: Tensor): Tensor => new Tensor(value.node)
