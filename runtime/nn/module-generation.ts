/** The keys of a live module as a contract of one generation: for modules whose spec has none. */
import type { Generation, KeyContract, LockedTensor } from '../keys/contract.ts'
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
 * The contract among a module's that has the shapes which the module has: of its preset. One of a single generation, made of the
 * module itself, where there is none.
 */
export function contractFor(
  module: Module,
  contracts: readonly KeyContract[] = module.keyContracts,
): KeyContract {
  const own = generationOfModule(module)
  const text = ({ tensors }: Generation): string =>
    tensors.map(({ key, shape }) => `${key} ${shape}`).join('\n')
  const found = contracts.find(c => c.generations.length > 0 && text(c.generations.at(-1)!) === text(own))
  const model = module.typeName
  return found ?? { model, preset: null, generations: [own], migrations: [], layouts: [] }
}
