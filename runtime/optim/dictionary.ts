/** Reads PyTorch's dictionary of an optimizer: the groups, and each parameter's state as tensors on the parameter's device. */
import { PyDict } from '../checkpoint/py-dict.ts'
import { PyFloat, type PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { Device } from '../devices/device.ts'
import { isFloat } from '../ops/dtype.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import { tensor } from '../tensor/create.ts'
import { Tensor } from '../tensor/tensor.ts'
import { refused } from './refused.ts'
import { placed } from './stored.ts'

/** State of one parameter by PyTorch's names; null where a dictionary says None. */
export type ParamState = Map<string, Cell | null>

interface Dictionary {
  readonly saved: readonly { readonly params: readonly PyValue[]; readonly options: Map<string, PyValue> }[]
  /** By position, or id. */
  readonly states: readonly (readonly [PyValue, PyValue])[]
}

/** The parts of a dictionary. Throws OpError where it is none. */
export function readDictionary(dictionary: PyValue): Dictionary {
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
  return { saved, states: state.entries() }
}

/**
 * Reads states, as PyTorch casts them: floats to the parameter's dtype, but for the count of steps. Parameters with the same
 * count share one tensor, so that what follows from it is computed once for all of them.
 */
export class StateReader {
  readonly #counts = new Map<Device, Map<number, Tensor>>()

  async read(saved: PyDict, cell: Cell): Promise<ParamState> {
    const state: ParamState = new Map()
    for (const [key, entry] of saved.entries()) {
      const name = `${key}`
      if (entry === null) state.set(name, null)
      else state.set(name, new Cell(await this.#entry(name, entry, cell)))
    }
    return state
  }

  async #entry(name: string, entry: PyValue, cell: Cell): Promise<Tensor> {
    const number = entry instanceof PyFloat ? entry.value : entry
    // Before 1.12 steps were counted in ints, and NAdam's product was a float.
    if (typeof number === 'number') return this.#count(number, cell.value.device)
    if (!(entry instanceof StoredTensor))
      throw refused(`the state '${name}' is neither a tensor nor a number`)
    if (name !== 'step') return await this.tensor(entry, cell)
    const read = await placed(entry, cell.value.device)
    if (read.dtype !== 'float32' || read.size !== 1) return read
    const count = Number((await read.data())[0])
    read.dispose()
    return this.#count(count, cell.value.device)
  }

  /** A tensor of the state on the parameter's device, in its dtype if it is of floats. */
  async tensor(stored: StoredTensor, { value }: Cell): Promise<Tensor> {
    const read = await placed(stored, value.device)
    if (!isFloat(value.dtype) || read.dtype === value.dtype) return read
    return builderOf(value.device).emit('cast', [read], { dtype: value.dtype })
  }

  #count(count: number, device: Device): Tensor {
    const known = this.#counts.get(device) ?? new Map<number, Tensor>()
    this.#counts.set(device, known)
    const made = known.get(count) ?? tensor(count, { dtype: 'float32', device })
    known.set(count, made)
    return new Tensor(made.node)
  }
}
