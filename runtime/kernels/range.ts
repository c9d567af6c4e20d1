/** Interval analysis of i32 expressions: loop variables are bounded, and most index arithmetic follows from that. */

import type { DType } from '../ops/dtype.ts'
import { factsOf } from './facts.ts'
import type { Binary, Expr } from './ir.ts'

/** Inclusive bounds. */
export interface Range {
  readonly min: number
  readonly max: number
}

export const INT32: Range = { min: -(2 ** 31), max: 2 ** 31 - 1 }

const STORAGE: Readonly<Partial<Record<DType, Range>>> = {
  bool: { min: 0, max: 1 },
  uint8: { min: 0, max: 255 },
  int8: { min: -128, max: 127 },
  int16: { min: -32768, max: 32767 },
}

/** True if no value of the interval leaves int32, so that the arithmetic did not wrap. */
export function fits(range: Range): boolean {
  return range.min >= INT32.min && range.max <= INT32.max
}

export function addRange(a: Range, b: Range): Range {
  return { min: a.min + b.min, max: a.max + b.max }
}

/** The interval times a constant. */
export function scaleRange(a: Range, by: number): Range {
  return by >= 0 ? { min: a.min * by, max: a.max * by } : { min: a.max * by, max: a.min * by }
}

/** Bounds of an i32 expression; all of int32 where nothing better is known. */
export function rangeOf(e: Expr): Range {
  if (e.kind === 'const') return { min: e.value as number, max: e.value as number }
  if (e.kind === 'var') return e
  const facts = factsOf(e)
  if (facts.range === null) {
    const found = compute(e)
    facts.range = fits(found) ? found : INT32
  }
  return facts.range
}

function compute(e: Expr): Range {
  switch (e.kind) {
    case 'load': {
      const loaded = STORAGE[e.buffer.dtype] ?? INT32
      return e.otherwise === null ? loaded : union(loaded, rangeOf(e.otherwise))
    }
    case 'binary':
      return binaryRange(e)
    case 'select':
      return union(rangeOf(e.yes), rangeOf(e.no))
    case 'cast': {
      const to = STORAGE[e.to] ?? INT32
      if (e.a.type === 'bool') return { min: 0, max: 1 }
      if (e.a.type !== 'i32') return to
      const from = rangeOf(e.a)
      return from.min >= to.min && from.max <= to.max ? from : to
    }
    case 'unary':
      if (e.op === 'neg') return scaleRange(rangeOf(e.a), -1)
      if (e.op === 'sign') return { min: -1, max: 1 }
      return INT32
    default:
      return INT32
  }
}

function union(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }
}

function binaryRange({ op, a, b }: Binary): Range {
  const x = rangeOf(a)
  const y = rangeOf(b)
  switch (op) {
    case 'add':
      return addRange(x, y)
    case 'sub':
      return addRange(x, scaleRange(y, -1))
    case 'mul': {
      const corners = [x.min * y.min, x.min * y.max, x.max * y.min, x.max * y.max]
      return { min: Math.min(...corners), max: Math.max(...corners) }
    }
    case 'min':
      return { min: Math.min(x.min, y.min), max: Math.min(x.max, y.max) }
    case 'max':
      return { min: Math.max(x.min, y.min), max: Math.max(x.max, y.max) }
    case 'floordiv':
      if (y.min < 1) return INT32
      return {
        min: Math.floor(x.min / (x.min < 0 ? y.min : y.max)),
        max: Math.floor(x.max / (x.max < 0 ? y.max : y.min)),
      }
    case 'mod':
      if (y.min < 1) return INT32
      return { min: 0, max: x.min >= 0 ? Math.min(x.max, y.max - 1) : y.max - 1 }
    case 'and':
      return y.min >= 0 ? { min: 0, max: y.max } : x.min >= 0 ? { min: 0, max: x.max } : INT32
    default:
      return INT32
  }
}
