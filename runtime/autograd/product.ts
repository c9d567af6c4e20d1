/** Gradients of matmul and of convolutions, which are products and convolutions themselves. */
import { attentionWeights } from '../ops/functions/attention.ts'
import type { Attrs } from '../ops/primitives.ts'
import type { Application, RulesOf } from './rule.ts'

type Geometry = Attrs['conv']

export const productRules: RulesOf<'matmul' | 'attention' | 'conv' | 'conv_transpose'> = {
  matmul: {
    saves: 'inputs',
    gradient(at, grad) {
      const { b, v } = at
      return [
        at.wants(0) ? b.emit('matmul', [grad, v.transpose(at.x(1), -1, -2)], {}) : null,
        at.wants(1) ? b.emit('matmul', [v.transpose(at.x(0), -1, -2), grad], {}) : null,
      ]
    },
  },
  // The weights are computed again, and held as a whole: L x S elements for each head.
  attention: {
    saves: 'inputs',
    gradient(at, grad, { scale, causal }) {
      const { b, v } = at
      const [q, k, value] = [at.x(0), at.x(1), at.x(2)]
      const mask = at.inputs.length > 3 ? at.x(3) : null
      const weights = attentionWeights(b, q, k, { mask, causal, scale })
      const weighted = v.mul(weights, v.matmul(grad, v.transpose(value, -1, -2)))
      const scores = v.sub(weighted, v.mul(weights, v.sum(weighted, [-1], true)))
      const scaled = v.mul(scores, scale ?? at.inputs[0]!.shape.at(-1)! ** -0.5)
      const gradients = [
        at.wants(0) ? v.matmul(scaled, k) : null,
        at.wants(1) ? v.matmul(v.transpose(scaled, -1, -2), q) : null,
        at.wants(2) ? v.matmul(v.transpose(weights, -1, -2), grad) : null,
      ]
      return mask === null ? gradients : [...gradients, at.wants(3) ? scores : null]
    },
  },
  conv: {
    saves: 'inputs',
    gradient: (at, grad, attrs) => [
      at.wants(0) ? convInput(at, grad, attrs) : null,
      at.wants(1) ? convWeight(at, at.x(0), grad, at.inputs[1]!.shape, attrs) : null,
    ],
  },
  conv_transpose: {
    saves: 'inputs',
    gradient(at, grad, { outputPadding: _, ...attrs }) {
      const sizes = at.inputs[0]!.shape
      return [
        at.wants(0) ? cropped(at, at.b.emit('conv', [grad, at.x(1)], attrs), sizes) : null,
        // The transposed convolution's result is what the convolution reads: the roles are swapped.
        at.wants(1) ? convWeight(at, grad, at.x(0), at.inputs[1]!.shape, attrs) : null,
      ]
    },
  },
}

/** The first elements along each axis. */
function cropped<V>({ v }: Application<V>, x: V, sizes: readonly number[]): V {
  return sizes.reduce<V>((y, d, i) => (v.size(y, i) === d ? y : v.slice(y, i, 0, d)), x)
}

function convInput<V>(at: Application<V>, grad: V, attrs: Geometry): V {
  const { strides, padding, dilations } = attrs
  const [input, weight] = [at.inputs[0]!.shape, at.inputs[1]!.shape]
  const out = at.v.shape(grad) as readonly number[]
  // What of the input no window reached is put back at the end.
  const outputPadding = strides.map((stride, i) => {
    const covered = (out[2 + i]! - 1) * stride + dilations[i]! * (weight[2 + i]! - 1) + 1
    return input[2 + i]! - (covered - padding[i]![0] - padding[i]![1])
  })
  return at.b.emit('conv_transpose', [grad, at.x(1)], { ...attrs, outputPadding })
}

/**
 * The gradient of a convolution's weight [O, C/g, ..kernel], as one product per group: the gradient [O/g, N out] times the
 * windows of the input [N out, C/g kernel], which the product reads through a view.
 */
function convWeight<V>(
  at: Application<V>,
  input: V,
  grad: V,
  weight: readonly number[],
  { strides, padding, dilations, ...attrs }: Geometry,
): V {
  const groups = attrs.groups as number
  const { b, v } = at
  const [batch, channels] = v.shape(input) as readonly number[]
  const [, filters, ...out] = v.shape(grad) as readonly number[]
  if ([...v.shape(input), ...v.shape(grad)].some(d => d === 0)) return v.full(weight, 0, v.dtype(input))
  const kernel = weight.slice(2)
  const places = batch! * out.reduce((n, d) => n * d, 1)
  const inputs = channels! / groups
  const windows = b.emit('window', [v.padLast(input, padding, 0)], { sizes: kernel, strides, dilations })
  const used = cropped(at, windows, [batch!, channels!, ...out, ...kernel])
  const rank = out.length
  const outAxes = out.map((_, i) => 3 + i)
  // [N, g, C/g, ..out, ..kernel] to [g, N, ..out, C/g, ..kernel].
  const columns = v.reshape(
    v.permute(v.reshape(used, [batch!, groups, inputs, ...out, ...kernel]), [
      1,
      0,
      ...outAxes,
      2,
      ...outAxes.map(axis => axis + rank),
    ]),
    [groups, places, -1],
  )
  const rows = v.reshape(
    v.permute(v.reshape(grad, [batch!, groups, filters! / groups, ...out]), [1, 2, 0, ...outAxes]),
    [groups, filters! / groups, places],
  )
  return v.reshape(b.emit('matmul', [rows, columns], {}), weight)
}
