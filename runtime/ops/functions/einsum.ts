/** torch.einsum: two operands at a time, each step one batched matrix product. */
import type { Builder } from '../builder.ts'
import { type Dim, printShape, product } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { diagonal } from './movement.ts'
import { vocabulary } from './vocabulary.ts'

/** A tensor with a name for each axis. */
interface Named<V> {
  readonly value: V
  readonly names: readonly string[]
}

const refuse = (equation: string, why: string): OpError =>
  new OpError('argument/value', `einsum '${equation}': ${why}`, { op: 'einsum' })

/** Names of one operand's axes; those under `...` are numbered from the end. */
function nameAxes(equation: string, term: string, rank: number, dots: number): readonly string[] {
  const letters = term.replace('...', '')
  if (!/^[a-zA-Z]*$/.test(letters))
    throw refuse(equation, `'${term}' has something other than letters and ...`)
  if (!term.includes('...')) {
    if (letters.length !== rank)
      throw refuse(equation, `'${term}' does not name the ${rank} axes of its operand`)
    return [...letters]
  }
  const own = rank - letters.length
  if (own < 0) throw refuse(equation, `'${term}' names more axes than its operand has`)
  const at = term.indexOf('...')
  const hidden = Array.from({ length: own }, (_, i) => `.${dots - own + i}`)
  return [...term.slice(0, at), ...hidden, ...term.slice(at + 3)]
}

/** Axes named twice become their diagonal. */
function withoutRepeats<V>(b: Builder<V>, x: Named<V>): Named<V> {
  const second = x.names.findIndex((n, i) => x.names.indexOf(n) !== i)
  if (second < 0) return x
  const name = x.names[second]!
  const first = x.names.indexOf(name)
  const value = diagonal(b, x.value, 0, first, second)
  return withoutRepeats(b, { value, names: [...x.names.filter((_, i) => i !== first && i !== second), name] })
}

/** Sums over the axes that nothing else needs, and puts the others in the order given. */
function arrange<V>(b: Builder<V>, x: Named<V>, names: readonly string[]): V {
  const v = vocabulary(b)
  const gone = x.names.flatMap((n, i) => (names.includes(n) ? [] : [i]))
  const kept = x.names.filter(n => names.includes(n))
  const own = isFloat(v.dtype(x.value)) ? v.dtype(x.value) : 'int64'
  const summed = gone.length === 0 ? x.value : v.sum(v.cast(x.value, own), gone)
  const present = names.filter(n => kept.includes(n))
  const ordered = v.permute(
    summed,
    present.map(n => kept.indexOf(n)),
  )
  const shape = v.shape(ordered)
  return v.reshape(
    ordered,
    names.map(n => (kept.includes(n) ? shape[present.indexOf(n)]! : 1)),
  )
}

/** Sum of products over the names that `keep` lacks. */
function join<V>(
  b: Builder<V>,
  x: Named<V>,
  y: Named<V>,
  keep: ReadonlySet<string>,
  sizes: ReadonlyMap<string, Dim>,
): Named<V> {
  const v = vocabulary(b)
  const both = x.names.filter(n => y.names.includes(n))
  const batch = both.filter(n => keep.has(n))
  const shared = both.filter(n => !keep.has(n))
  const freeX = x.names.filter(n => !both.includes(n) && keep.has(n))
  const freeY = y.names.filter(n => !both.includes(n) && keep.has(n))
  const size = (names: readonly string[]): Dim => product(names.map(n => sizes.get(n)!))
  const shape = (names: readonly string[]): Dim[] => names.map(n => sizes.get(n)!)
  const fitted = (z: Named<V>, names: readonly string[]): V => v.expand(arrange(b, z, names), shape(names))
  const left = v.reshape(fitted(x, [...batch, ...freeX, ...shared]), [
    ...shape(batch),
    size(freeX),
    size(shared),
  ])
  const right = v.reshape(fitted(y, [...batch, ...shared, ...freeY]), [
    ...shape(batch),
    size(shared),
    size(freeY),
  ])
  const names = [...batch, ...freeX, ...freeY]
  return { value: v.reshape(v.matmul(left, right), shape(names)), names }
}

export function einsum<V>(b: Builder<V>, equation: string, operands: readonly V[]): V {
  const v = vocabulary(b)
  const [inputs, output, ...more] = equation.replaceAll(' ', '').split('->')
  const terms = inputs!.split(',')
  if (more.length > 0) throw refuse(equation, 'it has more than one ->')
  if (terms.length !== operands.length)
    throw refuse(equation, `it has ${terms.length} terms for ${operands.length} operands`)
  const hidden = (term: string, x: V): number => (term.includes('...') ? v.rank(x) - term.length + 3 : 0)
  const dots = Math.max(...terms.map((t, i) => hidden(t, operands[i]!)))
  let rest = terms.map((t, i) =>
    withoutRepeats(b, { value: operands[i]!, names: nameAxes(equation, t, v.rank(operands[i]!), dots) }),
  )

  const sizes = new Map<string, Dim>()
  for (const { value, names } of rest) {
    for (const [i, name] of names.entries()) {
      const [old, d] = [sizes.get(name), v.shape(value)[i]!]
      if (old === undefined || old === 1) sizes.set(name, d)
      else if (d !== 1 && !b.assumeEqual(old, d)) {
        throw new OpError(
          'shape/mismatch',
          `einsum '${equation}': axis ${name} has size ${old} and ${d} (${operands.map(x => printShape(v.shape(x))).join(', ')})`,
          { op: 'einsum' },
        )
      }
    }
  }

  const counts = new Map<string, number>()
  for (const n of inputs!.replaceAll('...', '').replaceAll(',', '')) counts.set(n, (counts.get(n) ?? 0) + 1)
  const allDots = Array.from({ length: dots }, (_, i) => `.${i}`)
  const wanted =
    output === undefined
      ? [...allDots, ...[...counts.keys()].filter(n => counts.get(n) === 1).sort()]
      : nameAxes(equation, output, output.includes('...') ? output.length - 3 + dots : output.length, dots)
  const unknown = wanted.find(n => !sizes.has(n))
  if (unknown !== undefined) throw refuse(equation, `the output names '${unknown}', which no operand has`)
  if (new Set(wanted).size !== wanted.length) throw refuse(equation, 'the output names an axis twice')

  while (rest.length > 1) {
    const [x, y, ...others] = rest
    const keep = new Set([...wanted, ...others.flatMap(o => o.names)])
    rest = [join(b, x!, y!, keep, sizes), ...others]
  }
  return arrange(b, rest[0]!, wanted)
}
