/** Why a state_dict does not fit, in words: the likely cause, what may have been meant, and steps to paste into the spec. */
import type { ArrayType } from './arrays.ts'
import { type Guess, guessSteps, renames } from './guess-steps.ts'
import type { Step } from './step.ts'
import { stepLines } from './step-yaml.ts'
import { unwrap } from './wrappers.ts'

type Types = ReadonlyMap<string, ArrayType>

export type MismatchCause = 'prefix' | 'renumbered' | 'width' | 'other-model' | 'renamed' | 'incomplete'

export interface MismatchReport {
  readonly cause: MismatchCause
  /** The cause in a sentence. */
  readonly explanation: string
  /** Keys of the file and what they may be called now. */
  readonly pairs: readonly (readonly [given: string, expected: string])[]
  /** `migrations:` or `layouts:` of a spec, to paste; null where no steps would help. */
  readonly yaml: string | null
}

/** What a file's tensors are compared with. `generation` is that of the migration which is proposed. */
export function explainMismatch(
  expectedTensors: Iterable<readonly [string, ArrayType]>,
  givenTensors: Iterable<readonly [string, ArrayType]>,
  generation = 2,
): MismatchReport {
  const [expected, given] = [new Map(expectedTensors), new Map(givenTensors)]
  const missing = new Map([...expected].filter(([key]) => !given.has(key)))
  const unexpected = new Map([...given].filter(([key]) => !expected.has(key)))
  const resized = [...expected].flatMap(([key, { shape }]) => {
    const other = given.get(key)
    return other === undefined || other.shape.join() === shape.join()
      ? []
      : [{ key, from: other.shape, to: shape }]
  })
  const prefix = prefixOf(expected, given, missing, unexpected)
  if (prefix !== null) return prefix
  const shifted = renumbered(expected, given)
  if (shifted !== null) return renamedReport(shifted, true, generation)
  if (missing.size === 0 && unexpected.size === 0)
    return { cause: 'width', explanation: widthText(resized), pairs: [], yaml: null }
  const guess = guessSteps(missing, unexpected)
  const explained = guess.pairs.length + guess.steps.filter(s => s.kind !== 'rename').length
  if (explained === 0) return nothingAlike(expected, given, missing, unexpected)
  return renamedReport(guess, false, generation)
}

function renamedReport(guess: Guess, isRenumbered: boolean, generation: number): MismatchReport {
  const rest = restSteps(guess)
  const steps = [...rest.drops, ...inOrder(guess.steps), ...rest.adds]
  const yaml = `migrations:\n  - to: ${generation}\n    steps:\n${indented(steps)}`
  const explanation = isRenumbered
    ? `the layers have other numbers, as when one was inserted into a Sequential or taken out: ${example(guess)}`
    : `the keys have other names: ${example(guess)}`
  return { cause: isRenumbered ? 'renumbered' : 'renamed', explanation, pairs: guess.pairs, yaml }
}

const indented = (steps: readonly Step[]): string =>
  stepLines(steps)
    .map(line => `      ${line}\n`)
    .join('')

/** Beyond it, aligning takes too long. */
const MAX_ALIGNED = 2000

/** All of the file's tensors found in the model in their order, under other numbers. */
function renumbered(expected: Types, given: Types): Guess | null {
  const [from, to] = [[...given], [...expected]]
  if (from.length > MAX_ALIGNED || to.length > MAX_ALIGNED) return null
  const kind = ([key, { shape }]: readonly [string, ArrayType]): string => `${withoutNumbers(key)} ${shape}`
  const aligned = commonSubsequence(from.map(kind), to.map(kind))
  if (aligned.length < Math.min(from.length, to.length)) return null
  const pairs = aligned.flatMap(([i, j]) =>
    from[i]![0] === to[j]![0] ? [] : [[from[i]![0], to[j]![0]] as const],
  )
  if (pairs.length === 0) return null
  const [left, right] = [new Set(aligned.map(([i]) => i)), new Set(aligned.map(([, j]) => j))]
  return {
    steps: renames(pairs),
    pairs,
    unexpected: from.flatMap(([key], i) => (left.has(i) ? [] : [key])),
    missing: to.flatMap(([key], j) => (right.has(j) ? [] : [key])),
  }
}

/** Indices of a longest common subsequence. */
function commonSubsequence(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1
  const lengths = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++
    else j++
  }
  return pairs
}

const withoutNumbers = (key: string): string => key.replace(/(?<=^|\.)\d+(?=\.|$)/g, '#')

