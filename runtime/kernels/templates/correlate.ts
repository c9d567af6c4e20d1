/**
 * Convolution as a blocked product: rows are output channels, columns are window positions, the depth is taps times
 * input channels. The right factor is the image itself: for each tap the positions lie in a row, so nothing is
 * unfolded. Positions are counted along the image's pitch; those that fall between its rows are computed and dropped.
 */

import { add, and, floordiv, get, lt, mod, mul, not } from '../expr.ts'
import type { Expr, For, Limits, Stmt } from '../ir.ts'
import { sharedArray } from '../ir.ts'
import { constI32 } from '../node.ts'
import { alloc, loop, set, when } from '../stmt.ts'
import { blocked, type FinishedTile } from './blocked.ts'
import type { NumberType } from './number-type.ts'
import { channelsInner, lanesOf } from './rules.ts'
import { columns } from './tile.ts'
import { strides } from './window.ts'

export interface Correlation {
  readonly type: NumberType
  /** Images times groups. */
  readonly batches: number
  /** Output channels of one group. */
  readonly rows: number
  /** Input channels of one group. */
  readonly channels: number
  readonly taps: readonly number[]
  /** Window positions along each axis, and the distance of neighbours in the image. */
  readonly positions: readonly number[]
  readonly pitch: readonly number[]
  /** The weight of a row, input channel of the group, and tap. */
  readonly weight: (batch: Expr, row: Expr, channel: Expr, taps: readonly Expr[]) => Expr
  /** The image's element for a channel and tap at a position. */
  readonly image: (batch: Expr, channel: Expr, taps: readonly Expr[], position: Expr) => Expr
  /** Elements beyond the last position may be read. */
  readonly padded: boolean
  /** Stores a result. */
  readonly write: (sum: Expr, batch: Expr, row: Expr, position: Position) => Stmt
}

/** A window position: its index in the contiguous output of one channel, and along each axis. */
export interface Position {
  readonly flat: Expr
  readonly axes: readonly Expr[]
}

/** The whole correlation, as one grid loop. */
export function correlate(c: Correlation, limits: Limits): For {
  const { channels, taps, positions, pitch } = c
  const n = positions.reduce((sum, count, axis) => sum + (count - 1) * pitch[axis]!, 1)
  const inner = channelsInner(channels)
  const split = (depth: readonly Expr[]) =>
    inner ? { channel: depth.at(-1)!, at: depth.slice(0, -1) } : { channel: depth[0]!, at: depth.slice(1) }
  return blocked(
    {
      type: c.type,
      batches: c.batches,
      m: c.rows,
      n,
      depth: inner ? [...taps, channels] : [channels, ...taps],
      left: (batch, row, depth) => {
        const { channel, at } = split(depth)
        return c.weight(batch, row, channel, at)
      },
      right: (batch, depth, { column }) => {
        const { channel, at } = split(depth)
        return c.image(batch, channel, at, column)
      },
      padded: c.padded,
      finish: finished =>
        isDense(c) ? finishDense(c, finished) : finishRows(c, finished, lanesOf(c.type, limits)),
    },
    limits,
  )
}

function isDense({ positions, pitch }: Correlation): boolean {
  return strides(positions).every((stride, axis) => stride === pitch[axis])
}

function finishDense(
  { write, positions }: Correlation,
  { sum, batch, row, column, count }: FinishedTile,
): readonly Stmt[] {
  return [
    columns(count, c => [write(sum(c), batch, row, unravel(add(column, c), strides(positions), positions))]),
  ]
}

/** The position at an index along the pitch. */
function unravel(index: Expr, pitch: readonly number[], positions: readonly number[]): Position {
  const axes = pitch.map((step, axis) => {
    const whole = floordiv(index, step)
    return axis === 0 ? whole : mod(whole, pitch[axis - 1]! / step)
  })
  return { axes, flat: flatten(axes, positions) }
}

function flatten(axes: readonly Expr[], positions: readonly number[]): Expr {
  const steps = strides(positions)
  return axes.reduce<Expr>((sum, at, axis) => add(sum, mul(at, steps[axis]!)), constI32(0))
}

/** True if the position lies in the output; the first axis is bounded by the number of columns. */
function isInside(axes: readonly Expr[], positions: readonly number[], more: number): Expr {
  return axes
    .slice(1)
    .map((at, i) => lt(add(at, i + 2 === axes.length ? more : 0), positions[i + 1]!))
    .reduce(and)
}

/**
 * Stores vector by vector where a whole vector lies in one row of the output. A vector that straddles goes through
 * memory, element by element.
 */
function finishRows(
  c: Correlation,
  { sum, batch, row, column, count }: FinishedTile,
  lanes: number,
): readonly Stmt[] {
  const { positions, pitch, write } = c
  const statements: Stmt[] = []
  for (let start = 0; start < count; start += lanes) {
    const length = Math.min(lanes, count - start)
    const first = add(column, start)
    const { axes } = unravel(first, pitch, positions)
    const isWhole = isInside(axes, positions, length - 1)
    const along = (k: Expr): Position => {
      const moved = axes.map((at, axis) => (axis === axes.length - 1 ? add(at, k) : at))
      return { axes: moved, flat: flatten(moved, positions) }
    }
    const straddling = sharedArray('straddling', c.type, lanes)
    statements.push(
      when(isWhole, [columns(length, k => [write(sum(add(k, start)), batch, row, along(k))])]),
      when(not(isWhole), [
        alloc(straddling),
        columns(length, k => [set(straddling, sum(add(k, start)), k)]),
        loop('k', length, 'seq', k => {
          const position = unravel(add(first, k), pitch, positions)
          return [
            when(isInside(position.axes, positions, 0), [write(get(straddling, k), batch, row, position)]),
          ]
        }),
      ]),
    )
  }
  return statements
}
