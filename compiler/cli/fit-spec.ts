/** The tensors of a file as those of a spec: what `convert --spec` writes. */
import { PyDict, StoredTensor } from '../../runtime/checkpoint/index.ts'
import {
  convertCheckpoint,
  currentGeneration,
  fittingPlaces,
  isImplied,
  type KeyContract,
  type Place,
  type Stamp,
  stampedPlace,
} from '../../runtime/keys/index.ts'
import { contractFor, isLocked, type Module } from '../../runtime/nn/index.ts'
import { stored } from '../../runtime/tensor/stored.ts'
import type { Model } from '../compile.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { CommandError } from './failure.ts'

type Tensors = ReadonlyMap<string, StoredTensor>

/**
 * Tensors of an earlier generation or of a layout, by the keys that the model has now; others as they are.
 * Throws KeysError where the file may be of several.
 */
export async function currentTensors(
  module: Module,
  tensors: Tensors,
  stamp: Stamp | null,
): Promise<Tensors> {
  const contract = contractFor(module)
  if (!isLocked(contract, module.keyContracts) || fittingPlaces(contract, tensors).length === 0)
    return tensors
  const from = stampedPlace(stamp, contract)
  if (from !== null && isCurrent(contract, from)) return tensors
  const initial = new Map(module.stateDict())
  const { value, parts } = await convertCheckpoint(contract, new PyDict('OrderedDict', tensors), {
    ...(from === null ? {} : { from }),
    initial: key => {
      const tensor = initial.get(key)
      if (tensor !== undefined) return stored(tensor)
      throw new CommandError(
        'keys/no-value',
        `'${key}' was added and moved since: its initial value is not known`,
      )
    },
  })
  if (parts.every(part => isCurrent(contract, part.from))) return tensors
  const entries = (value as PyDict).entries()
  return new Map(
    entries.filter(
      (e): e is [string, StoredTensor] => typeof e[0] === 'string' && e[1] instanceof StoredTensor,
    ),
  )
}

const isCurrent = (contract: KeyContract, place: Place): boolean =>
  'generation' in place && place.generation === currentGeneration(contract).generation

/** A line of error, then one per key that is missing, unexpected or of another shape or dtype; none where the file fits. */
export function keyProblems(model: Model, tensors: Tensors): readonly string[] {
  const expected = new Map(model.state.map(e => [e.key, e.tensor]))
  const problems: string[] = []
  for (const [key, { shape, dtype, kind }] of expected) {
    const found = tensors.get(key)
    const want = `${dtype}[${shape.join(', ')}]`
    if (found === undefined) {
      if (!isImplied({ key, shape, kind })) problems.push(`missing key: ${key}, ${want}`)
    } else {
      const is = `${found.dtype}[${found.shape.join(', ')}]`
      if (is !== want) problems.push(`${key} is ${is}, but ${want} in ${model.file.model.name}`)
    }
  }
  for (const key of tensors.keys()) if (!expected.has(key)) problems.push(`unexpected key: ${key}`)
  const first = model.state[0]?.key
  const wrapped = [...tensors.keys()].find(key => first !== undefined && key.endsWith(`.${first}`))
  if (problems.length > 0 && wrapped !== undefined) {
    problems.push(`hint: --rename ${wrapped.slice(0, -first!.length)}= takes the prefix away`)
  }
  if (problems.length > 0)
    problems.unshift(`error[state/mismatch] the file is no state_dict of ${model.file.model.name}`)
  return problems.map(safeText)
}
