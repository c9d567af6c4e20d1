/**
 * What optimizers share: parameter groups, state, and PyTorch's dictionary of both.
 * https://docs.pytorch.org/docs/2.13/optim.html
 *
 * In memory the state belongs to cells, by their ids: positions exist in the dictionary only, so that reordering a model's
 * parameters never swaps their momenta.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { defer } from '../graph/deferred.ts'
import { realiseSync } from '../graph/realise.ts'
import { isFloat } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import { tensor } from '../tensor/create.ts'
import { withRecording } from '../tensor/history.ts'
import { tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import { type OptionValue, ParamGroup, toPython } from './param-group.ts'
import { placed, stored } from './stored.ts'

/** Options by PyTorch's names. */
export type Options = Readonly<Record<string, OptionValue | undefined>>

/** Parameters with options of their own; the optimizer's hold for what is left out. */
export type GroupInput = { readonly params: Iterable<Cell> } & Readonly<
  Record<string, OptionValue | undefined | Iterable<Cell>>
>

/** What an optimizer takes: a model's parameters, or groups of them. */
export type Params = Iterable<Cell> | Iterable<GroupInput>

/** State of one parameter by PyTorch's names; null where a dictionary says None. */
export type ParamState = Map<string, Cell | null>

export abstract class Optimizer {
  readonly paramGroups: ParamGroup[] = []
  /** By the id of the parameter's cell. */
  readonly state = new Map<string, ParamState>()
  readonly #defaults: ReadonlyMap<string, PyValue>
  #rates = new Map<ParamGroup, { readonly lr: number; readonly cell: Cell }>()

  /** `defaults` in the order of PyTorch's dictionary. Throws OpError for no parameters, and for one in two groups. */
  constructor(params: Params, defaults: Options) {
    this.#defaults = pythonOptions(defaults)
    const inputs = [...(params as Iterable<Cell | GroupInput>)]
    if (inputs.length === 0) throw refused('the optimizer got an empty list of parameters')
    const groups = inputs.every(p => p instanceof Cell) ? [{ params: inputs }] : inputs
    for (const group of groups) {
      if (group instanceof Cell) throw refused('parameters and groups of parameters are mixed')
      this.addParamGroup(group as GroupInput)
    }
  }

