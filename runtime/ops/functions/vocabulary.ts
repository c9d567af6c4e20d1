/**
 * What rows are written in: primitives with broadcasting, promotion and axes taken care of. A number beside a tensor takes
 * the tensor's dtype; the promotion of authors' numbers is `promoted` in arithmetic.
 */
import type { SizeOrScalar } from '../args.ts'
import type { Builder, Gradient } from '../builder.ts'
import { type Dim, printShape, product } from '../dim.ts'
import { type DType, isFloat, promoteTypes } from '../dtype.ts'
import { OpError } from '../error.ts'
import type { ArithmeticOp, ComparisonOp, ReductionOp, UnaryOp } from '../primitives.ts'
import { axes, axis, broadcastShapes, resolveShape, sameShape } from './axes.ts'
import { scalarValue } from './promotion.ts'

/** A tensor, or a number of that tensor's dtype. */
type Term<V> = V | SizeOrScalar

const vocabularies = new WeakMap<object, Vocabulary<never>>()

/** The vocabulary of a builder. */
export function vocabulary<V>(b: Builder<V>): Vocabulary<V> {
  const known = vocabularies.get(b)
  if (known) return known as unknown as Vocabulary<V>
  const made = new Vocabulary(b)
  vocabularies.set(b, made as unknown as Vocabulary<never>)
  return made
}

export class Vocabulary<V> {
  readonly b: Builder<V>
  constructor(b: Builder<V>) {
    this.b = b
  }

  shape(x: V): readonly Dim[] {
    return this.b.aval(x).shape
  }
  dtype(x: V): DType {
    return this.b.aval(x).dtype
  }
  rank(x: V): number {
    return this.shape(x).length
  }
  /** Size along an axis, negative ones from the end. */
  size(x: V, dim: number): Dim {
    const shape = this.shape(x)
    return shape[axis(shape.length, dim)] ?? 1
  }
  elements(x: V): Dim {
    return product(this.shape(x))
  }

  /** The value without its history. */
  detach(x: V): V {
    return this.b.detach?.(x) ?? x
  }
  /** What `forward` gives, with this gradient instead of that of its primitives. */
  withGradient(inputs: readonly V[], forward: (...inputs: V[]) => V, gradient: Gradient<V>): V {
    return this.b.withGradient?.(inputs, forward, gradient) ?? forward(...inputs)
  }

  cast(x: V, dtype: DType): V {
    return this.dtype(x) === dtype ? x : this.b.emit('cast', [x], { dtype })
  }
  /** As torch's unary functions take integers: as the default float. */
  floating(x: V): V {
    return isFloat(this.dtype(x)) ? x : this.cast(x, 'float32')
  }
  full(shape: readonly Dim[], value: SizeOrScalar, dtype: DType): V {
    return this.b.emit('full', [], { shape, dtype, value: element(scalarValue(value), dtype) })
  }
  fullLike(x: V, value: SizeOrScalar): V {
    return this.full(this.shape(x), value, this.dtype(x))
  }
  iota(length: Dim, dtype: DType = 'int64'): V {
    return this.b.emit('iota', [], { length, dtype })
  }
  /** 0, 1, .. along one axis of a tensor of that rank, of size 1 along the others. */
  iotaAlong(rank: number, dim: number, length: Dim, dtype: DType = 'int64'): V {
    return this.reshape(
      this.iota(length, dtype),
      Array.from({ length: rank }, (_, i) => (i === dim ? length : 1)),
    )
  }

  map(op: UnaryOp, x: V): V {
    return this.b.emit(op, [x], {})
  }
  exp(x: V): V {
    return this.map('exp', x)
  }
  log(x: V): V {
    return this.map('log', x)
  }
  sqrt(x: V): V {
    return this.map('sqrt', x)
  }
  rsqrt(x: V): V {
    return this.map('rsqrt', x)
  }
  neg(x: V): V {
    return this.map('neg', x)
  }
  abs(x: V): V {
    return this.map('abs', x)
  }
  not(x: V): V {
    return this.map('not', x)
  }
  floor(x: V): V {
    return isFloat(this.dtype(x)) ? this.map('floor', x) : x
  }
  sigmoid(x: V): V {
    return this.map('sigmoid', x)
  }
  tanh(x: V): V {
    return this.map('tanh', x)
  }
  square(x: V): V {
    return this.mul(x, x)
  }

