/** Attention. https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.scaled_dot_product_attention.html */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type Dim, floordiv, printShape } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { broadcastShapes } from './axes.ts'
import { dropout } from './dropout.ts'
import { linear } from './linear.ts'
import { repeatInterleave } from './movement.ts'
import { softmaxAlong } from './softmax.ts'
import { vocabulary } from './vocabulary.ts'

const tensors = [required('query', 'tensor'), required('key', 'tensor'), required('value', 'tensor')] as const

/** A bool mask (true: take part) as what is added to the scores. */
function additive<V>(b: Builder<V>, mask: V, like: V): V {
  const v = vocabulary(b)
  if (v.dtype(mask) !== 'bool') return v.cast(mask, v.dtype(like))
  return v.where(mask, v.full([], 0, v.dtype(like)), Number.NEGATIVE_INFINITY)
}

/** softmax that gives 0 where everything is masked out, not NaN. */
function maskedSoftmax<V>(b: Builder<V>, scores: V): V {
  const v = vocabulary(b)
  const empty = v.eq(v.reduce('max', scores, [-1], true), Number.NEGATIVE_INFINITY)
  return v.where(empty, 0, softmaxAlong(b, v.where(empty, 0, scores), -1))
}

export interface AttentionOptions<V> {
  readonly mask: V | null
  readonly dropout: number
  readonly causal: boolean
  readonly scale: number | null
}

/** softmax(q k^T * scale + mask) v over the last two axes, and the weights of the values. */
export function attendWithWeights<V>(
  b: Builder<V>,
  q: V,
  k: V,
  value: V,
  options: AttentionOptions<V>,
): { out: V; weights: V } {
  const v = vocabulary(b)
  const soft = attentionWeights(b, q, k, options)
  const weights = options.dropout > 0 ? dropout(b, soft, options.dropout, v.shape(soft)) : soft
  return { out: v.matmul(weights, value), weights }
}

/** As `attendWithWeights`, without the weights: where nothing else needs them, they are never held as a whole. */
export function attend<V>(b: Builder<V>, q: V, k: V, value: V, options: AttentionOptions<V>): V {
  const v = vocabulary(b)
  const dtype = v.dtype(q)
  // Half precision rounds between the steps, as in torch.
  const isWide = dtype === 'float32' || dtype === 'float64'
  const sameType = v.dtype(k) === dtype && v.dtype(value) === dtype
  if (options.dropout > 0 || !isWide || !sameType) return attendWithWeights(b, q, k, value, options).out
  const { mask, causal, scale } = options
  const added = mask === null ? [] : [additive(b, mask, q)]
  const leads = [q, k, value, ...added].map(x => v.shape(x).slice(0, -2))
  const batch = broadcastShapes(b, leads)
  const wide = (x: V, end: readonly Dim[]): V => v.expand(x, [...batch, ...end])
  const inputs = [q, k, value].map(x => wide(x, v.shape(x).slice(-2)))
  const masks = added.map(x => wide(x, [v.size(q, -2), v.size(k, -2)]))
  return b.emit('attention', [...inputs, ...masks], { scale, causal })
}

/** softmax(q k^T * scale + mask) over the keys. */
export function attentionWeights<V>(
  b: Builder<V>,
  q: V,
  k: V,
  options: Omit<AttentionOptions<V>, 'dropout'>,
): V {
  const v = vocabulary(b)
  const width = v.size(q, -1)
  // Both factors get the root, as in torch: no overflow of half precisions on the way.
  const root =
    options.scale === null
      ? typeof width === 'number'
        ? width ** -0.25
        : v.sqrt(v.rsqrt(v.full([], width, v.dtype(q))))
      : Math.sqrt(Math.abs(options.scale))
  const scores = v.matmul(
    v.mul(options.scale !== null && options.scale < 0 ? v.neg(q) : q, root),
    v.transpose(v.mul(k, root), -2, -1),
  )
  let masked = scores
  if (options.causal) {
    const rows = v.iotaAlong(2, 0, v.size(q, -2))
    const columns = v.iotaAlong(2, 1, v.size(k, -2))
    masked = v.where(v.le(columns, rows), scores, Number.NEGATIVE_INFINITY)
  } else if (options.mask !== null) {
    masked = v.add(scores, additive(b, options.mask, scores))
  }
  return masked === scores ? softmaxAlong(b, scores, -1) : maskedSoftmax(b, masked)
}

