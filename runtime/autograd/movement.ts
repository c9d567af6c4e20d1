/** Gradients of the primitives that move elements: each is the transpose of the movement. */
import type { Attrs } from '../ops/primitives.ts'
import { foldWindows } from './fold-windows.ts'
import type { Application, RulesOf } from './rule.ts'
import { spread } from './spread.ts'

type Movement =
  | 'reshape'
  | 'permute'
  | 'expand'
  | 'slice'
  | 'pad'
  | 'cat'
  | 'window'
  | 'take'
  | 'gather'
  | 'scatter'

/** Zeros of an input's shape. */
const zerosLike = <V>(at: Application<V>, i: number): V =>
  at.v.full(at.inputs[i]!.shape, 0, at.inputs[i]!.dtype)

export const movementRules: RulesOf<Movement> = {
  reshape: { saves: 'nothing', gradient: (at, grad) => [at.v.reshape(grad, at.inputs[0]!.shape)] },
  permute: {
    saves: 'nothing',
    gradient: (at, grad, { dims }) => [
      at.v.permute(
        grad,
        dims.map((_, i) => dims.indexOf(i)),
      ),
    ],
  },
  expand: {
    saves: 'nothing',
    gradient(at, grad) {
      const { shape } = at.inputs[0]!
      const own = at.v.shape(grad)
      const repeated = shape.flatMap((d, i) => (d === 1 && own[i] !== 1 ? [i] : []))
      return [repeated.length === 0 ? grad : at.v.sum(grad, repeated, true)]
    },
  },
  slice: { saves: 'nothing', gradient: (at, grad, attrs) => [unsliced(at, grad, attrs)] },
  pad: {
    saves: 'nothing',
    gradient: (at, grad, { low }) => [
      at.b.emit('slice', [grad], {
        starts: low,
        lengths: at.inputs[0]!.shape,
        steps: low.map(() => 1),
      }),
    ],
  },
  cat: {
    saves: 'nothing',
    gradient(at, grad, { dim }) {
      let start = 0
      return at.inputs.map(({ shape }, i) => {
        const from = start
        start += shape[dim]!
        return at.wants(i) ? at.v.slice(grad, dim, from, shape[dim]!) : null
      })
    },
  },
  window: {
    saves: 'nothing',
    gradient: (at, grad, { sizes, strides, dilations }) => [
      foldWindows(at.v, grad, at.inputs[0]!.shape, {
        sizes: sizes as readonly number[],
        strides: strides as readonly number[],
        dilations,
      }),
    ],
  },
  take: {
    saves: 'inputs',
    gradient(at, grad, { dim }) {
      const { v } = at
      const { shape } = at.inputs[0]!
      const lines = [...shape.slice(0, dim), -1, ...shape.slice(dim + 1)]
      const source = v.shape(grad).some(d => d === 0) ? null : v.reshape(grad, lines)
      if (source === null) return [zerosLike(at, 0), null]
      const along = shape.map((_, i) => (i === dim ? -1 : 1))
      const index = v.expand(v.reshape(at.x(1), along), v.shape(source))
      return [at.b.emit('scatter', [zerosLike(at, 0), index, source], { dim, reduce: 'add' }), null]
    },
  },
  gather: {
    saves: 'inputs',
    gradient: (at, grad, { dim }) => [
      at.b.emit('scatter', [zerosLike(at, 0), at.x(1), grad], { dim, reduce: 'add' }),
      null,
    ],
  },
  scatter: {
    saves: 'inputs',
    gradient(at, grad, { dim, reduce }) {
      if (reduce === 'mul') return multiplied(at, grad, dim)
      const index = at.x(1)
      const overwritten = () => at.b.emit('scatter', [grad, index, zerosLike(at, 2)], { dim, reduce: 'none' })
      return [
        at.wants(0) ? (reduce === 'add' ? grad : overwritten()) : null,
        null,
        at.wants(2) ? at.b.emit('gather', [grad, index], { dim }) : null,
      ]
    },
  },
}

/** Of products at places: the product of the others, of which one factor may be 0 and be left out. */
function multiplied<V>(at: Application<V>, grad: V, dim: number): readonly (V | null)[] {
  const { b, v } = at
  const [x, index, source] = [at.x(0), at.x(1), at.x(2)]
  const [noX, noSource] = [v.eq(x, 0), v.eq(source, 0)]
  const gathered = (y: V): V => b.emit('gather', [y, index], { dim })
  const [restX, restSource] = [v.where(noX, 1, x), v.where(noSource, 1, source)]
  const counts = [v.cast(noX, v.dtype(x)), index, v.cast(noSource, v.dtype(x))]
  const zeros = b.emit('scatter', counts, { dim, reduce: 'add' })
  const products = v.mul(grad, b.emit('scatter', [restX, index, restSource], { dim, reduce: 'mul' }))
  const share = (zero: V, rest: V, count: V, all: V): V =>
    v.where(v.eq(v.sub(count, v.cast(zero, v.dtype(count))), 0), v.div(all, rest), 0)
  return [
    at.wants(0) ? share(noX, restX, zeros, products) : null,
    null,
    at.wants(2) ? share(noSource, restSource, gathered(zeros), gathered(products)) : null,
  ]
}

/** The elements of a slice back in their places, zeros elsewhere. */
function unsliced<V>(at: Application<V>, grad: V, { starts, lengths, steps }: Attrs['slice']): V {
  const { v, b } = at
  const { shape } = at.inputs[0]!
  if (lengths.some(d => d === 0)) return zerosLike(at, 0)
  let x = grad
  const low: number[] = []
  const high: number[] = []
  for (const [dim, size] of shape.entries()) {
    const [start, length, step] = [starts[dim] as number, lengths[dim] as number, steps[dim]!]
    if (step < 0) x = v.slice(x, dim, length - 1, length, -1)
    x = spread(v, x, dim, Math.abs(step))
    const first = step < 0 ? start + (length - 1) * step : start
    low.push(first)
    high.push(size - first - ((length - 1) * Math.abs(step) + 1))
  }
  return [...low, ...high].every(d => d === 0) ? x : b.emit('pad', [x], { low, high, value: 0 })
}
