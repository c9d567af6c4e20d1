/** Reads PyTorch's dictionary of an optimizer: the groups, and each parameter's state as tensors on the parameter's device. */
import { PyDict } from '../checkpoint/py-dict.ts'
import { PyFloat, type PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { getDevice } from '../devices/registry.ts'
import { isFloat } from '../ops/dtype.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { HostNumber } from './host-number.ts'
import { refused } from './refused.ts'
import { placed } from './stored.ts'

/** State of one parameter by PyTorch's names; null where a dictionary says None. */
export type ParamState = Map<string, Cell | HostNumber | null>

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

/** Options that were tensors, as PyTorch allows for rates, as the numbers that they are. */
export async function readScalars(options: Map<string, PyValue>): Promise<void> {
  for (const [name, value] of options) {
    if (!(value instanceof StoredTensor) || value.shape.length > 0) continue
    const read = await placed(value, getDevice('cpu'))
    options.set(name, new PyFloat(Number(await read.item())))
    read.dispose()
  }
}

/** Scalars of the state that the host keeps. */
const ON_HOST = ['step', 'mu_product']

/** Reads states, as PyTorch casts them: floats to the parameter's dtype, but for the count of steps. */
export class StateReader {
  async read(saved: PyDict, cell: Cell): Promise<ParamState> {
    const state: ParamState = new Map()
    for (const [key, entry] of saved.entries()) {
      const name = `${key}`
      state.set(name, entry === null ? null : await this.#entry(name, entry, cell))
    }
    return state
  }

  async #entry(name: string, entry: PyValue, cell: Cell): Promise<Cell | HostNumber> {
    const number = entry instanceof PyFloat ? entry.value : entry
    // Before 1.12 steps were counted in ints, and NAdam's product was a float.
    if (typeof number === 'number') return new HostNumber(number)
    if (!(entry instanceof StoredTensor))
      throw refused(`the state '${name}' is neither a tensor nor a number`)
    if (!ON_HOST.includes(name)) return new Cell(await this.tensor(entry, cell), { owned: true })
    const read = await placed(entry, getDevice('cpu'))
    const { dtype } = read
    const found = new HostNumber(Number(await read.item()), dtype)
    read.dispose()
    return found
  }

  /** A tensor of the state on the parameter's device, in its dtype if it is of floats. */
  async tensor(stored: StoredTensor, { held }: Cell): Promise<Tensor> {
    const read = await placed(stored, held.device)
    if (!isFloat(held.dtype) || read.dtype === held.dtype) return read
    return builderOf(held.device).emit('cast', [read], { dtype: held.dtype })
  }
}