function sameHeads<V>(b: Builder<V>, x: V, heads: Dim): V {
  const v = vocabulary(b)
  return repeatInterleave(b, x, floordiv(heads, v.size(x, -3)), v.rank(x) - 3)
}

/** [L, N, E] as [N, heads, L, E / heads]. */
function intoHeads<V>(b: Builder<V>, x: V, heads: number): V {
  const v = vocabulary(b)
  const [length, batch, width] = v.shape(x)
  return v.permute(v.reshape(x, [length!, batch!, heads, floordiv(width!, heads)]), [1, 2, 0, 3])
}

/** A mask [L, S] or [N * heads, L, S] as one that broadcasts to [N, heads, L, S]. */
function headMask<V>(b: Builder<V>, mask: V, heads: number): V {
  const v = vocabulary(b)
  if (v.rank(mask) === 2) return mask
  const [, rows, columns] = v.shape(mask)
  return v.reshape(mask, [-1, heads, rows!, columns!])
}

/** torch's masks of multi-head attention are the other way round: true means "leave out". */
function leaveOut<V>(b: Builder<V>, mask: V, like: V): V {
  const v = vocabulary(b)
  return additive(b, v.dtype(mask) === 'bool' ? v.not(mask) : mask, like)
}

interface MultiHead<V> {
  readonly query: V
  readonly key: V
  readonly value: V
  readonly embed_dim_to_check: number
  readonly num_heads: number
  readonly in_proj_weight: V | null
  readonly in_proj_bias: V | null
  readonly bias_k: V | null
  readonly bias_v: V | null
  readonly add_zero_attn: boolean
  readonly dropout_p: number
  readonly out_proj_weight: V
  readonly out_proj_bias: V | null
  readonly training: boolean
  readonly key_padding_mask: V | null
  readonly need_weights: boolean
  readonly attn_mask: V | null
  readonly use_separate_proj_weight: boolean
  readonly q_proj_weight: V | null
  readonly k_proj_weight: V | null
  readonly v_proj_weight: V | null
  readonly average_attn_weights: boolean
  readonly is_causal: boolean
}

/** The three projected inputs. */
function projections<V>(b: Builder<V>, a: MultiHead<V>): readonly V[] {
  const v = vocabulary(b)
  const width = a.embed_dim_to_check
  const part = (x: V, i: number): V => v.slice(x, 0, i * width, width)
  const separate = [a.q_proj_weight, a.k_proj_weight, a.v_proj_weight]
  return [a.query, a.key, a.value].map((x, i) => {
    const weight = a.use_separate_proj_weight ? separate[i] : a.in_proj_weight && part(a.in_proj_weight, i)
    if (weight === null || weight === undefined)
      throw new OpError('argument/missing', 'multi_head_attention_forward lacks the weight of a projection')
    return linear(b, x, weight, a.in_proj_bias === null ? null : part(a.in_proj_bias, i))
  })
}

