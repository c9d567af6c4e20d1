/**
 * Indices out of range, and integers divided by zero. Kernels keep every index inside its dim, so that no memory outside is touched,
 * and divide by zero without a trap; beside them, a plan computes for each `take`, `gather` and `scatter` the greatest index that is
 * outside, if there is one, and for each division of integers whether a divisor is zero, and the plan's runner throws. What is in
 * order whatever is computed (positions counted by `iota`, constant divisors) needs no check. Where reading takes a wait, runs that
 * are replayed keep what their checks found until somebody looks (`withKeptChecks`).
 */
import type { Expr } from '../kernels/ir.ts'
import { loopVar } from '../kernels/ir.ts'
import { rangeOf } from '../kernels/range.ts'
import { isFloat } from '../ops/dtype.ts'
import { OpError, type OpErrorCode } from '../ops/error.ts'
import { copying } from './copying.ts'
import type { Rewrite } from './in-place.ts'
import { ElementReader, ruleOf } from './lower/element-reader.ts'
import { asIndex, provablyInside } from './lower/view.ts'
import { elementCount, type Graph, type GraphBuilder, type Value } from './value.ts'

/** A scalar int64 output of the plan: the offending index, the zero, or `NONE`. */
export type Check = IndexCheck | DivisorCheck

interface IndexCheck {
  readonly op: 'take' | 'gather' | 'scatter'
  /** Whether the index is a class that a loss was given. */
  readonly isTarget: boolean
  readonly dim: number
  readonly shape: readonly number[]
}

interface DivisorCheck {
  readonly op: 'floordiv' | 'remainder' | 'fmod'
}

/** The word of a check that found nothing. */
export const NONE = -(2n ** 63n)
/** The word of a kept check where one before it found something: its own does not count. */
const EARLIER = NONE + 1n

/** A check, with the value that it is of: the index, or the divisor. */
interface Found {
  readonly check: Check
  readonly of: Value
}

/** What must be checked: indices that are not in range whatever is computed, divisors that may be zero. */
function checksOf(graph: Graph): readonly Found[] {
  const divisors = new Set<Value>()
  // Of each index, the least size that it was checked for: gradients scatter by what the forward pass took.
  const inside = new Map<Value, number>()
  return graph.values.flatMap((value): Found[] => {
    const { operation } = value
    if (operation?.op === 'floordiv' || operation?.op === 'remainder' || operation?.op === 'fmod') {
      const divisor = value.inputs[1]!
      if (isFloat(value.dtype) || divisors.has(divisor) || neverZero(divisor)) return []
      divisors.add(divisor)
      return [{ check: { op: operation.op }, of: divisor }]
    }
    if (operation?.op !== 'take' && operation?.op !== 'gather' && operation?.op !== 'scatter') return []
    const { dim } = operation.attrs
    const [{ shape }, index] = value.inputs as [Value, Value]
    const whole = wholeOf(index)
    const isKnown = (inside.get(whole) ?? Number.POSITIVE_INFINITY) <= shape[dim]!
    if (isKnown || elementCount(index.shape) === 0 || alwaysInside(index, shape[dim]!)) return []
    inside.set(whole, shape[dim]!)
    const isTarget = operation.op === 'gather' && operation.attrs.target === true
    return [{ check: { op: operation.op, isTarget, dim, shape }, of: index }]
  })
}

/** The graph with an output for each check, after its own. */
export function withChecks(graph: Graph): { graph: Graph; checks: readonly Check[] } {
  const found = checksOf(graph)
  const { builder, copyOf } = copying(graph)
  for (const value of graph.values) copyOf(value)
  const outputs = [...graph.outputs.map(copyOf), ...outputsOf(found, builder, copyOf)]
  return { graph: builder.finish(outputs), checks: found.map(f => f.check) }
}

/**
 * The checks as a graph of their own over the same inputs, to be run before anything is written. Null where there are none,
 * and where they depend on what only the graph itself computes (a sum, a product), or on one of the `later` inputs.
 */
