/** A group of parameters with its options, which have Python's types as PyTorch's dictionary has them. */
import { PyFloat, PyTuple, type PyValue } from '../checkpoint/python-value.ts'
import { FloatScalar } from '../ops/args.ts'
import { OpError } from '../ops/error.ts'
import type { Cell } from '../tensor/cell.ts'

/** What options are given as: a whole number is an int in Python, `float(1)` a float. */
export type OptionValue = number | FloatScalar | boolean | null | readonly [number, number]

/** An option with the type that Python has for it. */
export function toPython(value: OptionValue): PyValue {
  if (value instanceof FloatScalar) return new PyFloat(value.value)
  if (typeof value === 'number') return Number.isInteger(value) ? value : new PyFloat(value)
  return Array.isArray(value) ? new PyTuple(value.map(toPython)) : (value as boolean | null)
}

function numberOf(value: PyValue | undefined): number | null {
  if (value instanceof PyFloat) return value.value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : null
}

export class ParamGroup {
  readonly params: readonly Cell[]
  /** By PyTorch's names, in its order; what a loaded dictionary has beyond them stays. */
  options: Map<string, PyValue>

  constructor(params: readonly Cell[], options: Map<string, PyValue>) {
    this.params = params
    this.options = options
  }

  /** The learning rate; schedulers set it. */
  get lr(): number {
    return this.number('lr')
  }

  set lr(lr: number) {
    this.options.set('lr', toPython(lr))
  }

  /** A number among the options. Throws OpError where there is none. */
  number(name: string): number {
    const found = numberOf(this.options.get(name))
    if (found !== null) return found
    throw new OpError('argument/value', `the option '${name}' of a parameter group is no number`)
  }

  /** A flag among the options; false where it is missing. */
  flag(name: string): boolean {
    return this.options.get(name) === true
  }

  /** A pair of numbers among the options. Throws OpError where there is none. */
  pair(name: string): readonly [number, number] {
    const value = this.options.get(name)
    const items = value instanceof PyTuple ? value.items : Array.isArray(value) ? value : []
    const [first, second] = items.map(numberOf)
    if (items.length === 2 && first != null && second != null) return [first, second]
    throw new OpError('argument/value', `the option '${name}' of a parameter group is no pair of numbers`)
  }

  /** Changes an option. */
  set(name: string, value: OptionValue): void {
    this.options.set(name, toPython(value))
  }
}
