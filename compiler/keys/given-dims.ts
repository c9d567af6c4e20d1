/**
 * How params decide shapes: `2*width` for a dim that is twice the param `width`. Found by looking at the model under other values of its
 * ints; a form stands only where it gives the right size at every value that was tried, and where one param alone decides the size.
 */
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { elaborate } from '../elaborate/elaborate.ts'
import { int } from '../eval/value.ts'
import type { SpecFile } from '../spec/spec.ts'
import { type Member, presetsOf } from './family.ts'
import { stateEntries } from './key-table.ts'

type Dims = readonly (string | null)[]

/** By key; keys are left out where no param decides a dim. */
export function dimsOf(file: SpecFile, member: Member): ReadonlyMap<string, Dims> {
  const found = new Map<string, (string | null)[]>()
  const undecided = new Set<string>()
  for (const { name } of file.root.params) {
    const value = member.root.scope.get(name.name)
    if (value?.kind !== 'int' || typeof value.value !== 'number' || value.value < 1) continue
    const at = value.value
    const samples = samplesOf(file, member, name.name, at)
    if (samples.length < 2) continue
    for (const { key, shape } of member.tensors) {
      for (const [i, size] of shape.entries()) {
        const sizes = samples.map(s => [s.at, s.shapes.get(key)?.[i]] as const)
        if (sizes.every(([, other]) => other === undefined || other === size)) continue
        const dim = `${key}\0${i}`
        const isFirst = found.get(key)?.[i] == null && !undecided.has(dim)
        const form = isFirst ? linear(name.name, at, size, sizes) : null
        if (!found.has(key))
          found.set(
            key,
            shape.map(() => null),
          )
        found.get(key)![i] = form
        if (form === null) undecided.add(dim)
      }
    }
  }
  return found
}

interface Sample {
  readonly at: number
  readonly shapes: ReadonlyMap<string, readonly number[]>
}

/** The shapes under multiples of a param, or its neighbours where those are refused. */
function samplesOf(file: SpecFile, member: Member, name: string, at: number): readonly Sample[] {
  const sample = (value: number): Sample[] => {
    const given = (presetsOf(file).get(member.preset) ?? []).filter(p => p.name !== name)
    const place = file.model.place
    const root = elaborate(file, [...given, { name, place, value: int(value) }], new Diagnostics())
    return root === null
      ? []
      : [{ at: value, shapes: new Map(stateEntries(root).map(e => [e.key, e.tensor.shape])) }]
  }
  const multiples = [2 * at, 3 * at].flatMap(sample)
  return multiples.length === 2 ? multiples : [at + 1, at + 2].flatMap(sample)
}

function linear(
  name: string,
  at: number,
  size: number,
  others: readonly (readonly [at: number, size: number | undefined])[],
): string | null {
  const [x, y] = others[0]!
  if (y === undefined) return null
  const slope = (y - size) / (x - at)
  const offset = size - slope * at
  if (!Number.isInteger(slope) || !others.every(([v, s]) => s === slope * v + offset)) return null
  const product = slope === 1 ? name : `${slope}*${name}`
  if (offset === 0) return product
  return offset > 0 ? `${product}+${offset}` : `${product}-${-offset}`
}