export function checksAlone(
  graph: Graph,
  later: ReadonlySet<Value>,
): { graph: Graph; checks: readonly Check[] } | null {
  const found = checksOf(graph)
  const isEarly = (checked: Value): boolean =>
    isExpression(checked, new Set(), value => value.operation === null && !later.has(value))
  if (found.length === 0 || !found.every(f => isEarly(f.of))) return null
  const { builder, copyOf } = copying(graph)
  for (const input of graph.inputs) copyOf(input)
  return { graph: builder.finish(outputsOf(found, builder, copyOf)), checks: found.map(f => f.check) }
}

/**
 * The graph with checks whose words are kept from run to run: each has an input, what it found before, and an output, what it
 * found first, after the graph's own. Once one has found something, the outputs that rewrite inputs are these inputs.
 */
export function withKeptChecks(
  graph: Graph,
  rewrites: readonly Rewrite[],
): { graph: Graph; checks: readonly Check[] } {
  const found = checksOf(graph)
  if (found.length === 0) return { graph, checks: [] }
  const { builder, copies, copyOf } = copying(graph)
  const none = builder.emit('full', [], { shape: [], dtype: 'int64', value: NONE })
  const earlier = builder.emit('full', [], { shape: [], dtype: 'int64', value: EARLIER })
  const select = (condition: Value, a: Value, b: Value): Value => builder.emit('where', [condition, a, b], {})
  const isNone = (word: Value): Value => builder.emit('eq', [word, none], {})
  const before = found.map(() => builder.input([], 'int64'))
  const words: Value[] = []
  for (const [i, word] of outputsOf(found, builder, copyOf).entries()) {
    const last = words.at(-1)
    const now = last === undefined ? word : select(isNone(last), word, earlier)
    words.push(select(isNone(before[i]!), now, before[i]!))
  }
  const isSound = isNone(words.at(-1)!)
  const rewritten = new Map(rewrites.map(r => [graph.outputs[r.output]!, graph.inputs[r.input]!]))
  for (const value of graph.values) {
    const [now, old] = [copyOf(value), rewritten.get(value)]
    if (old === undefined) continue
    const { shape } = value
    const one = builder.emit('reshape', [isSound], { shape: shape.map(() => 1) })
    copies.set(value, select(builder.emit('expand', [one], { shape }), now, copyOf(old)))
  }
  return {
    graph: builder.finish([...graph.outputs.map(copyOf), ...words]),
    checks: found.map(f => f.check),
  }
}

function outputsOf(
  found: readonly Found[],
  builder: GraphBuilder,
  copyOf: (value: Value) => Value,
): readonly Value[] {
  return found.map(({ check, of }) =>
    'dim' in check
      ? greatestOutside(builder, copyOf(of), check.shape[check.dim]!)
      : zeroAmong(builder, copyOf(of)),
  )
}

/**
 * The error of a check whose output is `found`; null if there is nothing to say.
 * @param earlier it is thrown by a call that it does not belong to
 */
export function checkError(check: Check, found: bigint, device: string, earlier = false): OpError | null {
  if (found === NONE || found === EARLIER) return null
  const { code, message, op, hint } = problemOf(check, found, device)
  const hints = [...(hint === undefined ? [] : [hint]), ...(earlier ? [ofEarlier(device)] : [])]
  const facts = { ...(op !== undefined && { op }), ...(hints.length > 0 && { hint: hints.join('; ') }) }
  return new OpError(code, message, facts)
}

const ofEarlier = (device: string): string =>
  `this is of an earlier run: ${device} is asked when something is read, and what came of that run is gone`

interface Problem {
  readonly code: OpErrorCode
  readonly message: string
  readonly op?: string
  readonly hint?: string
}

