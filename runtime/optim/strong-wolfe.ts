/** The line search of LBFGS: Nocedal and Wright 2006, algorithms 3.5 and 3.6, with PyTorch's safeguards. */
import type { Tensor } from '../tensor/tensor.ts'

/** A step size with the type that Python has for it, which PyTorch's dictionary shows. */
export interface StepSize {
  readonly value: number
  readonly type: 'int' | 'float' | 'tensor'
}

/** A point on the line: its loss, its gradient, and the slope of the loss along the line. */
export interface LinePoint {
  readonly loss: number
  readonly grad: Tensor
  readonly slope: number
}

interface Placed extends LinePoint {
  readonly t: StepSize
}

interface Search {
  readonly evaluate: (t: StepSize) => LinePoint
  /** The largest element of the direction. */
  readonly norm: number
  readonly toleranceChange: number
  readonly mostEvaluations: number
}

const SUFFICIENT_DECREASE = 1e-4
const CURVATURE = 0.9

/** Where to go on a line from `start`, whose step size is 0, beginning with the step `first`. */
export function strongWolfe(
  start: LinePoint,
  first: StepSize,
  search: Search,
): Placed & { evaluations: number } {
  const { evaluate, mostEvaluations } = search
  const at = (t: StepSize): Placed => ({ t, ...evaluate(t) })
  const tooHigh = (p: Placed): boolean => p.loss > start.loss + SUFFICIENT_DECREASE * p.t.value * start.slope
  const isFlat = (p: Placed): boolean => Math.abs(p.slope) <= -CURVATURE * start.slope
  const origin: Placed = { t: { value: 0, type: 'int' }, ...start }

  let previous = origin
  let current = at(first)
  let evaluations = 1
  let iteration = 0
  let bracket: [Placed, Placed] = [origin, current]
  let done = false
  while (iteration < mostEvaluations) {
    if (tooHigh(current) || (iteration > 1 && current.loss >= previous.loss)) {
      bracket = [previous, current]
      break
    }
    if (isFlat(current)) {
      bracket = [current, current]
      done = true
      break
    }
    if (current.slope >= 0) {
      bracket = [previous, current]
      break
    }
    const [from, to] = [previous.t, current.t]
    const nearest = derived(to.value + 0.01 * (to.value - from.value), 'float', from, to)
    const farthest = derived(to.value * 10, 'int', to)
    const next = interpolate(previous, current, [nearest, farthest])
    previous = current
    current = at(next)
    evaluations++
    iteration++
  }
  if (iteration === mostEvaluations) bracket = [origin, current]

  let stuck = false
  let low: 0 | 1 = bracket[0].loss <= bracket[1].loss ? 0 : 1
  while (!done && iteration < mostEvaluations) {
    const [a, b] = bracket
    if (Math.abs(b.t.value - a.t.value) * search.norm < search.toleranceChange) break
    const [left, right] = a.t.value <= b.t.value ? [a.t, b.t] : [b.t, a.t]
    let t = interpolate(a, b)
    const margin = 0.1 * (right.value - left.value)
    if (Math.min(right.value - t.value, t.value - left.value) < margin) {
      if (stuck || t.value >= right.value || t.value <= left.value) {
        const isRight = Math.abs(t.value - right.value) < Math.abs(t.value - left.value)
        t = isRight
          ? derived(right.value - margin, 'float', a.t, b.t)
          : derived(left.value + margin, 'float', a.t, b.t)
        stuck = false
      } else stuck = true
    } else stuck = false
    current = at(t)
    evaluations++
    iteration++
    const high = (1 - low) as 0 | 1
    if (tooHigh(current) || current.loss >= bracket[low].loss) {
      bracket[high] = current
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1
    } else {
      if (isFlat(current)) done = true
      else if (current.slope * (bracket[high].t.value - bracket[low].t.value) >= 0)
        bracket[high] = bracket[low]
      bracket[low] = current
    }
  }
  return { ...bracket[low], evaluations }
}

const RANK = { int: 0, float: 1, tensor: 2 } as const

/** A number computed from step sizes: a tensor if one of them is, at least of the type given. */
function derived(value: number, least: StepSize['type'], ...from: readonly StepSize[]): StepSize {
  const type = from.reduce((t, s) => (RANK[s.type] > RANK[t] ? s.type : t), least)
  return { value, type }
}

/** The minimum of the cubic through two points with their slopes, within bounds. */
function interpolate(a: Placed, b: Placed, bounds?: readonly [StepSize, StepSize]): StepSize {
  const [lowest, highest] = bounds ?? (a.t.value <= b.t.value ? [a.t, b.t] : [b.t, a.t])
  const [x1, x2] = [a.t.value, b.t.value]
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (x1 - x2)
  const square = d1 ** 2 - a.slope * b.slope
  if (!(square >= 0)) return derived((lowest.value + highest.value) / 2, 'float', lowest, highest)
  const d2 = Math.sqrt(square)
  const value =
    x1 <= x2
      ? x2 - (x2 - x1) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
      : x1 - (x1 - x2) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2))
  const raised = lowest.value > value ? lowest : ({ value, type: 'tensor' } as const)
  return highest.value < raised.value ? highest : raised
}
