/** From a declared step and the types of the tensors that are there to exact steps: who matches, and whether all is well. */
import type { ArrayType } from './arrays.ts'
import type { ExactStep } from './exact-step.ts'
import { KeysError, type KeysErrorCode } from './keys-error.ts'
import { nearestKey, nearestPath } from './nearest-key.ts'
import { checkWildcards, type Match, matchKey, matchPath, parsePattern, substitute } from './pattern.ts'
import type { Step } from './step.ts'

export type Types = ReadonlyMap<string, ArrayType>

/** What a step is resolved against. */
export interface Situation {
  /** Of the tensors that are there now, in their order. */
  readonly types: Types
  /** Of the keys that the steps lead to, which say what is added; null where nobody knows them. */
  readonly target: Types | null
  readonly index: number
}

/** Throws KeysError, whose `step` is the situation's. */
export function resolveStep(step: Step, situation: Situation): ExactStep[] {
  try {
    return resolved(step, situation)
  } catch (error) {
    if (!(error instanceof KeysError) || error.step !== null) throw error
    throw fault(situation, error.code, error.message, error.key, error.hint)
  }
}

const fault = (
  { index }: Situation,
  code: KeysErrorCode,
  message: string,
  key: string | null,
  hint: string | null = null,
): KeysError =>
  new KeysError(code, message, {
    step: index,
    ...(key === null ? {} : { key }),
    ...(hint === null ? {} : { hint }),
  })

function resolved(step: Step, at: Situation): ExactStep[] {
  const { index } = at
  switch (step.kind) {
    case 'rename':
      return [{ index, kind: 'move', moves: resolveMoves(step.from, step.to, at) }]
    case 'split':
      return resolveSplit(step, at)
    case 'concat':
      return resolveConcat(step, at)
    case 'transpose':
      return matching(step.key, at).map(key => {
        const { shape } = at.types.get(key)!
        const dims = step.dims.map(dim => checkDim(dim, shape, key, at)) as [number, number]
        return { index, kind: 'transpose', key, dims }
      })
    case 'reshape':
      return matching(step.key, at).map(key => resolveReshape(step, key, at))
    case 'slice':
    case 'pad':
      return matching(step.key, at).map(key => resolveSlice(step, key, at))
    case 'permute_heads':
      return matching(step.key, at).map(key => resolveHeads(step, key, at))
    case 'add':
      return resolveAdd(step, at)
    case 'drop':
      return matching(step.key, at, matchPath).map(key => {
        const { shape, dtype } = at.types.get(key)!
        return { index, kind: 'drop', key, type: { shape, dtype }, init: step.init, reason: step.reason }
      })
    case 'tie':
      return resolveTies('tie', step.key, step.to, at)
    case 'untie':
      return resolveTies('untie', step.key, step.from, at)
  }
}

type Matcher = typeof matchKey

/** Keys that match; at least one. */
const matching = (text: string, at: Situation, match: Matcher = matchKey): string[] =>
  matches(text, at, match).map(([key]) => key)

function matches(text: string, at: Situation, match: Matcher): (readonly [string, Match])[] {
  const pattern = parsePattern(text)
  const found = [...at.types.keys()].flatMap(key => {
    const how = match(pattern, key)
    return how === null ? [] : [[key, how] as const]
  })
  if (found.length === 0) throw nothingMatches(text, at, match === matchPath)
  return found
}

function nothingMatches(text: string, at: Situation, isPath = false): KeysError {
  const isPattern = text.includes('*')
  const near = (isPath ? nearestPath : nearestKey)(text, [...at.types.keys()])
  const hint = near === null ? null : `did you mean '${near}'?`
  return fault(
    at,
    'keys/missing',
    isPattern ? `no key matches '${text}'` : `there is no '${text}'`,
    text,
    hint,
  )
}

function resolveMoves(from: string, to: string, at: Situation): (readonly [string, string])[] {
  const target = parsePattern(to)
  checkWildcards([parsePattern(from), target])
  const moves = matches(from, at, matchPath).map(([key, match]) => [key, substitute(target, match)] as const)
  const gone = new Set(moves.map(([key]) => key))
  const taken = new Map<string, string>()
  for (const [key, name] of moves) {
    if (name === '') throw fault(at, 'keys/pattern', `'${key}' would be left without a name`, key)
    const other = taken.get(name)
    if (other !== undefined)
      throw fault(at, 'keys/collision', `'${other}' and '${key}' would both be '${name}'`, name)
    if (at.types.has(name) && !gone.has(name))
      throw fault(at, 'keys/collision', `'${key}' would be '${name}', which is there already`, name)
    taken.set(name, key)
  }
  return moves
}