function problemOf(check: Check, found: bigint, device: string): Problem {
  if (!('dim' in check)) {
    const hint = 'an integer was divided by zero: put another divisor there before, as in where(y == 0, 1, y)'
    return { code: 'argument/value', message: 'ZeroDivisionError', op: check.op, hint }
  }
  const { op, isTarget, dim, shape } = check
  if (isTarget) {
    const hint = `classes are 0 to ${shape[dim]! - 1}; what is to be ignored is ignore_index`
    return { code: 'shape/range', message: `Target ${found} is out of bounds.`, hint }
  }
  const message = `${op}: index ${found} is out of range for dim ${dim} of size ${shape[dim]} (of shape [${shape.join(', ')}], on ${device})`
  const hint = 'indices count from 0; negative ones are not allowed here'
  return { code: 'shape/range', message, op, ...(found < 0n && { hint }) }
}

/** What an index is a view of, every element of which it shows. */
function wholeOf(index: Value): Value {
  let value = index
  while (value.operation !== null && WHOLE_VIEWS.has(value.operation.op)) value = value.inputs[0]!
  return value
}

const WHOLE_VIEWS: ReadonlySet<string> = new Set(['reshape', 'permute', 'expand'])

function alwaysInside(index: Value, size: number): boolean {
  const element = elementOf(index)
  return element !== null && provablyInside(element, size)
}

function neverZero(divisor: Value): boolean {
  if (elementCount(divisor.shape) === 0) return true
  const element = elementOf(divisor)
  if (element === null) return false
  const { min, max } = rangeOf(element)
  return min > 0 || max < 0
}

/** Any element of an integer value, as an index; null if it depends on what is in memory, which may be anything. */
function elementOf(value: Value): Expr | null {
  if (!isExpression(value, new Set(), () => false)) return null
  const at: Expr[] = value.shape.map((extent, d) => loopVar(`i${d}`, extent))
  return asIndex(new ElementReader(new Map()).read(value, at))
}

/** True if a value is computed, element by element, from given values alone. */
function isExpression(value: Value, seen: Set<Value>, isGiven: (value: Value) => boolean): boolean {
  if (seen.has(value) || isGiven(value)) return true
  seen.add(value)
  // Beyond this size, looking closer would cost more than the check.
  if (value.operation === null || seen.size > 40) return false
  const { kind } = ruleOf(value)
  return (kind === 'map' || kind === 'view') && value.inputs.every(x => isExpression(x, seen, isGiven))
}

/** max over all indices of (index if it is outside of 0 .. size - 1, else NONE). */
function greatestOutside(builder: GraphBuilder, index: Value, size: number): Value {
  const [wide, constant] = [asInt64(builder, index), constantLike(builder, index)]
  const [below, above] = [
    builder.emit('lt', [wide, constant(0n)], {}),
    builder.emit('ge', [wide, constant(BigInt(size))], {}),
  ]
  const outside = builder.emit('or', [below, above], {})
  // The least int64s have meanings of their own, so that as indices they are reported as their neighbour.
  const distinct = builder.emit('maximum', [wide, constant(EARLIER + 1n)], {})
  return greatestOf(builder, builder.emit('where', [outside, distinct, constant(NONE)], {}))
}

/** 0 if there is one among the divisors, else NONE. */
function zeroAmong(builder: GraphBuilder, divisor: Value): Value {
  const constant = constantLike(builder, divisor)
  const isZero = builder.emit('eq', [asInt64(builder, divisor), constant(0n)], {})
  return greatestOf(builder, builder.emit('where', [isZero, constant(0n), constant(NONE)], {}))
}

const asInt64 = (builder: GraphBuilder, x: Value): Value =>
  x.dtype === 'int64' ? x : builder.emit('cast', [x], { dtype: 'int64' })

const constantLike =
  (builder: GraphBuilder, { shape }: Value) =>
  (value: bigint): Value =>
    builder.emit('full', [], { shape, dtype: 'int64', value })

const greatestOf = (builder: GraphBuilder, x: Value): Value =>
  builder.emit('reduce_max', [x], { dims: x.shape.map((_, d) => d) })
