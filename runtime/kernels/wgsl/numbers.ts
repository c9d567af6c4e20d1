/**
 * The whole numbers of shaders, apart from the rest of their text: extents, strides, offsets and bounds, but not what the text is
 * built by, such as sizes of arrays and of workgroups. Kernels of other shapes often differ in these numbers alone. Then those that
 * are the same in all of them are written, the others become parameters, which a uniform buffer holds: one pipeline serves them all.
 * Whatever a kernel computes, it computes from the same numbers in the same order either way.
 */

/** A number as it stands in a text while it is printed. WGSL has no dollar. */
export const marked = (n: number): string => `$${n}$`

const MARKED = /\$(-?\d+)\$/g

/** True of a name, or of a single number. */
export const isAtom = (text: string): boolean => /^(\w+|\$-?\d+\$)$/.test(text)

/** A text in which a dollar stands for each number. */
export interface Skeleton {
  readonly skeleton: string
  readonly numbers: readonly number[]
}

/** Takes the marked numbers out of a text. */
export function skeletonOf(text: string): Skeleton {
  const numbers: number[] = []
  const skeleton = text.replace(MARKED, (_, digits: string) => {
    numbers.push(Number(digits))
    return '$'
  })
  return { skeleton, numbers }
}

/** What stands at the places of a skeleton, for all the texts that a pattern takes. */
export interface Pattern {
  /** The parameter of each place; null where all have the number of the sample. */
  readonly places: readonly (number | null)[]
  /** The numbers of one of the texts. */
  readonly sample: readonly number[]
  readonly parameters: number
}

/** The pattern of one text: its numbers are written. */
export const patternOf = (numbers: readonly number[]): Pattern => ({
  places: numbers.map(() => null),
  sample: numbers,
  parameters: 0,
})

/**
 * The narrowest pattern that takes one more text. Places whose numbers are equal in each of the texts share a parameter, so
 * the parameters are as many as before if, and only if, the pattern took this text already.
 */
export function widened({ places, sample }: Pattern, numbers: readonly number[]): Pattern {
  const parameters = new Map<string, number>()
  const wider = numbers.map((n, i) => {
    const before = places[i]!
    if (before === null && n === sample[i]) return null
    const key = before === null ? `${sample[i]} ${n}` : `p${before} ${n}`
    const parameter = parameters.get(key) ?? parameters.size
    parameters.set(key, parameter)
    return parameter
  })
  return { places: wider, sample, parameters: parameters.size }
}

/** The parameters of one of the texts that a pattern takes. */
export function parametersOf({ places, parameters }: Pattern, numbers: readonly number[]): Int32Array {
  const values = new Int32Array(parameters)
  for (const [i, parameter] of places.entries()) if (parameter !== null) values[parameter] = numbers[i]!
  return values
}

/** Parameters lie by fours. */
const QUAD = 4

/**
 * The shader of a pattern.
 * @param binding the number of the binding, of group 0, that holds the parameters
 */
export function codeOf(skeleton: string, { places, sample, parameters }: Pattern, binding: number): string {
  let at = 0
  const code = skeleton.replace(/\$/g, () => {
    const parameter = places[at]!
    const n = sample[at++]!
    if (parameter !== null) return `numbers[${Math.floor(parameter / QUAD)}].${'xyzw'[parameter % QUAD]}`
    return n === -(2 ** 31) ? 'i32(-2147483648)' : n < 0 ? `(${n})` : `${n}`
  })
  if (parameters === 0) return code
  const quads = Math.ceil(parameters / QUAD)
  return `${code}\n@group(0) @binding(${binding}) var<uniform> numbers: array<vec4<i32>, ${quads}>;`
}