/** Inputs are [L, N, E], or [L, E]. */
export function multiHeadAttention<V>(b: Builder<V>, a: MultiHead<V>): readonly [V, V | null] {
  const v = vocabulary(b)
  if (v.rank(a.query) === 2) {
    const [out, weights] = multiHeadAttention(b, {
      ...a,
      query: v.unsqueeze(a.query, 1),
      key: v.unsqueeze(a.key, 1),
      value: v.unsqueeze(a.value, 1),
      key_padding_mask: a.key_padding_mask === null ? null : v.unsqueeze(a.key_padding_mask, 0),
    })
    return [v.dropAxis(out, 1), weights === null ? null : v.dropAxis(weights, 0)]
  }
  if (v.rank(a.query) !== 3)
    throw new OpError(
      'shape/rank',
      `multi-head attention takes [L, N, E] or [L, E], not ${printShape(v.shape(a.query))}`,
    )
  if (!b.assumeEqual(v.size(a.query, -1), a.embed_dim_to_check)) {
    throw new OpError(
      'shape/mismatch',
      `multi-head attention expects ${a.embed_dim_to_check} features; the query ${printShape(v.shape(a.query))} has ${v.size(a.query, -1)}`,
    )
  }
  if (a.is_causal && a.attn_mask === null)
    throw new OpError('argument/missing', 'is_causal is a hint about attn_mask, which is missing')
  const heads = a.num_heads
  let [q, k, value] = projections(b, a) as [V, V, V]
  const batch = v.size(q, 1)
  let [mask, padding] = [a.attn_mask, a.key_padding_mask]
  // Further keys at the end: learnt ones, then zeros. Masks do not touch them.
  const append = (keyEnd: V, valueEnd: V): void => {
    const end = (x: V): V => v.expand(x, [1, batch, v.size(x, -1)])
    k = v.cat([k, end(keyEnd)], 0)
    value = v.cat([value, end(valueEnd)], 0)
    const filler = (x: V): boolean | number => (v.dtype(x) === 'bool' ? false : 0)
    if (mask !== null) mask = v.padLast(mask, [[0, 1]], filler(mask))
    if (padding !== null) padding = v.padLast(padding, [[0, 1]], filler(padding))
  }
  if (a.bias_k !== null && a.bias_v !== null) append(a.bias_k, a.bias_v)
  if (a.add_zero_attn)
    append(v.full([1, 1, v.size(k, -1)], 0, v.dtype(k)), v.full([1, 1, v.size(value, -1)], 0, v.dtype(k)))
  let added = mask === null ? null : headMask(b, leaveOut(b, mask, q), heads)
  if (padding !== null) {
    const byKey = v.reshape(leaveOut(b, padding, q), [batch, 1, 1, v.size(k, 0)])
    added = added === null ? byKey : v.add(added, byKey)
  }
  const inHeads = [q, k, value].map(x => intoHeads(b, x, heads)) as [V, V, V]
  const options = { mask: added, dropout: a.training ? a.dropout_p : 0, causal: false, scale: null }
  const attended = a.need_weights
    ? attendWithWeights(b, ...inHeads, options)
    : { out: attend(b, ...inHeads, options), weights: null }
  const length = v.size(a.query, 0)
  const joined = v.reshape(v.permute(attended.out, [2, 0, 1, 3]), [length, batch, v.size(value, -1)])
  const out = linear(b, joined, a.out_proj_weight, a.out_proj_bias)
  if (attended.weights === null) return [out, null]
  return [out, a.average_attn_weights ? v.mean(attended.weights, [1]) : attended.weights]
}

export const attentions = {
  scaled_dot_product_attention: defineFunction({
    name: 'scaled_dot_product_attention',
    args: [
      ...tensors,
      optional('attn_mask', 'tensor?', null),
      optional('dropout_p', 'float', 0, { min: 0, max: 1 }),
      optional('is_causal', 'bool', false),
      optional('scale', 'float?', null),
      optional('enable_gqa', 'bool', false),
    ],
    returns: 'tensor',
    doc: 'softmax(query key^T * scale + mask) value. With enable_gqa, groups of query heads share a key head. In float32 and float64 without dropout the matrix of weights is never held; for gradients it is computed again, as a whole.',
    expand(b, { query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa }) {
      if (is_causal && attn_mask !== null)
        throw new OpError('argument/value', 'is_causal and attn_mask exclude each other')
      const heads = enable_gqa ? vocabulary(b).size(query, -3) : null
      const [k, v] = heads === null ? [key, value] : [sameHeads(b, key, heads), sameHeads(b, value, heads)]
      return attend(b, query, k, v, { mask: attn_mask, dropout: dropout_p, causal: is_causal, scale })
    },
  }),
  multi_head_attention_forward: defineFunction({
    name: 'multi_head_attention_forward',
    args: [
      ...tensors,
      required('embed_dim_to_check', 'int'),
      required('num_heads', 'int', { min: 1 }),
      required('in_proj_weight', 'tensor?'),
      required('in_proj_bias', 'tensor?'),
      required('bias_k', 'tensor?'),
      required('bias_v', 'tensor?'),
      required('add_zero_attn', 'bool'),
      required('dropout_p', 'float', { min: 0, max: 1 }),
      required('out_proj_weight', 'tensor'),
      required('out_proj_bias', 'tensor?'),
      optional('training', 'bool', true),
      optional('key_padding_mask', 'tensor?', null),
      optional('need_weights', 'bool', true),
      optional('attn_mask', 'tensor?', null),
      optional('use_separate_proj_weight', 'bool', false),
      optional('q_proj_weight', 'tensor?', null),
      optional('k_proj_weight', 'tensor?', null),
      optional('v_proj_weight', 'tensor?', null),
      optional('average_attn_weights', 'bool', true),
      optional('is_causal', 'bool', false),
    ],
    returns: 'attention',
    doc: 'Multi-head attention of [L, N, E] inputs: the output and the weights, averaged over the heads.',
    expand: (b, args) => multiHeadAttention(b, args),
  }),
} as const