  /** Adds a group. Throws OpError for a parameter that is in a group already, and for options that are not the optimizer's. */
  addParamGroup({ params, ...given }: GroupInput): void {
    const cells = [...params]
    const known = new Set(this.paramGroups.flatMap(g => g.params))
    if (new Set(cells).size < cells.length || cells.some(c => known.has(c)))
      throw refused('some parameters appear in more than one place')
    const options = new Map(this.#defaults)
    for (const [name, value] of pythonOptions(given as Options)) {
      if (!options.has(name)) throw refused(`there is no option '${name}'`, [...options.keys()].join(', '))
      options.set(name, value)
    }
    const group = new ParamGroup(cells, options)
    this.check(group)
    this.paramGroups.push(group)
  }

  /** Refuses options that PyTorch refuses, by OpError. */
  protected abstract check(group: ParamGroup): void

  /** Puts options that older dictionaries lack into a loaded group. */
  protected abstract complete(group: ParamGroup): void

  /** Moves the parameters of a group that have gradients. */
  protected abstract update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void

  /**
   * Moves every parameter that has a gradient. The new values are computed with whatever is read next, such as the loss, in
   * one plan; a second step computes those of the first, where the device can at once.
   */
  step(): void {
    this.#settle()
    tidy(() =>
      withRecording(false, () => {
        for (const group of this.paramGroups) {
          const cells = group.params.flatMap(cell => (cell.grad === null ? [] : [{ cell, grad: cell.grad }]))
          if (cells.length > 0) this.update(group, cells)
        }
      }),
    )
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
   * PyTorch 2.13's dictionary, as checkpoints hold it: `state` by position, `param_groups` with positions under `params`.
   * Tensors are as they are now, and read when the dictionary is saved.
   */
  stateDict(): PyDict {
    const state = new PyDict()
    const groups: PyValue[] = []
    let position = 0
    for (const { params, options } of this.paramGroups) {
      const positions = params.map(cell => {
        const parts = this.state.get(cell.id)
        if (parts !== undefined) {
          const entries = [...parts].map(([name, c]) => [name, c === null ? null : stored(c.value)] as const)
          state.set(position, new PyDict('dict', entries))
        }
        return position++
      })
      groups.push(new PyDict('dict', [...options, ['params', positions] as const]))
    }
    return new PyDict('dict', [
      ['state', state],
      ['param_groups', groups],
    ])
  }

  /**
   * Takes a dictionary of PyTorch's, of this version or an older one, with positions or `id(param)` as keys. The order of the
   * parameters says which is whose. Nothing changes where it is refused.
   * @throws OpError where the groups do not fit, or what is given is no such dictionary
   */
  async loadStateDict(dictionary: PyValue): Promise<void> {
    const { saved, states } = readDictionary(dictionary)
    if (saved.length !== this.paramGroups.length) {
      throw refused(
        `the loaded state dict has ${saved.length} parameter groups, the optimizer ${this.paramGroups.length}`,
      )
    }
    const loaded: { group: ParamGroup; options: Map<string, PyValue> }[] = []
    const found = new Map<string, ParamState>()
    for (const [i, group] of this.paramGroups.entries()) {
      const { params, options } = saved[i]!
      if (params.length !== group.params.length) {
        throw refused(
          `group ${i} of the loaded state dict has ${params.length} parameters, the optimizer's ${group.params.length}`,
        )
      }
      loaded.push({ group, options })
      for (const [j, cell] of group.params.entries()) {
        const parts = states.get(`${params[j]}`)
        if (parts !== undefined) found.set(cell.id, await readState(parts, cell))
      }
    }
    for (const { group, options } of loaded) {
      group.options = options
      this.complete(group)
    }
    this.state.clear()
    for (const [id, parts] of found) this.state.set(id, parts)
  }
}

/** Under a handle of its own: what is stored may be a gradient, which its cell ends. */
const own = (value: Tensor): Tensor => new Tensor(value.node)

/** An option's default into a group that lacks it. */
export function setDefault(group: ParamGroup, name: string, value: OptionValue): void {
  if (!group.options.has(name)) group.set(name, value)
}

export const refused = (message: string, hint?: string): OpError =>
  new OpError('argument/value', message, hint === undefined ? { op: 'optim' } : { op: 'optim', hint })

function pythonOptions(options: Options): Map<string, PyValue> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return new Map(given.map(([name, value]) => [name, toPython(value as OptionValue)]))
}

interface Dictionary {
  readonly saved: readonly { readonly params: readonly PyValue[]; readonly options: Map<string, PyValue> }[]
  /** By position, or id, as text. */
  readonly states: ReadonlyMap<string, PyDict>
}

function readDictionary(dictionary: PyValue): Dictionary {
  const bad = refused(
    'this is no state dict of an optimizer',
    "it has the keys 'state' and 'param_groups'; in a checkpoint it often stands under 'optimizer_state_dict'",
  )
  if (!(dictionary instanceof PyDict)) throw bad
  const [state, groups] = [dictionary.get('state'), dictionary.get('param_groups')]
  if (!(state instanceof PyDict) || !Array.isArray(groups)) throw bad
  const saved = groups.map(group => {
    const params = group instanceof PyDict ? group.get('params') : undefined
    if (!(group instanceof PyDict) || !Array.isArray(params)) throw bad
    const options = new Map(group.entries().map(([name, value]) => [`${name}`, value]))
    options.delete('params')
    return { params, options }
  })
  const states = new Map<string, PyDict>()
  for (const [key, parts] of state.entries()) if (parts instanceof PyDict) states.set(`${key}`, parts)
  return { saved, states }
}

/** The state of a parameter: of floats in the parameter's dtype, but for the count of steps. */
async function readState(saved: PyDict, { value }: Cell): Promise<ParamState> {
  const state: ParamState = new Map()
  for (const [key, entry] of saved.entries()) {
    const name = `${key}`
    if (entry === null) state.set(name, null)
    else if (typeof entry === 'number') {
      // Before 1.12 steps were counted in ints.
      state.set(name, new Cell(tensor(entry, { dtype: 'float32', device: value.device })))
    } else if (entry instanceof StoredTensor) {
      const read = await placed(entry, value.device)
      const wrong = name !== 'step' && isFloat(read.dtype) && read.dtype !== value.dtype
      state.set(
        name,
        new Cell(wrong ? builderOf(value.device).emit('cast', [read], { dtype: value.dtype }) : read),
      )
    } else throw refused(`the state '${name}' is neither a tensor nor a number`)
  }
  return state
}