  /** Both terms as tensors of one dtype and one shape. */
  align(x: Term<V>, y: Term<V>): readonly [V, V] {
    const { b } = this
    if (!b.isValue(x)) {
      if (!b.isValue(y)) throw new OpError('argument/value', 'one operand must be a tensor')
      return [this.fullLike(y, x), y]
    }
    if (!b.isValue(y)) return [x, this.fullLike(x, y)]
    const dtype = promoteTypes(this.dtype(x), this.dtype(y))
    const shape = broadcastShapes(b, [this.shape(x), this.shape(y)])
    return [this.expand(this.cast(x, dtype), shape), this.expand(this.cast(y, dtype), shape)]
  }
  zip(op: ArithmeticOp, x: Term<V>, y: Term<V>): V {
    return this.b.emit(op, this.align(x, y), {})
  }
  add(x: Term<V>, y: Term<V>): V {
    return this.zip('add', x, y)
  }
  sub(x: Term<V>, y: Term<V>): V {
    return this.zip('sub', x, y)
  }
  mul(x: Term<V>, y: Term<V>): V {
    return this.zip('mul', x, y)
  }
  div(x: Term<V>, y: Term<V>): V {
    return this.zip('div', x, y)
  }
  pow(x: Term<V>, y: Term<V>): V {
    return this.zip('pow', x, y)
  }
  min(x: Term<V>, y: Term<V>): V {
    return this.zip('minimum', x, y)
  }
  max(x: Term<V>, y: Term<V>): V {
    return this.zip('maximum', x, y)
  }
  and(x: V, y: V): V {
    return this.zip('and', x, y)
  }
  or(x: V, y: V): V {
    return this.zip('or', x, y)
  }
  compare(op: ComparisonOp, x: Term<V>, y: Term<V>): V {
    return this.b.emit(op, this.align(x, y), {})
  }
  eq(x: Term<V>, y: Term<V>): V {
    return this.compare('eq', x, y)
  }
  lt(x: Term<V>, y: Term<V>): V {
    return this.compare('lt', x, y)
  }
  le(x: Term<V>, y: Term<V>): V {
    return this.compare('le', x, y)
  }
  gt(x: Term<V>, y: Term<V>): V {
    return this.compare('gt', x, y)
  }
  ge(x: Term<V>, y: Term<V>): V {
    return this.compare('ge', x, y)
  }
  isNaN(x: V): V {
    return this.compare('ne', x, x)
  }
  where(condition: V, x: Term<V>, y: Term<V>): V {
    const [p, q] = this.align(x, y)
    const shape = broadcastShapes(this.b, [this.shape(condition), this.shape(p)])
    return this.b.emit(
      'where',
      [this.expand(condition, shape), this.expand(p, shape), this.expand(q, shape)],
      {},
    )
  }
  clamp(x: V, low: SizeOrScalar | null, high: SizeOrScalar | null): V {
    return this.withGradient(
      [x],
      y => {
        const raised = low === null ? y : this.max(y, low)
        return high === null ? raised : this.min(raised, high)
      },
      (grad, [y]) => [this.within(grad, y!, low, high)],
    )
  }
  /** A gradient where x is within bounds, the bounds included unless `open`; 0 elsewhere, and where x is NaN. */
  within(grad: V, x: V, low: SizeOrScalar | null, high: SizeOrScalar | null, open = false): V {
    const above = low === null ? null : this.compare(open ? 'gt' : 'ge', x, low)
    const below = high === null ? null : this.compare(open ? 'lt' : 'le', x, high)
    const inside = above === null ? below : below === null ? above : this.and(above, below)
    return inside === null ? grad : this.where(inside, grad, 0)
  }

  reduce(op: ReductionOp, x: V, dims: readonly number[] | null, keep = false): V {
    const over = axes(this.rank(x), dims)
    if (over.length === 0) return x
    return this.kept(this.b.emit(`reduce_${op}`, [x], { dims: over }), x, over, keep)
  }
  /** A reduced tensor, with the reduced axes put back as size 1 where `keep` says so. */
  kept(reduced: V, x: V, over: readonly number[], keep: boolean): V {
    if (!keep) return reduced
    return this.reshape(
      reduced,
      this.shape(x).map((d, i) => (over.includes(i) ? 1 : d)),
    )
  }
  sum(x: V, dims: readonly number[] | null, keep = false): V {
    return this.reduce('sum', x, dims, keep)
  }
  mean(x: V, dims: readonly number[] | null, keep = false): V {
    return this.div(this.sum(x, dims, keep), this.count(x, dims))
  }
  /** How many elements a reduction over these axes joins. */
  count(x: V, dims: readonly number[] | null): Dim {
    return product(axes(this.rank(x), dims).map(d => this.shape(x)[d]!))
  }
  argmax(x: V, dim: number): V {
    return this.b.emit('argmax', [x], { dim: axis(this.rank(x), dim) })
  }