/** Keys that come into being must be new, and differ. `ends` are those that make room. */
function checkNew(keys: readonly string[], ends: readonly string[], at: Situation): void {
  for (const [i, key] of keys.entries()) {
    if (at.types.has(key) && !ends.includes(key))
      throw fault(at, 'keys/collision', `'${key}' is there already`, key)
    if (keys.indexOf(key) !== i) throw fault(at, 'keys/collision', `two tensors would be '${key}'`, key)
  }
}

function checkDim(dim: number, shape: readonly number[], key: string, at: Situation): number {
  const positive = dim < 0 ? dim + shape.length : dim
  if (!Number.isInteger(dim) || positive < 0 || positive >= shape.length) {
    throw fault(at, 'keys/shape', `'${key}' has shape [${shape}], which has no dim ${dim}`, key)
  }
  return positive
}

function resolveSplit(step: Extract<Step, { kind: 'split' }>, at: Situation): ExactStep[] {
  const targets = step.to.map(parsePattern)
  checkWildcards([parsePattern(step.from), ...targets])
  if (targets.length === 0) throw fault(at, 'keys/pattern', `'${step.from}' is split into nothing`, step.from)
  const found = matches(step.from, at, matchKey)
  const made = found.flatMap(([, match]) => targets.map(t => substitute(t, match)))
  checkNew(
    made,
    found.map(([key]) => key),
    at,
  )
  return found.map(([from, match]) => {
    const { shape } = at.types.get(from)!
    const dim = checkDim(step.dim, shape, from, at)
    const size = shape[dim]!
    const sizes = step.sizes ?? targets.map(() => size / targets.length)
    if (sizes.length !== targets.length) {
      const message = `${sizes.length} sizes for ${targets.length} parts of '${from}'`
      throw fault(at, 'keys/shape', message, from)
    }
    if (!sizes.every(isSize) || sizes.reduce((a, b) => a + b, 0) !== size) {
      const parts = step.sizes === null ? `${targets.length} equal parts` : `parts of ${sizes.join(' + ')}`
      throw fault(at, 'keys/shape', `dim ${dim} of '${from}', of shape [${shape}], is no ${parts}`, from)
    }
    return { index: at.index, kind: 'split', from, to: targets.map(t => substitute(t, match)), dim, sizes }
  })
}

function resolveConcat(step: Extract<Step, { kind: 'concat' }>, at: Situation): ExactStep[] {
  const sources = step.from.map(parsePattern)
  const target = parsePattern(step.to)
  checkWildcards([target, ...sources])
  if (sources.length === 0) throw fault(at, 'keys/pattern', `'${step.to}' is made of nothing`, step.to)
  const groups = new Map<string, Match>()
  for (const source of step.from)
    for (const [, match] of matches(source, at, matchKey)) groups.set(JSON.stringify(match.bound), match)
  const joined = [...groups.values()].map(match => ({
    from: sources.map(s => substitute(s, match)),
    to: substitute(target, match),
  }))
  const ends = joined.flatMap(j => j.from)
  const twice = ends.find((key, i) => ends.indexOf(key) !== i)
  if (twice !== undefined) throw fault(at, 'keys/collision', `'${twice}' is used twice`, twice)
  checkNew(
    joined.map(j => j.to),
    ends,
    at,
  )
  return joined.map(({ from, to }) => {
    for (const key of from) if (!at.types.has(key)) throw nothingMatches(key, at)
    const types = from.map(key => at.types.get(key)!)
    const dim = checkDim(step.dim, types[0]!.shape, from[0]!, at)
    checkJoint(from, types, dim, at)
    const sizes = types.map(t => t.shape[dim]!)
    if (step.sizes !== null && step.sizes.join() !== sizes.join()) {
      const message = `the parts of '${to}' have ${sizes.join(' + ')} along dim ${dim}, not ${step.sizes.join(' + ')}`
      throw fault(at, 'keys/shape', message, to)
    }
    if (step.sizes === null && new Set(sizes).size > 1) {
      const hint = `write sizes: [${sizes.join(', ')}], so that the way back is known`
      throw fault(at, 'keys/shape', `the parts of '${to}' are not equal along dim ${dim}`, to, hint)
    }
    return { index: at.index, kind: 'concat', from, to, dim, sizes }
  })
}

function checkJoint(keys: readonly string[], types: readonly ArrayType[], dim: number, at: Situation): void {
  const [first] = types
  for (const [i, type] of types.entries()) {
    const key = keys[i]!
    if (type.dtype !== first!.dtype) {
      const message = `'${keys[0]}' is ${first!.dtype} and '${key}' ${type.dtype}`
      throw fault(at, 'keys/dtype', `${message}: they cannot be one tensor`, key)
    }
    const rest = (shape: readonly number[]) => shape.map((size, d) => (d === dim ? 'any' : size)).join()
    if (rest(type.shape) !== rest(first!.shape)) {
      const message = `[${first!.shape}] of '${keys[0]}' and [${type.shape}] of '${key}' do not join along dim ${dim}`
      throw fault(at, 'keys/shape', message, key)
    }
  }
}

