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
      ragged: !isDense(c),
      finish: finished =>
        isDense(c) ? finishDense(c, finished) : finishRows(c, finished, lanesOf(c.type, limits)),
    },
    limits,
  )
}

function isDense({ positions, pitch }: Correlation): boolean {
  return strides(positions).every((stride, axis) => stride === pitch[axis])
}

function finishDense({ write, positions }: Correlation, t: FinishedTile): readonly Stmt[] {
  return [
    loop('row', t.rows, 'unroll', r => [
      columns(t.count, c => {
        const position = unravel(add(t.column, c), strides(positions), positions)
        return [write(t.sum(r, c), t.batch, add(t.row, r), position)]
      }),
    ]),
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

/** True if this position, and `more` that follow it, lie in the output. */
function isInside(axes: readonly Expr[], positions: readonly number[], more: number): Expr {
  return axes.map((at, i) => lt(i === axes.length - 1 ? add(at, more) : at, positions[i]!)).reduce(and)
}

/**
 * Stores by vectors where a whole vector lies in one row of the output, and one by one where it straddles. The tile
 * goes through memory first, so that this, with all of the epilogue, is printed once and not for each vector of it.
 */
function finishRows(c: Correlation, t: FinishedTile, lanes: number): readonly Stmt[] {
  const { positions, pitch, write } = c
  const width = Math.ceil(t.count / lanes) * lanes
  const sums = sharedArray('sums', c.type, t.rows * width)
  const vectors = (row: Expr, length: number, start: Expr): readonly Stmt[] => {
    const first = add(t.column, start)
    const { axes } = unravel(first, pitch, positions)
    const sum = (k: Expr) => get(sums, add(add(mul(row, width), start), k))
    const isWhole = isInside(axes, positions, length - 1)
    const along = (k: Expr): Position => {
      const moved = axes.map((at, axis) => (axis === axes.length - 1 ? add(at, k) : at))
      return { axes: moved, flat: flatten(moved, positions) }
    }
    return [
      when(isWhole, [columns(length, k => [write(sum(k), t.batch, add(t.row, row), along(k))])]),
      when(not(isWhole), [
        loop('k', length, 'seq', k => {
          const position = unravel(add(first, k), pitch, positions)
          const inside = isInside(position.axes, positions, 0)
          return [when(inside, [write(sum(k), t.batch, add(t.row, row), position)])]
        }),
      ]),
    ]
  }
  const whole = Math.floor(t.count / lanes)
  const rest = t.count % lanes
  return [
    alloc(sums),
    loop('row', t.rows, 'unroll', r => [
      columns(t.count, k => [set(sums, t.sum(r, k), add(mul(r, width), k))]),
    ]),
    loop('row', t.rows, 'seq', r => [
      loop('vector', whole, 'seq', v => vectors(r, lanes, mul(v, lanes))),
      ...(rest === 0 ? [] : vectors(r, rest, constI32(whole * lanes))),
    ]),
  ]
}