const example = ({ pairs, steps }: Guess): string => {
  const [first] = pairs
  if (first !== undefined) return `'${first[0]}' is probably '${first[1]}' now`
  const part = steps.find(s => s.kind === 'split' || s.kind === 'concat')
  if (part?.kind === 'split') return `'${part.from}' is probably ${part.to.map(k => `'${k}'`).join(', ')} now`
  return part?.kind === 'concat'
    ? `${part.from.map(k => `'${k}'`).join(', ')} are probably '${part.to}' now`
    : ''
}

function restSteps(guess: Guess): { drops: Step[]; adds: Step[] } {
  return {
    drops: guess.unexpected.map(key => ({
      kind: 'drop',
      key,
      reason: 'the model has no such tensor any more',
      init: 'default',
    })),
    adds: guess.missing.map(key => ({ kind: 'add', key, init: 'default' })),
  }
}

/** Renames onto numbers that others still have come after those that free them. */
function inOrder(steps: readonly Step[]): Step[] {
  const waiting = [...steps]
  const sorted: Step[] = []
  while (waiting.length > 0) {
    const free = waiting.findIndex(
      step =>
        step.kind !== 'rename' || !waiting.some(o => o !== step && o.kind === 'rename' && o.from === step.to),
    )
    sorted.push(...waiting.splice(Math.max(free, 0), 1))
  }
  return sorted
}

/** Whether all keys would fit with a prefix taken off, or put on. */
function prefixOf(expected: Types, given: Types, missing: Types, unexpected: Types): MismatchReport | null {
  const [first] = missing.keys()
  if (first === undefined || unexpected.size === 0) return null
  const bare = unwrap(given)
  const isWrapped = bare !== null && [...missing.keys()].every(key => bare.state.has(key))
  if (isWrapped) {
    const explanation = `the keys have the prefix '${bare.prefix}' of a wrapper; loadCheckpoint and 'holdfast run' take it off`
    return { cause: 'prefix', explanation, pairs: [], yaml: layoutYaml(bare.prefix.slice(0, -1), '') }
  }
  const longer = [...unexpected.keys()].find(key => key.endsWith(`.${first}`))
  if (longer !== undefined) {
    const prefix = longer.slice(0, -first.length - 1)
    if ([...missing.keys()].every(key => given.has(`${prefix}.${key}`))) {
      const explanation = `every missing key is there with the prefix '${prefix}.': strip it, as a wrapper has added it`
      return { cause: 'prefix', explanation, pairs: [], yaml: layoutYaml(prefix, '') }
    }
  }
  const inner = [...unexpected.keys()].find(key => first.endsWith(`.${key}`))
  if (inner === undefined) return null
  const prefix = first.slice(0, -inner.length - 1)
  const isPart = [...unexpected.keys()].every(key => expected.has(`${prefix}.${key}`))
  if (!isPart) return null
  const explanation = `the keys lack the prefix '${prefix}.': the file holds that part of the model`
  return { cause: 'prefix', explanation, pairs: [], yaml: layoutYaml('', prefix) }
}

const layoutYaml = (from: string, to: string): string =>
  `layouts:\n  wrapped:\n    to: 1\n    steps:\n${indented([{ kind: 'rename', from, to }])}`

interface Resized {
  readonly key: string
  readonly from: readonly number[]
  readonly to: readonly number[]
}

function widthText(resized: readonly Resized[]): string {
  const changes = new Set(
    resized.flatMap(({ from, to }) =>
      from.length === to.length
        ? from.flatMap((size, i) => (size === to[i] ? [] : [`${size} is ${to[i]}`]))
        : [],
    ),
  )
  const what =
    changes.size === 0 || changes.size > 4
      ? `the file has [${resized[0]!.from}] and the model [${resized[0]!.to}] for '${resized[0]!.key}'`
      : `what is in the file ${[...changes].join(' here, what is ')} here`
  return `the keys are those of the model, but it has other sizes: ${what}; make it with the params of the file`
}

function nothingAlike(expected: Types, given: Types, missing: Types, unexpected: Types): MismatchReport {
  const common = expected.size - missing.size
  if (common > 0 && common >= given.size / 10) {
    const only =
      unexpected.size === 0
        ? 'the file holds a part of the model'
        : missing.size === 0
          ? 'the file holds more than the model'
          : 'the file and the model share a part of their keys'
    return {
      cause: 'incomplete',
      explanation: `${only}; load it by strict: false to take what fits`,
      pairs: [],
      yaml: null,
    }
  }
  const [key] = given.keys()
  const explanation = `the file is of another model: ${common} of its ${given.size} keys are this one's, and no other is alike (it has '${key ?? ''}')`
  return { cause: 'other-model', explanation, pairs: [], yaml: null }
}