function resolveReshape(step: Extract<Step, { kind: 'reshape' }>, key: string, at: Situation): ExactStep {
  const { shape } = at.types.get(key)!
  const count = shape.reduce((a, b) => a * b, 1)
  const from = complete(step.from, count)
  const to = complete(step.to, count)
  if (from?.join() !== shape.join())
    throw fault(at, 'keys/shape', `'${key}' has shape [${shape}], not [${step.from}]`, key)
  if (to === null)
    throw fault(at, 'keys/shape', `'${key}' of shape [${shape}] cannot have shape [${step.to}]`, key)
  return { index: at.index, kind: 'reshape', key, from, to }
}

/** The shape with the one size found that is left open; null where it does not have `count` elements. */
function complete(shape: readonly number[], count: number): readonly number[] | null {
  const open = shape.indexOf(-1)
  const known = shape.reduce((a, b, i) => (i === open ? a : a * b), 1)
  const full = open === -1 ? shape : shape.with(open, known === 0 ? 0 : count / known)
  return full.every(isSize) && full.reduce((a, b) => a * b, 1) === count ? full : null
}

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

function resolveSlice(step: Extract<Step, { kind: 'slice' | 'pad' }>, key: string, at: Situation): ExactStep {
  const { shape } = at.types.get(key)!
  const dim = checkDim(step.dim, shape, key, at)
  const { start, stop, size, fill, kind } = step
  const fits = isSize(start) && isSize(stop) && isSize(size) && start <= stop && stop <= size
  const expected = kind === 'slice' ? size : stop - start
  if (!fits || shape[dim] !== expected) {
    const what = `${start} to ${stop} of ${size} along dim ${dim}`
    throw fault(at, 'keys/shape', `'${key}' of shape [${shape}] does not fit a ${kind} of ${what}`, key)
  }
  return { index: at.index, kind, key, dim, start, stop, size, fill }
}

function resolveHeads(step: Extract<Step, { kind: 'permute_heads' }>, key: string, at: Situation): ExactStep {
  const { shape } = at.types.get(key)!
  const dim = checkDim(step.dim, shape, key, at)
  const { heads, to } = step
  if (!isSize(heads) || heads === 0 || shape[dim]! % (2 * heads) !== 0) {
    const message = `dim ${dim} of '${key}', of shape [${shape}], is no ${heads} heads of pairs`
    throw fault(at, 'keys/shape', message, key)
  }
  return { index: at.index, kind: 'permute_heads', key, dim, heads, to }
}

function resolveAdd(step: Extract<Step, { kind: 'add' }>, at: Situation): ExactStep[] {
  const pattern = parsePattern(step.key)
  const wanted = [...(at.target ?? [])].filter(([key]) => matchPath(pattern, key) !== null)
  if (wanted.length === 0) {
    const near = nearestKey(step.key, [...(at.target?.keys() ?? [])])
    const hint =
      near === null
        ? 'the keys that the steps lead to are not known here'
        : `an added key is one of those that the steps lead to; the nearest is '${near}'`
    throw fault(at, 'keys/no-value', `'${step.key}' is added, but its shape is not known`, step.key, hint)
  }
  checkNew(
    wanted.map(([key]) => key),
    [],
    at,
  )
  return wanted.map(([key, { shape, dtype }]) => {
    return { index: at.index, kind: 'add', key, type: { shape, dtype }, init: step.init }
  })
}

function resolveTies(kind: 'tie' | 'untie', name: string, owner: string, at: Situation): ExactStep[] {
  const target = parsePattern(name)
  checkWildcards([parsePattern(owner), target])
  return matches(owner, at, matchKey).map(([to, match]) => {
    const key = substitute(target, match)
    if (key === to) throw fault(at, 'keys/pattern', `'${key}' is tied to itself`, key)
    const [own, other] = [at.types.get(key), at.types.get(to)!]
    if (own !== undefined && (own.shape.join() !== other.shape.join() || own.dtype !== other.dtype)) {
      const message = `'${key}' is ${own.dtype}[${own.shape}], '${to}' ${other.dtype}[${other.shape}]`
      throw fault(at, 'keys/shape', `${message}: they cannot be one tensor`, key)
    }
    // Files without aliases have one of the names only.
    return {
      index: at.index,
      kind: own === undefined || kind === 'tie' ? 'tie' : 'untie',
      key,
      to,
      whole: own === undefined,
    }
  })
}
