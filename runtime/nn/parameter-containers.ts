/** Containers of parameters: https://pytorch.org/docs/2.13/generated/torch.nn.ParameterList.html */
import { OpError } from '../ops/error.ts'
import type { Cell } from '../tensor/cell.ts'
import { Module } from './module.ts'

const lines = (cells: ReadonlyMap<string, Cell>): string =>
  [...cells]
    .map(
      ([name, { value }]) =>
        `  (${name}): Parameter containing: [torch.${value.dtype} of size ${value.shape.join('x')}]`,
    )
    .join('\n')

/** Parameters by number. */
export class ParameterList extends Module implements Iterable<Cell> {
  constructor(parameters: Iterable<Cell> = []) {
    super()
    for (const cell of parameters) this.append(cell)
  }

  override get typeName(): string {
    return 'ParameterList'
  }

  get length(): number {
    return this.ownParameters.size
  }

  /** The parameter at a place; negative ones count from the end. Throws OpError. */
  at(index: number): Cell {
    const cell = [...this].at(index)
    if (cell !== undefined) return cell
    throw new OpError(
      'argument/value',
      `ParameterList: index ${index} is out of range, it has ${this.length}`,
    )
  }

  append(cell: Cell): this {
    this.registerParameter(`${this.length}`, cell)
    return this
  }

  [Symbol.iterator](): Iterator<Cell> {
    return this.ownParameters.values()
  }

  override extraRepr(): string {
    return lines(this.ownParameters)
  }

  forward(): never {
    throw new OpError('op/unsupported', 'a ParameterList has no forward')
  }
}

/** Parameters by name. */
export class ParameterDict extends Module {
  constructor(parameters: Iterable<readonly [string, Cell]> | Readonly<Record<string, Cell>> = []) {
    super()
    const entries =
      Symbol.iterator in parameters
        ? (parameters as Iterable<readonly [string, Cell]>)
        : Object.entries(parameters)
    for (const [name, cell] of entries) this.registerParameter(name, cell)
  }

  override get typeName(): string {
    return 'ParameterDict'
  }

  get size(): number {
    return this.ownParameters.size
  }

  /** The parameter of a name. Throws OpError. */
  get(name: string): Cell {
    const cell = this.ownParameters.get(name)
    if (cell !== undefined) return cell
    throw new OpError('argument/value', `ParameterDict: there is no '${name}'`)
  }

  has(name: string): boolean {
    return this.ownParameters.has(name)
  }

  entries(): IterableIterator<[string, Cell]> {
    return (this.ownParameters as Map<string, Cell>).entries()
  }

  override extraRepr(): string {
    return lines(this.ownParameters)
  }

  forward(): never {
    throw new OpError('op/unsupported', 'a ParameterDict has no forward')
  }
}
