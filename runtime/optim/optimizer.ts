/**
 * What optimizers share: parameter groups, state, and PyTorch's dictionary of both.
 * https://docs.pytorch.org/docs/2.13/optim.html
 *
 * In memory the state belongs to cells, by their ids: positions exist in the dictionary only, so that reordering a model's
 * parameters never swaps their momenta.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { defer } from '../graph/deferred.ts'
import { realiseSync } from '../graph/realise.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import { tensor } from '../tensor/create.ts'
import { withRecording } from '../tensor/history.ts'
import { tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import { type ParamState, readDictionary, StateReader } from './dictionary.ts'
import { type OlderLayout, olderOptions, olderState } from './older-layout.ts'
import { newGroup, type OptionValue, type ParamGroup, toPython } from './param-group.ts'
import { refused } from './refused.ts'
import { stored } from './stored.ts'

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

export abstract class Optimizer {
  readonly paramGroups: ParamGroup[] = []
  /** By the id of the parameter's cell. */
  readonly state = new Map<string, ParamState>()
  /** Options of groups that have none of their own, in the order of PyTorch's dictionary. */
  readonly defaults: ReadonlyMap<string, PyValue>
  #rates = new Map<ParamGroup, { readonly lr: number; readonly cell: Cell }>()
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
  protected abstract update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void

  /**
   * Moves every parameter that has a gradient. The new values are computed with whatever is read next, such as the loss, in
   * one plan; a second step computes those of the first, where the device can at once.
   * A closure, if there is one, is called before: it computes the gradients and returns the loss, which is handed on.
   */
  step(closure?: () => Tensor): Tensor | undefined {
    const loss = closure === undefined ? undefined : withRecording(true, closure)
    this.#settle()
    tidy(() =>
      withRecording(false, () => {
        for (const group of this.paramGroups) {
          const cells = group.params.flatMap(cell => (cell.grad === null ? [] : [{ cell, grad: cell.grad }]))
          if (cells.length > 0) this.update(group, cells)
        }
      }),
    )
    return loss
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const cell of params) cell.grad = null
  }

  /** Steps that nobody read would pile up. */
  #settle(): void {
    const open = [...this.state.keys()].length === 0 ? [] : this.paramGroups.flatMap(g => g.params)
    const nodes = open.map(c => c.value.node).filter(n => n.memory === null && n.operation !== null)
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

  /** Writes a part of a parameter's state. */
  protected store(state: ParamState, name: string, value: Tensor): void {
    const cell = state.get(name)
    const held = own(value)
    if (cell == null) state.set(name, new Cell(held))
    else cell.value = held
    defer(value.node)
  }

  /** Counts a step that only the dictionary knows of. */
  protected count(state: ParamState, like: Tensor): void {
    const v = vocabulary(builderOf(like.device))
    const old = state.get('step')?.value
    this.store(state, 'step', old === undefined ? v.full([], 1, 'float32') : v.add(old, 1))
  }

  /** Writes a parameter. */
  protected write(cell: Cell, value: Tensor): void {
    cell.value = own(value)
    defer(value.node)
  }

  /** A group's learning rate as a scalar on a device, no constant: plans stay the same when it changes. */
  protected rate(group: ParamGroup, like: Tensor): Tensor {
    const { lr } = group
    const known = this.#rates.get(group)
    if (known !== undefined && Object.is(known.lr, lr) && known.cell.value.device === like.device)
      return known.cell.value
    const cell = new Cell(
      tensor(lr, { dtype: like.device.supports('float64') ? 'float64' : 'float32', device: like.device }),
    )
    known?.cell.value.dispose()
    this.#rates.set(group, { lr, cell })
    return cell.value
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
    for (const [id, parts] of this.state) {
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
      [...parts].map(([name, cell]) => [name, cell === null ? null : stored(cell.value)] as const),
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
    this.state.clear()
    for (const [id, parts] of found) this.state.set(id, parts)
  }
}

/** Under a handle of its own: what is stored may be a gradient, which its cell ends. */
const own = (value: Tensor): Tensor => new Tensor(value.node)