  /** Row-major view; a -1 is filled in. */
  reshape(x: V, shape: readonly Dim[]): V {
    const whole = resolveShape(shape, this.elements(x))
    return sameShape(whole, this.shape(x)) ? x : this.b.emit('reshape', [x], { shape: whole })
  }
  unsqueeze(x: V, dim: number): V {
    const shape = [...this.shape(x)]
    shape.splice(axis(shape.length + 1, dim), 0, 1)
    return this.reshape(x, shape)
  }
  /** Removes an axis whose size is 1. */
  dropAxis(x: V, dim: number): V {
    const at = axis(this.rank(x), dim)
    return this.reshape(
      x,
      this.shape(x).filter((_, i) => i !== at),
    )
  }
  permute(x: V, dims: readonly number[]): V {
    return dims.every((d, i) => d === i) ? x : this.b.emit('permute', [x], { dims })
  }
  transpose(x: V, dim0: number, dim1: number): V {
    const rank = this.rank(x)
    const [i, j] = [axis(rank, dim0), axis(rank, dim1)]
    const order = Array.from({ length: rank }, (_, d) => (d === i ? j : d === j ? i : d))
    return rank === 0 ? x : this.permute(x, order)
  }
  /** Moves one axis to another place; the others keep their order. */
  moveAxis(x: V, from: number, to: number): V {
    const rank = this.rank(x)
    const order = Array.from({ length: rank }, (_, d) => d)
    const [taken] = order.splice(axis(rank, from), 1)
    order.splice(axis(rank, to), 0, taken!)
    return this.permute(x, order)
  }
  /** Broadcast to a shape of the same or a higher rank. */
  expand(x: V, shape: readonly Dim[]): V {
    const own = this.shape(x)
    if (sameShape(own, shape)) return x
    const lead = shape.length - own.length
    if (lead < 0)
      throw new OpError('shape/mismatch', `${printShape(own)} does not expand to ${printShape(shape)}`)
    const aligned = this.reshape(x, [...new Array<Dim>(lead).fill(1), ...own])
    return sameShape(this.shape(aligned), shape) ? aligned : this.b.emit('expand', [aligned], { shape })
  }
  /** `length` elements along one axis. */
  slice(x: V, dim: number, start: Dim, length: Dim, step = 1): V {
    const shape = this.shape(x)
    const at = axis(shape.length, dim)
    return this.b.emit('slice', [x], {
      starts: shape.map((_, i) => (i === at ? start : 0)),
      lengths: shape.map((d, i) => (i === at ? length : d)),
      steps: shape.map((_, i) => (i === at ? step : 1)),
    })
  }
  /** One element along an axis, which is removed. */
  at(x: V, dim: number, index: Dim): V {
    return this.dropAxis(this.slice(x, dim, index, 1), dim)
  }
  cat(parts: readonly V[], dim: number): V {
    return parts.length === 1
      ? parts[0]!
      : this.b.emit('cat', parts, { dim: axis(this.rank(parts[0]!), dim) })
  }
  stack(parts: readonly V[], dim: number): V {
    return this.cat(
      parts.map(p => this.unsqueeze(p, dim)),
      axis(this.rank(parts[0]!) + 1, dim),
    )
  }
  /** Rows of x along an axis at int64 indices that are in range and not negative. */
  take(x: V, dim: number, indices: V): V {
    return this.b.emit('take', [x, indices], { dim: axis(this.rank(x), dim) })
  }
  /** Constant padding of the last axes: [low, high] for each. */
  padLast(x: V, amounts: readonly (readonly [Dim, Dim])[], value: number | boolean): V {
    if (amounts.every(([low, high]) => low === 0 && high === 0)) return x
    const lead = new Array<Dim>(this.rank(x) - amounts.length).fill(0)
    return this.b.emit('pad', [x], {
      low: [...lead, ...amounts.map(a => a[0])],
      high: [...lead, ...amounts.map(a => a[1])],
      value,
    })
  }
  /** torch.matmul of tensors with two or more dims each, batch dims broadcast. */
  matmul(x: V, y: V): V {
    const [p, q] = [this.shape(x), this.shape(y)]
    const batch = broadcastShapes(this.b, [p.slice(0, -2), q.slice(0, -2)])
    return this.b.emit(
      'matmul',
      [this.expand(x, [...batch, ...p.slice(-2)]), this.expand(y, [...batch, ...q.slice(-2)])],
      {},
    )
  }
  /**
   * Computes f in float32 where x is half or bfloat16, and rounds its result once, as torch's kernels do.
   */
  inFloat32(x: V, f: (x: V) => V): V {
    const dtype = this.dtype(x)
    return dtype === 'float16' || dtype === 'bfloat16' ? this.cast(f(this.cast(x, 'float32')), dtype) : f(x)
  }
}

/** A number as the element of a dtype that `full` takes. */
function element(
  value: Exclude<SizeOrScalar, { value: number }>,
  dtype: DType,
): number | bigint | boolean | Exclude<Dim, number> {
  if (dtype === 'bool') return Boolean(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return dtype === 'int64' ? value : Number(value)
  if (typeof value === 'number' && !isFloat(dtype)) return Math.trunc(value)
  return value as number | Exclude<Dim, number>
}
