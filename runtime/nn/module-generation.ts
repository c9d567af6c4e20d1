/** The keys of a live module as a generation, and the contract that is its own. */
import type { Generation, KeyContract, LockedTensor } from '../keys/contract.ts'
import { memberContract } from '../keys/member-contract.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Module } from './module.ts'

export function generationOfModule(module: Module, number = 1): Generation {
  const tensors: LockedTensor[] = []
  const first = new Map<Cell, string>()
  const visit = (prefix: string, at: Module): void => {
    const own = (name: string, cell: Cell, kind: LockedTensor['kind']): void => {
      const key = prefix + name
      const tie = first.get(cell) ?? null
      if (tie === null) first.set(cell, key)
      tensors.push({ id: key, key, shape: cell.held.shape, dtype: cell.held.dtype, kind, tie })
    }
    for (const [name, cell] of at.ownParameters) own(name, cell, 'parameter')
    for (const [name, { cell, persistent }] of at.ownBuffers) if (persistent) own(name, cell, 'buffer')
    for (const [name, child] of at.ownChildren) visit(`${prefix}${name}.`, child)
  }
  visit('', module)
  return { generation: number, tensors, parameters: module.namedParameters().map(([key]) => key) }
}

/**
 * The contract among a module's that has the shapes which the module has: of its preset. For other params, what the steps of the presets
 * say of it; of a module without contracts, one of a single generation.
 */
export function contractFor(
  module: Module,
  contracts: readonly KeyContract[] = module.keyContracts,
): KeyContract {
  const own = generationOfModule(module)
  const locked = contracts.filter(c => c.generations.length > 0)
  const found = locked.find(c => textOf(c.generations.at(-1)!) === textOf(own))
  if (found !== undefined) return found
  if (locked.length > 0) return memberContract(locked, own)
  return { model: module.typeName, preset: null, generations: [own], migrations: [], layouts: [] }
}

/** Whether a contract is of locked keys, and not made of the module alone. */
export const isLocked = (contract: KeyContract, contracts: readonly KeyContract[]): boolean =>
  contracts.includes(contract) || contract.unproven !== undefined

/** Keys and shapes: equal for modules between which checkpoints can go. */
export const keysText = (module: Module): string => textOf(generationOfModule(module))

const textOf = ({ tensors }: Generation): string =>
  tensors.map(({ key, shape }) => `${key} ${shape}`).join('\n')
